"""The money: whatever machines do, what is spent and what they can still cost stay under the cap."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from embed_platform.compute.ledger import within_cap
from embed_platform.compute.runpod.purse import Purse

PRICES = st.floats(0.01, 50)


@given(st.floats(0, 100), st.floats(0, 100), st.floats(0, 100), st.floats(0.001, 100))
def test_nothing_is_rented_that_could_exceed_the_cap(
    cap: float, spent: float, committed: float, candidate: float
) -> None:
    allowed = within_cap(cap, spent, committed, candidate)
    assert allowed == (cap > 0 and spent + committed + candidate <= cap)
    if allowed:
        assert within_cap(cap * 2, spent, committed, candidate)
        assert within_cap(cap, spent, committed, candidate / 2)


def test_a_cap_of_nothing_allows_nothing_not_even_what_is_free() -> None:
    assert not within_cap(0, 0, 0, 0)


class Spending(RuleBasedStateMachine):
    """Machines come, run, turn out dearer, go and are billed, while a clock goes on as it likes."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.cap = 10.0
        self.purse = Purse(self.cap, clock=lambda: self.now)
        self.running: dict[str, float] = {}
        self.names = 0

    @rule(price=PRICES, dearer=st.floats(0.5, 3), minutes=st.integers(1, 240))
    def rent(self, price: float, dearer: float, minutes: int) -> None:
        self.names += 1
        name = str(self.names)
        if not self.purse.take(name, price, minutes * 60):
            return
        if self.purse.correct(name, price * dearer):
            self.running[name] = self.now + minutes * 60
        else:
            self.purse.end(name)  # what the fleet does at once

    @precondition(lambda self: self.running)
    @rule(data=st.data())
    def end(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.running)))
        seconds, dollars = self.purse.end(name)
        assert seconds >= 0 and dollars >= 0
        assert self.purse.end(name) == (seconds, dollars)
        self.purse.bill(name, dollars * data.draw(st.floats(0, 1)))
        del self.running[name]

    @precondition(lambda self: self.running)
    @rule(data=st.data())
    def was_never_rented(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.running)))
        self.purse.give_back(name)
        del self.running[name]

    @rule(seconds=st.floats(0, 3600))
    def time_passes(self, seconds: float) -> None:
        """A machine ends itself in time, whoever watches."""
        self.now += seconds
        for name, until in list(self.running.items()):
            if self.now >= until:
                self.now, later = until, self.now
                self.purse.end(name)
                self.now = later
                del self.running[name]

    @invariant()
    def the_cap_holds(self) -> None:
        assert self.purse.spent + self.purse.committed <= self.cap * (1 + 1e-9)
        assert self.purse.spent >= 0 and self.purse.committed >= 0


TestSpending = Spending.TestCase


def test_a_machine_costs_from_before_it_is_asked_for_until_it_is_gone() -> None:
    now = 1000.0
    purse = Purse(5.0, clock=lambda: now)
    assert purse.take("a", 2.0, 7200)
    assert (purse.spent, purse.committed) == (0.0, 4.0)
    now += 1800
    assert (purse.spent, purse.committed) == (1.0, 3.0)
    assert not purse.take("b", 2.0, 3600)
    assert purse.end("a") == (1800.0, 1.0)
    assert (purse.spent, purse.committed) == (1.0, 0.0)
    assert purse.take("b", 2.0, 7200)


def test_the_larger_of_our_count_and_the_vendors_is_believed() -> None:
    now = 0.0
    purse = Purse(5.0, clock=lambda: now)
    purse.take("a", 1.0, 3600)
    now += 3600
    purse.end("a")
    purse.bill("a", 0.2)
    assert purse.spent == pytest.approx(1.0)
    purse.bill("a", 1.3)
    assert purse.spent == pytest.approx(1.3)


def test_what_the_run_spent_before_counts_against_the_cap_and_is_not_told_again() -> None:
    purse = Purse(5.0, before=4.0)
    assert not purse.take("a", 1.1, 3600)
    assert purse.take("b", 0.9, 3600) and purse.spent < 0.1
    assert not purse.correct("b", 1.1)
