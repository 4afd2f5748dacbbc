"""Waiting for a call: until it answers, its time is over, the run ends, or the vendor stays away."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from embed_platform.compute.modal.client import Call
from embed_platform.compute.modal.flight import Flight
from embed_platform.compute.modal.payload import Answer, raise_problem, unpack
from embed_platform.compute.modal.spending import Spending
from embed_platform.compute.modal.vendor import WHERE
from embed_platform.errors import ComputeRefused, EmbedError, MachineUnavailable, TransientError

# So often a waiting call looks whether the run is ending.
POLL_SECONDS = 5.0
# A result waits for us at the vendor while the network is away; after this long we go on without.
OUTAGE_SECONDS = 180.0
OUTAGE_PAUSE_SECONDS = 2.0


def awaited(call: Call, seconds: float, flight: Flight, stopped: threading.Event) -> bytes:
    """What a call returned; it is cancelled when it takes longer than it may.

    Args:
        call: on its way.
        seconds: that it may take.
        flight: the calls of the run; a closed one ends the waiting.
        stopped: set to end it too.

    Raises:
        TransientError: the call failed, or took too long and was cancelled.
        MachineUnavailable: the vendor does not answer, or the run is ending.
    """
    deadline = time.monotonic() + seconds
    away_since: float | None = None
    while not (flight.closed or stopped.is_set()):
        left = deadline - time.monotonic()
        if left <= 0:
            flight.end(call)
            raise TransientError(f"no answer in {seconds:.0f} seconds; cancelled", where=WHERE)
        try:
            data = call.result(min(left, POLL_SECONDS))
        except MachineUnavailable:
            away_since = away_since or time.monotonic()
            if time.monotonic() - away_since > OUTAGE_SECONDS:
                flight.end(call)
                raise
            time.sleep(OUTAGE_PAUSE_SECONDS)
            continue
        if data is not None:
            return data
        away_since = None
    flight.end(call)
    raise MachineUnavailable("the call was cancelled from here", where=WHERE)


def answered(
    call: Call, seconds: float, flight: Flight, spending: Spending, stopped: threading.Event
) -> Answer:
    """What a call answered, waited for as `awaited` says; what its container took is counted first.

    Raises:
        EmbedError: as `awaited`, and what the container says went wrong.
    """
    answer = unpack(awaited(call, seconds, flight, stopped))
    spending.add(answer)
    raise_problem(answer)
    return answer


@contextmanager
def settled(call: Call, flight: Flight) -> Iterator[None]:
    """Whatever becomes of the block, the call is no longer in the air: finished, failed, or ended by Ctrl-C."""
    try:
        yield
    except EmbedError:
        flight.fail(call)
        raise
    except BaseException:  # Ctrl-C
        flight.end(call)
        raise
    flight.finish(call)


def allowed_seconds(until: float, call_seconds: float) -> float:
    """How long a call may take that begins now.

    Args:
        until: `time.monotonic()` at which the rented time is over.
        call_seconds: longest that one call may take.

    Raises:
        ComputeRefused: the rented time is over.
    """
    left = until - time.monotonic()
    if left <= 0:
        raise ComputeRefused(
            "the rented time is over",
            where="EMBED_RENT_MINUTES",
            remedy="What was done is kept; the same command goes on from there",
        )
    return min(left, call_seconds)
