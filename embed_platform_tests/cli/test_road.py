"""The whole road on real parts: the sample archive through Dagster into all three stores."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest

from embed_platform.cli.services import demo_searches
from embed_platform.lake.lake import open_lake
from embed_platform.search.pipeline import Request, Searcher
from embed_platform.settings import load_settings
from embed_platform_tests.road import REAL, SAMPLE, Home

pytestmark = pytest.mark.slow
STORES = ("pgvector", "milvus", "s3")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory):
    home = Home(tmp_path_factory.mktemp("road") / "home")
    home.run("ingest", SAMPLE)
    home.first = home.json("run")
    yield home
    home.run("down")


def test_the_first_run_embeds_each_text_once(home: Home) -> None:
    assert home.first["embedded"] == 240
    assert (home.first["reused"], home.first["deleted"], home.first["dead_letters"]) == (0, 0, 0)


def test_status_counts_documents_exclusions_and_stores(home: Home) -> None:
    status = home.json("status")
    (user,) = status["users"]
    assert status["home"] == str(home.path) and status["disk_bytes"] > 0
    assert user["user"] == "tilda_marrowby"
    assert user["documents"] == {"tweet": 227, "thread": 13}
    assert user["excluded"] == {"reply_to_others": 28, "retweet": 22, "superseded_edit": 1}
    (space,) = user["spaces"]
    assert space["stores"] == dict.fromkeys(STORES, 240)
    assert (space["dimension"], space["embedded"]) == (384, 240)


def test_a_second_run_embeds_and_writes_nothing(home: Home) -> None:
    before = {p: p.stat().st_mtime_ns for p in (home.path / "lake").rglob("*") if p.is_file()}
    again = home.json("run")
    after = {p: p.stat().st_mtime_ns for p in (home.path / "lake").rglob("*") if p.is_file()}
    assert again["embedded"] == 0 and again["reused"] == 240
    assert before == after


@pytest.mark.parametrize("store", STORES)
def test_each_demo_search_finds_the_expected_tweet_first_and_shares_no_word_with_it(
    home: Home, store: str
) -> None:
    settings = load_settings(home=home.path)
    with Searcher(open_lake(settings), settings) as searcher:
        for search in demo_searches():
            top = searcher.answer(Request(search["query"], store=store, limit=3))[0].as_json()
            assert top["metadata"]["tweet_id"] == search["expect"], search["query"]
            assert not content_words(search["query"]) & content_words(top["text"]), search["query"]


def test_the_command_finds_what_the_pipeline_finds(home: Home) -> None:
    search = demo_searches()[0]
    top = home.json("search", search["query"], "--store", "milvus", "--limit", "3")["results"][0]
    assert top["metadata"]["tweet_id"] == search["expect"]


def test_filters_narrow_by_user_kind_and_date(home: Home) -> None:
    found = home.json("search", "weather", "--kind", "thread", "--limit", "20", "--no-collapse")[
        "results"
    ]
    assert {hit["kind"] for hit in found} == {"thread"} and len(found) == 13
    late = home.json("search", "weather", "--since", "2026-01-01", "--limit", "5")["results"]
    assert late and all(hit["created_at"] >= "2026" for hit in late)
    nobody = home.run("search", "weather", "--user", "nobody", "--json")
    assert json.loads(nobody.stdout) == {"results": []}
    assert "nobody is no user here" in nobody.stderr


def test_a_model_that_nothing_is_embedded_with_is_named_with_what_to_do(home: Home) -> None:
    done = home.run("search", "weather", "--model", "Alibaba-NLP/gte-modernbert-base", check=False)
    assert done.returncode == 1 and done.stdout == ""
    assert "run --model Alibaba-NLP/gte-modernbert-base" in " ".join(done.stderr.split())


def test_documents_are_json_lines_with_their_tweet_ids(home: Home) -> None:
    lines = home.run("documents", "--kind", "tweet", "--limit", "5", "--json").stdout.splitlines()
    rows = [json.loads(line) for line in lines]
    assert len(rows) == 5 and all(row["metadata"]["tweet_id"].isdigit() for row in rows)
    assert [row["created_at"] for row in rows] == sorted(row["created_at"] for row in rows)


def test_private_members_and_the_e_mail_are_nowhere_in_the_home(home: Home) -> None:
    for path in (home.path / "lake").rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert b"CANARY" not in data and b"example.invalid" not in data, path


def test_no_document_text_reaches_dagsters_event_log(home: Home) -> None:
    text = json.loads(home.run("documents", "--limit", "1", "--json").stdout)["text"]
    for path in (home.path / "dagster").rglob("*.db"):
        assert text[:40].encode() not in path.read_bytes(), path


def test_a_dropped_row_is_found_by_the_audit_and_repaired(home: Home) -> None:
    import psycopg

    from embed_platform.stores.servers import start_postgres

    dsn = start_postgres(load_settings(home=home.path))
    with psycopg.connect(dsn, autocommit=True) as connection:
        (table,) = connection.execute(
            "select tablename from pg_tables where schemaname = 'vecs' and tablename like '%%\\_\\_tweet'"
        ).fetchone()
        query = psycopg.sql.SQL("delete from vecs.{} where id in (select id from vecs.{} limit 7)")
        connection.execute(
            query.format(psycopg.sql.Identifier(table), psycopg.sql.Identifier(table))
        )
    found = home.run("audit", "--json", check=False)
    assert found.returncode == 1
    (finding,) = json.loads(found.stdout)["findings"]
    assert (finding["store"], finding["missing"], finding["repair"]) == ("pgvector", 7, "load")
    home.run("audit", "--repair")
    assert home.json("audit")["findings"] == []


def test_a_store_that_is_down_leaves_the_others_loaded_and_a_re_run_repairs_it(
    home: Home, tmp_path: Path
) -> None:
    other = Home(tmp_path / "home")
    other.run("ingest", SAMPLE)
    failed = other.run(
        "run",
        "--json",
        "--store",
        "s3",
        "--store",
        "pgvector",
        check=False,
        EMBED_PG_DSN="postgresql://someone:secret-word@127.0.0.1:1/none",
    )
    assert failed.returncode == 1
    assert "secret-word" not in failed.stdout + failed.stderr and "pgvector" in failed.stderr
    (space,) = other.json("status")["users"][0]["spaces"]
    assert space["stores"] == {"s3": 240}
    again = other.json("run", "--store", "s3", "--store", "pgvector")
    assert again["embedded"] == 0
    assert other.json("status")["users"][0]["spaces"][0]["stores"] == {"pgvector": 240, "s3": 240}
    other.run("down")


def test_bad_input_is_one_line_and_loses_nothing(home: Home, tmp_path: Path) -> None:
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"this is no zip")
    before = home.json("status")
    done = home.run("ingest", broken, check=False)
    assert done.returncode == 1
    assert (
        done.stderr.count("error:") == 1
        and "broken.zip" in done.stderr
        and "Traceback" not in done.stderr
    )
    assert home.json("status")["users"] == before["users"]


def test_a_changed_archive_embeds_only_what_changed_and_deletes_what_vanished(
    home: Home, tmp_path: Path
) -> None:
    export = shutil.copytree(SAMPLE, tmp_path / "export")
    tweets = export / "data" / "tweets.js"
    text = tweets.read_text(encoding="utf-8")
    tweets.write_text(text.replace("Grief is odd.", "Grief is peculiar."), encoding="utf-8")
    home.run("ingest", export, "--force")
    changed = home.json("run")
    assert (changed["embedded"], changed["reused"], changed["deleted"]) == (1, 239, 0)
    home.run("ingest", SAMPLE, "--force")
    back = home.json("run")
    assert back["embedded"] <= 1 and back["reused"] >= 239


@pytest.mark.skipif(
    not REAL.exists(), reason="the real export lies beside the repository only in some checkouts"
)
def test_the_real_export_gives_55_tweets_and_forget_removes_every_trace(home: Home) -> None:
    home.run("ingest", REAL)
    home.run("run", "--user", "milahu104")
    user = next(u for u in home.json("status")["users"] if u["user"] == "milahu104")
    assert user["documents"]["tweet"] == 55
    assert home.json("search", "freunde", "--user", "milahu104", "--limit", "1")["results"]
    gone = home.json("forget", "milahu104", "--yes")
    assert set(gone["rows"].values()) == {sum(user["documents"].values())}
    assert [u["user"] for u in home.json("status")["users"]] == ["tilda_marrowby"]
    assert not [p for p in home.path.rglob("*") if "user=milahu104" in str(p)]
    refused = home.run("ingest", REAL, check=False)
    assert refused.returncode == 1 and "erased" in refused.stderr


def test_a_store_can_be_dropped_and_rebuilt_without_embedding(home: Home) -> None:
    home.run("stores", "drop", "milvus", "--yes")
    assert "milvus" not in home.json("status")["users"][0]["spaces"][0]["stores"]
    home.run("stores", "rebuild", "milvus", "--yes")
    assert home.json("status")["users"][0]["spaces"][0]["stores"]["milvus"] == 240


def test_doctor_finds_every_part_in_order(home: Home) -> None:
    checks = {check["part"]: check["ok"] for check in home.json("doctor")["checks"]}
    assert checks == dict.fromkeys(("lake", "model", "dagster", *STORES, "reranker"), True)


def test_a_zip_with_a_climbing_path_is_refused_by_the_command(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "evil.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../data/tweets.js", "window.YTD.tweets.part0 = []")
    done = home.run("ingest", path, check=False)
    assert done.returncode == 1 and "leads out" in done.stderr


STOP_WORDS = {
    "a",
    "about",
    "again",
    "all",
    "am",
    "an",
    "and",
    "any",
    "are",
    "as",
    "at",
    "be",
    "because",
    "been",
    "before",
    "but",
    "by",
    "can",
    "cannot",
    "could",
    "did",
    "do",
    "does",
    "done",
    "down",
    "every",
    "for",
    "from",
    "get",
    "go",
    "goes",
    "had",
    "has",
    "have",
    "he",
    "her",
    "him",
    "his",
    "how",
    "i",
    "if",
    "in",
    "into",
    "is",
    "it",
    "its",
    "just",
    "like",
    "me",
    "more",
    "my",
    "no",
    "nor",
    "not",
    "now",
    "of",
    "off",
    "on",
    "once",
    "one",
    "only",
    "or",
    "other",
    "our",
    "out",
    "over",
    "own",
    "she",
    "so",
    "some",
    "than",
    "that",
    "the",
    "their",
    "them",
    "then",
    "there",
    "they",
    "this",
    "to",
    "too",
    "two",
    "up",
    "us",
    "very",
    "was",
    "we",
    "were",
    "what",
    "when",
    "where",
    "which",
    "who",
    "why",
    "will",
    "with",
    "would",
    "you",
    "your",
}


def content_words(text: str) -> set[str]:
    """Words that carry meaning, crudely stemmed."""
    words = set(re.findall(r"[a-z]+", text.lower().replace("'", ""))) - STOP_WORDS
    return {re.sub(r"(ing|ed|ly|es|s)$", "", word) for word in words if len(word) > 2}
