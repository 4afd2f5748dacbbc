"""The client is killed; what its calls have finished is not paid for twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from embed_platform.compute.modal.fleet import ModalFleet
from embed_platform.compute.modal.ledger import call_ledger
from embed_platform.corpus.documents import text_hash
from embed_platform.embedding.fleet import Salvaged
from embed_platform.embedding.registry import ModelEntry
from embed_platform.settings import Settings
from embed_platform_tests.compute.modal import client_process
from embed_platform_tests.compute.modal.conftest import MakeSettings, wait_until
from embed_platform_tests.servers import s3_server  # noqa: F401 - a fixture
from embed_platform_tests.standins.light.sentence_transformers import vector
from embed_platform_tests.standins.modal_server import ModalServer

pytestmark = pytest.mark.slow
StartRun = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start_run(server: ModalServer, settings: Settings) -> Iterator[StartRun]:
    """Starts a run in a process of its own; whatever is left of it is ended after the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*shards: str, **variables: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, client_process.__file__, str(settings.home), *shards],
            env=os.environ | server.environment() | variables,
        )
        started.append(process)
        wait_until(lambda: len(_entries(settings)) >= len(shards) + 1 or process.poll() is not None)
        assert process.poll() is None
        return process

    yield start
    for process in started:
        process.kill()
        process.wait(10)


def _entries(settings: Settings) -> list[Any]:
    return list(call_ledger(settings).entries())


