"""What other people's conversations quote of a person: found by names, and taken out everywhere."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from embed_platform.corpus.documents import read_documents
from embed_platform.corpus.kinds import MESSAGE_CHUNK
from embed_platform.embedding.embed import embed_users
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.embedding.vectors import embedded_hashes
from embed_platform.lake.lake import Lake
from embed_platform.lake.snapshots import parse_parquet
from embed_platform.settings import Settings
from embed_platform.sources.messenger.export import open_exports
from embed_platform.sources.messenger.ingest import ingest
from embed_platform.sources.zips import Limits
from embed_platform.stores.base import Store, StoreTable
from embed_platform.stores.publication import S3Store
from embed_platform.stores.sync import sync_space
from embed_platform.upkeep.audit import audit
from embed_platform.upkeep.forget import Around, forget
from embed_platform.upkeep.quotes import named_by, quotes, rebuild_conversations
from embed_platform_tests.embedding.engines import HashEngine
from embed_platform_tests.sources.exports import write_zip
from embed_platform_tests.sources.messenger.exports import broken, message, thread
from embed_platform_tests.stores.conftest import lake as lake

TABLE = StoreTable(EmbeddingSpace("quoting", "r" * 40, 8), MESSAGE_CHUNK)
SAID = "the plan that only Žofie ever wrote down"


@pytest.fixture
def store(lake: Lake, tmp_path: Path) -> Store:
    """Bob's conversations with Žofie and with Ann, loaded."""
    files = thread(
        "inbox/zofie_1",
        [message("Bob asks something first", 0, "Bob"), message(SAID, 1, "Žofie  Nová")],
        participants=("Žofie Nová", "Bob"),
        title="Žofie Nová",
    )
    files |= thread(
        "inbox/ann_1", [message("Ann says something else", 0, "Ann")], participants=("Ann", "Bob")
    )
    path = write_zip(tmp_path / "facebook-bob.zip", files)
    for export in open_exports([path], Limits(10**9, 200.0)):
        ingest(lake, export, "bob")
    rebuild_conversations(lake, "bob")
    embed_users(lake, TABLE.space, ["bob"], [TABLE.kind.name], lambda: HashEngine(8))
    store = S3Store(lake)
    sync_space(lake, store, [TABLE], ["bob"])
    return store


def take_in(lake: Lake, tmp_path: Path, user: str, files: dict[str, bytes]) -> None:
    """An export of a user's, as far as chunks."""
    path = write_zip(tmp_path / f"facebook-{user}.zip", files)
    for export in open_exports([path], Limits(10**9, 200.0)):
        ingest(lake, export, user, restore=True)
    rebuild_conversations(lake, user)


def derived(lake: Lake, user: str) -> str:
    """Everything in the lake that was made of a user's kept exports, as text."""
    found = []
    for entry in lake.storage.list():
        if f"user={user}/" not in entry.path or entry.path.startswith(("members/", "archives/")):
            continue
        data = lake.storage.get(entry.path)
        if entry.path.endswith(".parquet"):
            rows = parse_parquet(entry.path, data).to_pylist()
            found.append(json.dumps(rows, default=str, ensure_ascii=False))
        else:
            found.append(data.decode())
    return "\n".join(found)


def texts(lake: Lake) -> list[str]:
    return sorted(read_documents(lake, "bob", TABLE.kind.name)["text"].to_pylist())


def test_quotes_are_found_by_name_whatever_its_case_and_spaces(lake: Lake, store: Store) -> None:
    (quote,) = quotes(lake, ["žofie nová"])
    assert (quote.user, quote.kind, quote.messages) == ("bob", "message_chunk", 2)
    assert SAID not in repr(quote)
    assert quotes(lake, ["Nobody"]) == quotes(lake, []) == quotes(lake, ["Ann"], "bob") == []


