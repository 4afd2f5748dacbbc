"""Calls through the real client to the real container entry point, with faults on the way."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import psutil
import pytest

from embed_platform.compute.modal.deployment import INPUTS_PER_CONTAINER
from embed_platform.compute.modal.fleet import LOSSES_PER_LANE, ModalFleet
from embed_platform.compute.modal.ledger import call_ledger
from embed_platform.compute.modal.payload import Vectors, pack, unpack
from embed_platform.embedding.probe import PROBES
from embed_platform.embedding.registry import ModelEntry
from embed_platform.errors import (
    ComputeRefused,
    MachineUnavailable,
    PermanentError,
    SpaceMismatch,
    TransientError,
)
from embed_platform.settings import Settings
from embed_platform_tests.compute.modal.conftest import MakeSettings, machine_of, wait_until
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
                pool.submit(machines[i % 2].engine.embed, batch, "") for i, batch in enumerate(texts)
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
    errors: list[BaseException] = []

    def lane(engine: object) -> None:
        try:
            engine.embed(["hang"], "")  # type: ignore[attr-defined]
        except MachineUnavailable as error:
            errors.append(error)
        except TransientError as error:
            errors.append(error)

    settings = make_settings(pods=2)
    with ModalFleet(entry, settings) as fleet:
        threads = [
            threading.Thread(target=lane, args=(machine_of(fleet).engine,)) for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        wait_until(lambda: sum(bool(call.task) for call in server.state.calls.values()) == 2)
        pids = server.pids
    for thread in threads:
        thread.join(10)
    assert len(errors) == 2
    assert server.unfinished() == []
    assert server.pids == []
    assert not any(psutil.pid_exists(pid) for pid in pids)
    assert list(call_ledger(settings).entries()) == []


def test_an_error_in_the_run_leaves_nothing_running_either(
    server: ModalServer, settings: Settings, entry: ModelEntry
) -> None:
    with pytest.raises(KeyboardInterrupt), ModalFleet(entry, settings) as fleet:
        engine = machine_of(fleet).engine
        threading.Thread(target=lambda: pytest.raises(TransientError, engine.embed, ["hang"], "")).start()
        wait_until(lambda: server.unfinished())
        raise KeyboardInterrupt
    assert server.unfinished() == []
    assert server.pids == []


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
        for _ in range(LOSSES_PER_LANE + 1):
            fleet.lost(machine_of(fleet), "it lies")
        with pytest.raises(ComputeRefused, match="lost 6 times, the last because: it lies"):
            fleet.next_machine(0)


def test_an_answer_of_another_length_is_refused(
    server: ModalServer, settings: Settings, entry: ModelEntry
) -> None:
    def shorter(data: bytes) -> bytes:
        answer = unpack(data)
        assert answer.vectors is not None
        vectors: Vectors = msgspec.structs.replace(answer.vectors, dimension=128)
        return pack(msgspec.structs.replace(answer, vectors=vectors))

    with ModalFleet(entry, settings) as fleet:
        machine = machine_of(fleet)
        server.control.rewrite = shorter
        with pytest.raises(SpaceMismatch, match=r"\(2, 128\) vectors for 2 texts in 384"):
            machine.engine.embed(["a", "b"], "")


def test_a_model_that_is_not_what_the_registry_says_is_refused_once_and_not_again_and_again(
    server: ModalServer, settings: Settings, entry: ModelEntry
) -> None:
    wrong = replace(entry, space=replace(entry.space, pooling="cls"))
    with ModalFleet(wrong, settings) as fleet, pytest.raises(
        PermanentError, match="pooling is 'mean', the registry says 'cls'"
    ):
        machine_of(fleet)
    assert server.containers.started == 1, "a container that crashes is started for ever"


def test_an_older_app_is_refused_with_what_to_do(
    server: ModalServer, settings: Settings, entry: ModelEntry
) -> None:
    server.control.rewrite = lambda data: pack(msgspec.structs.replace(unpack(data), protocol=0))
    with ModalFleet(entry, settings) as fleet, pytest.raises(
        ComputeRefused, match="of version 0, this one is of version 1.*modal deploy"
    ):
        machine_of(fleet)


def test_an_app_that_is_not_deployed_is_one_line(
    server: ModalServer, make_settings: MakeSettings, entry: ModelEntry
) -> None:
    for fields in ({"modal_app": "other"}, {"modal_environment": "other"}):
        with ModalFleet(entry, make_settings(**fields)) as fleet, pytest.raises(
            ComputeRefused, match="is not deployed in the environment .*`embed-platform modal deploy`"
        ) as caught:
            machine_of(fleet)
        assert "\n" not in str(caught.value)
    assert server.state.calls == {}


def test_an_app_deployed_for_other_gpus_is_refused(
    server: ModalServer, make_settings: MakeSettings, entry: ModelEntry
) -> None:
    with ModalFleet(entry, make_settings(gpu="T4,L4")) as fleet, pytest.raises(
        ComputeRefused, match="deployed for L4, A10, EMBED_GPU asks for T4, L4"
    ):
        machine_of(fleet)
    assert server.state.calls == {}


def test_the_budget_counts_what_was_really_deployed(
    server: ModalServer, make_settings: MakeSettings, entry: ModelEntry
) -> None:
    cheap = ModalFleet(entry, make_settings(gpu="L4", max_dollars=1.0)).budget.dollars
    settings = make_settings(gpu="", max_dollars=cheap * 1.05)
    with ModalFleet(entry, settings) as fleet, pytest.raises(
        ComputeRefused, match="is less than this run may cost.*L4, A10"
    ):
        machine_of(fleet)
    assert server.state.calls == {}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"modal_token_secret": "as-wrong"}, "the token is refused"),
        ({"modal_token_id": None, "modal_token_secret": None}, "there is no token"),
    ],
)
def test_a_token_that_is_missing_or_wrong_is_one_line(
    server: ModalServer,
    make_settings: MakeSettings,
    entry: ModelEntry,
    monkeypatch: pytest.MonkeyPatch,
    fields: dict[str, object],
    reason: str,
) -> None:
    monkeypatch.delenv("MODAL_TOKEN_ID")
    monkeypatch.delenv("MODAL_TOKEN_SECRET")
    given = {"modal_token_id": TOKEN[0], "modal_token_secret": TOKEN[1]} | fields
    with ModalFleet(entry, make_settings(**given)) as fleet, pytest.raises(
        ComputeRefused, match=reason
    ) as caught:
        machine_of(fleet)
    assert "modal token new" in str(caught.value)
    assert "as-wrong" not in str(caught.value)
    assert "\n" not in str(caught.value)


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


def test_when_the_rented_time_is_over_nothing_more_is_begun(
    server: ModalServer, settings: Settings, entry: ModelEntry
) -> None:
    with ModalFleet(entry, settings) as fleet:
        machine = machine_of(fleet)
        machine.engine._until = time.monotonic() - 1  # type: ignore[attr-defined]
        with pytest.raises(ComputeRefused, match="EMBED_RENT_MINUTES: the rented time is over"):
            machine.engine.embed(["a"], "")
        with pytest.raises(ComputeRefused, match="the rented time is over"):
            fleet.next_machine(0)


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
    settings = make_settings(modal_token_id=TOKEN[0], modal_token_secret=TOKEN[1], hf_token="hf_abc")
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
