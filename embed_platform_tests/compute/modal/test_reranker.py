"""Reranking on Modal: the app deployed, called by name as the guides' clients call it, scored by a real model."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from embed_platform.compute.local.cross_encoder import open_cross_encoder
from embed_platform.compute.modal.deployment import RERANK_INPUTS, deployment_of, reranker_text
from embed_platform.compute.modal.reranker import ModalReranker
from embed_platform.embedding.rerankers import MOST_DOCUMENTS, load_rerankers, read_entry
from embed_platform.errors import (
    BadRequest,
    ComputeRefused,
    MachineUnavailable,
    SettingsError,
    TransientError,
)
from embed_platform.search.rerank import open_reranker
from embed_platform.settings import Settings
from embed_platform_tests.compute.modal.conftest import MakeSettings, deploy, deployment
from embed_platform_tests.standins.cross_encoders import write_cross_encoder
from embed_platform_tests.standins.hub_server import files_of
from embed_platform_tests.standins.modal_grpc import TOKEN
from embed_platform_tests.standins.modal_server import ModalServer

QUERY = "when did the boats leave the harbour"
# the vendor keeps one client for whoever names no token, and its server with it
TOKENS = {"modal_token_id": TOKEN[0], "modal_token_secret": TOKEN[1]}
NAME, REVISION = "somebody/reranker", "b" * 40
PASSAGES = ["Seven small boats left at dawn.", "Bread needs flour.", "word " * 400, "Yes."]


def made(server: ModalServer) -> dict[str, Any]:
    """What was created, by name: the first of its definitions."""
    return {
        request.function_data.function_name or request.function.function_name: (
            request.function_data.ranked_functions[0].function
            if request.function_data.ranked_functions
            else request.function
        )
        for request in server.asked("FunctionCreate")
    }


def test_the_settings_decide_which_reranker_is_deployed_and_how_many_stay_warm(
    make_settings: MakeSettings,
) -> None:
    plan = deployment_of(make_settings())
    assert "mxbai-rerank-large-v1" in plan.environment["EMBED_MODAL_RERANKER"]
    assert plan.warm_rerankers == 0, "nothing is paid for while nobody asks"
    chosen = make_settings(modal_reranker="ms-marco-minilm", modal_reranker_containers=2)
    plan = deployment_of(chosen)
    assert plan.warm_rerankers == 2
    inside = Settings(modal_reranker=plan.environment["EMBED_MODAL_RERANKER"], _env_file=None)  # type: ignore[call-arg]
    assert reranker_text(inside) == reranker_text(chosen), "a container reads what was written"
    assert read_entry(reranker_text(inside)) == load_rerankers(chosen).get("ms-marco-minilm")
    with pytest.raises(SettingsError, match=r"known are cross-encoder/ms-marco"):
        deployment_of(make_settings(modal_reranker="no-such"))


def test_the_function_has_the_guides_name_and_takes_twenty_calls_at_once(
    server: ModalServer, tmp_path: Path
) -> None:
    deploy(server, tmp_path, EMBED_MODAL_APP="warm", EMBED_MODAL_RERANKER_CONTAINERS="2")
    found = made(server)
    assert found["inference_api"].max_concurrent_inputs == RERANK_INPUTS == 20
    assert not found["inference_api"].resources.gpu_config.gpu_type, "it only passes on"
    assert found["Reranker.*"].warm_pool_size == 2
    assert found["Reranker.*"].resources.gpu_config.gpu_type == "L4"
    assert found["Embedder.*"].warm_pool_size == 0


def test_the_weights_are_fetched_while_the_image_is_built_at_the_pinned_revision_and_once(
    server: ModalServer, tmp_path: Path
) -> None:
    server.hub.publish(NAME, REVISION, {"config.json": b"{}", "model.safetensors": b"weights"})
    entry = json.dumps({"name": NAME, "revision": REVISION})
    chosen = {"EMBED_MODAL_APP": "baked", "EMBED_MODAL_RERANKER": entry}
    server.hub.asked.clear()
    deploy(server, tmp_path, **chosen, HF_TOKEN="hf_very-secret")
    assert f"/{NAME}/resolve/{REVISION}/model.safetensors" in server.hub.paths()
    assert all(REVISION in path for path in server.hub.paths())
    assert {asked.token for asked in server.hub.asked} == {"hf_very-secret"}
    baker = made(server)["bake"]
    assert baker.is_builder_function and not baker.resources.gpu_config.gpu_type
    reranker = made(server)["Reranker.*"]
    files = server.state.image_files[reranker.image_id]
    assert [path.read_bytes() for path in files.rglob("model.safetensors")] == [b"weights"]
    assert not reranker.volume_mounts, "its weights are its image's"
    server.hub.asked.clear()
    deploy(server, tmp_path, **chosen, HF_TOKEN="hf_very-secret")
    assert server.hub.asked == [], "the image is there already"


def test_a_reranker_that_cannot_be_fetched_fails_the_deployment_and_what_was_deployed_stays(
    server: ModalServer, tmp_path: Path
) -> None:
    chosen = {"EMBED_MODAL_APP": "fetched"}
    deploy(server, tmp_path, **chosen)
    before = server.state.app("fetched", "main")
    missing = json.dumps({"name": "nobody/no-such", "revision": REVISION})
    done = deployment(server, tmp_path, EMBED_MODAL_RERANKER=missing, **chosen)
    assert done.returncode == 1
    (said,) = [line for line in done.stderr.splitlines() if "cannot be fetched" in line]
    assert "nobody/no-such@bbbbbbbbbbbb" in said and "HF_TOKEN for a gated model" in said
    assert server.state.app("fetched", "main") is before is not None
    assert server.pids == [] and server.unfinished() == []


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_cross_encoder(tmp_path_factory.mktemp("reranker"))


@pytest.fixture(scope="module")
def deployed(folder: Path) -> Iterator[ModalServer]:
    """The app in a real deployment with real containers."""
    with (
        tempfile.TemporaryDirectory(prefix="modal") as place,
        ModalServer(Path(place), light=False) as server,
    ):
        # a copy for another framework lies beside the weights, as with most models of the hub
        server.hub.publish(NAME, REVISION, files_of(folder) | {"onnx/model.onnx": b"not fetched"})
        entry = json.dumps({"name": NAME, "revision": REVISION, "scale": "logit"})
        deploy(server, Path(place), EMBED_MODAL_RERANKER=entry, EMBED_DTYPE="float32")
        server.hub.publish("somebody/broken", REVISION, {"config.json": b"{}"})
        broken = json.dumps({"name": "somebody/broken", "revision": REVISION})
        deploy(server, Path(place), EMBED_MODAL_RERANKER=broken, EMBED_MODAL_APP="broken")
        yield server


@pytest.fixture
def modal(deployed: ModalServer, monkeypatch: pytest.MonkeyPatch) -> ModalServer:
    """That server, and the vendor's client pointed at it."""
    for name, value in deployed.environment().items():
        monkeypatch.setenv(name, value)
    return deployed