def test_a_person_who_leaves_with_quotes_is_taken_out_of_others_conversations(
    lake: Lake, store: Store
) -> None:
    before = embedded_hashes(lake, TABLE.space.slug, "bob")
    receipt = forget(lake, "zofie", Around([store]), ["Žofie Nová"], including_quotes=True)
    assert (receipt.quotes, receipt.quoted_by, receipt.aliases) == (1, ["bob"], [])
    assert receipt.finished_at and receipt.originals == 1, "and it says that bob's own export stays"
    assert quotes(lake, ["Žofie Nová"]) == []
    assert [SAID in text or "Žofie" in text for text in texts(lake)] == [False, False]
    assert any("Bob asks something first" in text for text in texts(lake))
    # the text that is gone has no vector and no row any more; what is left waits for the next run
    assert len(embedded_hashes(lake, TABLE.space.slug, "bob")) == len(before) - 1
    assert store.counts(TABLE, ["bob"]) == {"bob": 1}
    rebuild_conversations(lake, "bob")
    assert quotes(lake, ["Žofie Nová"]) == [], "deriving again resurrects nothing"
    embed_users(lake, TABLE.space, ["bob"], [TABLE.kind.name], lambda: HashEngine(8))
    sync_space(lake, store, [TABLE], ["bob"])
    assert store.counts(TABLE, ["bob"]) == {"bob": 2} and audit(lake, [store]) == []


def test_without_being_asked_for_quotes_stay(lake: Lake, store: Store) -> None:
    before = texts(lake)
    receipt = forget(lake, "zofie", Around([store]), ["Žofie Nová"])
    assert receipt.finished_at and receipt.quotes == 0
    rebuild_conversations(lake, "bob")
    assert texts(lake) == before and len(quotes(lake, ["Žofie Nová"])) == 1


def test_whoever_only_reacted_wrote_too_little_or_is_in_a_title_is_taken_out_of_every_table(
    lake: Lake, tmp_path: Path
) -> None:
    lake = replace(lake, settings=Settings(home=lake.settings.home, dead_letter_limit=1.0))
    liked = [
        {"reaction": broken("❤"), "actor": broken("Žofie Nová")},
        {"reaction": broken("👍"), "actor": "Ann"},
    ]
    said = [
        message("a sentence that Ann liked as well", 0, "Bob", reactions=liked),
        message("ok", 1, "Žofie Nová"),
        {
            "sender_name": broken("Žofie Nová"),
            "timestamp_ms": -5,
            "content": "an unreadable secret",
        },
    ]
    files = thread("inbox/trip_1", said, participants=("Ann", "Bob"), title="Ann and Žofie Nová")
    take_in(lake, tmp_path, "carl", files)
    assert all(word in derived(lake, "carl") for word in ("Žofie", "unreadable secret", "👍"))
    assert named_by(lake, ["ŽOFIE nová"]) == ["carl"] and named_by(lake, ["Ann"], "carl") == []
    receipt = forget(lake, "zofie", Around([]), ["Žofie Nová"], including_quotes=True)
    assert (receipt.quoted_by, receipt.originals) == (["carl"], 1) and receipt.finished_at
    left = derived(lake, "carl")
    assert "Žofie" not in left and "unreadable secret" not in left
    assert "a sentence that Ann liked as well" in left and "👍" in left

    # and of what comes later, too
    later = thread("inbox/later_1", [message(SAID, 5, "Žofie Nová"), message("yes, yes", 6, "Bob")])
    take_in(lake, tmp_path, "dora", later)
    assert "Žofie" not in derived(lake, "dora") and "yes, yes" in derived(lake, "dora")


def test_whoever_comes_back_is_heard_in_the_own_conversations_and_not_in_others(
    lake: Lake, store: Store, tmp_path: Path
) -> None:
    forget(lake, "zofie", Around([store]), ["Žofie Nová"], including_quotes=True)
    own = thread("inbox/bob_1", [message(SAID, 1, "Žofie Nová"), message("so it is", 2, "Bob")])
    take_in(lake, tmp_path, "zofie", own)
    assert SAID in derived(lake, "zofie")
    rebuild_conversations(lake, "bob")
    assert SAID not in derived(lake, "bob")
