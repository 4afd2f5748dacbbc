"""Messages belong to others too: a publication that strangers read never holds them, tweets it does."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from embed_platform.corpus.documents import Document, documents_table, publish_documents
from embed_platform.corpus.kinds import KINDS, MESSAGE, MESSAGE_CHUNK, THREAD, TWEET, Kind
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import BadArchive, SettingsError, StoreUnavailable
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.settings import Settings
from embed_platform.sources.records import prune_superseded
from embed_platform.sources.twitter.ingest import ingest
from embed_platform.stores.base import StoreTable
from embed_platform.stores.publication import S3Store
from embed_platform.stores.sync import Loaded, sync_space, wanted_rows
from embed_platform.upkeep.publish import publish
from embed_platform.upkeep.spaces import HeldSpace
from embed_platform.upkeep.status import status
from embed_platform_tests.servers import free_port
from embed_platform_tests.sources.buckets import Server
from embed_platform_tests.sources.buckets import private_server as private_server
from embed_platform_tests.sources.buckets import public_server as public_server
from embed_platform_tests.sources.buckets import serve as serve
from embed_platform_tests.sources.exports import account, archive_json, tweet, write_json
from embed_platform_tests.stores.rows import embed, new_table, write_tweets

PRIVATE = (MESSAGE_CHUNK, MESSAGE)
SAID = ["CANARY one", "CANARY two", "CANARY three"]
TWEETS = ["good morning", "good night"]


@pytest.fixture
def space() -> EmbeddingSpace:
    """A space that no other test uses, so that its files in the bucket are this test's."""
    return new_table(8).space


def write_messages(lake: Lake, kind: Kind, user: str) -> None:
    at = datetime(2020, 1, 1, tzinfo=UTC)
    documents = [Document(user, kind.name, str(n), text, at) for n, text in enumerate(SAID)]
    publish_documents(lake, user, kind.name, documents_table(documents))


def lake_of(tmp_path: Path, space: EmbeddingSpace, **settings: Any) -> Lake:
    """A lake in a folder with tweets, chunks and messages of one user, and their vectors."""
    lake = open_lake(Settings(home=tmp_path / "home", **settings))
    write_tweets(lake, "alice", TWEETS)
    for kind in PRIVATE:
        write_messages(lake, kind, "alice")
    embed(lake, StoreTable(space, TWEET), "alice", [*TWEETS, *SAID])
    return lake


def load(lake: Lake, space: EmbeddingSpace) -> Loaded:
    tables = [StoreTable(space, kind) for kind in KINDS.values()]
    (loaded,) = sync_space(lake, S3Store(lake), tables, ["alice"]).values()
    assert isinstance(loaded, Loaded), loaded
    return loaded


def published(lake: Lake, space: EmbeddingSpace) -> dict[str, int]:
    """Rows of each kind, counted by the store."""
    store = S3Store(lake)
    counts = {
        kind.name: store.counts(StoreTable(space, kind), ["alice"])["alice"]
        for kind in KINDS.values()
    }
    return {name: count for name, count in counts.items() if count}


def holds_messages(lake: Lake, space: EmbeddingSpace) -> bool:
    files = [lake.published.get(entry.path) for entry in lake.published.list(f"space={space.slug}")]
    assert files
    return any(b"CANARY" in data or b"message" in data for data in files)


def at(server: Server, **settings: Any) -> dict[str, Any]:
    return {"publish_url": "s3://bucket/published", **server, **settings}


EVERYTHING = {"tweet": 2, "message_chunk": 3, "message": 3}


def test_messages_chunks_and_pages_are_the_private_kinds() -> None:
    private = {kind.name for kind in KINDS.values() if kind.private}
    assert private == {"message", "message_chunk", "page_image"}


def test_a_private_bucket_and_a_folder_get_both(
    tmp_path: Path, private_server: Server, space: EmbeddingSpace
) -> None:
    bucket = lake_of(tmp_path, space, **at(private_server))
    folder = lake_of(tmp_path, space)
    for lake in (bucket, folder):
        assert not S3Store(lake).refuses(StoreTable(space, MESSAGE_CHUNK))
        lake.storage.delete_prefix("loads")
        assert load(lake, space).rows == 8
        assert published(lake, space) == EVERYTHING


def test_a_public_bucket_gets_tweets_alone(
    tmp_path: Path, public_server: Server, space: EmbeddingSpace
) -> None:
    lake = lake_of(tmp_path, space, **at(public_server))
    store = S3Store(lake)
    for kind in PRIVATE:
        reason = store.refuses(StoreTable(space, kind))
        assert "everybody can read s3://bucket/published" in reason
        assert wanted_rows(lake, store, StoreTable(space, kind), "alice") == {}
    for kind in (TWEET, THREAD):
        assert not store.refuses(StoreTable(space, kind))
    assert load(lake, space).rows == 2
    assert published(lake, space) == {"tweet": 2}
    assert not holds_messages(lake, space)


def test_a_publication_that_is_served_somewhere_gets_tweets_alone(
    tmp_path: Path, private_server: Server, space: EmbeddingSpace
) -> None:
    for settings in (at(private_server), {}):
        lake = lake_of(tmp_path, space, public_url="https://x.test/", **settings)
        reason = S3Store(lake).refuses(StoreTable(space, MESSAGE))
        assert reason == "private, and the publication is served at https://x.test"
        lake.storage.delete_prefix("loads")
        load(lake, space)
        assert published(lake, space) == {"tweet": 2}
        assert not holds_messages(lake, space)