@pytest.mark.slow
def test_scores_come_back_in_the_order_of_the_passages_from_many_callers_at_once(
    modal: ModalServer, folder: Path, make_settings: MakeSettings
) -> None:
    settings = make_settings(reranker_service="modal", reranker_args={"batch_size": 2}, **TOKENS)
    reranker = open_reranker(settings)
    found = reranker.get_scores(QUERY, PASSAGES)
    entry = load_rerankers(settings).get(str(folder))
    entry = type(entry)(entry.name, scale="logit", revision="")
    here = open_cross_encoder(entry, make_settings(dtype="float32"))
    assert found == pytest.approx(here.get_scores(QUERY, PASSAGES), abs=1e-4)
    assert len({round(score, 3) for score in found}) == 4
    orders = [PASSAGES[i:] + PASSAGES[:i] for i in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda order: reranker.get_scores(QUERY, order), orders))
    for order, scores in zip(orders, answers, strict=True):
        by_text = dict(zip(order, scores, strict=True))
        assert [by_text[text] for text in PASSAGES] == pytest.approx(found, abs=1e-4)
    assert reranker.get_scores(QUERY, []) == []
    # as the guides' clients do it: looked up by app and name, called with `remote`
    import modal as vendor

    client = vendor.Client.from_credentials(*TOKEN)
    function = vendor.Function.from_name(settings.modal_app, "inference_api", client=client)
    assert function.remote(QUERY, PASSAGES, 256) == pytest.approx(found, abs=1e-4)


