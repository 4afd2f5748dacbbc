"""Batches of feeds that somebody starts now and then: how long each took, when it is due, which share a run."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

from embed_platform.errors import SettingsError
from embed_platform.lake.lake import Lake
from embed_platform.live.feed import Done
from embed_platform.live.opening import FeedBusy, opened
from embed_platform.live.pipeline import Pipeline
from embed_platform.live.state import open_state, state_path

# A batch goes on while its source has more, up to so many seconds; the next one goes on from there.
BATCH_SECONDS = 300
# A feed whose last batch took no longer than this shares a run with others.
SHORT_SECONDS = 10
# A feed that fails is tried again after its own pause, doubled each time up to this.
MOST_PAUSE = 3600


@dataclass(frozen=True)
class Pace:
    """How a feed's last batch went.

    Attributes:
        at: when it was last polled or tried, in seconds since 1970; None for never.
        seconds: that it took; None where no batch has ended.
        failures: batches that failed since one went well.
    """

    at: float | None = None
    seconds: float | None = None
    failures: int = 0


def due(pauses: Mapping[str, float], paces: Mapping[str, Pace], now: float) -> list[str]:
    """Users of the feeds whose pause is over; of one that failed it is doubled each time.

    Args:
        pauses: seconds between two batches of each feed, by user.
        paces: how their last batches went.
        now: seconds since 1970; a last poll in the future, by a clock that was wrong, counts as none.
    """
    ready = []
    for user, pause in sorted(pauses.items()):
        pace = paces[user]
        longer = max(pause, min(pause * 2**pace.failures, MOST_PAUSE))
        if pace.at is None or pace.at > now or now - pace.at >= longer:
            ready.append(user)
    return ready


def together(ready: Sequence[str], paces: Mapping[str, Pace]) -> tuple[list[str], list[str]]:
    """Feeds that may share a run, and those that run alone: new ones, slow ones, and those that failed.

    So a slow feed keeps no other waiting, and one that fails ends red by itself.
    """
    quick = [
        user
        for user in ready
        if paces[user].failures == 0 and (paces[user].seconds or SHORT_SECONDS + 1) <= SHORT_SECONDS
    ]
    return quick, [user for user in ready if user not in quick]


def run_batch(lake: Lake, pipeline: Pipeline) -> tuple[Done, dict[str, int]]:
    """One batch of a feed; returns what it did, and how many items and documents the feed has now.

    Raises:
        EmbedError: the source, a machine or a store failed; the next batch comes later than else.
    """
    began = time.monotonic()
    try:
        with opened(lake, pipeline) as feed:
            done = feed.run_due(stop=lambda _: time.monotonic() - began > BATCH_SECONDS)
            counts = feed.state.counts()
    except FeedBusy:
        raise
    except Exception:
        _note(lake, pipeline.user, None)
        raise
    _note(lake, pipeline.user, time.monotonic() - began)
    return done, counts


def pace_of(lake: Lake, user: str) -> Pace:
    """How a feed's last batch went; nothing is known where its state cannot be read."""
    if not state_path(lake.settings, user).exists():
        return Pace()
    try:
        with closing(open_state(lake.settings, user)) as state:
            times = [
                at for name in ("last_poll", "last_try") if (at := state.get(name)) is not None
            ]
            return Pace(
                max(times, default=None), state.get("batch_seconds"), state.get("failures", 0)
            )
    except SettingsError:
        return Pace()


def _note(lake: Lake, user: str, seconds: float | None) -> None:
    """Remember how a batch went; without seconds it failed."""
    try:
        with closing(open_state(lake.settings, user)) as state:
            failures = 0 if seconds is not None else int(state.get("failures", 0)) + 1
            now = datetime.now(UTC).timestamp()
            state.keep(last_try=now, batch_seconds=seconds, failures=failures)
    except SettingsError:  # said by the batch itself
        return
