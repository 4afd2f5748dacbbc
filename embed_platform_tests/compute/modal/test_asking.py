"""A vendor that takes requests and stays silent: nobody waits for ever, and nothing is forgotten."""

from __future__ import annotations

import threading
import time
from contextlib import suppress

import pytest

from embed_platform.compute.modal import asking, client
from embed_platform.compute.modal.asking import asked
from embed_platform.compute.modal.fleet import ModalFleet
from embed_platform.compute.modal.ledger import call_ledger
from embed_platform.embedding.registry import ModelEntry
from embed_platform.errors import EmbedError, MachineUnavailable, TransientError
from embed_platform.settings import Settings
from embed_platform_tests.compute.modal.conftest import machine_of, wait_until
from embed_platform_tests.standins.modal_server import ModalServer


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second instead of one minute, or five."""
    monkeypatch.setattr(asking, "ANSWER_SECONDS", 1.0)
    monkeypatch.setattr(client, "SEND_SECONDS", 1.0)


def test_what_is_answered_in_time_is_returned_and_what_is_late_is_given_to_whoever_cleans_up() -> (
    None
):
    go, cleaned = threading.Event(), []
    assert asked(lambda: 5) == 5
    with pytest.raises(MachineUnavailable, match=r"does not answer within 0\.1 seconds"):
        asked(lambda: go.wait() and "late", seconds=0.1, late=cleaned.append)
    assert cleaned == []
    go.set()
    wait_until(lambda: cleaned == ["late"])


def test_a_time_out_of_the_client_itself_is_told_as_one() -> None:
    def times_out() -> None:
        raise TimeoutError("by the client")

    with pytest.raises(TransientError, match="by the client"):
        asked(times_out)


@pytest.mark.slow
def test_a_run_whose_vendor_falls_silent_ends_and_its_call_stays_written_down(
    server: ModalServer, settings: Settings, entry: ModelEntry
) -> None:
    with ModalFleet(entry, settings) as fleet:
        machine = machine_of(fleet)
        lane = threading.Thread(target=_embed, args=(machine.engine, "hang"))
        lane.start()
        wait_until(lambda: any(call.task for call in server.state.calls.values()))
        server.control.silent = True
        began = time.monotonic()
    assert time.monotonic() - began < 30
    lane.join(30)
    assert not lane.is_alive()
    (left,) = call_ledger(settings).left_over(entry.space.slug)
    server.control.silent = False
    with ModalFleet(entry, settings, salvage_seconds=0.5) as fleet:
        assert list(fleet.salvage()) == []
    assert left.call not in server.unfinished()
    assert not call_ledger(settings).left_over(entry.space.slug)


@pytest.mark.slow
def test_a_vendor_that_is_silent_from_the_beginning_is_worth_another_run(
    server: ModalServer, settings: Settings, entry: ModelEntry
) -> None:
    server.control.silent = True
    with (
        pytest.raises(MachineUnavailable, match="does not answer within 1 seconds"),
        ModalFleet(entry, settings) as fleet,
    ):
        machine_of(fleet)


@pytest.mark.slow
def test_a_call_that_was_made_after_nobody_waited_any_more_is_cancelled(
    server: ModalServer, settings: Settings, entry: ModelEntry
) -> None:
    with ModalFleet(entry, settings) as fleet:
        machine = machine_of(fleet)
        known = len(server.state.calls)
        server.control.silent = True
        with pytest.raises(MachineUnavailable):
            machine.engine.embed(["hang"], "")
        server.control.silent = False
        wait_until(lambda: len(server.state.calls) > known)
        wait_until(lambda: server.unfinished() == [])
    assert not call_ledger(settings).left_over(entry.space.slug)


def _embed(engine: object, text: str) -> None:
    with suppress(EmbedError):
        engine.embed([text], "")  # type: ignore[attr-defined]
