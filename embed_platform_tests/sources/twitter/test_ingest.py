"""Taking in archives: what is kept, what is refused, and what happens the second time."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from embed_platform.errors import BadArchive, ErasedUser, SettingsError, TooManyDeadLetters
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake
from embed_platform.lake.suppressions import is_suppressed, suppress
from embed_platform.sources.records import (
    ArchiveRecord,
    current,
    list_archives,
    prune_superseded,
    remove_archive,
)
from embed_platform.sources.twitter.current import publish_raw_tweets
from embed_platform.sources.twitter.ingest import ingest, owner
from embed_platform.sources.twitter.staging import without_emails
from embed_platform_tests.sources.exports import (
    ACCOUNT_ID,
    EMAIL,
    START,
    account,
    archive_json,
    members,
    tweet,
    write_export,
    write_folder,
    write_json,
    write_zip,
    ytd,
)
from embed_platform_tests.sources.snapshots import files_of, texts_of

USER = "tilda_m"


def make(tmp_path: Path, name: str, numbers: range, **account_fields: str) -> Path:
    return write_export(tmp_path / f"{name}.zip", [tweet(n) for n in numbers], **account_fields)


def numbers_of(lake: Lake, user: str = USER) -> list[int]:
    publish_raw_tweets(lake, user)
    return sorted(texts_of(lake, user))


def test_an_archive_is_kept_with_its_members_and_one_record(lake: Lake, tmp_path: Path) -> None:
    found = ingest(lake, make(tmp_path, "a", range(5)))
    assert found.user == USER
    assert found.handle == "Tilda_M"
    assert found.is_new
    assert found.records == 5
    assert found.oldest == START.isoformat()
    (record,) = list_archives(lake, USER)
    assert record.archive_id == found.archive_id
    assert record.account_id == ACCOUNT_ID
    assert [member.path for member in record.members] == ["account.js", "tweets.js"]
    paths = {f"archives/user={USER}/source=twitter/archive={found.archive_id}.json"}
    paths |= {layout.members(USER, member.sha256) for member in record.members}
    paths |= {layout.accounts(ACCOUNT_ID, USER)}
    assert set(files_of(lake)) == paths
    assert not list((lake.settings.home / "tmp").iterdir())


def test_the_same_archive_again_writes_nothing(lake: Lake, tmp_path: Path) -> None:
    path = make(tmp_path, "a", range(5))
    first = ingest(lake, path)
    before = files_of(lake)
    for force in (False, True):
        again = ingest(lake, path, force=force)
        assert again.archive_id == first.archive_id
        assert not again.is_new
        assert files_of(lake) == before


def test_the_same_archive_again_restores_a_lost_member(lake: Lake, tmp_path: Path) -> None:
    path = make(tmp_path, "a", range(5))
    ingest(lake, path)
    lake.storage.delete_prefix(layout.members(USER))
    assert not ingest(lake, path).is_new
    assert numbers_of(lake) == list(range(5))


def test_the_e_mail_address_is_struck_out(lake: Lake, tmp_path: Path) -> None:
    ingest(lake, make(tmp_path, "a", range(3)))
    ingest(lake, write_json(tmp_path / "b.json", archive_json([tweet(n) for n in range(9)])))
    kept = b"".join(files_of(lake).values())
    assert EMAIL.encode() not in kept
    assert b"accountDisplayName" in kept


@pytest.mark.parametrize(
    "fields",
    [
        {"email": "canary@x"},
        {"emailAddress": 'canary"quoted\\"@x'},
        {"E-Mail": "canary"},
        {"emails": ["canary", "canary2"]},
        {"contact": {"email": {"value": "canary"}}},
    ],
)
def test_every_key_that_speaks_of_an_e_mail_loses_its_value(fields: dict[str, object]) -> None:
    for name in ("account", ""):
        value = [{"account": {"username": "x", **fields}}]
        data = ytd(name, value) if name else json.dumps(value).encode()
        struck = without_emails(data)
        assert b"canary" not in struck
        assert json.loads(struck[struck.index(b"[") :])[0]["account"]["username"] == "x"


def test_an_e_mail_key_in_disguise_loses_its_value_too() -> None:
    assert b"canary" not in without_emails(rb'[{"account":{"\u0065mail":"canary"}}]')


def test_an_older_export_is_refused_unless_forced(lake: Lake, tmp_path: Path) -> None:
    ingest(lake, make(tmp_path, "new", range(10)))
    before = files_of(lake)
    with pytest.raises(BadArchive, match="--force"):
        ingest(lake, make(tmp_path, "old", range(5)))
    assert files_of(lake) == before
    assert ingest(lake, make(tmp_path, "old", range(5)), force=True).is_new
    assert numbers_of(lake) == list(range(5))


def test_going_back_and_forth_by_force_is_remembered_in_the_records(
    lake: Lake, tmp_path: Path
) -> None:
    new, old = make(tmp_path, "new", range(10)), make(tmp_path, "old", range(5))
    ingest(lake, new)
    ingest(lake, old, force=True)
    assert not ingest(lake, new).is_new
    assert numbers_of(lake) == list(range(5))
    assert ingest(lake, new, force=True).is_new
    assert numbers_of(lake) == list(range(10))
    assert len(list_archives(lake, USER)) == 2


def test_after_a_forced_return_a_newer_export_counts_again(lake: Lake, tmp_path: Path) -> None:
    ingest(lake, make(tmp_path, "b", range(20)))
    ingest(lake, make(tmp_path, "a", range(5)), force=True)
    assert ingest(lake, make(tmp_path, "c", range(8))).is_new
    assert numbers_of(lake) == list(range(8))


def test_which_export_came_first_does_not_matter(lake: Lake, tmp_path: Path) -> None:
    ingest(lake, make(tmp_path, "a", range(5)))
    ingest(lake, make(tmp_path, "b", range(3, 10)))
    assert numbers_of(lake) == list(range(3, 10)), "what vanished between two exports is gone"


def test_another_account_under_the_same_key_is_refused_with_both_names(
    lake: Lake, tmp_path: Path
) -> None:
    ingest(lake, make(tmp_path, "a", range(5)))
    other = make(tmp_path, "b", range(9), account_id="42")
    with pytest.raises(BadArchive, match=f"{ACCOUNT_ID}.*42"):
        ingest(lake, other)
    assert ingest(lake, other, user="tilda_2").user == "tilda_2"
    assert ingest(lake, other, user=USER, force=True).is_new
    assert [r.account_id for r in current(list_archives(lake, USER))] == ["42"]


def test_a_handle_that_changed_stays_under_its_first_key(lake: Lake, tmp_path: Path) -> None:
    ingest(lake, make(tmp_path, "a", range(5)))
    renamed = make(tmp_path, "b", range(6), username="New_Name")
    assert owner(lake, renamed) == USER
    found = ingest(lake, renamed)
    assert (found.user, found.handle) == (USER, "New_Name")
    assert numbers_of(lake) == list(range(6))


def test_an_account_of_which_nothing_is_left_is_known_no_more(lake: Lake, tmp_path: Path) -> None:
    found = ingest(lake, make(tmp_path, "a", range(5)))
    assert remove_archive(lake, USER, found.archive_id) is not None
    assert files_of(lake) == {}
    assert ingest(lake, make(tmp_path, "b", range(6), username="New_Name")).user == "new_name"


def test_a_user_can_be_named(lake: Lake, tmp_path: Path) -> None:
    assert ingest(lake, make(tmp_path, "a", range(2)), user="Some.One").user == "some.one"
    with pytest.raises(SettingsError):
        ingest(lake, make(tmp_path, "a", range(2)), user="a/b")


def test_somebody_who_was_erased_is_not_taken_in_again(lake: Lake, tmp_path: Path) -> None:
    suppress(lake.storage, "account:" + ACCOUNT_ID)
    before = files_of(lake)
    path = make(tmp_path, "a", range(3))
    with pytest.raises(ErasedUser, match="--after-forget"):
        ingest(lake, path, user="another")
    assert files_of(lake) == before
    assert ingest(lake, path, restore=True).is_new
    assert not is_suppressed(lake.storage, "account:" + ACCOUNT_ID)


def test_an_archive_of_mostly_broken_records_is_refused(lake: Lake, tmp_path: Path) -> None:
    found = [tweet(n, full_text="x" if n % 2 else None) for n in range(100)]
    with pytest.raises(TooManyDeadLetters):
        ingest(lake, write_export(tmp_path / "a.zip", found))
    assert files_of(lake) == {}


def test_a_community_archive_is_taken_in_whatever_its_order_of_keys(
    lake: Lake, tmp_path: Path
) -> None:
    value = archive_json([tweet(n) for n in range(4)])
    value["community-tweet"] = [{"tweet": tweet(50)}]
    backwards = dict(reversed(value.items()))
    path = write_json(tmp_path / "anything.json", backwards)
    assert owner(lake, path) == USER
    assert ingest(lake, path).records == 5
    assert numbers_of(lake) == [0, 1, 2, 3, 50]
    assert not ingest(lake, write_json(tmp_path / "u" / "archive.json", value)).is_new


@pytest.mark.parametrize("part", ["tweets", "account"])
def test_a_community_archive_without_its_parts_is_refused(
    lake: Lake, tmp_path: Path, part: str
) -> None:
    value = archive_json([tweet(1)])
    del value[part]
    with pytest.raises(BadArchive, match=part):
        ingest(lake, write_json(tmp_path / "archive.json", value))


def test_unreadable_dates_of_a_limited_archive_are_refused(lake: Lake, tmp_path: Path) -> None:
    value = archive_json([tweet(1)])
    value["upload-options"]["startDate"] = "last week"
    with pytest.raises(BadArchive, match="startDate"):
        ingest(lake, write_json(tmp_path / "archive.json", value))


def limited(
    tmp_path: Path, numbers: list[int], start: str | None, end: str | None, text: str
) -> Path:
    value = archive_json([tweet(n, full_text=text) for n in numbers])
    value["upload-options"] |= {"startDate": start, "endDate": end}
    return write_json(tmp_path / f"{text}.json", value)


def test_a_limited_archive_replaces_just_its_dates(lake: Lake, tmp_path: Path) -> None:
    ingest(lake, make(tmp_path, "full", range(0, 72, 6)))  # 18 to 21 February, noon to noon
    path = limited(tmp_path, [14, 26, 90], "2023-02-19", "2023-02-19", "limited")
    ingest(lake, path)
    publish_raw_tweets(lake, USER)
    found = texts_of(lake, USER)
    assert [n for n, text in sorted(found.items()) if text == "limited"] == [14, 26]
    assert [n for n, text in sorted(found.items()) if text != "limited"] == [
        0,
        6,
        36,
        42,
        48,
        54,
        60,
        66,
    ]


def test_a_newer_full_export_ends_a_limited_archive(lake: Lake, tmp_path: Path) -> None:
    ingest(lake, make(tmp_path, "full", range(0, 30, 6)))
    ingest(lake, limited(tmp_path, [25, 40], "2023-02-19", "2023-02-21", "limited"))
    ingest(lake, make(tmp_path, "fuller", range(0, 60, 6)))
    assert numbers_of(lake) == list(range(0, 60, 6))
    assert len(prune_superseded(lake, USER)) == 2
    assert len(list_archives(lake, USER)) == 1


def test_a_limited_archive_older_than_the_full_one_is_refused_unless_forced(
    lake: Lake, tmp_path: Path
) -> None:
    ingest(lake, make(tmp_path, "full", range(0, 72, 6)))
    path = limited(tmp_path, [14], "2023-02-19", "2023-02-19", "limited")
    with pytest.raises(BadArchive, match="--force"):
        ingest(lake, path)
    ingest(lake, path, force=True)
    assert 14 in numbers_of(lake)
    assert 66 in numbers_of(lake)


def record(name: str, newest: str, kept: int, **fields: str) -> ArchiveRecord:
    return ArchiveRecord(
        archive_id=name,
        user=USER,
        source="twitter",
        account_id="1",
        handle="x",
        display_name="x",
        members=(),
        records=1,
        oldest="2020-01-01T00:00:00+00:00",
        newest=f"{newest}T00:00:00+00:00",
        ingested_at=f"2026-01-{kept:02}T00:00:00.000000+00:00",
        **fields,  # type: ignore[arg-type]
    )


def names(records: list[ArchiveRecord]) -> str:
    return " ".join(one.archive_id for one in current(records))


def test_which_archives_are_current_is_told_by_the_records_alone() -> None:
    a, b = record("a", "2023-01-01", 1), record("b", "2022-01-01", 2)
    assert names([a, b]) == names([b, a]) == "a"
    forced = msgspec.structs.replace(b, forced_at="2026-01-03T00:00:00.000000+00:00")
    assert names([a, forced]) == names([forced, a]) == "b"
    between = record("c", "2022-06-01", 4)
    assert names([a, forced, between]) == "c"
    tie = record("d", "2023-01-01", 5)
    assert names([tie, a]) == "d"
    assert names([]) == ""


def test_limited_archives_without_a_full_one_add_up_and_later_ones_cover_earlier() -> None:
    first = record("a", "2021-06-01", 1, start_date="2021-01-01", end_date="2021-12-31")
    second = record("b", "2022-06-01", 2, start_date="2022-01-01", end_date="2022-12-31")
    wide = record("c", "2022-07-01", 3, start_date="2021-01-01", end_date="2022-12-31T23:59:59Z")
    assert names([second, first]) == "a b"
    assert names([second, first, wide]) == "b c", "its last day is covered by a second less"
    wider = msgspec.structs.replace(wide, end_date="2022-12-31")
    assert names([second, first, wider]) == "c"
    open_ended = record("d", "2023-01-01", 4, start_date="2019-01-01")
    assert names([record("full", "2022-12-01", 1), open_ended]) == "d"


def test_pruning_keeps_members_that_another_archive_still_has(lake: Lake, tmp_path: Path) -> None:
    files = members([tweet(n) for n in range(5)])
    ingest(lake, write_zip(tmp_path / "a.zip", files))
    files["data/tweets.js"] = members([tweet(n) for n in range(6)])["data/tweets.js"]
    second = ingest(lake, write_zip(tmp_path / "b.zip", files))
    assert len(prune_superseded(lake, USER)) == 1
    (left,) = list_archives(lake, USER)
    assert left.archive_id == second.archive_id
    kept = {path for path in files_of(lake) if path.startswith("members/")}
    assert kept == {layout.members(USER, member.sha256) for member in left.members}
    assert numbers_of(lake) == list(range(6))


CANARIES = {
    "direct-messages.js": b"CANARY-DM",
    "direct-messages-group.js": b"CANARY-GROUP",
    "deleted-tweets.js": b"CANARY-DELETED",
    "deleted-tweets-part1.js": b"CANARY-DELETED-PART",
    "ip-audit.js": b"CANARY-IP",
    "email-address-change.js": b"CANARY-EMAIL",
    "like.js": b"CANARY-LIKE",
    "contact.js": b"CANARY-CONTACT",
    "tweets.js.orig": b"CANARY-OTHER",
    "Tweets.js": b"CANARY-CASE",
}


@pytest.mark.parametrize("form", ["zip", "folder"])
def test_nothing_private_of_an_export_ever_reaches_the_lake(
    lake: Lake, tmp_path: Path, form: str
) -> None:
    files = members([tweet(n) for n in range(3)])
    files |= {f"data/{name}": data for name, data in CANARIES.items()}
    files |= {"__MACOSX/data/tweets.js": b"CANARY-MAC", "Your archive.html": b"CANARY-HTML"}
    write = write_zip if form == "zip" else write_folder
    ingest(lake, write(tmp_path / f"export.{form}", files))
    publish_raw_tweets(lake, USER)
    assert_no_canaries(lake)


def test_nothing_private_of_a_community_archive_ever_reaches_the_lake(
    lake: Lake, tmp_path: Path
) -> None:
    value = archive_json([tweet(n) for n in range(3)], account=account())
    value["like"] = [{"like": {"fullText": "CANARY-LIKE"}}]
    value["direct-messages"] = {"tweets": [{"text": "CANARY-DM"}]}
    value["deleted-tweets"] = [{"tweet": tweet(9, full_text="CANARY-DELETED")}]
    ingest(lake, write_json(tmp_path / "archive.json", value))
    publish_raw_tweets(lake, USER)
    assert_no_canaries(lake)


def assert_no_canaries(lake: Lake) -> None:
    on_disk = [p for p in lake.settings.home.rglob("*") if p.is_file()]
    assert len(on_disk) >= len(files_of(lake))
    for path in on_disk:
        assert b"CANARY" not in path.read_bytes(), path
        assert EMAIL.encode() not in path.read_bytes(), path
    assert not [text for text in texts_of(lake, USER).values() if "CANARY" in text]
