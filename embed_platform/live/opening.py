"""From a pipeline to a feed that is ready: its lock, its space, its stores, and what a crash left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

from embed_platform.compute.fleets import open_fleet
from embed_platform.corpus.privacy import release
from embed_platform.embedding.embed import embed_with
from embed_platform.embedding.fleet import OneMachine, TextFleet
from embed_platform.embedding.registry import load_registry
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.embedding.texts import TextEmbedder
from embed_platform.embedding.vectors import embedded_hashes
from embed_platform.errors import EmbedError, SettingsError
from embed_platform.lake.lake import Lake
from embed_platform.lake.suppressions import is_suppressed, lift, refuse_erased
from embed_platform.lake.under_way import working_on
from embed_platform.lake.visibility import refuse_public
from embed_platform.live.elsewhere import unload_elsewhere
from embed_platform.live.feed import KIND, Feed, known_documents
from embed_platform.live.identity import same_source
from embed_platform.live.pipeline import FunctionEngine, Pipeline
from embed_platform.live.processors import Chunk, CountTokens, Processor
from embed_platform.live.state import open_state, remove_state
from embed_platform.live.targets import OwnTarget, PlatformTarget, Target
from embed_platform.settings import STORE_NAMES, Settings
from embed_platform.stores.loads import loaded_rows
from embed_platform.stores.open import open_store


class FeedBusy(SettingsError):
    """Another process runs the feed."""


@contextmanager
def feed_lock(settings: Settings, user: str) -> Iterator[None]:
    """Hold the right to run a feed.

    Raises:
        FeedBusy: another process holds it.
    """
    folder = settings.home / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / f"live-{user}.lock", timeout=0):
            yield
    except Timeout:
        raise FeedBusy(
            "another process runs this feed", where=user, remedy="Stop it first, or let it be"
        ) from None


@contextmanager
def feed_at_work(settings: Settings, user: str) -> Iterator[None]:
    """Hold the right to run a feed, and let everybody see that it runs.

    Raises:
        FeedBusy: another process holds it.
    """
    with feed_lock(settings, user), working_on(settings, [user], "its feed"):
        yield


def is_running(settings: Settings, user: str) -> bool:
    """Whether some process runs a feed at this moment."""
    try:
        with feed_lock(settings, user):
            return False
    except FeedBusy:
        return True


@contextmanager
def opened(lake: Lake, pipeline: Pipeline) -> Iterator[Feed]:
    """A feed that nobody else runs, with what a crash left behind put right."""
    with feed_at_work(lake.settings, pipeline.user):
        feed = open_feed(lake, pipeline)
        try:
            put_right(feed)
            yield feed
        finally:
            feed.close()


def open_feed(lake: Lake, pipeline: Pipeline) -> Feed:
    """A feed over the state, space and stores that its pipeline names.

    Raises:
        SettingsError: the model or a store is not known, a newer version wrote the state, or the
            feed follows another source.
        ErasedUser: the feed was erased; its state is removed.
    """
    user, settings = pipeline.user, lake.settings
    if is_suppressed(lake.storage, user):
        remove_state(settings, user)
        refuse_erased(lake.storage, user, where=user)
    space, fleet = space_of(pipeline, settings)
    check_stores(pipeline)
    if not pipeline.publish:
        refuse_public(lake.storage, settings, "a feed is private unless it says `publish: true`")
    connect = getattr(pipeline.source, "connect", None)
    if connect is not None:
        connect(settings)
    state = open_state(settings, user)
    try:
        same_source(state, pipeline.source, pipeline.name)
    except SettingsError:
        state.close()
        raise
    embedder = TextEmbedder(lake, space, user, [KIND], fleet)
    targets = [_target(lake, store, space, user) for store in pipeline.stores]
    processors = counting(pipeline.processors, token_counter(pipeline, settings))
    return Feed(lake, pipeline, state, space, embedder, targets, processors)


def put_right(feed: Feed) -> None:
    """Make lake and stores agree where a batch was cut short, the state was lost, or a store is new."""
    lake, state, user = feed.lake, feed.state, feed.user
    release(lake, user, publish=feed.pipeline.publish)
    names = sorted(f"{feed.space.slug}/{target.name}" for target in feed.targets)
    names += ["published"] * feed.pipeline.publish  # what a store may hold is another thing then
    known = state.get("stores")
    if known is None:
        _take_over(feed)
    has_documents = state.counts()["documents"] > 0 or state.unfinished()
    if state.unfinished() or (known != names and has_documents):
        make_whole(feed)
    elif has_documents:
        held = set(loaded_rows(lake, feed.space.slug, user))
        refused = {t.name for t in feed.targets if isinstance(t, PlatformTarget) and t.refused}
        for target in feed.targets:
            if isinstance(target, PlatformTarget) and target.name not in held | refused:
                target.load_all()  # the store was rebuilt
    if known != names:
        state.keep(stores=names)
    if state.get("nowhere_else", known) != names and unload_elsewhere(feed):
        state.keep(nowhere_else=names)


def make_whole(feed: Feed) -> None:
    """Give every text of a feed its vector, and every store just what the lake holds.

    Raises:
        EmbedError: the lake cannot be read, a machine or a store does not answer.
    """
    open_fleet_of = space_of(feed.pipeline, feed.lake.settings)[1]
    (result,) = embed_with(feed.lake, feed.space, [feed.user], [KIND], open_fleet_of()).values()
    if isinstance(result, EmbedError):
        raise result
    for target in feed.targets:
        target.load_all()
    _take_over(feed)
    feed.state.put_aside_unfinished()


def _take_over(feed: Feed) -> None:
    """Let the state know what the lake holds."""
    embedded = embedded_hashes(feed.lake, feed.space.slug, feed.user)
    feed.state.begin_from(known_documents(feed.lake, feed.user, embedded))


def take_back(lake: Lake, pipeline: Pipeline) -> None:
    """Let a feed that was erased be followed again."""
    lift(lake.storage, pipeline.user)


def space_of(
    pipeline: Pipeline, settings: Settings
) -> tuple[EmbeddingSpace, Callable[[], TextFleet]]:
    """The space of a pipeline, and how its machines are opened."""
    if isinstance(pipeline.space, EmbeddingSpace):
        assert pipeline.embed is not None  # the pipeline has checked it
        engine = FunctionEngine(pipeline.embed, pipeline.space)
        return pipeline.space, lambda: OneMachine(lambda: engine, "own")
    entry = load_registry(settings).get(pipeline.space)
    return entry.space, partial(open_fleet, entry, settings)


def check_stores(pipeline: Pipeline) -> None:
    """Refuse a store that is neither one of the platform's nor one of somebody's own."""
    for store in pipeline.stores:
        if isinstance(store, str) and store not in STORE_NAMES:
            raise SettingsError(
                f"unknown store {store!r}; the stores are {', '.join(STORE_NAMES)}",
                where=pipeline.name,
            )
        if not isinstance(store, str) and not (
            hasattr(store, "upsert") and hasattr(store, "delete")
        ):
            raise SettingsError(
                "a store of one's own has `upsert(rows)` and `delete(ids)`", where=pipeline.name
            )


def token_counter(pipeline: Pipeline, settings: Settings) -> CountTokens | None:
    """Counts tokens as the space's model does, where its tokenizer is a file on this machine."""
    if isinstance(pipeline.space, EmbeddingSpace):
        return None
    path = Path(load_registry(settings).get(pipeline.space).source) / "tokenizer.json"
    return _tokenizer(path) if path.is_file() else None


def _tokenizer(path: Path) -> CountTokens:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()

    def count(texts: Sequence[str]) -> list[int]:
        found = tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [max(1, len(encoding)) for encoding in found]

    return count


def counting(processors: Sequence[Processor], count: CountTokens | None) -> tuple[Processor, ...]:
    """The same processors, those that cut counting by the model's tokens."""
    if count is None:
        return tuple(processors)
    return tuple(p.counting(count) if isinstance(p, Chunk) else p for p in processors)


def _target(lake: Lake, store: object, space: EmbeddingSpace, user: str) -> Target:
    if isinstance(store, str):
        return PlatformTarget(lake, open_store(store, lake.settings, lake), space, user)
    return OwnTarget(lake, store, space, user)  # type: ignore[arg-type]
