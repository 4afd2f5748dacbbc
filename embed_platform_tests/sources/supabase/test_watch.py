"""A look at the project: what is new, what is left out, and what a cursor remembers."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embed_platform.errors import SettingsError, SourceUnavailable
from embed_platform.lake.lake import Lake
from embed_platform.lake.suppressions import suppress
from embed_platform.sources.supabase.project import Project
from embed_platform.sources.supabase.pull import pull
from embed_platform.sources.supabase.uploads import Upload, newest, remembered, unknown
from embed_platform.sources.supabase.watch import Look, look
from embed_platform_tests.sources.supabase.projects import NOW, Made, tilda


def looked(lake: Lake, project: Project, cursor: str = "", limit: int = 20) -> Look:
    return look(lake, project, cursor, limit=limit)


def users(found: Look) -> list[str]:
    return [due.person.user for due in found.due]


def test_only_uploads_that_are_complete_count_in_whatever_order_they_become_so(
    made: Made, lake: Lake, project: Project
) -> None:
    for number, phase in enumerate(("committing", "completed", "failed", "uploading")):
        made.account(str(number), f"user{number}")
        made.upload(str(number), upload_phase=phase)
    first = looked(lake, project)
    assert users(first) == ["user1"]
    made.uploads[0]["upload_phase"] = "completed"
    second = looked(lake, project, first.cursor)
    assert users(second) == ["user0"], "its id is below those that were seen"
    assert looked(lake, project, second.cursor).due == []


def test_a_second_upload_of_an_account_is_due_and_the_first_is_not(
    made: Made, lake: Lake, project: Project
) -> None:
    made.account()
    made.upload()
    first = looked(lake, project)
    made.upload()
    second = looked(lake, project, first.cursor)
    assert users(first) == users(second) == ["tilda_m"]
    assert first.due[0].mark != second.due[0].mark
    assert looked(lake, project, second.cursor).due == []


def test_an_upload_that_is_made_anew_in_its_row_is_due_again(
    made: Made, lake: Lake, project: Project
) -> None:
    made.account()
    row = made.upload()
    first = looked(lake, project)
    row["upload_phase"] = "uploading"
    during = looked(lake, project, first.cursor)
    assert during.due == []
    row["upload_phase"] = "completed"
    assert users(looked(lake, project, during.cursor)) == ["tilda_m"]


def test_a_look_starts_a_bounded_number_and_the_next_goes_on(
    made: Made, lake: Lake, project: Project
) -> None:
    for number in range(5):
        made.account(str(number), f"user{number}")
        made.upload(str(number))
    seen, cursor = [], ""
    for _ in range(4):
        found = looked(lake, project, cursor, limit=2)
        seen.append(users(found))
        cursor = found.cursor
    assert seen == [["user0", "user1"], ["user2", "user3"], ["user4"], []]


def test_private_uploads_and_erased_people_are_left_out_once_and_said_so(
    made: Made, lake: Lake, project: Project
) -> None:
    made.account("1", "Shy")
    made.account("2", "Gone")
    made.account("4", "Jörg")
    made.upload("1", keep_private=True)
    for account in ("2", "3", "4"):
        made.upload(account)
    suppress(lake.storage, "gone")
    found = looked(lake, project)
    assert found.due == []
    private, erased, nobody, name = sorted(found.left_out, key=lambda line: line[:8])
    assert "keeps it private" in private and "erased" in erased
    assert "whose it is" in nobody and "no valid user name" in name
    assert looked(lake, project, found.cursor).left_out == []


def test_withdrawn_tweets_of_somebody_who_is_here_make_them_due(
    made: Made, lake: Lake, project: Project
) -> None:
    made.account()
    made.store(range(3))
    made.tweet(0)
    made.tweet(9, account_id="77")
    pull(lake, project, tilda(lake))
    first = looked(lake, project)
    assert first.due == []
    made.withdraw(0)
    made.withdraw(9)
    second = looked(lake, project, first.cursor)
    assert users(second) == ["tilda_m"], "the other account is nobody's here"
    third = looked(lake, project, second.cursor)
    assert third.due == second.due, "late commits are looked for once more; the mark is the same"
    made.withdraw(9, NOW + timedelta(hours=5))
    assert looked(lake, project, looked(lake, project, third.cursor).cursor).due == []


def test_many_that_were_withdrawn_at_one_time_are_all_seen(
    made: Made, lake: Lake, project: Project
) -> None:
    made.store(range(3))
    pull(lake, project, tilda(lake))
    for number in range(2400):
        made.tweet(number, account_id="0", is_tombstone=True)
    made.tweet(9000, is_tombstone=True)
    assert users(looked(lake, project)) == ["tilda_m"]


def test_a_project_without_tweets_is_looked_at_all_the_same(
    made: Made, lake: Lake, project: Project
) -> None:
    made.account()
    made.upload()
    del made.world.tables["tweets"]
    assert users(looked(lake, project)) == ["tilda_m"]


def test_a_cursor_of_a_newer_version_stops_the_look(lake: Lake, project: Project) -> None:
    with pytest.raises(SettingsError, match=r"cursor: it is of version 9.*newer embed_platform"):
        looked(lake, project, json.dumps({"version": 9, "known": ["x"]}))
    with pytest.raises(SettingsError, match="cannot be read"):
        looked(lake, project, '{"version": 1')


def test_a_row_that_makes_no_sense_is_told(made: Made, lake: Lake, project: Project) -> None:
    made.upload(account_id=None)
    with pytest.raises(SourceUnavailable, match="a row of archive_upload"):
        looked(lake, project)


uploads = st.lists(
    st.builds(Upload, st.integers(1, 40), st.sampled_from("abc"), st.sampled_from("123")),
    unique_by=lambda one: one.id,
    max_size=12,
).map(lambda rows: sorted(rows, key=lambda one: one.id))


@given(st.lists(uploads, max_size=6), st.integers(1, 3))
def test_whatever_comes_and_goes_the_newest_of_each_account_is_started_in_the_end(
    history: list[list[Upload]], limit: int
) -> None:
    known: dict[str, str] = {}
    for present in history:
        new = unknown(present, known)[:limit]
        known = remembered(present, known, new)
    for _ in range(40 if history else 0):
        new = unknown(history[-1], known)[:limit]
        known = remembered(history[-1], known, new)
    last = history[-1] if history else []
    assert unknown(last, known) == []
    assert {str(one.id) for one in newest(last).values()} <= known.keys()
    assert known.keys() <= {str(one.id) for one in last}
