"""What other people's conversations quote of a person: found by names, and taken out everywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from embed_platform.corpus.documents import read_documents
from embed_platform.corpus.kinds import MESSAGE_CHUNK
from embed_platform.embedding.embed import embed_users
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.embedding.vectors import embedded_hashes
from embed_platform.lake.lake import Lake
from embed_platform.sources.containers import Limits
from embed_platform.sources.messenger.export import open_exports
from embed_platform.sources.messenger.ingest import ingest
from embed_platform.stores.base import Store, StoreTable
from embed_platform.stores.publication import S3Store
from embed_platform.stores.sync import sync_space
from embed_platform.upkeep.audit import audit
from embed_platform.upkeep.forget import Around, forget
from embed_platform.upkeep.quotes import quotes, rebuild_conversations
from embed_platform_tests.embedding.engines import HashEngine
from embed_platform_tests.sources.exports import write_zip
from embed_platform_tests.sources.messenger.exports import message, thread
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
    assert receipt.finished_at
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
