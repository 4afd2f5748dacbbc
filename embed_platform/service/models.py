"""The models that the service embeds with, each with its queue and its one thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from threading import Lock

from embed_platform.compute.queries import open_query_engine
from embed_platform.embedding.engine import Embedded, Engine
from embed_platform.embedding.registry import ModelEntry, Registry, home_registry, load_registry
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import EmbedError, LakeUnavailable, PartMissing, SettingsError
from embed_platform.lake.lake import Lake
from embed_platform.service.batching import Batcher, Report
from embed_platform.service.metrics import Metrics
from embed_platform.service.problems import ApiError
from embed_platform.service.queued import QueuedEngine
from embed_platform.settings import Settings

# At most so often is the lake asked again which models hold vectors by now.
LOOK_AGAIN_SECONDS = 60.0


@dataclass(frozen=True)
class Served:
    """A reading of the registry.

    Attributes:
        stamp: of the home's file, in nanoseconds; 0 where there is none.
        read_at: on the monotonic clock.
        registry: all models.
        entries: those that may be asked for, the default first.
    """

    stamp: int
    read_at: float
    registry: Registry
    entries: list[ModelEntry]


class Models:
    """Models by name. One is loaded when it is first asked for and stays.

    Args:
        lake: whose spaces an engine elsewhere is compared with, and whose models are served.
        settings: which models, where they run, how much may wait.
        metrics: counts what is embedded.
        open_engine: loads a model.
    """

    def __init__(
        self,
        lake: Lake,
        settings: Settings,
        metrics: Metrics,
        open_engine: Callable[[Lake, ModelEntry, Settings], Engine] = open_query_engine,
    ) -> None:
        self._lake, self._settings, self._metrics = lake, settings, metrics
        self._open = open_engine
        self._batchers: dict[EmbeddingSpace, Batcher] = {}
        self._opening = Lock()
        self._served: Served | None = None
        self._warming: Future[Embedded] | None = None

    def entries(self) -> list[ModelEntry]:
        """Those that may be asked for, the default first."""
        return self._current().entries

    def get(self, name: str, *, param: str = "model") -> ModelEntry:
        """The model of a name or alias.

        Raises:
            ApiError: 404, with the names that are known.
        """
        served = self._current()
        found = served.registry.find(name) if "/" not in name[:1] + name[-1:] else None
        if found and found not in served.entries and _is_old(served):
            served = self._served = self._read(served.stamp)
            found = served.registry.find(name)
        if found is None or found not in served.entries:
            names = ", ".join(entry.name for entry in served.entries)
            raise ApiError(
                404,
                f"the model {name[:100]!r} is not served here; these are: {names} "
                "(EMBED_SERVE_MODELS of the server names others)",
                param=param,
                code="model_not_found",
            )
        return found

    def batcher(self, entry: ModelEntry) -> Batcher:
        """The queue of a model; made at the first call."""
        with self._opening:
            if entry.space not in self._batchers:
                slug = entry.space.slug
                self._batchers[entry.space] = Batcher(
                    lambda: self._open(self._lake, entry, self._settings),
                    slug,
                    batch_tokens=self._settings.serve_batch_tokens,
                    queue_tokens=self._settings.serve_queue_tokens,
                    on_pass=partial(self._count, slug),
                )
            return self._batchers[entry.space]

    def engine(self, entry: ModelEntry) -> Engine:
        """An engine over the model's queue, for whoever blocks: long work, the question of a search."""
        return QueuedEngine(self.batcher(entry), self._settings.serve_batch_tokens)

    def count_refusal(self, entry: ModelEntry) -> None:
        """A request found the queue full."""
        self._metrics.refused.labels(entry.space.slug).inc()

    def readiness(self) -> str:
        """`ok` once the first model is in memory, `loading`, or why it cannot be loaded.

        The first call begins to load it, and so does each one after it failed.
        """
        batcher = self.batcher(self.entries()[0])
        if batcher.engine is not None:
            return "ok"
        warming, failed = self._warming, None
        if warming is not None and warming.done():
            failed = warming.exception()
        if warming is None or failed is not None:
            self._warming = batcher.warm()
        if failed is None:
            return "loading"
        return failed.what if isinstance(failed, EmbedError) else type(failed).__name__

    def warm(self) -> str:
        """As `readiness`, once the first model is in memory or has failed to load."""
        self.readiness()
        if self._warming is not None:
            self._warming.exception()
        return self.readiness()

    def close(self) -> None:
        """Finish what waits."""
        for batcher in self._batchers.values():
            batcher.close()

    def _count(self, slug: str, report: Report) -> None:
        self._metrics.texts.labels(slug).inc(report.texts)
        self._metrics.tokens.labels(slug).inc(report.tokens)
        self._metrics.batch_requests.labels(slug).observe(report.requests)
        self._metrics.queue_tokens.labels(slug).set(report.queued)

    def _current(self) -> Served:
        """The registry, read again when the home's file changed: models are added while it serves."""
        path = home_registry(self._settings)
        stamp = path.stat().st_mtime_ns if path.exists() else 0
        if self._served is None or stamp != self._served.stamp:
            self._served = self._read(stamp)
        return self._served

    def _read(self, stamp: int) -> Served:
        registry = load_registry(self._settings)
        held = () if self._settings.serve_models else _held(self._lake)
        entries = _entries(registry, self._settings, held)
        return Served(stamp, time.monotonic(), registry, entries)


def _is_old(served: Served) -> bool:
    return time.monotonic() - served.read_at >= LOOK_AGAIN_SECONDS


def _held(lake: Lake) -> set[str]:
    """Slugs of the spaces of a lake; none where it cannot be read, which `/readyz` says."""
    try:
        return {PurePosixPath(file.path).stem for file in lake.storage.list("spaces")}
    except (PartMissing, LakeUnavailable):
        return set()


def _entries(registry: Registry, settings: Settings, held: Collection[str]) -> list[ModelEntry]:
    """The models of a registry that texts may be embedded with, the default first.

    Whoever may embed loads a model by naming it, so not all of the registry: those of
    EMBED_SERVE_MODELS, else those that `run` uses and those whose spaces hold vectors (`held`).

    Raises:
        SettingsError: those of the settings are not known, or embed page images only.
    """
    chosen = registry.wanted(settings.serve_models)
    if not settings.serve_models:
        chosen = registry.wanted(settings.models)
        chosen += [entry for entry in registry.models.values() if entry.space.slug in held]
    found = {entry.name: entry for entry in chosen if not entry.space.multi_vector}
    if not found:
        raise SettingsError(
            "no model among these embeds texts",
            where="EMBED_SERVE_MODELS",
            remedy="EMBED_SERVE_PAGE_MODEL names the one for page images",
        )
    return list(found.values())
