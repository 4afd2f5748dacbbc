"""Dead letters of everybody in one place: their ids, and taking some of them out."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embed_platform.lake.dead_letters import (
    DeadLetter,
    filed_letters,
    remove_letters,
    write_dead_letters,
)
from embed_platform.lake.lake import Lake

letters = st.lists(
    st.builds(DeadLetter, st.text(max_size=5), st.text(max_size=5)), unique=True, max_size=4
)
files = st.dictionaries(
    st.tuples(st.sampled_from(["ann", "feed.hn"]), st.sampled_from(["raw_tweets", "poll"])), letters
)


@given(files, st.randoms())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_what_is_taken_out_is_gone_and_nothing_else(lake: Lake, held, random) -> None:
    for user in ("ann", "feed.hn"):
        for step in ("raw_tweets", "poll"):
            write_dead_letters(lake.storage, user, step, held.get((user, step), []))
    found = filed_letters(lake.storage)
    assert sorted((f.user, f.step, f.letter.where, f.letter.reason) for f in found) == sorted(
        (user, step, one.where, one.reason) for (user, step), own in held.items() for one in own
    )
    assert len({filed.id for filed in found}) == len(found)
    gone = [filed for filed in found if random.random() < 0.5]
    remove_letters(lake.storage, gone)
    left = filed_letters(lake.storage)
    assert {filed.id for filed in left} == {f.id for f in found} - {f.id for f in gone}
    assert filed_letters(lake.storage, ["ann"]) == [f for f in left if f.user == "ann"]
