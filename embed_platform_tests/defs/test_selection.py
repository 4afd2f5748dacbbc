"""Stretches of partitions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from embed_platform.defs.selection import ranges

KEYS = [f"u{i:03}" for i in range(200)]


@given(st.sets(st.sampled_from(KEYS)), st.integers(0, 5))
def test_stretches_cover_what_is_wanted_and_bridge_only_small_gaps(
    wanted: set[str], gap: int
) -> None:
    place = {key: i for i, key in enumerate(KEYS)}
    covered: list[int] = []
    for first, last in ranges(wanted, KEYS, gap):
        covered += range(place[first], place[last] + 1)
    assert {place[key] for key in wanted} <= set(covered)
    assert len(covered) == len(set(covered))
    idle = [i for i in covered if KEYS[i] not in wanted]
    assert len(idle) <= gap * max(len(wanted) - 1, 0)


def test_a_large_gap_starts_a_new_stretch() -> None:
    assert ranges(["u000", "u001", "u100"], KEYS) == [("u000", "u001"), ("u100", "u100")]