def kill_hard(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait(10)


def work_of(fleet: ModalFleet) -> dict[tuple[str, ...], Salvaged]:
    return {found.hashes: found for found in fleet.salvage()}


def hashes(*texts: str) -> tuple[str, ...]:
    return tuple(map(text_hash, texts))


def test_finished_work_of_a_killed_run_is_taken_and_embedded_by_nobody_again(
    server: ModalServer, settings: Settings, entry: ModelEntry, start_run: StartRun
) -> None:
    process = start_run("slow one|two", "slow three")
    kill_hard(process)
    assert server.unfinished(), "it was killed in the middle of its calls"
    wait_until(lambda: not server.unfinished())
    before = len(server.state.calls)
    with ModalFleet(entry, settings) as fleet:
        found = work_of(fleet)
        assert len(server.state.calls) - before <= 1, "only a warm-up"
    assert {hashes("slow one", "two"), hashes("slow three")} <= set(found)
    taken = found[hashes("slow one", "two")]
    assert np.allclose(taken.answer.vectors, [vector("slow one"), vector("two")], atol=1e-6)
    assert taken.maker.engine == "modal/sentence-transformers"
    assert _entries(settings) == []


def test_work_that_still_runs_is_waited_for(
    server: ModalServer, settings: Settings, entry: ModelEntry, start_run: StartRun
) -> None:
    process = start_run("slow|slow too|slow as well")
    kill_hard(process)
    assert server.unfinished()
    with ModalFleet(entry, settings) as fleet:
        assert hashes("slow", "slow too", "slow as well") in work_of(fleet)


def test_work_that_never_ends_is_cancelled_and_forgotten(
    server: ModalServer, settings: Settings, entry: ModelEntry, start_run: StartRun
) -> None:
    process = start_run("hang")
    kill_hard(process)
    (call,) = server.unfinished()
    with ModalFleet(entry, settings, salvage_seconds=1) as fleet:
        assert hashes("hang") not in work_of(fleet)
        assert call not in server.unfinished()
    assert _entries(settings) == []


def test_calls_of_a_run_that_is_alive_are_left_alone(
    server: ModalServer, settings: Settings, entry: ModelEntry, start_run: StartRun
) -> None:
    start_run("hang")
    (call,) = server.unfinished()
    with ModalFleet(entry, settings) as fleet:
        assert work_of(fleet) == {}
    assert call in server.unfinished()
    assert any(entry.call == call for entry in _entries(settings))


def test_results_that_are_no_longer_kept_are_forgotten(
    server: ModalServer, settings: Settings, entry: ModelEntry, start_run: StartRun
) -> None:
    kill_hard(start_run("one"))
    server.control.forget = True
    with ModalFleet(entry, settings) as fleet:
        assert work_of(fleet) == {}
    assert _entries(settings) == []


def test_while_the_vendor_does_not_answer_nothing_is_forgotten(
    server: ModalServer, settings: Settings, entry: ModelEntry, start_run: StartRun
) -> None:
    kill_hard(start_run("one"))
    wait_until(lambda: not server.unfinished())
    left = _entries(settings)
    server.control.down = True
    with ModalFleet(entry, settings) as fleet:
        assert work_of(fleet) == {}
        assert _entries(settings) == left
        server.control.down = False
        assert hashes("one") in work_of(fleet)


def test_a_wrong_token_forgets_nothing(
    server: ModalServer, make_settings: MakeSettings, entry: ModelEntry, start_run: StartRun
) -> None:
    kill_hard(start_run("one"))
    settings = make_settings(modal_token_secret="as-wrong")
    left = _entries(settings)
    with ModalFleet(entry, settings) as fleet:
        assert work_of(fleet) == {}
    assert _entries(settings) == left


def test_work_that_lies_in_the_lake_is_taken_too(
    server: ModalServer,
    make_settings: MakeSettings,
    entry: ModelEntry,
    start_run: StartRun,
    s3_server: dict[str, Any],  # noqa: F811
) -> None:
    texts = ["slow " + "word " * 300, *(f"{i} " + "word " * 300 for i in range(9))]
    variables = {
        "EMBED_LAKE_URL": "s3://bucket/lake",
        "AWS_ENDPOINT_URL": s3_server["s3_endpoint"],
        "AWS_ACCESS_KEY_ID": s3_server["s3_key"],
        "AWS_SECRET_ACCESS_KEY": s3_server["s3_secret"],
    }
    kill_hard(start_run("|".join(texts), **variables))
    settings = make_settings(lake_url="s3://bucket/lake", **s3_server)
    assert any(written.parcel for written in _entries(settings))
    with ModalFleet(entry, settings) as fleet:
        found = work_of(fleet)
    assert np.allclose(found[hashes(*texts)].answer.vectors[9], vector(texts[9]), atol=1e-6)
    assert _entries(settings) == []
    assert server.asked("FunctionMap")[0].pipelined_inputs[0].input.args_blob_id == ""
    assert s3_server["s3_secret"] not in str(server.state.requests)


def test_a_run_that_is_interrupted_leaves_nothing_to_salvage(
    server: ModalServer, settings: Settings, start_run: StartRun
) -> None:
    process = start_run("hang", "hang")
    assert len(server.unfinished()) == 2
    process.send_signal(signal.SIGINT)
    process.wait(30)
    assert server.unfinished() == []
    assert server.pids == []
    assert _entries(settings) == []


def test_a_fleet_that_is_left_when_the_interpreter_ends_cancels_too(
    server: ModalServer, settings: Settings, start_run: StartRun
) -> None:
    script = (
        "import atexit, sys, threading\n"
        "from pathlib import Path\n"
        "from embed_platform.compute.modal.fleet import ModalFleet\n"
        "from embed_platform.embedding.registry import load_registry\n"
        "from embed_platform.settings import Settings\n"
        "settings = Settings(home=Path(sys.argv[1]), gpu='L4', max_dollars=10.0)\n"
        "fleet = ModalFleet(load_registry(settings).get('minilm'), settings)\n"
        "fleet.__enter__()\n"
        "atexit.register(fleet.__exit__, None, None, None)\n"
        "machine = fleet.next_machine(60)\n"
        "lane = threading.Thread(target=machine.engine.embed, args=(['hang'], ''), daemon=True)\n"
        "lane.start()\n"
        "lane.join(2)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(settings.home)],
        env=os.environ | server.environment(),
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert server.unfinished() == []
    assert server.pids == []
    assert _entries(settings) == []
    assert "not known" not in done.stderr
