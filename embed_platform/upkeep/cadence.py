"""How often each user's data are fetched and run again, and who is due; deciding is a pure function."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

import msgspec

from embed_platform.errors import SettingsError
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake

Every = Literal["hour", "day", "week", "month"]
PERIODS: dict[str, timedelta] = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
}
# A run that begins a little before the full period is over keeps to the same time of the day.
SLACK = timedelta(minutes=10)
# Whoever is this much later than the cadence is stale.
STALE_PERIODS = 2


class Cadence(msgspec.Struct, frozen=True):
    """A user's cadence.

    Attributes:
        every: period between runs.
        set_at: when the owner chose it, ISO 8601, UTC.
        started_at: when a run was last started for it; empty before the first.
        done_at: when such a run last ended well; empty before the first.
    """

    every: Every
    set_at: str
    started_at: str = ""
    done_at: str = ""

    @property
    def period(self) -> timedelta:
        """The time between two runs."""
        return PERIODS[self.every]


def due(users: Mapping[str, Cadence], now: datetime) -> list[str]:
    """Users whose last start is a period ago, or who were never started; sorted.

    Args:
        users: cadence by user.
        now: UTC.
    """
    return sorted(
        user
        for user, cadence in users.items()
        if not cadence.started_at or now - _time(cadence.started_at) >= cadence.period - SLACK
    )


def overdue(users: Mapping[str, Cadence], now: datetime) -> list[str]:
    """Users of whom no run has ended well for two periods; sorted.

    Args:
        users: cadence by user.
        now: UTC.
    """
    return sorted(
        user
        for user, cadence in users.items()
        if now - _time(cadence.done_at or cadence.set_at) > STALE_PERIODS * cadence.period
    )


def parse_every(text: str) -> Every | None:
    """The period of `--every`; None for `none`.

    Raises:
        SettingsError: it is no period.
    """
    if text == "none":
        return None
    if text not in PERIODS:
        raise SettingsError(
            f"{text!r} is no period; they are {', '.join((*get_args(Every), 'none'))}",
            where="--every",
        )
    return text  # type: ignore[return-value]


def set_cadence(lake: Lake, user: str, every: Every | None) -> None:
    """Give a user a cadence, or none; when the last run was is kept."""
    known = read_cadences(lake).get(user)
    if every is None:
        lake.storage.delete([layout.cadence(user)])
    elif known is None:
        _write(lake, user, Cadence(every, _text(datetime.now(UTC))))
    else:
        _write(lake, user, msgspec.structs.replace(known, every=every))


def read_cadences(lake: Lake) -> dict[str, Cadence]:
    """Cadence by user, of those who have one."""
    found = {}
    for entry in lake.storage.list(layout.cadence()):
        user = layout.partition_value(entry.path.removesuffix(".json"), "user")
        if user is not None:
            found[user] = msgspec.json.decode(lake.storage.get(entry.path), type=Cadence)
    return found


def note_started(lake: Lake, users: Mapping[str, Cadence], now: datetime) -> None:
    """Write down that runs of these users were started."""
    for user, cadence in users.items():
        _write(lake, user, msgspec.structs.replace(cadence, started_at=_text(now)))


def note_done(lake: Lake, user: str, ended: datetime) -> None:
    """Write down that a run of a user ended well; nothing where the user has no cadence."""
    known = read_cadences(lake).get(user)
    if known is not None and _text(ended) > known.done_at:
        _write(lake, user, msgspec.structs.replace(known, done_at=_text(ended)))


def _write(lake: Lake, user: str, cadence: Cadence) -> None:
    lake.storage.put(layout.cadence(user), msgspec.json.encode(cadence))


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _text(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="seconds")