@pytest.mark.slow
def test_the_first_call_of_a_new_container_fetches_nothing(
    modal: ModalServer, make_settings: MakeSettings
) -> None:
    assert any(path.startswith(f"/{NAME}/resolve/") for path in modal.hub.paths())
    assert not any("onnx" in path for path in modal.hub.paths())
    modal.kill_containers()
    modal.hub.asked.clear()
    assert len(ModalReranker(make_settings(**TOKENS)).get_scores(QUERY, PASSAGES)) == 4
    assert modal.hub.asked == []


@pytest.mark.slow
def test_a_model_that_cannot_be_loaded_is_said_to_the_caller_and_no_container_crashes(
    modal: ModalServer, make_settings: MakeSettings
) -> None:
    reranker = ModalReranker(make_settings(**TOKENS), app_name="broken")
    with pytest.raises(TransientError, match=r"no cross-encoder can be read there"):
        reranker.get_scores(QUERY, PASSAGES)
    assert modal.containers.failed_starts == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ([1.0], "1 scores came for 4 passages"),
        ([0.1, float("nan"), 0.2, 0.3], "the score of passage 2 is nan"),
        ({"scores": []}, "dict came instead of a list of scores"),
        (["a", "b", "c", "d"], "the score of passage 1 is no number"),
    ],
)
def test_what_is_no_scores_is_named(
    modal: ModalServer, make_settings: MakeSettings, answer: Any, says: str
) -> None:
    modal.control.rewrite = lambda _: answer
    try:
        with pytest.raises((MachineUnavailable, TransientError), match=says):
            ModalReranker(make_settings(**TOKENS)).get_scores(QUERY, PASSAGES)
    finally:
        modal.control.rewrite = None


def test_an_app_or_a_function_that_is_not_there_is_named_with_the_remedy(
    server: ModalServer, make_settings: MakeSettings
) -> None:
    for names in ({"app_name": "nobodys"}, {"api_name": "no_such"}):
        with pytest.raises(ComputeRefused, match=r"modal deploy.*app_name and api_name") as said:
            ModalReranker(make_settings(), **names).get_scores(QUERY, PASSAGES)
        assert next(iter(names.values())) in str(said.value)


def test_nothing_is_asked_of_the_vendor_for_what_makes_no_sense(
    server: ModalServer, make_settings: MakeSettings
) -> None:
    reranker = ModalReranker(make_settings())
    for query, passages in (("", ["a"]), ("q" * 3_000_000, ["a"]), ("q", ["a"] * 10_000)):
        with pytest.raises(BadRequest):
            reranker.get_scores(query, passages)
    assert len(["a"] * 10_000) > MOST_DOCUMENTS
    assert server.asked("FunctionMap") == []


def test_a_container_that_does_not_come_up_in_time_is_given_up(
    server: ModalServer, make_settings: MakeSettings
) -> None:
    server.control.deaf = True
    with pytest.raises(MachineUnavailable, match=r"no answer within 0\.5 seconds"):
        ModalReranker(make_settings(), seconds=0.5).get_scores(QUERY, PASSAGES)
    assert server.unfinished() == [], "the call is cancelled"
