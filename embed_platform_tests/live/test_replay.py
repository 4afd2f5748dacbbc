"""Dead letters of feeds: the item is asked for and processed again, also when nothing lists it any more."""

from __future__ import annotations

from pathlib import Path

import pytest

from embed_platform.embedding.debts import dead_step
from embed_platform.errors import SettingsError
from embed_platform.lake.dead_letters import Filed, filed_letters
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.live.changes import Cursor, Delete, Failed, Item
from embed_platform.live.checking import find_pipeline
from embed_platform.live.opening import opened
from embed_platform.live.pipeline import Pipeline
from embed_platform.live.replay import is_of_feed, look_again, replay
from embed_platform.live.running import run_once
from embed_platform.live.sources.feed import Rss
from embed_platform.live.sources.folder import Folder
from embed_platform.live.sources.hacker_news import HackerNews
from embed_platform.live.sources.pages import HttpPages
from embed_platform.settings import Settings
from embed_platform_tests.live.kit import SPACE, Counting, Memory, Told, pipeline, up, write
from embed_platform_tests.standins.web_server import Web

LONG = "It goes on about beans, and about the people who grow them on the hill."


def run(lake: Lake, made: Pipeline) -> None:
    with opened(lake, made) as feed:
        feed.run_due()


def set_aside(lake: Lake, made: Pipeline) -> list[Filed]:
    return [filed for filed in filed_letters(lake.storage) if is_of_feed(filed, made, lake)]


def test_a_page_that_failed_is_fetched_again_though_the_list_has_lost_it(
    web: Web, web_settings: Settings
) -> None:
    lake, store = open_lake(web_settings), Memory()
    web.article("/other", "Other", LONG)
    web.pages["/beans"] = (403, {}, "")
    urls = [f"{web.url}/beans", f"{web.url}/other"]
    run(lake, pipeline(HttpPages(urls), store))
    shorter = pipeline(HttpPages(urls[1:]), store)
    (letter,) = set_aside(lake, shorter)
    assert letter.letter.reason == "HTTP 403"
    assert replay(lake, shorter, [letter]) == [] and len(set_aside(lake, shorter)) == 1
    web.article("/beans", "Beans", LONG)
    assert replay(lake, shorter, [letter]) == []
    assert set_aside(lake, shorter) == [] and len(store.rows) == 2


def test_a_page_that_is_gone_takes_its_letter_with_it(web: Web, web_settings: Settings) -> None:
    lake = open_lake(web_settings)
    web.article("/other", "Other", LONG)
    web.pages["/beans"] = (403, {}, "")
    made = pipeline(HttpPages([f"{web.url}/beans", f"{web.url}/other"]))
    run(lake, made)
    web.pages["/beans"] = (410, {}, "")
    assert replay(lake, made, set_aside(lake, made)) == [] and set_aside(lake, made) == []


def test_what_broke_a_processor_is_processed_again_though_it_reads_as_before(lake: Lake) -> None:
    broken = [True]

    def fussy(item: Item) -> Item:
        if broken and item.key == "b":
            raise ValueError
        return item

    class Diary(Told):  # knows no item by its key: its polls are looked through
        def poll(self, cursor: Cursor) -> tuple[list, Cursor]:
            page = int(cursor.get("page", 0))
            return [up("abc"[page])], {"page": (page + 1) % 3, "more": page < 2}

    store = Memory()
    made = pipeline(Diary(), store, processors=[fussy])
    run(lake, made)
    run(lake, made)
    letters = set_aside(lake, made)
    assert [filed.letter.where for filed in letters] == ["b"] and len(store.rows) == 2
    broken.clear()
    run(lake, made)
    assert len(store.rows) == 2, "unchanged, it is not tried by itself"
    assert replay(lake, made, letters) == []
    assert set_aside(lake, made) == [] and store.texts == ["text of a", "text of b", "text of c"]


def test_an_item_that_nothing_lists_is_said_so_and_its_letter_stays(lake: Lake) -> None:
    made = pipeline(Told([up("a"), Failed("b", "no rights")]))
    run(lake, made)
    letters = set_aside(lake, made)
    assert replay(lake, made, letters) == [
        "feed.t: b is no longer listed, and its source does not give it by its key"
    ]
    assert set_aside(lake, made) == letters


def test_a_text_that_no_vector_came_of_is_embedded_again(lake: Lake) -> None:
    class Moody(Counting):
        sick = True

        def __call__(self, texts: list[str]) -> object:
            vectors = super().__call__(texts)
            for row, text in enumerate(texts):
                if self.sick and "poison" in text:
                    vectors[row] = float("nan")
            return vectors

    store, embed = Memory(), Moody()
    made = pipeline(Told([up("a"), up("b", "poison")]), store, embed=embed)
    run(lake, made)
    letters = set_aside(lake, made)
    assert [filed.step for filed in letters] == [dead_step(SPACE.slug)]
    assert replay(lake, made, letters) == [] and len(set_aside(lake, made)) == 1
    embed.sick = False
    assert replay(lake, made, set_aside(lake, made)) == []
    assert set_aside(lake, made) == [] and store.texts == ["poison", "text of a"]


def test_every_source_of_ours_gives_an_item_by_its_key(
    web: Web, web_settings: Settings, tmp_path: Path
) -> None:
    folder = Folder(write(tmp_path / "docs", a="one"))
    found, missing = look_again(folder, ["a.md", "gone.md"])
    assert [type(change).__name__ for change in found] == ["Upsert", "Delete"] and missing == []
    web.json("/v0/item/7.json", {"id": 7, "type": "story", "title": "Seven", "time": 1})
    web.json("/v0/item/8.json", None)
    news = HackerNews()
    news.connect(web_settings)
    found, missing = look_again(news, ["7", "8", "7/page"])
    assert [change.key for change in found] == ["7"] and missing == ["8", "7/page"]  # type: ignore[union-attr]
    web.pages["/rss"] = (
        "<rss version='2.0'><channel><item><guid isPermaLink='false'>x</guid><title>X</title></item></channel></rss>"
    )
    rss = Rss(f"{web.url}/rss")
    rss.connect(web_settings)
    found, missing = look_again(rss, ["x", "y"])
    assert [change.key for change in found] == ["x"] and missing == ["y"]  # type: ignore[union-attr]


def test_the_file_of_a_feed_is_found_again_wherever_it_lay(lake: Lake, tmp_path: Path) -> None:
    docs = write(tmp_path / "docs", a="one")
    path = tmp_path / "notes.py"
    path.write_text(
        "from embed_platform.live.sources.folder import Folder\n"
        "from embed_platform_tests.live.kit import pipeline\n"
        f"made = pipeline(Folder({str(docs)!r}), name='notes')\n"
    )
    with pytest.raises(SettingsError, match="there is no pipeline of"):
        find_pipeline(lake, "feed.notes")
    run_once(lake, path)
    assert find_pipeline(lake, "feed.notes").user == "feed.notes"
    path.unlink()
    with pytest.raises(SettingsError, match="there is no pipeline of"):
        find_pipeline(lake, "feed.notes")


def test_deletions_are_part_of_what_a_source_says_again() -> None:
    class Knows(Told):
        def fetch(self, keys: list[str]) -> list:
            return [Delete(key) for key in keys if key != "c"]

    assert look_again(Knows(), ["a", "c"]) == ([Delete("a")], ["c"])
