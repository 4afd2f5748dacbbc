"""An erasure that is killed at any change it makes: the next start finishes it, and no byte is left."""

from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from embed_platform.lake.lake import Lake, open_lake
from embed_platform.lake.storage import Storage
from embed_platform.settings import Settings
from embed_platform.sources.twitter.current import publish_raw_tweets
from embed_platform.sources.twitter.ingest import ingest
from embed_platform.stores.base import Store, StoreTable
from embed_platform.stores.publication import S3Store
from embed_platform.stores.qdrant.store import QdrantStore
from embed_platform.upkeep.forget import Around, forget, settle_all
from embed_platform.upkeep.forget_receipts import receipts
from embed_platform_tests.sources.exports import members, tweet, write_zip
from embed_platform_tests.stores.conftest import lake as lake
from embed_platform_tests.stores.conftest import table as table
from embed_platform_tests.upkeep.conftest import bring

SECRET = "a sentence that nobody else has"
CHANGES = (
    (Storage, "put"),
    (Storage, "delete"),
    (Storage, "delete_prefix"),
    (QdrantStore, "delete"),
    (S3Store, "delete"),
    (S3Store, "finish"),
)


@pytest.fixture
def stores(lake: Lake) -> list[Store]:
    """Those that live in this process: a server cannot be forked with it."""
    return [QdrantStore(lake.settings), S3Store(lake)]


def erase(home: Path, user: str, number: int) -> None:
    """Forget somebody, in a process that is killed at its `number`th change."""
    left = [number]

    def counted(method: Any) -> Any:
        def call(*arguments: Any, **options: Any) -> Any:
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)
            return method(*arguments, **options)

        return call

    for owner, name in CHANGES:
        setattr(owner, name, counted(getattr(owner, name)))
    lake = open_lake(Settings(home=home))
    forget(lake, user, Around([QdrantStore(lake.settings), S3Store(lake)]))


def killed_at(number: int, home: Path, user: str) -> bool:
    """Whether the erasure was killed at that change; it has fewer otherwise."""
    # of the imported test, not of this process, whose threads a fork would lose
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    child = context.Process(target=erase, args=(home, user, number))
    child.start()
    child.join(60)
    assert child.exitcode in (0, -signal.SIGKILL)
    return child.exitcode != 0


def close(stores: list[Store]) -> None:
    for store in stores:
        store.close()


def traces(home: Path, *words: str) -> dict[str, str]:
    """Files under a home with one of these words in their bytes or name, and the word."""
    return {
        str(path.relative_to(home)): word
        for path in home.rglob("*")
        for word in words
        if word in str(path) or (path.is_file() and word.encode() in path.read_bytes())
    }


@pytest.mark.slow
def test_killed_at_any_change_it_is_finished_by_the_next_start(
    lake: Lake, table: StoreTable, stores: list[Store], tmp_path: Path
) -> None:
    home = lake.settings.home
    bring(lake, table, stores, bob=["shared", "of bob"])
    kept = {e.path for e in lake.storage.list() if "user=bob" in e.path}
    number, killed = 0, True
    while killed:
        number += 1
        user = f"tilda{number}"
        account = {"account_id": str(1000 + number), "username": user}
        path = write_zip(
            tmp_path / f"{user}.zip",
            members([tweet(n, full_text=SECRET) for n in range(3)], **account),
        )
        ingest(lake, path)
        publish_raw_tweets(lake, user)
        bring(lake, table, stores, **{user: ["shared", SECRET]})
        close(stores)
        killed = killed_at(number, home, user)
        if not killed:
            break
        suppressed = [receipt.user for receipt in receipts(lake, finished=False)]
        if suppressed != [user]:  # before the receipt nothing was removed: it is asked again
            assert number <= 3 and user in lake.users()
            forget(lake, user, Around(stores))
        assert settle_all(lake, lambda: Around(stores)) == []
        close(stores)
        found = traces(home, user, SECRET)
        assert all(name.startswith("lake/erasures/done/") for name in found), (number, found)
    assert number > 12, "every change was tried"
    assert len(receipts(lake, finished=True)) == number
    assert {e.path for e in lake.storage.list() if "user=bob" in e.path} == kept
    assert [store.counts(table, ["bob"])["bob"] for store in stores] == [2, 2]
    for receipt in receipts(lake, finished=True):
        assert receipt.stores == {"qdrant": 2, "s3": 2} and receipt.files["lake"] >= 5
    close(stores)
