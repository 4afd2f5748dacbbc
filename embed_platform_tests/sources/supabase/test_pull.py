"""Pulling an account: by its file or by its rows, whatever happens meanwhile; what is withdrawn stays out."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest

from embed_platform.errors import (
    BadArchive,
    ErasedUser,
    SettingsError,
    SourceUnavailable,
)
from embed_platform.lake.lake import Lake
from embed_platform.lake.suppressions import suppress
from embed_platform.sources.pulls import SupabasePull, read_pull
from embed_platform.sources.records import current, keeps_private, list_archives
from embed_platform.sources.supabase.project import Project
from embed_platform.sources.supabase.pull import Pulled, pull
from embed_platform.sources.twitter.current import read_tweets
from embed_platform.sources.twitter.ingest import ingest
from embed_platform_tests.sources.exports import ACCOUNT_ID, tweet, write_export, x_time
from embed_platform_tests.sources.supabase.projects import FIRST_ID, NOW, Made, tilda
from embed_platform_tests.standins.supabase_server import Fault

FILE = "/storage/v1/object/sign/archives"


def pulled(lake: Lake, project: Project) -> Pulled:
    return pull(lake, project, tilda(lake))


def texts(lake: Lake) -> list[str]:
    batches, letters = read_tweets(lake, "tilda_m")
    assert not letters
    return [text for batch in batches for text in batch["full_text"].to_pylist()]


def numbers(lake: Lake) -> list[int]:
    return sorted(int(text.rsplit(" ", 1)[1]) for text in texts(lake))


def downloads(made: Made) -> int:
    return sum(one.startswith(f"GET {FILE}") for one in made.world.asked)


def test_a_private_file_is_taken_in_once(made: Made, lake: Lake, project: Project) -> None:
    stored = made.store(range(5))
    first = pulled(lake, project)
    assert first.road == "archive" and first.ingested is not None and first.ingested.is_new
    assert numbers(lake) == [0, 1, 2, 3, 4]
    record = read_pull(lake, "tilda_m", "supabase", SupabasePull)
    assert record is not None and record.sha256 == hashlib.sha256(stored.data).hexdigest()
    assert pulled(lake, project).ingested is None
    assert downloads(made) == 1
    assert not list(lake.settings.home.glob("pulls/**/*.json"))


def test_an_upload_anew_replaces_the_earlier_one_even_with_an_older_newest_tweet(
    made: Made, lake: Lake, project: Project
) -> None:
    made.store(range(5))
    pulled(lake, project)
    made.store([0, 1, 7])
    pulled(lake, project)
    assert numbers(lake) == [0, 1, 7]
    made.store([0, 1])
    pulled(lake, project)
    assert numbers(lake) == [0, 1]
    assert len(current(list_archives(lake, "tilda_m"))) == 1


def test_a_newer_archive_that_the_owner_handed_over_here_is_not_replaced_by_an_older_one(
    made: Made, lake: Lake, project: Project, tmp_path: Any
) -> None:
    ingest(lake, write_export(tmp_path / "own.zip", [tweet(n) for n in range(9)]))
    made.store(range(3))
    with pytest.raises(BadArchive, match=r"archives/tilda_m/archive.json: its newest tweet is of"):
        pulled(lake, project)
    assert len(numbers(lake)) == 9


@pytest.mark.parametrize("cut", [0, 1, 4096, 10_000])
def test_a_download_that_breaks_off_goes_on_where_it_stopped(
    made: Made, lake: Lake, project: Project, cut: int
) -> None:
    made.store(range(300))
    made.world.faults = [Fault(FILE + "/tilda_m/archive.json", cut=cut) for _ in range(4)]
    # the first four answers to `sign` are posts, which are not cut
    pulled(lake, project)
    assert len(numbers(lake)) == 300


def test_another_process_goes_on_with_what_came(made: Made, lake: Lake, project: Project) -> None:
    stored = made.store(range(300))
    made.world.during = lambda path, sent: setattr(
        made.world, "faults", [Fault(FILE, times=99, status=503)]
    )
    with pytest.raises(SourceUnavailable):
        made.world.faults = [Fault(FILE, times=2, cut=9000)]
        pulled(lake, project)
    (part,) = lake.settings.home.glob("pulls/user=tilda_m/archive.json")
    assert part.stat().st_size == 9000
    made.world.faults, made.world.asked, sent = [], [], []
    made.world.during = lambda path, at: sent.append(at)
    pulled(lake, project)
    assert len(numbers(lake)) == 300
    assert min(sent) > 9000 and max(sent) == len(stored.data)


def test_an_upload_that_is_replaced_while_it_is_downloaded_is_begun_anew(
    made: Made, lake: Lake, project: Project
) -> None:
    made.store(range(300))

    def replace(path: str, sent: int) -> None:
        if sent > 8000:
            made.world.during = lambda path, sent: None
            made.store(range(500, 900))

    made.world.during = replace
    made.world.faults = [Fault(FILE, times=2, cut=12_000)]
    pulled(lake, project)
    assert numbers(lake) == list(range(500, 900))


def test_one_that_is_replaced_all_the_time_is_left_for_later(
    made: Made, lake: Lake, project: Project
) -> None:
    made.store(range(10))
    count = iter(range(10, 99))

    def replace(path: str) -> None:
        if path.startswith("/storage/v1/object/info"):
            made.store(range(next(count)))

    made.world.before = replace
    with pytest.raises(SourceUnavailable, match="replaced all the time"):
        pulled(lake, project)
    assert not list_archives(lake, "tilda_m")


def test_a_file_that_is_not_what_its_checksum_says_is_not_kept(
    made: Made, lake: Lake, project: Project
) -> None:
    stored = made.store(range(3))
    stored.etag = hashlib.md5(b"another", usedforsecurity=False).hexdigest()
    with pytest.raises(SourceUnavailable, match="not what its checksum says"):
        pulled(lake, project)
    made.put("tilda_m/archive.json", stored.data, sha256="0" * 64).etag = "multipart-3"
    with pytest.raises(SourceUnavailable, match="not what its checksum says"):
        pulled(lake, project)
    right = hashlib.sha256(stored.data).hexdigest()
    made.put("tilda_m/archive.json", stored.data, sha256=right).etag = "multipart-4"
    assert pulled(lake, project).ingested is not None


def test_half_a_file_in_the_bucket_is_a_bad_archive(
    made: Made, lake: Lake, project: Project
) -> None:
    stored = made.store(range(30))
    made.put("tilda_m/archive.json", stored.data[: len(stored.data) // 2])
    with pytest.raises(BadArchive, match=r"archives/tilda_m/archive\.json"):
        pulled(lake, project)
    assert not list_archives(lake, "tilda_m")


def test_withdrawn_tweets_and_their_long_texts_are_not_even_kept(
    made: Made, lake: Lake, project: Project
) -> None:
    at = NOW
    long = tweet(7, full_text="CANARY long", created_at=x_time(at))
    note = {"noteTweet": {
        "noteTweetId": "99", "createdAt": at.isoformat().replace("+00:00", ".000Z"),
        "core": {"text": "CANARY long, and longer"},
    }}  # fmt: skip
    made.store(range(3))
    stored = json.loads(made.world.buckets["archives"].objects["tilda_m/archive.json"].data)
    stored["tweets"].append({"tweet": long})
    stored["note-tweet"] = [note]
    made.put("tilda_m/archive.json", json.dumps(stored).encode())
    for number in (0, 1, 2, 7):
        made.tweet(number)
    pulled(lake, project)
    assert any("CANARY" in text for text in texts(lake))
    made.withdraw(7)
    again = pulled(lake, project)
    assert again.withdrawn == 1 and numbers(lake) == [0, 1, 2]
    (record,) = current(list_archives(lake, "tilda_m"))
    for member in record.members:
        kept = lake.storage.get(f"members/user=tilda_m/{member.sha256}")
        assert b"CANARY" not in kept


def test_when_everything_was_withdrawn_nothing_is_kept(
    made: Made, lake: Lake, project: Project
) -> None:
    made.store(range(2))
    made.tweet(0), made.tweet(1)
    pulled(lake, project)
    made.withdraw(0), made.withdraw(1)
    assert pulled(lake, project).emptied
    assert not list_archives(lake, "tilda_m")
    assert pulled(lake, project).ingested is None


def test_without_a_file_the_rows_are_the_archive(made: Made, lake: Lake, project: Project) -> None:
    for number in range(2500):
        made.tweet(number)
    made.tweet(9999, account_id="1")
    made.tweet(2501, is_tombstone=True)
    made.tweet(2502, full_text="", created_at="1970-01-01T00:00:00+00:00")
    made.tweet(2503, reply_to_tweet_id=str(FIRST_ID), reply_to_user_id=ACCOUNT_ID)
    first = pulled(lake, project)
    assert first.road == "tables" and numbers(lake) == [*range(2500), 2503]
    (batch,) = list(read_tweets(lake, "tilda_m")[0])
    assert batch["reply_to_tweet_id"].to_pylist()[-1] == FIRST_ID
    assert pulled(lake, project).ingested is None


def test_an_upload_that_is_marked_private_is_kept_private_and_so_no_longer(
    made: Made, lake: Lake, project: Project
) -> None:
    row = made.upload(keep_private=True)
    made.store(range(3))
    pulled(lake, project)
    assert keeps_private(lake, "tilda_m")
    assert pulled(lake, project).ingested is None
    row["keep_private"] = False
    assert pulled(lake, project).ingested is not None
    assert not keeps_private(lake, "tilda_m") and len(list_archives(lake, "tilda_m")) == 1
    row["keep_private"] = True
    pulled(lake, project)
    # the same file handed over here says nothing of it: what the project said stays
    (kept,) = list_archives(lake, "tilda_m")
    given = lake.settings.home.parent / "archive.json"
    given.write_bytes(made.world.buckets["archives"].objects["tilda_m/archive.json"].data)
    assert ingest(lake, given).archive_id == kept.archive_id
    assert keeps_private(lake, "tilda_m")


def test_rows_of_an_account_whose_upload_is_private_are_private_too(
    made: Made, lake: Lake, project: Project
) -> None:
    made.upload(keep_private=True)
    made.tweet(1)
    assert pulled(lake, project).road == "tables" and keeps_private(lake, "tilda_m")


def test_of_changed_rows_only_those_are_read(made: Made, lake: Lake, project: Project) -> None:
    for number in range(1500):
        made.tweet(number, updated_at=(NOW - timedelta(days=1)).isoformat())
    made.tweet(1500)
    pulled(lake, project)
    made.tweet(1600, updated_at=(NOW + timedelta(hours=1)).isoformat())
    made.withdraw(3)
    made.world.asked = []
    assert pulled(lake, project).withdrawn == 1
    assert numbers(lake) == [n for n in [*range(1501), 1600] if n != 3]
    assert sum("full_text%2C" in one for one in made.world.asked) == 2, "one page, one empty page"


def test_a_row_that_is_simply_gone_is_noticed(made: Made, lake: Lake, project: Project) -> None:
    for number in range(5):
        made.tweet(number)
    pulled(lake, project)
    del made.tweets[2]
    assert pulled(lake, project).withdrawn == 1
    assert numbers(lake) == [0, 1, 3, 4]


def test_rows_that_are_inserted_between_pages_shift_nothing(
    made: Made, lake: Lake, project: Project
) -> None:
    for number in range(0, 5000, 2):
        made.tweet(number)
    late = (NOW + timedelta(minutes=1)).isoformat()
    odd = iter(range(1, 5000, 400))

    def insert(path: str) -> None:
        if path == "/rest/v1/tweets" and (number := next(odd, None)):
            made.tweet(number, updated_at=late)

    made.world.before = insert
    pulled(lake, project)
    made.world.before = lambda path: None
    found = numbers(lake)
    assert set(range(0, 5000, 2)) <= set(found) and len(found) == len(set(found))
    pulled(lake, project)
    assert len(numbers(lake)) == len(made.tweets)


@pytest.mark.parametrize("most", [1, 7, 1000])
def test_a_server_that_gives_smaller_pages_than_asked_is_read_to_the_end(
    made: Made, lake: Lake, project: Project, most: int
) -> None:
    made.world.max_rows = most
    for number in range(30):
        made.tweet(number)
    pulled(lake, project)
    assert numbers(lake) == list(range(30))


def test_a_file_that_appears_later_takes_the_rows_place(
    made: Made, lake: Lake, project: Project
) -> None:
    for number in range(9):
        made.tweet(number)
    pulled(lake, project)
    made.store(range(4))
    assert pulled(lake, project).road == "archive"
    assert numbers(lake) == [0, 1, 2, 3]


def test_an_account_without_file_and_tweets_is_an_error(lake: Lake, project: Project) -> None:
    with pytest.raises(BadArchive, match="no archive file of this account and no tweet"):
        pulled(lake, project)


def test_somebody_who_was_erased_stays_so(made: Made, lake: Lake, project: Project) -> None:
    made.store(range(3))
    suppress(lake.storage, f"account:{ACCOUNT_ID}")
    with pytest.raises(ErasedUser):
        pulled(lake, project)
    assert downloads(made) == 0
    assert pull(lake, project, tilda(lake), restore=True).ingested is not None


def test_a_killed_pull_is_repeated(
    made: Made, lake: Lake, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.store(range(3))
    with monkeypatch.context() as patch:
        patch.setattr("embed_platform.sources.supabase.pull.write_pull", _die)
        with pytest.raises(KeyboardInterrupt):
            pulled(lake, project)
    again = pulled(lake, project)
    assert again.ingested is not None and not again.ingested.is_new
    assert len(list_archives(lake, "tilda_m")) == 1


def _die(*words: object) -> None:
    raise KeyboardInterrupt


def test_a_record_of_a_newer_version_is_refused(made: Made, lake: Lake, project: Project) -> None:
    made.store(range(3))
    lake.storage.put("pulls/user=tilda_m/supabase.json", b'{"version":2,"account":{"id":1}}')
    with pytest.raises(SettingsError, match="version 2, this package knows 1"):
        pulled(lake, project)
    assert not list_archives(lake, "tilda_m")
