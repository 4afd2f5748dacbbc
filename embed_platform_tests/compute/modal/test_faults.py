"""What goes wrong on the way: containers that die, calls that never end, a vendor that is away."""

from __future__ import annotations

import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import psutil
import pytest

from embed_platform.compute.modal.fleet import LOSSES_PER_MACHINE, ModalFleet
from embed_platform.compute.modal.ledger import call_ledger
from embed_platform.embedding.engine import Engine
from embed_platform.embedding.registry import ModelEntry
from embed_platform.errors import ComputeRefused, MachineUnavailable, TransientError
from embed_platform.settings import Settings
from embed_platform_tests.compute.modal.conftest import MakeSettings, deploy, machine_of, wait_until
from embed_platform_tests.compute.modal.test_calls import expected
from embed_platform_tests.standins.modal_server import ModalServer

pytestmark = pytest.mark.slow


def test_a_container_that_dies_in_the_middle_costs_a_repetition_and_nothing_else(
    server: ModalServer, settings: Settings, entry: ModelEntry
) -> None:
    with ModalFleet(entry, settings) as fleet:
        machine = machine_of(fleet)
        server.control.deaths, server.control.die_after = 1, 0.5
        found = machine.engine.embed(["slow one", "two"], "")
        (call,) = [call for call in server.state.calls.values() if call.deliveries > 1]
    assert np.allclose(found.vectors, expected(["slow one", "two"]), atol=1e-6)
    assert call.deliveries == 2
    assert server.containers.started == 2


def test_a_text_that_kills_every_container_is_given_up_at_the_deadline(
    server: ModalServer, settings: Settings, entry: ModelEntry
) -> None:
    with ModalFleet(entry, settings, call_seconds=8) as fleet:
        machine = machine_of(fleet)
        began = time.monotonic()
        with pytest.raises(TransientError, match="no answer in 8 seconds; cancelled") as caught:
            machine.engine.embed(["die"], "")
        assert 8 <= time.monotonic() - began < 15
        assert not isinstance(caught.value, MachineUnavailable), "the lane goes on with others"
        assert server.unfinished() == []
        assert machine.engine.embed(["another"], "").vectors.shape == (1, 384)
    assert server.containers.started >= 3


def test_a_call_that_never_ends_is_cancelled_with_its_container(
    server: ModalServer, settings: Settings, entry: ModelEntry
) -> None:
    with ModalFleet(entry, settings, call_seconds=4) as fleet:
        machine = machine_of(fleet)
        pids = server.pids
        with pytest.raises(TransientError, match="cancelled"):
            machine.engine.embed(["hang"], "")
        wait_until(lambda: not any(psutil.pid_exists(pid) for pid in pids))
    assert server.asked("FunctionCallCancel")[-1].terminate_containers


