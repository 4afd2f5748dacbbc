"""When a feed's next batch is due, and which feeds share a run."""

from __future__ import annotations

import pytest

from embed_platform.errors import SourceUnavailable
from embed_platform.lake.lake import Lake
from embed_platform.live.batches import Pace, due, pace_of, run_batch, together
from embed_platform_tests.live.kit import Told, pipeline, up


def test_what_is_due_follows_from_the_clock_alone() -> None:
    paces = {
        "never": Pace(),
        "long-ago": Pace(10, 1),
        "just-now": Pace(99.9, 1),
        "ahead": Pace(500, 1),
        "failed": Pace(40, None, 1),
        "failed-often": Pace(40, None, 30),
        "failed-long-ago": Pace(-4000, None, 30),
    }
    pauses = dict.fromkeys(paces, 50.0)
    assert due(pauses, paces, 100.0) == ["ahead", "failed-long-ago", "long-ago", "never"]
    assert "failed" in due(pauses, paces, 140.0)


def test_a_cadence_that_is_longer_than_any_pause_of_a_failure_stays_as_it_is() -> None:
    day, failed = {"a": 86400.0}, {"a": Pace(0, None, 9)}
    assert due(day, failed, 86399.0) == [] and due(day, failed, 86400.0) == ["a"]


def test_only_feeds_that_were_quick_and_well_share_a_run() -> None:
    paces = {
        "a": Pace(1, 3),
        "b": Pace(1, 60),
        "c": Pace(1, None, 1),
        "d": Pace(),
        "e": Pace(1, 0.1),
    }
    assert together(list(paces), paces) == (["a", "e"], ["b", "c", "d"])


def test_a_batch_leaves_its_pace_behind_whether_it_went_well_or_not(lake: Lake) -> None:
    class Moody(Told):
        down = False

        def poll(self, cursor: dict) -> tuple[list, dict]:
            if self.down:
                raise SourceUnavailable("down", where="moody")
            return super().poll(cursor)

    source = Moody([up("a")])
    made = pipeline(source)
    assert pace_of(lake, made.user) == Pace()
    done, counts = run_batch(lake, made)
    assert (done.written, counts) == (1, {"items": 1, "documents": 1})
    pace = pace_of(lake, made.user)
    assert pace.failures == 0 and 0 < (pace.seconds or 0) < 60
    source.down = True
    for failures in (1, 2):
        with pytest.raises(SourceUnavailable):
            run_batch(lake, made)
        assert pace_of(lake, made.user).failures == failures
    source.down = False
    run_batch(lake, made)
    assert pace_of(lake, made.user).failures == 0
