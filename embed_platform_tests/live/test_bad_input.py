"""What the world sends to a feed, one by one, through the whole of it: nothing is lost, and each is said."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest

from embed_platform.corpus.documents import read_documents
from embed_platform.errors import EmbedError, SettingsError, SourceRefused
from embed_platform.lake.dead_letters import read_dead_letters
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.live.opening import opened
from embed_platform.live.sources.feed import Rss
from embed_platform.live.sources.hacker_news import HackerNews
from embed_platform.live.sources.pages import HttpPages
from embed_platform.live.state import open_state, state_path
from embed_platform.settings import Settings
from embed_platform_tests.live.kit import Counting, Memory, Told, pipeline, up
from embed_platform_tests.standins.web_server import (
    Handler,
    Web,
    endless,
    fifty_megabytes,
    silent,
)

LONG = "It goes on about beans, and about the people who grow them on the hill."
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{}</channel></rss>"""
ENTRY = (
    "<item><guid isPermaLink='false'>{0}</guid><title>Title {0}</title><description>Words {0}"
    "</description><pubDate>{1}</pubDate></item>"
)
NOON = "Thu, 01 Jan 2026 12:00:00 GMT"


@pytest.fixture
def world(web: Web, web_settings: Settings) -> Lake:
    return open_lake(web_settings)


def run(lake: Lake, source: Any, store: Memory, **fields: Any) -> Any:
    with opened(lake, pipeline(source, store, **fields)) as feed:
        return feed.run_due()


def reasons(lake: Lake) -> list[str]:
    return [x.reason for x in read_dead_letters(lake.storage, "feed.t").get("live", [])]


def html(handler: Handler) -> None:
    handler.answer(200, {"content-type": "text/html"}, "<html><body>Please log in</body></html>")


def answer(status: int, **headers: str) -> Callable[[Handler], None]:
    return lambda handler: handler.answer(status, headers)


@pytest.mark.parametrize(
    ("instead", "problem"),
    [
        (html, "it is HTML, not RSS or Atom"),
        (RSS.format(""), "the feed has no entries, 2 were there before"),
        (answer(404), r"the feed is gone \(HTTP 404\)"),
        (answer(429, **{"retry-after": "60"}), "HTTP 429"),
        (answer(500), "HTTP 500"),
        (answer(503), "HTTP 503"),
        (answer(403), "HTTP 403"),
        (silent, "no answer in time"),
        (fifty_megabytes, "larger than 1,000,000 bytes"),
        (endless, "the body did not end within"),
        (answer(302, location="http://169.254.169.254/feed"), "its address is private"),
    ],
)
def test_a_feed_that_suddenly_is_something_else_says_what_and_keeps_what_it_had(
    web: Web, world: Lake, instead: Any, problem: str
) -> None:
    store = Memory()
    web.pages["/rss"] = RSS.format(ENTRY.format(1, NOON) + ENTRY.format(2, NOON))
    source = Rss(f"{web.url}/rss")
    run(world, source, store)
    web.pages["/rss"] = instead
    with pytest.raises(EmbedError, match=problem):
        run(world, source, store)
    assert len(store.rows) == 2 and not reasons(world)


def test_304_is_not_nothing(web: Web, world: Lake) -> None:
    store = Memory()
    body = RSS.format(ENTRY.format(1, NOON))
    web.pages["/rss"] = lambda handler: (
        handler.answer(304)
        if "if-none-match" in handler.headers
        else handler.answer(200, {"etag": '"1"'}, body)
    )
    source = Rss(f"{web.url}/rss")
    assert run(world, source, store).written == 1
    assert run(world, source, store).items == 0
    assert web.statuses[-1] == 304 and len(store.rows) == 1


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (fifty_megabytes, "larger than 1,000,000 bytes"),
        (endless, "the body did not end within 2 s"),
        (silent, "no answer in time"),
        (answer(403), "HTTP 403"),
        (answer(302, location="http://localhost/admin"), "its address is private"),
        (answer(302, location="file:///etc/passwd"), "only http and https are read"),
        ((200, {"content-type": "image/png"}, b"\x89PNG"), "image/png is not read"),
        ("<html><body></body></html>", "no main text was found"),
    ],
)
def test_a_page_that_cannot_be_read_is_set_aside_with_its_reason_and_stays_as_it_was(
    web: Web, world: Lake, page: Any, reason: str
) -> None:
    store = Memory()
    source = HttpPages([web.article("/a", "A", LONG), web.article("/b", "B", LONG * 2)])
    run(world, source, store)
    before = dict(store.rows)
    web.pages["/a"] = page
    done = run(world, source, store)
    assert reasons(world) == [reason] and done.dead_letters == 1 and store.rows == before


def test_a_robots_txt_that_forbids_from_now_on_is_obeyed(web: Web, world: Lake) -> None:
    store = Memory()
    web.robots = "User-agent: *\nDisallow: /private/\n"
    urls = [web.article("/private/a", "A", LONG), web.article("/b", "B", LONG)]
    run(world, HttpPages(urls), store)
    assert reasons(world) == ["robots.txt forbids it"] and len(store.rows) == 1
    assert not web.asked["/private/a"]


