"""A feed's documents go where strangers read only when its pipeline says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from embed_platform.corpus.kinds import MESSAGE, TWEET, WEB_PAGE
from embed_platform.corpus.privacy import release, why_private
from embed_platform.errors import SettingsError
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.live.definitions import load_pipeline
from embed_platform.live.opening import opened
from embed_platform.live.pipeline import Pipeline
from embed_platform.settings import Settings
from embed_platform.stores.base import StoreTable
from embed_platform.stores.publication import S3Store
from embed_platform.upkeep.publish import publish
from embed_platform.upkeep.spaces import held_spaces
from embed_platform.upkeep.status import status
from embed_platform_tests.live.kit import SPACE, Counting, Told, up
from embed_platform_tests.sources.buckets import Server
from embed_platform_tests.sources.buckets import public_server as public_server
from embed_platform_tests.sources.buckets import serve as serve


def test_a_feed_is_private_until_it_is_released_and_a_private_kind_always(lake: Lake) -> None:
    assert why_private(lake, "feed.hn", WEB_PAGE) and why_private(lake, "alice", MESSAGE)
    assert not why_private(lake, "alice", TWEET)
    release(lake, "feed.hn", publish=True)
    assert not why_private(lake, "feed.hn", WEB_PAGE) and why_private(lake, "feed.other", WEB_PAGE)
    release(lake, "feed.hn", publish=False)
    assert why_private(lake, "feed.hn", WEB_PAGE)


def run(lake: Lake, *, publish: bool) -> None:
    made = Pipeline("t", Told([up("a"), up("b")]), (), SPACE, ["s3"], Counting(), publish=publish)
    with opened(lake, made) as feed:
        feed.run_due()


def rows(lake: Lake) -> int:
    return S3Store(lake).counts(StoreTable(SPACE, WEB_PAGE), ["feed.t"])["feed.t"]


def test_a_publication_that_strangers_read_has_a_feed_just_as_long_as_it_is_released(
    tmp_path: Path, public_server: Server
) -> None:
    lake = open_lake(
        Settings(home=tmp_path / "home", publish_url="s3://bucket/published", **public_server)
    )
    for released, held in ((False, 0), (True, 2), (False, 0)):
        run(lake, publish=released)
        assert rows(lake) == held
        found = status(lake)["users"][0]
        assert found["private"] == ([] if released else ["web_page"])
        (told,) = publish(lake, [S3Store(lake)], held_spaces(lake), ["feed.t"])
        assert (told.rows, bool(told.withheld)) == (held, not released)
        assert rows(lake) == held, "whoever loads it"


def test_a_folder_holds_every_feed(lake: Lake) -> None:
    run(lake, publish=False)
    assert rows(lake) == 2


def test_a_lake_that_strangers_read_takes_only_feeds_that_are_released(
    tmp_path: Path, public_server: Server
) -> None:
    lake = open_lake(Settings(home=tmp_path / "home", lake_url="s3://bucket/lake", **public_server))
    with pytest.raises(SettingsError, match="a feed is private unless it says `publish: true`"):
        run(lake, publish=False)
    assert not lake.users()
    run(lake, publish=True)
    assert rows(lake) == 2


def test_the_word_is_the_same_in_yaml(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    text = "name: x\nsource: {type: folder, path: /tmp}\n"
    for extra, released in (("", False), ("publish: true\n", True)):
        path.write_text(text + extra)
        assert load_pipeline(path).publish is released
    path.write_text(text + "publish: maybe\n")
    with pytest.raises(SettingsError, match="publish is true or false"):
        load_pipeline(path)
