"""A run on Modal that is interrupted by whatever signal, once or again and again, leaves no call and no container."""

from __future__ import annotations

import signal
import time

import pytest

from embed_platform.compute.modal.ledger import call_ledger
from embed_platform.settings import Settings
from embed_platform_tests.compute.modal.conftest import wait_until
from embed_platform_tests.compute.modal.test_salvage import StartRun, start_run  # noqa: F401 - a fixture
from embed_platform_tests.standins.modal_server import ModalServer

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("times", [1, 6], ids=["once", "impatiently"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_run_that_is_interrupted_cancels_its_calls(
    server: ModalServer,
    settings: Settings,
    start_run: StartRun,  # noqa: F811
    number: signal.Signals,
    times: int,
) -> None:
    process = start_run("hang")
    wait_until(server.unfinished)
    for _ in range(times):
        if process.poll() is None:
            process.send_signal(number)
        time.sleep(0.1 * (times > 1))
    assert process.wait(60) != 0
    assert server.unfinished() == []
    wait_until(lambda: server.pids == [])
    assert list(call_ledger(settings).entries()) == []
