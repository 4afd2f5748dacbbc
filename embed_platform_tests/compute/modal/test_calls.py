"""Calls through the real client to the real container entry point, with faults on the way."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest

from embed_platform.compute.modal.deployment import INPUTS_PER_CONTAINER
from embed_platform.compute.modal.fleet import ModalFleet
from embed_platform.compute.modal.ledger import call_ledger
from embed_platform.embedding.probe import PROBES
from embed_platform.embedding.registry import ModelEntry
from embed_platform.errors import (
    ComputeRefused,
    PermanentError,
)
from embed_platform.settings import Settings
from embed_platform_tests.compute.modal.conftest import MakeSettings, deploy, machine_of, wait_until
from embed_platform_tests.standins.light.sentence_transformers import vector
from embed_platform_tests.standins.modal_grpc import TOKEN
from embed_platform_tests.standins.modal_server import ModalServer


def expected(texts: list[str], prompt: str = "") -> np.ndarray:
    return np.stack([vector(prompt + text) for text in texts])


def test_texts_become_vectors_in_their_order(
    server: ModalServer, settings: Settings, entry: ModelEntry
) -> None:
    texts = [f"text {i}" for i in range(50)]
    with ModalFleet(entry, settings) as fleet:
        machine = machine_of(fleet)
        found = machine.engine.embed(texts, "prompt: ")
        assert machine.lanes == INPUTS_PER_CONTAINER
        assert machine.kind == "L4"
        assert fleet.dollars > 0
        assert fleet.gpu_seconds > 0
    assert np.allclose(found.vectors, expected(texts, "prompt: "), atol=1e-6)
    assert found.tokens.tolist() == [3] * 50
    assert found.failed == {}
    maker = machine.engine.provenance
    assert (maker.engine, maker.dtype) == ("modal/sentence-transformers", "float32")
    assert server.containers.started == 1


def test_when_the_fleet_is_left_nothing_runs_and_nothing_is_written_down(
    server: ModalServer, settings: Settings, entry: ModelEntry
) -> None:
    with ModalFleet(entry, settings) as fleet:
        machine_of(fleet).engine.embed(["a"], "")
        pids = server.pids
        assert pids
        assert list(call_ledger(settings).entries()), "kept until its vectors are surely committed"
    assert server.pids == []
    assert not any(psutil.pid_exists(pid) for pid in pids)
    assert list(call_ledger(settings).entries()) == []
    with pytest.raises(PermanentError, match="the run has ended"):
        fleet.next_machine(0)


def test_the_limits_of_the_settings_are_the_limits_of_the_run(
    server: ModalServer, make_settings: MakeSettings, entry: ModelEntry
) -> None:
    settings = make_settings(pods=3, rent_minutes=7, gpu="H100")
    with ModalFleet(entry, settings) as fleet:
        machine_of(fleet)
        assert [str(gpu) for gpu in fleet.budget.gpus] == ["H100"]
    options = server.asked("FunctionBindParams")[-1].function_options
    assert options.resources.gpu_config.gpu_type == "H100"
    assert (options.concurrency_limit, options.timeout_secs) == (3, 420)


def test_lanes_share_the_containers_and_never_need_more_than_allowed(
    server: ModalServer, make_settings: MakeSettings, entry: ModelEntry
) -> None:
    texts = [[f"slow {i}", f"text {i}"] for i in range(4)]
    with ModalFleet(entry, make_settings(pods=2)) as fleet:
        machines = [machine_of(fleet), machine_of(fleet)]
        assert fleet.next_machine(0) is None
        assert len({machine.name for machine in machines}) == 2
        with ThreadPoolExecutor(4) as pool:
            jobs = [
                pool.submit(machines[i % 2].engine.embed, batch, "")
                for i, batch in enumerate(texts)
            ]
            wait_until(lambda: len(server.pids) == 2)
            assert fleet.machines == 2
            found = [job.result(60).vectors for job in jobs]
    assert all(np.allclose(f, expected(t), atol=1e-6) for f, t in zip(found, texts, strict=True))
    assert server.containers.started == 2


def test_the_probe_texts_are_embedded_once_for_all_lanes(
    server: ModalServer, make_settings: MakeSettings, entry: ModelEntry
) -> None:
    with ModalFleet(entry, make_settings(pods=3)) as fleet:
        found = [machine_of(fleet).engine.embed(PROBES, "").vectors for _ in range(3)]
        assert len(server.state.calls) == 1
    assert all(np.allclose(vectors, expected(list(PROBES)), atol=1e-6) for vectors in found)


def test_results_that_come_in_another_order_find_their_texts(
    server: ModalServer, make_settings: MakeSettings, entry: ModelEntry
) -> None:
    texts = [[f"shard {i}", f"text {i}"] for i in range(4)]
    with ModalFleet(entry, make_settings(pods=4)) as fleet:
        machines = [machine_of(fleet) for _ in range(4)]
        server.control.hold_outputs = True
        with ThreadPoolExecutor(4) as pool:
            jobs = [
                pool.submit(machine.engine.embed, batch, "")
                for machine, batch in zip(machines, texts, strict=True)
            ]
            wait_until(lambda: sum(call.held for call in server.state.calls.values()) == 4)
            assert not any(job.done() for job in jobs)
            order = server.release()
            found = [job.result(30).vectors for job in jobs]
    assert order != sorted(order)
    assert all(np.allclose(f, expected(t), atol=1e-6) for f, t in zip(found, texts, strict=True))


def test_large_shards_travel_as_blobs(
    server: ModalServer, settings: Settings, entry: ModelEntry
) -> None:
    texts = [f"{i} " + "word " * 100 for i in range(2000)]
    with ModalFleet(entry, settings) as fleet:
        found = machine_of(fleet).engine.embed(texts, "")
    assert np.allclose(found.vectors, expected(texts), atol=1e-6)
    assert len(server.asked("BlobCreate")) >= 2, "texts there, vectors back"
    assert max(map(len, server.state.blobs.values())) > 2 * 2**20


def test_a_poison_text_fails_alone(
    server: ModalServer, settings: Settings, entry: ModelEntry
) -> None:
    texts = [f"text {i}" for i in range(15)]
    texts[3] = texts[11] = "poison"
    with ModalFleet(entry, settings) as fleet:
        found = machine_of(fleet).engine.embed(texts, "")
    assert found.failed == dict.fromkeys((3, 11), "RuntimeError: the model broke")
    good = [i for i in range(15) if i not in found.failed]
    assert np.allclose(found.vectors[good], expected(texts)[good], atol=1e-6)


def test_when_the_rented_time_is_over_nothing_more_is_begun(
    server: ModalServer, settings: Settings, entry: ModelEntry
) -> None:
    with ModalFleet(entry, settings) as fleet:
        machine = machine_of(fleet)
        fleet.rental.until = time.monotonic() - 1
        with pytest.raises(ComputeRefused, match="EMBED_RENT_MINUTES: the rented time is over"):
            machine.engine.embed(["a"], "")
        with pytest.raises(ComputeRefused, match="the rented time is over"):
            fleet.next_machine(0)


def test_weights_are_read_from_the_volume_and_kept_on_it(
    server: ModalServer, settings: Settings, entry: ModelEntry
) -> None:
    own = replace(
        entry, package="", space=replace(entry.space, model="somebody/own", revision="a" * 40)
    )
    hub = server.folder / server.state.volumes["embed-platform-weights"] / "huggingface" / "hub"
    snapshot = hub / "models--somebody--own" / "snapshots" / ("a" * 40)
    snapshot.mkdir(parents=True, exist_ok=True)
    (snapshot / "config.json").write_text("{}")
    with ModalFleet(own, settings) as fleet:
        found = machine_of(fleet).engine.embed(["a"], "")
    assert np.allclose(found.vectors, expected(["a"]), atol=1e-6)
    assert server.asked("VolumeCommit")


def test_an_app_with_a_token_for_gated_models_runs_with_it(
    server: ModalServer, make_settings: MakeSettings, entry: ModelEntry, tmp_path: Path
) -> None:
    deploy(server, tmp_path, EMBED_MODAL_APP="gated", HF_TOKEN="hf_very-secret")
    with ModalFleet(entry, make_settings(modal_app="gated")) as fleet:
        found = machine_of(fleet).engine.embed(["a"], "")
    assert np.allclose(found.vectors, expected(["a"]), atol=1e-6)


def test_no_texts_make_no_call(server: ModalServer, settings: Settings, entry: ModelEntry) -> None:
    with ModalFleet(entry, settings) as fleet:
        machine = machine_of(fleet)
        before = len(server.state.calls)
        assert machine.engine.embed([], "").vectors.shape == (0, 384)
        assert len(server.state.calls) == before


def test_no_secret_is_in_the_ledger_in_a_repr_or_in_a_log(
    server: ModalServer,
    make_settings: MakeSettings,
    entry: ModelEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    settings = make_settings(
        modal_token_id=TOKEN[0], modal_token_secret=TOKEN[1], hf_token="hf_abc"
    )
    with ModalFleet(entry, settings) as fleet:
        machine = machine_of(fleet)
        machine.engine.embed(["what a person wrote"], "")
        written = "".join(path.read_text() for path in _files(settings.home))
        shown = "".join(map(repr, (fleet, machine, machine.engine, fleet.budget, settings)))
    assert written
    for hidden in (TOKEN[1], "hf_abc", "what a person wrote"):
        assert hidden not in written + shown + caplog.text + server.logs()


def _files(home: Path) -> list[Path]:
    return [path for path in home.rglob("*") if path.is_file()]
