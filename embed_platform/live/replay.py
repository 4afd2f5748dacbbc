"""Dead letters of feeds, tried again: their items are asked for and processed anew, their texts embedded anew."""

from __future__ import annotations

from collections.abc import Sequence

from embed_platform.embedding.debts import dead_step
from embed_platform.lake.dead_letters import Filed, remove_letters
from embed_platform.lake.lake import Lake
from embed_platform.live.changes import Change, Cursor, Everything, Source
from embed_platform.live.feed import LETTERS
from embed_platform.live.opening import make_whole, opened, space_of
from embed_platform.live.pipeline import Pipeline

# Polls from the beginning that an item is looked for in, of a source that knows none by its key.
MOST_POLLS = 1000


def is_of_feed(filed: Filed, pipeline: Pipeline, lake: Lake) -> bool:
    """Whether a letter is of a feed's items, or of their texts in its own space."""
    own = (LETTERS, dead_step(space_of(pipeline, lake.settings)[0].slug))
    return filed.user == pipeline.user and filed.step in own


def replay(lake: Lake, pipeline: Pipeline, letters: Sequence[Filed]) -> list[str]:
    """Try letters of a feed again; returns a line for each item that its source no longer has.

    Raises:
        FeedBusy: another process runs the feed.
        EmbedError: the source or a store does not answer, or too much of the feed fails.
    """
    keys = [filed.letter.where for filed in letters if filed.step == LETTERS]
    texts = [filed for filed in letters if filed.step != LETTERS]
    missing: list[str] = []
    with opened(lake, pipeline) as feed:
        if keys:
            changes, missing = look_again(pipeline.source, keys)
            feed.state.redo(keys)
            feed.apply(changes)
        if texts:
            remove_letters(lake.storage, texts)
            make_whole(feed)
    return [
        f"{pipeline.user}: {key} is no longer listed, and its source does not give it by its key"
        for key in missing
    ]


def look_again(source: Source, keys: Sequence[str]) -> tuple[list[Change], list[str]]:
    """Ask a source for items by their keys; returns what it says of them, and the keys it says nothing of.

    Raises:
        SourceUnavailable: it does not answer.
        SourceRefused: it says no.
    """
    fetch = getattr(source, "fetch", None)
    found = list(fetch(keys)) if fetch is not None else _listed(source, set(keys))
    told = {change.key for change in found if not isinstance(change, Everything)}
    return found, [key for key in keys if key not in told]


def _listed(source: Source, keys: set[str]) -> list[Change]:
    """What polls from the beginning say of these items."""
    found: list[Change] = []
    cursor: Cursor = {}
    for _ in range(MOST_POLLS):
        changes, cursor = source.poll(cursor)
        for change in changes:
            if not isinstance(change, Everything) and change.key in keys:
                found.append(change)
        keys = keys - {change.key for change in found if not isinstance(change, Everything)}
        if not keys or not cursor.get("more"):
            break
    return found
