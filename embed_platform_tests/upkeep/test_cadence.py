"""Cadences: who is due is a pure function of the last start and the time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embed_platform.errors import SettingsError
from embed_platform.lake.lake import Lake
from embed_platform.upkeep.cadence import (
    PERIODS,
    Cadence,
    due,
    note_done,
    note_started,
    overdue,
    parse_every,
    read_cadences,
    set_cadence,
)
from embed_platform.upkeep.forget import Around, forget
from embed_platform_tests.stores.rows import write_tweets

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TICK = timedelta(minutes=15)
every = st.sampled_from(sorted(PERIODS))


def cadence(
    period: str, started: timedelta | None = None, done: timedelta | None = None
) -> Cadence:
    def ago(time: timedelta | None) -> str:
        return "" if time is None else (NOW - time).isoformat()

    return Cadence(period, (NOW - timedelta(days=100)).isoformat(), ago(started), ago(done))  # type: ignore[arg-type]


def test_whoever_was_never_started_is_due_and_whoever_has_just_been_is_not() -> None:
    users = {"never": cadence("week"), "just": cadence("hour", TICK)}
    assert due(users, NOW) == ["never"]


@given(every, st.timedeltas(timedelta(0), timedelta(days=60)))
def test_nobody_is_started_twice_within_a_period(period: str, since: timedelta) -> None:
    found = due({"ann": cadence(period, since)}, NOW)
    assert (found == ["ann"]) == (since >= PERIODS[period] - timedelta(minutes=10))


@given(every, st.integers(1, 30))
def test_ticks_start_a_user_once_a_period_and_do_not_drift(period: str, periods: int) -> None:
    state, started = {"ann": cadence(period, PERIODS[period])}, 0
    ticks = min(2000, int(periods * PERIODS[period] / TICK))
    for number in range(ticks):
        now = NOW + number * TICK
        if due(state, now):
            started += 1
            state["ann"] = Cadence(state["ann"].every, state["ann"].set_at, now.isoformat())
    expected = -(-ticks * TICK // PERIODS[period])
    assert started == expected


def test_stale_is_who_has_not_been_done_for_two_periods() -> None:
    users = {
        "fine": cadence("day", done=timedelta(hours=47)),
        "late": cadence("day", started=TICK, done=timedelta(hours=49)),
        "never": cadence("day", started=TICK),
    }
    assert overdue(users, NOW) == ["late", "never"]


def test_a_cadence_is_kept_changed_and_taken_away(lake: Lake) -> None:
    set_cadence(lake, "ann", "day")
    note_started(lake, read_cadences(lake), NOW)
    note_done(lake, "ann", NOW)
    note_done(lake, "ann", NOW - TICK)
    note_done(lake, "bob", NOW)
    set_cadence(lake, "ann", "week")
    (ann,) = read_cadences(lake).values()
    assert (ann.every, ann.started_at, ann.done_at) == ("week", *[NOW.isoformat()] * 2)
    set_cadence(lake, "ann", None)
    assert read_cadences(lake) == {}


def test_a_cadence_goes_with_its_user(lake: Lake) -> None:
    write_tweets(lake, "ann", ["one"])
    set_cadence(lake, "ann", "day")
    forget(lake, "ann", Around([]))
    assert read_cadences(lake) == {}


def test_what_is_no_period_is_refused_with_those_that_are() -> None:
    assert parse_every("none") is None and parse_every("day") == "day"
    with pytest.raises(SettingsError, match="hour, day, week, month, none"):
        parse_every("fortnight")
