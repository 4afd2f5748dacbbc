"""The models that the service embeds with, each with its queue and its one thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from threading import Lock

from embed_platform.compute.queries import open_query_engine
from embed_platform.embedding.engine import Embedded, Engine
from embed_platform.embedding.registry import ModelEntry, Registry, home_registry, load_registry
from embed_platform.errors import EmbedError
from embed_platform.lake.lake import Lake
from embed_platform.service.batching import Batcher, Report
from embed_platform.service.metrics import Metrics
from embed_platform.service.problems import ApiError
from embed_platform.service.queued import QueuedEngine
from embed_platform.settings import Settings


class Models:
    """Models by name. One is loaded when it is first asked for and stays.

    Args:
        lake: whose spaces an engine elsewhere is compared with.
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
        self._batchers: dict[str, Batcher] = {}
        self._opening = Lock()
        self._registry: Registry | None = None
        self._stamp = 0
        self._warming: Future[Embedded] | None = None

    def entries(self) -> list[ModelEntry]:
        """Those that may be asked for, the default first."""
        registry = self._current()
        if self._settings.serve_models:
            return registry.wanted(self._settings.serve_models)
        first = registry.wanted(self._settings.models)[0]
        return [first, *(entry for entry in registry.models.values() if entry != first)]

    def get(self, name: str, *, param: str = "model") -> ModelEntry:
        """The model of a name or alias.

        Raises:
            ApiError: 404, with the names that are known.
        """
        known = self.entries()
        found = self._current().find(name) if "/" not in name[:1] + name[-1:] else None
        if found is None or found not in known:
            names = ", ".join(entry.name for entry in known)
            raise ApiError(
                404,
                f"the model {name[:100]!r} is not served here; these are: {names}",
                param=param,
                code="model_not_found",
            )
        return found

    def batcher(self, entry: ModelEntry) -> Batcher:
        """The queue of a model; made at the first call."""
        slug = entry.space.slug
        with self._opening:
            if slug not in self._batchers:
                self._batchers[slug] = Batcher(
                    lambda: self._open(self._lake, entry, self._settings),
                    slug,
                    batch_tokens=self._settings.serve_batch_tokens,
                    queue_tokens=self._settings.serve_queue_tokens,
                    on_pass=partial(self._count, slug),
                )
            return self._batchers[slug]

    def engine(self, entry: ModelEntry) -> Engine:
        """An engine over the model's queue, for long work."""
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

    def close(self) -> None:
        """Finish what waits."""
        for batcher in self._batchers.values():
            batcher.close()

    def _count(self, slug: str, report: Report) -> None:
        self._metrics.texts.labels(slug).inc(report.texts)
        self._metrics.tokens.labels(slug).inc(report.tokens)
        self._metrics.batch_requests.labels(slug).observe(report.requests)
        self._metrics.queue_tokens.labels(slug).set(report.queued)

    def _current(self) -> Registry:
        """The registry, read again when the home's file changed: models are added while it serves."""
        path = home_registry(self._settings)
        stamp = path.stat().st_mtime_ns if path.exists() else 0
        if self._registry is None or stamp != self._stamp:
            self._registry, self._stamp = load_registry(self._settings), stamp
        return self._registry