def test_leaving_the_fleet_cancels_what_lanes_are_waiting_for(
    server: ModalServer, make_settings: MakeSettings, entry: ModelEntry
) -> None:
    settings = make_settings(pods=2)
    with ModalFleet(entry, settings) as fleet:
        threads = [
            threading.Thread(target=_fails, args=(machine_of(fleet).engine,)) for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        wait_until(lambda: sum(bool(call.task) for call in server.state.calls.values()) == 2)
        pids = server.pids
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()
    assert server.unfinished() == []
    assert server.pids == []
    assert not any(psutil.pid_exists(pid) for pid in pids)
    assert list(call_ledger(settings).entries()) == []


def test_an_error_in_the_run_leaves_nothing_running_either(
    server: ModalServer, settings: Settings, entry: ModelEntry
) -> None:
    with pytest.raises(KeyboardInterrupt), ModalFleet(entry, settings) as fleet:
        engine = machine_of(fleet).engine
        lane = threading.Thread(target=_fails, args=(engine,))
        lane.start()
        wait_until(lambda: server.unfinished())
        raise KeyboardInterrupt
    assert server.unfinished() == []
    assert server.pids == []


def _fails(engine: Engine) -> None:
    with pytest.raises(TransientError):
        engine.embed(["hang"], "")


def test_a_lost_machine_is_ended_and_another_one_comes(
    server: ModalServer, settings: Settings, entry: ModelEntry
) -> None:
    with ModalFleet(entry, settings) as fleet:
        first = machine_of(fleet)
        with ThreadPoolExecutor(1) as pool:
            job = pool.submit(first.engine.embed, ["hang"], "")
            wait_until(lambda: any(call.task for call in server.state.calls.values()))
            fleet.lost(first, "it stalls")
            with pytest.raises(TransientError):
                job.result(10)
        second = machine_of(fleet)
        assert second.name != first.name
        assert second.engine.embed(["a"], "").vectors.shape == (1, 384)


def test_machines_are_not_replaced_for_ever(
    server: ModalServer, settings: Settings, entry: ModelEntry
) -> None:
    with ModalFleet(entry, settings) as fleet:
        for _ in range(LOSSES_PER_MACHINE + 1):
            fleet.lost(machine_of(fleet), "it lies")
        with pytest.raises(ComputeRefused, match="lost 26 times, the last because: it lies"):
            fleet.next_machine(0)


def test_a_short_outage_loses_no_work(
    server: ModalServer, settings: Settings, entry: ModelEntry
) -> None:
    with ModalFleet(entry, settings) as fleet:
        machine = machine_of(fleet)
        with ThreadPoolExecutor(1) as pool:
            job = pool.submit(machine.engine.embed, ["slow"], "")
            wait_until(lambda: any(call.task for call in server.state.calls.values()))
            server.control.down = True
            time.sleep(4)
            server.control.down = False
            assert np.allclose(job.result(30).vectors, expected(["slow"]), atol=1e-6)
        assert len(server.state.calls) == 2, "the warm-up and this one"


def test_a_vendor_that_does_not_answer_is_told_apart_from_one_that_says_no(
    server: ModalServer, settings: Settings, entry: ModelEntry
) -> None:
    with ModalFleet(entry, settings) as fleet:
        machine = machine_of(fleet)
        server.control.down = True
        with pytest.raises(MachineUnavailable, match="Modal: it does not answer"):
            machine.engine.embed(["a"], "")
        server.control.down = False
        assert machine.engine.embed(["a"], "").vectors.shape == (1, 384)


def test_a_result_that_is_no_longer_kept_is_embedded_again_by_whoever_asked(
    server: ModalServer, settings: Settings, entry: ModelEntry
) -> None:
    with ModalFleet(entry, settings) as fleet:
        machine = machine_of(fleet)
        server.control.forget = True
        with pytest.raises(TransientError, match="no longer kept"):
            machine.engine.embed(["a"], "")


def test_a_vendor_that_is_away_at_the_beginning_is_asked_again(
    server: ModalServer, settings: Settings, entry: ModelEntry
) -> None:
    server.control.down = True
    with ModalFleet(entry, settings) as fleet:
        assert fleet.next_machine(3) is None
        server.control.down = False
        assert machine_of(fleet).engine.embed(["a"], "").vectors.shape == (1, 384)


def test_a_vendor_that_stays_away_is_worth_another_run(
    server: ModalServer, settings: Settings, entry: ModelEntry
) -> None:
    server.control.down = True
    with ModalFleet(entry, settings) as fleet, pytest.raises(MachineUnavailable) as caught:
        machine_of(fleet)
    assert "\n" not in str(caught.value)


def test_containers_that_crash_while_they_start_are_not_started_for_ever(
    server: ModalServer, make_settings: MakeSettings, entry: ModelEntry, tmp_path: Path
) -> None:
    deploy(server, tmp_path, EMBED_MODAL_APP="broken")
    app = server.state.app("broken", "main")
    assert app is not None
    for function_id in app.functions.values():
        mounts = server.state.functions[function_id].definition.mount_ids
        for mount in list(mounts):
            if any(file.filename == "/root/modal_app.py" for file in server.state.mounts[mount]):
                mounts.remove(mount)
    with (
        ModalFleet(entry, make_settings(modal_app="broken")) as fleet,
        pytest.raises(TransientError),
    ):
        machine_of(fleet)
    assert server.unfinished() == []
    assert server.containers.started <= 12


def test_a_call_that_cannot_be_written_down_is_not_made(
    server: ModalServer, settings: Settings, entry: ModelEntry
) -> None:
    with ModalFleet(entry, settings) as fleet:
        machine = machine_of(fleet)
        folder = call_ledger(settings).folder
        folder.rename(folder.with_name("elsewhere"))
        folder.write_text("a file where the folder should be")
        with pytest.raises(TransientError, match="cannot be written down"):
            machine.engine.embed(["hang"], "")
        assert server.unfinished() == []
        folder.unlink()


def test_a_fleet_that_was_left_leaves_no_signal_handler_behind(
    server: ModalServer, settings: Settings, entry: ModelEntry
) -> None:
    handled = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(each) for each in handled]
    with ModalFleet(entry, settings) as fleet:
        machine_of(fleet)
    assert [signal.getsignal(each) for each in handled] == before
