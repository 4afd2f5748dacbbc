"""The Messenger road on real parts: the sample export through Dagster into all three stores, and out again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pyarrow.parquet as pq
import pytest
import yaml
from psycopg import sql
from pymilvus import MilvusClient

from embed_platform.corpus.chunking import shown_name
from embed_platform.corpus.documents import read_documents
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.settings import load_settings
from embed_platform.stores.servers import start_milvus, start_postgres
from embed_platform_tests.road import SAMPLE, Home

pytestmark = pytest.mark.slow
MESSENGER = SAMPLE.with_name("messenger")
SEARCHES = yaml.safe_load(SAMPLE.with_name("messenger_searches.yaml").read_text(encoding="utf-8"))
USER = "edwin_pellow"
STORES = ("pgvector", "milvus", "s3")
SENTENCE = "He put the kettle in the fridge"
# Of two messages that their senders took back.
CANARY = "CANARY-UNSENT"
WITH_MESSAGES = {"EMBED_MESSAGE_DOCUMENTS": "1"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    home = Home(tmp_path_factory.mktemp("messages") / "home")
    yield home
    home.run("down")


@pytest.fixture(scope="module")
def stats(home: Home) -> Any:
    """What is told right after the export was taken in."""
    home.run("ingest", MESSENGER, "--user", USER)
    found = home.json("chunks", "stats")
    assert not (home.path / "lake" / "vectors").exists(), "nothing was embedded for it"
    return found


@pytest.fixture(scope="module")
def first(home: Home, stats: Any) -> Any:
    """What the first run did."""
    return home.json("run")


@pytest.fixture
def loaded(home: Home, first: Any) -> Home:
    """The home once it is loaded."""
    return home


def lake_of(home: Home) -> Lake:
    return open_lake(load_settings(home=home.path))


def test_the_statistics_have_the_names_that_scripts_read(stats: Any) -> None:
    assert set(stats) == {
        "user", "messages", "dropped", "coalesced", "sessions", "chunks", "ratio",
        "threads", "chars", "lengths",
    }  # fmt: skip
    assert (stats["user"], stats["messages"], stats["coalesced"]) == (USER, 417, 361)
    assert stats["dropped"] == {"empty": 10, "system": 16, "unsent": 4}
    assert (stats["sessions"], stats["chunks"], stats["ratio"]) == (41, 43, 9.37)


def test_the_statistics_for_people_show_lengths_and_what_is_left_out(
    home: Home, stats: Any
) -> None:
    shown = home.run("chunks", "stats", "--user", USER).stdout
    for words in ("417", "10 empty, 16 system, 4 unsent", "9.37 messages with text a chunk", "█"):
        assert words in shown
    assert SENTENCE not in shown


def test_settings_change_the_statistics_before_anything_is_embedded(home: Home, stats: Any) -> None:
    settings = {"EMBED_CHUNK_WINDOW_MESSAGES": "5", "EMBED_CHUNK_DROP_SYSTEM": "0"}
    other = home.json("chunks", "stats", **settings)
    assert other["chunks"] > 2 * stats["chunks"]
    assert other["dropped"] == {"empty": 10, "unsent": 4}


def test_the_first_run_embeds_what_the_statistics_said(first: Any, stats: Any) -> None:
    assert first["embedded"] == stats["chunks"]
    assert (first["reused"], first["deleted"], first["dead_letters"]) == (0, 0, 0)


def test_a_second_run_embeds_and_writes_nothing(loaded: Home) -> None:
    before = files_of(loaded)
    again = loaded.json("run")
    assert (again["embedded"], again["reused"], again["deleted"]) == (0, 43, 0)
    assert files_of(loaded) == before


def files_of(home: Home) -> dict[Path, int]:
    return {p: p.stat().st_mtime_ns for p in (home.path / "lake").rglob("*") if p.is_file()}


def test_every_record_is_accounted_for(loaded: Home) -> None:
    done = loaded.run("verify")
    assert "Every record is accounted for." in done.stderr and "✗" not in done.stdout
    (user,) = loaded.json("verify")["users"]
    assert (user["user"], user["adds_up"]) == (USER, True)
    steps = {step["name"].split("__")[-1]: step for step in user["steps"]}
    assert {name: step["count"] for name, step in steps.items()} == {
        "messages exported": 417,
        "messages parsed": 417,
        "messages cleaned": 417,
        "messages in chunks": 387,
        **{f"message_chunk {place}": 43 for place in ("embedded", *(f"in {s}" for s in STORES))},
    }
    assert all(step["adds_up"] for step in steps.values())


def test_a_store_that_does_not_add_up_ends_verify_with_its_name_and_an_error(loaded: Home) -> None:
    done = loaded.run(
        "verify", "--json", check=False, EMBED_PG_DSN="postgresql://me:secret-word@127.0.0.1:1/none"
    )
    assert done.returncode == 1 and "secret-word" not in done.stdout + done.stderr
    (user,) = json.loads(done.stdout)["users"]
    (wrong,) = [step for step in user["steps"] if not step["adds_up"]]
    assert wrong["name"].endswith("in pgvector") and wrong["note"]


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("search", SEARCHES, ids=lambda search: search["query"])
def test_each_store_finds_the_conversation_that_is_meant_first(
    loaded: Home, store: str, search: dict[str, str]
) -> None:
    words = ("search", search["query"], "--store", store, "--limit", "3")
    top = loaded.json(*words)["results"][0]
    assert search["expect"] in top["text"]
    about = top["metadata"]
    assert isinstance(about["message_ids"], list)
    assert about["message_count"] == len(about["message_ids"])
    assert {f"[{shown_name(name)}]" for name in about["participant_names"]} == {
        line.split(":")[0] for line in top["text"].split("\n")
    }


def test_a_mode_is_the_guides_word_for_a_kind(loaded: Home) -> None:
    chunks = loaded.json("search", "dementia", "--mode", "chunks", "--limit", "2")["results"]
    assert {hit["kind"] for hit in chunks} == {"message_chunk"}
    assert loaded.json("search", "dementia", "--mode", "messages")["results"] == []
    both = loaded.run("search", "x", "--mode", "chunks", "--kind", "tweet", check=False)
    assert both.returncode == 1 and "give one of them" in both.stderr


def test_status_marks_what_belongs_to_others_too(loaded: Home) -> None:
    (user,) = loaded.json("status")["users"]
    assert user["private"] == ["message_chunk"] and user["documents"] == {"message_chunk": 43}
    assert user["excluded"] == {"empty": 10, "system": 16, "unsent": 4}
    assert user["spaces"][0]["stores"] == dict.fromkeys(STORES, 43)
    assert "private: message_chunk" in loaded.run("status").stdout


def test_no_text_of_a_conversation_reaches_dagsters_folder(loaded: Home) -> None:
    assert any(SENTENCE in text for text in stored(loaded)["s3"])
    files = [path for path in (loaded.path / "dagster").rglob("*") if path.is_file()]
    assert len(files) > 3
    assert not [path for path in files if SENTENCE.encode() in path.read_bytes()]


def test_single_messages_are_searched_on_request_and_go_with_the_setting(loaded: Home) -> None:
    more = loaded.json("run", **WITH_MESSAGES)
    assert more["embedded"] > 300 and more["reused"] == 43
    loaded.run("verify", **WITH_MESSAGES)
    for store in STORES:
        words = ("search", "kettle", "--mode", "messages", "--store", store, "--limit", "1")
        (top,) = loaded.json(*words)["results"]
        assert top["kind"] == "message" and top["text"].startswith(SENTENCE), store
        assert top["metadata"]["sender_name"] == "Marigold Pellow"
    held = stored(loaded)
    assert {len(texts) for texts in held.values()} == {43 + rows_of(loaded, "message")}
    taken_back_is_nowhere(loaded)
    assert loaded.json("status")["users"][0]["private"] == ["message", "message_chunk"]
    less = loaded.json("run")
    assert less["deleted"] == len(held["s3"]) - 43
    assert {store: len(texts) for store, texts in stored(loaded).items()} == dict.fromkeys(
        STORES, 43
    )


def rows_of(home: Home, kind: str) -> int:
    return read_documents(lake_of(home), USER, kind, ["id"]).num_rows


def test_what_was_taken_back_is_in_no_document_and_no_store(loaded: Home) -> None:
    assert any(CANARY in path.read_text() for path in MESSENGER.rglob("*.json"))
    taken_back_is_nowhere(loaded)


def taken_back_is_nowhere(home: Home) -> None:
    lake = lake_of(home)
    for kind in ("message_chunk", "message"):
        assert not [t for t in read_documents(lake, USER, kind)["text"].to_pylist() if CANARY in t]
    for store, texts in stored(home).items():
        assert texts and not [text for text in texts if CANARY in text], store
    for folder in ("publish", "postgres", "milvus", "dagster"):
        for path in (home.path / folder).rglob("*"):
            assert not path.is_file() or CANARY.encode() not in path.read_bytes(), path


def stored(home: Home) -> dict[str, list[str]]:
    """Every text that each store holds, asked without our own code."""
    return {"pgvector": in_postgres(home), "milvus": in_milvus(home), "s3": published(home)}


def in_postgres(home: Home) -> list[str]:
    tables = "select tablename from pg_tables where schemaname = 'vecs' order by 1"
    query = sql.SQL("select metadata->>'text' from vecs.{}")
    with psycopg.connect(start_postgres(load_settings(home=home.path))) as connection:
        names = [name for (name,) in connection.execute(tables).fetchall()]
        return [
            text
            for name in names
            for (text,) in connection.execute(query.format(sql.Identifier(name))).fetchall()
        ]


def in_milvus(home: Home) -> list[str]:
    client = MilvusClient(uri=start_milvus(load_settings(home=home.path)))
    found = []
    for name in client.list_collections():
        client.load_collection(name)
        found += [
            row["text"]
            for row in client.query(name, filter="", output_fields=["text"], limit=10_000)
        ]
    client.close()
    return found


def published(home: Home) -> list[str]:
    files = (home.path / "publish").rglob("*.parquet")
    return [text for path in files for text in pq.read_table(path)["text"].to_pylist()]


def test_forgetting_leaves_nothing_that_anybody_could_ask_for(loaded: Home) -> None:
    gone = loaded.json("forget", USER, "--yes")
    assert gone["rows"] == dict.fromkeys(STORES, 43)
    assert stored(loaded) == {store: [] for store in STORES}
    assert loaded.json("status")["users"] == []
    assert not [path for path in loaded.path.rglob("*") if f"user={USER}" in str(path)]
    for folder in ("lake", "publish", "dagster"):
        for path in (loaded.path / folder).rglob("*"):
            assert not path.is_file() or SENTENCE.encode() not in path.read_bytes(), path
    refused = loaded.run("ingest", MESSENGER, "--user", USER, check=False)
    assert refused.returncode == 1 and "erased" in refused.stderr
