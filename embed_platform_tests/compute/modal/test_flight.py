"""The calls of a run: whatever happens while it ends, none stays written down that has ended."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from embed_platform.compute.modal.client import Call
from embed_platform.compute.modal.flight import Flight
from embed_platform.compute.modal.ledger import call_ledger, new_entry
from embed_platform.compute.modal.road import Courier
from embed_platform.compute.modal.vendor import vendor_address
from embed_platform.errors import MachineUnavailable, TransientError
from embed_platform.settings import Settings


class Handle:
    """The vendor's side of a call, of which something happens while it is being cancelled."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        self._meanwhile = meanwhile

    def cancel(self, *, terminate_containers: bool) -> None:
        self._meanwhile()


def in_the_air(settings: Settings, meanwhile: Callable[[Flight, Call], object]) -> Flight:
    """A flight with one call, of which something happens while it is being cancelled."""
    flight = Flight(call_ledger(settings), Courier(settings, vendor_address()), keep=8)
    call = Call("fc-1", Handle(lambda: meanwhile(flight, call)))
    flight.begin(lambda: call, lambda name: new_entry(name, "shard", "space_0", ("h",), 1e10, ""))
    assert flight.calls == 1 and len(list(call_ledger(settings).entries())) == 1
    return flight


def refuse(flight: Flight, call: Call) -> None:
    raise TransientError("the vendor says no")


@pytest.mark.parametrize("meanwhile", [Flight.finish, Flight.fail, Flight.end])
def test_a_call_that_ends_while_the_run_does_is_forgotten(
    settings: Settings, meanwhile: Callable[[Flight, Call], object]
) -> None:
    again = iter([meanwhile])  # ended a second time, nothing more happens
    flight = in_the_air(settings, lambda *held: next(again, lambda *_: None)(*held))
    flight.close()
    assert flight.calls == 0 and list(call_ledger(settings).entries()) == []
    with pytest.raises(MachineUnavailable, match="the run is ending"):
        flight.begin(lambda: pytest.fail("nothing is spawned any more"), lambda name: None)  # type: ignore[arg-type, return-value]


def test_a_call_that_cannot_be_cancelled_is_left_to_the_next_run(settings: Settings) -> None:
    in_the_air(settings, refuse).close()
    (entry,) = call_ledger(settings).left_over("space_0")
    assert entry.call == "fc-1"