@pytest.mark.parametrize("how", ["public bucket", "public address"])
def test_what_is_there_when_it_becomes_public_is_removed_and_tweets_stay(
    tmp_path: Path, serve: Callable[[str], Server], space: EmbeddingSpace, how: str
) -> None:
    before = lake_of(tmp_path, space, **at(serve("private")))
    load(before, space)
    assert published(before, space) == EVERYTHING and holds_messages(before, space)
    settings = (
        at(serve("public"))
        if how == "public bucket"
        else at(serve("private"), public_url="https://x.test")
    )
    now = open_lake(Settings(home=tmp_path / "home", **settings))
    loaded = load(now, space)
    assert (loaded.rows, loaded.deleted) == (2, 6)
    assert published(now, space) == {"tweet": 2}
    assert not holds_messages(now, space)
    manifest = json.loads(now.published.get(f"space={space.slug}/manifest.json"))
    assert (manifest["kinds"], manifest["rows"]) == (["tweet"], 2)
    again = open_lake(Settings(home=tmp_path / "home", **at(serve("private"))))
    load(again, space)
    assert published(again, space) == EVERYTHING, "and they come back when it is private again"


def keep_private(lake: Lake, *, private: bool, number: int = 0) -> None:
    """An archive.json of alice whose owner did, or did not, want it for nobody else."""
    options = {"keepPrivate": private, "startDate": None, "endDate": None}
    made = archive_json([tweet(number)], account=account("alice"), **{"upload-options": options})
    ingest(lake, write_json(lake.settings.home.parent / "given" / "archive.json", made))


@pytest.mark.parametrize("how", ["public bucket", "public address"])
def test_tweets_of_somebody_who_keeps_them_private_are_not_published_where_strangers_read(
    tmp_path: Path, serve: Callable[[str], Server], space: EmbeddingSpace, how: str
) -> None:
    settings = at(serve("public")) if how == "public bucket" else {"public_url": "https://x.test"}
    lake = lake_of(tmp_path, space, **settings)
    write_tweets(lake, "bob", TWEETS)
    embed(lake, StoreTable(space, TWEET), "bob", TWEETS)
    tables = [StoreTable(space, TWEET)]
    store = S3Store(lake)
    held = [HeldSpace(space, ("tweet",))]
    keep_private(lake, private=False)
    (done,) = publish(lake, [store], held, ["alice", "bob"])
    assert (done.rows, done.withheld) == (4, {})
    keep_private(lake, private=True, number=1)
    (done,) = publish(lake, [store], held, ["alice", "bob"])
    assert (done.rows, done.deleted) == (2, 2) and "alice keeps them private" in done.withheld[
        "tweet"
    ]
    assert store.counts(tables[0], ["alice", "bob"]) == {"alice": 0, "bob": 2}
    assert not [e.path for e in lake.published.list(f"space={space.slug}") if "alice" in e.path]
    (alice, _) = status(lake)["users"]
    assert "tweet" in alice["private"]
    private = open_lake(Settings(home=tmp_path / "home"))
    assert S3Store(private).refuses(tables[0], "alice") == "", "a folder is no publication"
    # the owner changes the mind: the archive that says so replaces the other one first
    keep_private(lake, private=False, number=2)
    assert store.refuses(tables[0], "alice")
    prune_superseded(lake, "alice")
    (done,) = publish(lake, [store], held, ["alice", "bob"])
    assert done.rows == 4


def test_a_private_archive_is_not_taken_into_a_lake_that_strangers_read(
    tmp_path: Path, public_server: Server
) -> None:
    lake = open_lake(Settings(home=tmp_path / "h", lake_url="s3://bucket/lake", **public_server))
    with pytest.raises(SettingsError, match="owner keeps it private"):
        keep_private(lake, private=True)
    assert lake.users() == []
    keep_private(lake, private=False)
    assert lake.users() == ["alice"]


def test_upload_options_that_say_neither_yes_nor_no_are_refused(tmp_path: Path) -> None:
    lake = open_lake(Settings(home=tmp_path / "home"))
    with pytest.raises(BadArchive, match="upload-options"):
        keep_private(lake, private="perhaps")  # type: ignore[arg-type]


def test_a_server_that_does_not_answer_is_asked_again_before_anything_is_published(
    tmp_path: Path, space: EmbeddingSpace
) -> None:
    nobody = {"s3_endpoint": f"http://127.0.0.1:{free_port()}", "s3_key": "k", "s3_secret": "s"}
    lake = lake_of(tmp_path, space, **at(nobody))
    with pytest.raises(StoreUnavailable):
        S3Store(lake).refuses(StoreTable(space, MESSAGE))
    assert not S3Store(lake).refuses(StoreTable(space, TWEET)), "of tweets nobody needs to ask"


def test_whether_strangers_read_is_asked_once_a_run(
    tmp_path: Path, private_server: Server, space: EmbeddingSpace, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = lake_of(tmp_path, space, **at(private_server))
    store = S3Store(lake)
    assert not store.refuses(StoreTable(space, MESSAGE))
    monkeypatch.setattr(lake.published, "put", None)
    assert not store.refuses(StoreTable(space, MESSAGE_CHUNK))
