"""What a feed left in stores and spaces that its pipeline names no longer: taken out, for nothing keeps it true."""

from __future__ import annotations

import logging

from embed_platform.embedding.debts import dead_step
from embed_platform.errors import StoreUnavailable, VerificationFailed
from embed_platform.lake import layout
from embed_platform.lake.dead_letters import write_dead_letters
from embed_platform.lake.lake import Lake
from embed_platform.live.feed import Feed
from embed_platform.stores.base import Store
from embed_platform.stores.loads import LoadRecord, loaded_rows, write_record
from embed_platform.stores.open import open_store, stores_in_use
from embed_platform.upkeep.spaces import HeldSpace, held_spaces

_log = logging.getLogger(__name__)


def unload_elsewhere(feed: Feed) -> bool:
    """Empty the stores that the feed no longer names, and drop its vectors in other spaces.

    A store that does not answer, perhaps why it was taken out, is named in the log and tried again
    at the next start. Returns whether nothing is left.

    Raises:
        VerificationFailed: a store still holds what was removed.
    """
    done = True
    for held in held_spaces(feed.lake):
        own = {t.name for t in feed.targets} if held.space.slug == feed.space.slug else set()
        left = [
            name
            for name in loaded_rows(feed.lake, held.space.slug, feed.user)
            if name not in own and not _unload(feed.lake, name, held, feed.user)
        ]
        if held.space.slug != feed.space.slug and not left:
            _drop_vectors(feed.lake, held.space.slug, feed.user)
        done = done and not left
    return done


def _unload(lake: Lake, name: str, held: HeldSpace, user: str) -> bool:
    """Empty one store, where it can still be reached; whether that is done."""
    if name in stores_in_use(lake.settings):
        try:
            store = open_store(name, lake.settings, lake)
            try:
                _empty(store, held, user)
            finally:
                store.close()
        except StoreUnavailable as error:
            _log.warning("%s: its rows are still in a store that it left: %s", user, error)
            return False
    write_record(lake, name, held.space.slug, user, LoadRecord())
    return True


def _empty(store: Store, held: HeldSpace, user: str) -> None:
    for table in held.tables():
        store.delete(table, user, list(store.hashes(table, user)))
        left = store.counts(table, [user]).get(user, 0)
        if left:
            raise VerificationFailed(
                f"{left} rows are still there", where=f"{store.name}, {table.name}, {user}"
            )
        store.finish(table)


def _drop_vectors(lake: Lake, slug: str, user: str) -> None:
    with lake.writing(user):
        lake.storage.delete_prefix(layout.vectors(slug, user))
        write_dead_letters(lake.storage, user, dead_step(slug), [])