def test_a_page_says_the_same_in_whatever_charset(web: Web, world: Lake) -> None:
    store = Memory()
    text = "Müller grows beans on the hill, and sells them for 3 € at the market of Zürich."
    for n, (charset, said) in enumerate((("cp1252", "utf-8"), ("utf-8", "iso-8859-1"))):
        body = f"<html><body><article><p>{text} {LONG}</p></article></body></html>".encode(charset)
        web.pages[f"/{n}"] = (200, {"content-type": f"text/html; charset={said}"}, body)
    run(world, HttpPages([f"{web.url}/0", f"{web.url}/1"]), store)
    assert all("Müller" in said and "3 €" in said for said in store.texts) and len(store.rows) == 2


def test_clocks_that_are_wrong_move_no_document_into_the_future(web: Web, world: Lake) -> None:
    future = "Fri, 01 Jan 2100 12:00:00 GMT"
    web.pages["/rss"] = RSS.format(ENTRY.format(1, future) + ENTRY.format(2, "no date at all"))
    run(world, Rss(f"{web.url}/rss"), Memory())
    now = datetime.now(UTC)
    for when in read_documents(world, "feed.t", "web_page", ["created_at"])[
        "created_at"
    ].to_pylist():
        assert abs((when - now).total_seconds()) < 120


def test_equal_ids_of_two_sources_do_not_meet(web: Web, world: Lake) -> None:
    store = Memory()
    web.json("/v0/newstories.json", [1])
    web.json("/v0/updates.json", {"items": []})
    web.json("/v0/item/1.json", {"id": 1, "type": "story", "title": "Of Hacker News", "time": 1})
    web.pages["/rss"] = RSS.format(ENTRY.format(1, NOON))
    run(world, HackerNews(), store, name="hn")
    run(world, Rss(f"{web.url}/rss"), store, name="rss")
    assert {(row["user"], row["item"]) for row in store.rows.values()} == {
        ("feed.hn", "1"),
        ("feed.rss", "1"),
    }


def test_an_item_that_changes_every_poll_is_embedded_once_a_poll_and_is_one_document(
    web: Web, world: Lake
) -> None:
    store, embed = Memory(), Counting()
    clock = [0]

    def page(handler: Handler) -> None:
        clock[0] += 1
        body = (
            f"<html><body><article><p>It is {clock[0]} o'clock. {LONG}</p></article></body></html>"
        )
        handler.answer(200, {"content-type": "text/html"}, body)

    web.pages["/clock"] = page
    source = HttpPages([f"{web.url}/clock"])
    for polls in (1, 2, 3):
        run(world, source, store, embed=embed)
        assert len(embed.texts) == polls and len(store.rows) == 1
    assert "3 o'clock" in store.texts[0]
    # a page whose frame alone changes is as before: only its main text counts
    web.article("/clock", "Beans", LONG)
    run(world, source, store, embed=embed)
    count = len(embed.texts)
    run(world, HttpPages([f"{web.url}/clock"]), store, embed=embed)
    assert len(embed.texts) == count


def test_a_cursor_of_a_newer_version_and_a_damaged_one_are_refused_with_what_to_do(
    lake: Lake,
) -> None:
    made = pipeline(Told([up("a")]))
    with opened(lake, made) as feed:
        feed.run_due()
    path = state_path(lake.settings, made.user)
    with closing(sqlite3.connect(path)) as db:
        db.execute("pragma user_version = 99")
    with pytest.raises(SettingsError, match=r"newer version \(99, .* Update embed_platform"):
        run(lake, Told(), Memory())
    path.write_bytes(b"no database" * 100)
    with pytest.raises(SettingsError, match=r"cannot be read .* Delete the file"):
        run(lake, Told(), Memory())
    path.unlink()
    assert run(lake, Told([up("a")]), Memory()).embedded == 0, "the lake knows what there is"


def test_a_state_of_the_version_before_goes_on(lake: Lake) -> None:
    made = pipeline(Told([up("a"), up("b")]))
    with opened(lake, made) as feed:
        feed.run_due()
    path = state_path(lake.settings, made.user)
    with sqlite3.connect(path) as db:
        for kind, name in db.execute("select type, name from sqlite_master").fetchall():
            if kind == "trigger":
                db.execute(f"drop trigger {name}")
        db.execute("drop table tally")
        db.execute("pragma user_version = 1")
    made.source.batches.append([up("a"), up("b"), up("c")])  # type: ignore[attr-defined]
    with opened(lake, made) as feed:
        assert feed.run_due().written == 1
        assert feed.state.counts() == {"items": 3, "documents": 3}


def test_counts_are_right_whatever_was_written_and_taken_away(lake: Lake) -> None:
    state = open_state(lake.settings, "feed.t")
    state.close()
    made = pipeline(Told(*[[up(str(n % 7), f"text {n}")] for n in range(20)]))
    with opened(lake, made) as feed:
        feed.run_due()
        with sqlite3.connect(feed.state.path) as db:
            counted = db.execute(
                "select (select count(*) from items), (select count(*) from documents where loaded)"
            ).fetchone()
        assert counted == tuple(feed.state.counts().values()) == (7, 7)


def test_a_table_or_folder_that_is_suddenly_empty_is_no_deletion(lake: Lake) -> None:
    from embed_platform.live.changes import Everything

    store = Memory()
    run(lake, Told([up("a"), Everything()]), store)
    with pytest.raises(SourceRefused, match="the source is empty, but 1 items were there before"):
        run(lake, Told([Everything()]), store)
    assert len(store.rows) == 1
