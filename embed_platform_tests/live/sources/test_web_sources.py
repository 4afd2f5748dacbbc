"""Pages, RSS and Hacker News from a server that changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from embed_platform.errors import SourceRefused, SourceUnavailable
from embed_platform.live.changes import Change, Cursor, Delete, Failed, Upsert
from embed_platform.live.sources.feed import Rss
from embed_platform.live.sources.hacker_news import HackerNews
from embed_platform.live.sources.pages import HttpPages
from embed_platform.settings import Settings
from embed_platform_tests.standins.web_server import Web, silent

RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{}</channel></rss>"""
ENTRY = (
    '<item><guid isPermaLink="false">{0}</guid><link>http://x/{0}</link><title>Title {0}</title>'
    "<description>&lt;p&gt;Words {0}&lt;/p&gt;</description>"
    "<pubDate>Thu, 01 Jan 2026 10:00:00 GMT</pubDate></item>"
)
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry><id>tag:1</id><title>One</title>
<link href="/one"/><updated>2026-01-02T03:04:05Z</updated><content type="html">&lt;b&gt;Bold&lt;/b&gt; words</content>
<author><name>Ann</name></author></entry></feed>"""


class Poller:
    """Polls a source until it has no more, keeping the cursor."""

    def __init__(self, source: Any, settings: Settings) -> None:
        source.connect(settings)
        self.source, self.cursor = source, Cursor()
        self.polls = 0

    def __call__(self) -> dict[str, Change]:
        found: dict[str, Change] = {}
        while True:
            changes, self.cursor = self.source.poll(self.cursor)
            self.polls += 1
            found |= {change.key: change for change in changes}
            if not self.cursor.get("more"):
                return found


def texts(changes: dict[str, Change]) -> dict[str, str]:
    return {key: c.item.text for key, c in changes.items() if isinstance(c, Upsert)}


def test_a_page_is_read_for_its_main_text_and_asked_with_its_etag(
    web: Web, web_settings: Settings
) -> None:
    url = web.article("/a", "Gardens", "Water the beans every morning before the sun comes up.")
    poll = Poller(HttpPages([url]), web_settings)
    (change,) = poll().values()
    assert isinstance(change, Upsert) and change.item.title == "Gardens"
    assert "Water the beans" in change.item.text and "About Contact" not in change.item.text
    assert poll() == {} and web.statuses[-1] == 304
    web.article("/a", "Gardens", "Do not water the beans, for it has rained all night long.")
    assert "rained" in texts(poll())[url]


def test_a_page_that_is_gone_is_deleted_and_one_that_fails_stays(
    web: Web, web_settings: Settings
) -> None:
    urls = [
        web.article(f"/{n}", f"T{n}", f"Text {n} about something long enough.") for n in range(6)
    ]
    poll = Poller(HttpPages(urls, pages_per_poll=2), web_settings)
    assert len(texts(poll())) == 6 and poll.polls == 3
    web.pages["/0"] = (410, {}, "")
    del web.pages["/1"]
    web.pages["/2"] = (200, {"content-type": "image/png"}, b"\x89PNG")
    web.pages["/3"] = (403, {}, "")
    web.pages["/4"] = silent
    found = poll()
    assert found[urls[0]] == Delete(urls[0]) and found[urls[1]] == Delete(urls[1])
    reasons = {key: c.reason for key, c in found.items() if isinstance(c, Failed)}
    assert reasons == {
        urls[2]: "image/png is not read",
        urls[3]: "HTTP 403",
        urls[4]: "no answer in time",
    }
    # it failed, so that the next look asks for the whole page
    web.article("/3", "T3", "Text 3 about something long enough.")
    assert urls[3] in texts(poll())


def test_a_page_that_robots_txt_forbids_is_not_read(web: Web, web_settings: Settings) -> None:
    web.robots = "User-agent: *\nDisallow: /a"
    url = web.article("/a", "A", "text")
    assert Poller(HttpPages([url]), web_settings)() == {url: Failed(url, "robots.txt forbids it")}
    assert not web.asked["/a"]


def test_a_server_that_is_down_is_an_error_not_many_dead_letters(
    web: Web, web_settings: Settings
) -> None:
    web.pages |= {"/a": (500, {}, ""), "/b": (500, {}, "")}
    with pytest.raises(SourceUnavailable, match="none of 2 pages"):
        Poller(HttpPages([f"{web.url}/a", f"{web.url}/b"]), web_settings)()


def test_entries_of_rss_and_atom_are_items(web: Web, web_settings: Settings) -> None:
    web.pages["/rss"] = (
        200,
        {"content-type": "text/xml"},
        RSS.format(ENTRY.format(1) + ENTRY.format(2)),
    )
    found = Poller(Rss(f"{web.url}/rss"), web_settings)()
    item = found["1"].item  # type: ignore[union-attr]
    assert (item.text, item.url, item.context) == ("<p>Words 1</p>", "http://x/1", "Title 1")
    assert item.created_at.isoformat() == "2026-01-01T10:00:00+00:00"
    web.pages["/atom"] = (200, {"content-type": "application/atom+xml"}, ATOM)
    (change,) = Poller(Rss(f"{web.url}/atom"), web_settings)().values()
    assert isinstance(change, Upsert) and change.item.author == "Ann" and "Bold" in change.item.text


def test_a_feed_that_is_unchanged_is_not_a_feed_without_entries(
    web: Web, web_settings: Settings
) -> None:
    web.pages["/rss"] = (200, {"etag": '"1"'}, RSS.format(ENTRY.format(1)))
    poll = Poller(Rss(f"{web.url}/rss"), web_settings)
    poll()
    web.pages["/rss"] = (304, {}, "")
    assert poll() == {} and web.sent[-1]["if-none-match"] == '"1"'
    web.pages["/rss"] = (200, {}, RSS.format(""))
    with pytest.raises(SourceRefused, match="no entries, 1 were there before"):
        poll()


@pytest.mark.parametrize("body", ["<html><body>Please log in</body></html>", "{}", ""])
def test_a_feed_that_suddenly_is_something_else_is_an_error(
    web: Web, web_settings: Settings, body: str
) -> None:
    web.pages["/rss"] = (200, {"content-type": "text/html"}, body)
    with pytest.raises(SourceRefused, match="not RSS or Atom"):
        Poller(Rss(f"{web.url}/rss"), web_settings)()


def test_a_body_that_is_a_path_reads_no_file(
    web: Web, web_settings: Settings, tmp_path: Path
) -> None:
    private = tmp_path / "private.xml"
    private.write_text(RSS.format(ENTRY.format("secret")))
    for body in (str(private), private.as_uri()):
        web.pages["/rss"] = (200, {"content-type": "text/xml"}, body)
        with pytest.raises(SourceRefused, match="not RSS or Atom"):
            Poller(Rss(f"{web.url}/rss"), web_settings)()


class News:
    """Hacker News on the local server."""

    def __init__(self, web: Web) -> None:
        self.web = web
        self.items: dict[int, dict[str, Any]] = {}
        self.listing(1)
        self.story(1, "Show HN: a tool", kids=[2])
        self.put(2, type="comment", parent=1, text="<p>First &amp; foremost", by="bob", kids=[3])
        self.put(3, type="comment", parent=2, text="I disagree", by="cy")
        self.updated()

    def put(self, number: int, **fields: Any) -> None:
        self.items[number] = {"id": number, "time": 1767225600, **fields}
        self.web.json(f"/v0/item/{number}.json", self.items[number])

    def story(self, number: int, title: str, **fields: Any) -> None:
        self.put(number, type="story", title=title, by="ann", **fields)

    def listing(self, *numbers: int) -> None:
        self.web.json("/v0/newstories.json", numbers)

    def updated(self, *numbers: int) -> None:
        self.web.json("/v0/updates.json", {"items": numbers, "profiles": []})


def test_a_story_comes_with_its_comments_and_each_comment_with_what_it_answers(
    web: Web, web_settings: Settings
) -> None:
    News(web)
    found = Poller(HackerNews(), web_settings)()
    assert found.keys() == {"1", "2", "3"}
    reply = found["3"].item  # type: ignore[union-attr]
    assert reply.context == "Show HN: a tool\n> First & foremost"
    assert (reply.title, reply.author) == ("Show HN: a tool", "cy")


def test_edits_new_comments_and_removals_are_seen_and_a_score_is_not(
    web: Web, web_settings: Settings
) -> None:
    news = News(web)
    poll = Poller(HackerNews(), web_settings)
    before = poll()
    assert poll() == {}
    news.story(1, "Show HN: a tool", kids=[2, 4], score=99)
    news.put(4, type="comment", parent=1, text="New here", by="di")
    news.put(2, type="comment", parent=1, deleted=True)
    news.put(3, type="comment", parent=2, text="I agree", by="cy")
    news.updated(1, 2, 3, 777)
    found = poll()
    assert found["1"] == before["1"] and found["2"] == Delete("2")
    assert texts(found)["3"] == "I agree" and texts(found)["4"] == "New here"
    assert not web.asked["/v0/item/777.json"]
    news.story(1, "Show HN: a tool", dead=True)
    news.updated(1)
    assert poll() == {"1": Delete("1"), "1/page": Delete("1/page")}


def test_what_scrolls_off_stays_and_an_item_that_is_not_there_yet_is_asked_again(
    web: Web, web_settings: Settings
) -> None:
    news = News(web)
    poll = Poller(HackerNews(), web_settings)
    poll()
    news.listing(9)
    web.json("/v0/item/9.json", None)
    assert poll() == {}
    news.story(9, "Late", text="It came late")
    assert texts(poll()) == {"9": "It came late"}


@pytest.mark.parametrize("answer", [(500, {}, ""), (403, {}, ""), (200, {}, "<html>")])
def test_an_item_that_cannot_be_read_is_tried_again_and_then_fails_alone(
    web: Web, web_settings: Settings, answer: object
) -> None:
    news = News(web)
    news.story(5, "Bad")
    news.listing(1, 5)
    web.pages["/v0/item/5.json"] = answer
    poll = Poller(HackerNews(), web_settings)
    assert poll().keys() == {"1", "2", "3"} and poll() == {}
    (failed,) = poll().values()
    assert isinstance(failed, Failed) and failed.key == "5"
    assert poll.source.fetch(["5"]) == [failed]
    news.story(5, "Good")
    assert texts(poll()) == {"5": "Good"}


def test_a_comment_waits_for_what_it_answers_but_not_for_ever(
    web: Web, web_settings: Settings
) -> None:
    news = News(web)
    web.pages["/v0/item/2.json"] = (500, {}, "")
    news.story(1, "Show HN: a tool", kids=[3])
    poll = Poller(HackerNews(), web_settings)
    assert poll().keys() == {"1"} and poll() == {}
    assert texts(poll()) == {"3": "I disagree"}


def test_an_api_that_fails_amid_a_long_listing_is_an_error_not_many_dead_letters(
    web: Web, web_settings: Settings
) -> None:
    news = News(web)
    for number in range(100, 130):
        news.story(number, f"Story {number}")
    news.listing(*range(100, 130))
    source = HackerNews(items_per_poll=10)
    source.connect(web_settings)
    _, cursor = source.poll({})
    for path in list(web.pages):
        web.pages[path] = (500, {}, "")
    with pytest.raises(SourceUnavailable, match="HTTP 500"):
        source.poll(cursor)


def test_after_a_pause_what_changed_meanwhile_is_seen_though_nobody_tells_it(
    web: Web, web_settings: Settings
) -> None:
    news = News(web)
    poll = Poller(HackerNews(), web_settings)
    poll()
    news.story(1, "Show HN: a tool", kids=[2, 4])
    news.put(2, type="comment", parent=1, deleted=True)
    news.put(4, type="comment", parent=1, text="New here", by="di")
    assert poll() == {}  # the updates of a short pause are told
    poll.cursor["listed_at"] -= 3600
    found = poll()
    assert found["2"] == Delete("2") and texts(found)["4"] == "New here"
    assert poll() == {}


def test_a_listing_that_is_suddenly_empty_or_no_listing_is_an_error(
    web: Web, web_settings: Settings
) -> None:
    news = News(web)
    poll = Poller(HackerNews(), web_settings)
    poll()
    news.listing()
    with pytest.raises(SourceRefused, match="empty, 1 stories were there before"):
        poll()
    web.pages["/v0/newstories.json"] = "<html>"
    with pytest.raises(SourceRefused, match="no JSON"):
        poll()


def test_a_link_is_followed_when_asked_but_not_into_a_private_network(
    web: Web, web_settings: Settings
) -> None:
    news = News(web)
    url = web.article("/story", "Beans", "A long story about beans and the people who grow them.")
    port = web.server_address[1]
    news.story(5, "Beans", url=url)
    news.story(6, "Trap", url=f"http://localhost:{port}/admin")
    news.listing(5, 6)
    found = Poller(HackerNews(follow_links=True, comments=False), web_settings)()
    assert "beans" in texts(found)["5/page"]
    assert found["6/page"] == Failed("6/page", "its address is private")
    assert not web.asked["/admin"]


def test_a_long_listing_comes_in_bounded_batches(web: Web, web_settings: Settings) -> None:
    news = News(web)
    for number in range(100, 150):
        news.story(number, f"Story {number}")
    news.listing(*range(100, 150))
    poll = Poller(HackerNews(items_per_poll=20), web_settings)
    assert len(poll()) == 50 and poll.polls == 3
