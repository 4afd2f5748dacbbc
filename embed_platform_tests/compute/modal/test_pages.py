"""Page images on Modal: the real client and container entry point over a tiny model of the real make."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest

from embed_platform.compute.fleets import open_page_fleet
from embed_platform.compute.local.page_images import PageImageEngine, load_page_model
from embed_platform.compute.modal.ledger import call_ledger
from embed_platform.compute.modal.page_payload import accept_pages, wire_pages
from embed_platform.compute.modal.pages import ModalPageFleet
from embed_platform.compute.modal.payload import Answer, Pages, pack, unpack
from embed_platform.compute.planning import approve, make_plan
from embed_platform.compute.prices import offers
from embed_platform.corpus.build import build_documents
from embed_platform.embedding.debts import UserResult
from embed_platform.embedding.embed import embed_pages
from embed_platform.embedding.meter import State
from embed_platform.embedding.multivectors import multivector_blocks
from embed_platform.embedding.page_modality import TOKENS_PER_PAGE
from embed_platform.embedding.registry import ModelEntry, load_registry, save_model
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import ComputeRefused, PermanentError, SpaceMismatch, TransientError
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.settings import Settings
from embed_platform.sources.pages.ingest import ingest
from embed_platform.sources.pages.publish import publish_raw_pages
from embed_platform_tests.compute.local import page_models
from embed_platform_tests.compute.modal import page_client_process
from embed_platform_tests.compute.modal.conftest import MakeSettings, deploy, machine_of, wait_until
from embed_platform_tests.sources.pages.made import pdf, save
from embed_platform_tests.standins.modal_grpc import TOKEN
from embed_platform_tests.standins.modal_server import ModalServer

COMMIT = "c" * 40
ENTRY = ModelEntry(
    EmbeddingSpace(
        "tiny/colqwen", COMMIT, 128, pooling="none", modality="image", multi_vector=True
    ),
    kinds=("page_image",),
    stores=("pgvector",),
)
# the vendor keeps one client for whoever names no token, and its server with it
TOKENS = {"modal_token_id": TOKEN[0], "modal_token_secret": TOKEN[1]}


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return page_models.colqwen2(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def deployed(weights: Path) -> Iterator[ModalServer]:
    """The app in a real deployment with real containers; the model's weights lie on its volume."""
    with (
        tempfile.TemporaryDirectory(prefix="modal") as place,
        ModalServer(Path(place), light=False) as server,
    ):
        deploy(server, Path(place), EMBED_DTYPE="float32")
        (volume,) = server.state.volumes.values()
        hub = Path(place) / volume / "huggingface" / "hub" / "models--tiny--colqwen"
        shutil.copytree(weights, hub / "snapshots" / COMMIT)
        yield server


@pytest.fixture
def modal(deployed: ModalServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModalServer]:
    """That server, and the vendor's client pointed at it."""
    for name, value in deployed.environment().items():
        monkeypatch.setenv(name, value)
    deployed.reset()
    yield deployed
    deployed.reset()


@pytest.fixture(scope="module")
def here(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> PageImageEngine:
    settings = Settings(home=tmp_path_factory.mktemp("here"), dtype="float32", device="cpu")
    return load_page_model(weights, settings)


@pytest.fixture
def lake(make_settings: MakeSettings) -> Lake:
    """With the model in its registry."""
    settings = make_settings(compute="modal", **TOKENS)
    save_model(settings, ENTRY)
    return open_lake(settings)


def bring(lake: Lake, tmp_path: Path, user: str, texts: Sequence[str]) -> None:
    ingest(lake, save(tmp_path / "a.pdf", pdf(texts, size=(60, 80))), user)
    publish_raw_pages(lake, user)
    build_documents(lake, user)


def embed(lake: Lake, user: str, fleets: list[ModalPageFleet]) -> UserResult:
    def opened() -> ModalPageFleet:
        fleet = open_page_fleet(ENTRY, lake.settings)
        assert isinstance(fleet, ModalPageFleet)
        fleets.append(fleet)
        return fleet

    found = embed_pages(lake, ENTRY.space, [user], ENTRY.kinds, opened)[user]
    assert isinstance(found, UserResult)
    return found


def image_calls(modal: ModalServer) -> int:
    return sum(
        b"image-" in item.input.args
        for request in modal.asked("FunctionMap")
        for item in request.pipelined_inputs
    )


@pytest.mark.slow
def test_pages_embedded_in_containers_are_those_embedded_here_and_nothing_is_left_running(
    modal: ModalServer, lake: Lake, here: PageImageEngine, tmp_path: Path
) -> None:
    bring(lake, tmp_path, "me", [str(n) for n in range(40)])
    path = lake.storage.list(layout.pages("me"))[5].path
    lake.storage.put(path, b"no image")
    fleets: list[ModalPageFleet] = []
    modal.control.deaths, modal.control.die_after = 1, 0.0
    done = embed(lake, "me", fleets)
    assert (done.embedded, done.dead_letters) == (39, 1)
    assert fleets[0].dollars > 0 and modal.containers.started == 2, "one was taken away"
    assert modal.unfinished() == [] and modal.pids == []
    assert list(call_ledger(lake.settings).entries()) == []

    pages = [page for _, some in multivector_blocks(lake, ENTRY.space, "me") for page in some]
    held = [held.path for held in lake.storage.list(layout.pages("me")) if held.path != path]
    for place in held[:5]:
        ours = here.embed_images([lake.storage.get(place)]).vectors[0]
        assert any(p.shape == ours.shape and np.allclose(p, ours, atol=2e-3) for p in pages)

    calls = image_calls(modal)
    again = embed(lake, "me", fleets)
    assert (again.embedded, again.reused) == (0, 39) and image_calls(modal) == calls
    assert len(fleets) == 1, "nothing is rented for nothing"


@pytest.mark.slow
def test_what_a_killed_run_had_in_the_air_is_taken_and_not_embedded_again(
    modal: ModalServer, lake: Lake, tmp_path: Path
) -> None:
    bring(lake, tmp_path, "me", [str(n) for n in range(30)])
    script = [sys.executable, page_client_process.__file__]
    process = subprocess.Popen(
        [*script, str(lake.settings.home), "tiny/colqwen", "me"],
        env=os.environ | modal.environment(),
    )
    try:
        # the drawn pages, the questions, then the batch
        wait_until(lambda: len(modal.state.calls) == 3 or process.poll() is not None, 90)
        modal.control.hold_outputs = True
        wait_until(lambda: any(call.held for call in modal.state.calls.values()), 60)
    finally:
        process.kill()
        process.wait(10)
    (entry,) = [e for e in call_ledger(lake.settings).entries() if len(e.hashes) == 30]
    modal.release()
    before = image_calls(modal)
    done = embed(lake, "me", [])
    assert done.embedded == 30 and image_calls(modal) == before, "no page was sent again"
    assert list(call_ledger(lake.settings).entries()) == [] and entry.space == ENTRY.space.slug


@pytest.mark.slow
def test_an_interruption_ends_what_is_rented_and_keeps_what_was_done(
    modal: ModalServer, lake: Lake, tmp_path: Path
) -> None:
    bring(lake, tmp_path, "me", [str(n) for n in range(70)])

    def interrupt(state: State) -> None:
        if state.done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        embed_pages(
            lake,
            ENTRY.space,
            ["me"],
            ENTRY.kinds,
            lambda: open_page_fleet(ENTRY, lake.settings),
            on_progress=interrupt,
        )
    wait_until(lambda: modal.unfinished() == [] and modal.pids == [])
    assert list(call_ledger(lake.settings).entries()) == []
    kept = sum(len(names) for names, _ in multivector_blocks(lake, ENTRY.space, "me"))
    assert 32 <= kept < 70


@pytest.mark.slow
def test_a_model_that_is_not_there_is_said_and_no_container_crashes_again_and_again(
    modal: ModalServer, lake: Lake, tmp_path: Path
) -> None:
    bring(lake, tmp_path, "me", ["1"])
    other = ModelEntry(
        EmbeddingSpace("nobody/none", "d" * 40, 128, modality="image", multi_vector=True),
        kinds=("page_image",),
    )
    began = time.monotonic()
    with pytest.raises(PermanentError, match=r"nobody/none.*cannot be fetched"):
        embed_pages(
            lake, other.space, ["me"], other.kinds, lambda: open_page_fleet(other, lake.settings)
        )
    assert time.monotonic() - began < 60 and modal.containers.failed_starts == 0
    assert modal.pids == []


def test_nothing_is_rented_without_a_cap_or_above_it(make_settings: MakeSettings) -> None:
    with pytest.raises(ComputeRefused, match="without a cap"):
        ModalPageFleet(ENTRY, make_settings(max_dollars=None))
    with pytest.raises(ComputeRefused, match="less than this run may cost"):
        ModalPageFleet(ENTRY, make_settings(max_dollars=0.01))
    folder = ModelEntry(EmbeddingSpace("/a/folder", "r", 128, multi_vector=True, modality="image"))
    with pytest.raises(ComputeRefused, match="folder of this machine"):
        ModalPageFleet(folder, make_settings())


def test_an_app_without_the_class_is_named_with_the_remedy(
    server: ModalServer, make_settings: MakeSettings
) -> None:
    settings = make_settings(modal_app="nobodys")
    with (
        ModalPageFleet(ENTRY, settings) as fleet,
        pytest.raises(ComputeRefused, match="modal deploy"),
    ):
        machine_of(fleet)
    assert server.asked("FunctionMap") == []


def test_a_plan_counts_pages_and_is_compared_with_the_cap(
    make_settings: MakeSettings, tmp_path: Path
) -> None:
    settings = make_settings(compute="modal", gpu="", max_dollars=1.0)
    lake = open_lake(settings)
    bring(lake, tmp_path, "me", ["1", "2", "3"])
    entry = load_registry(settings).get("colqwen2.5")
    plan = make_plan(lake, entry, ["me"], offers(settings)[0])
    assert (plan.texts, plan.tokens, plan.unit) == (3, 3 * TOKENS_PER_PAGE, "pages")
    assert {one.offer.compute for one in plan.estimates} == {"modal"}
    assert approve(plan, settings).startswith("3 pages, about 3,600 tokens, ")
    with pytest.raises(ComputeRefused, match=r"more than the cap of 0\.00"):
        approve(plan, settings.model_copy(update={"max_dollars": 0.0}))


def test_pages_travel_bit_by_bit_and_what_does_not_fit_is_refused() -> None:
    rng = np.random.default_rng(7)
    vectors = [rng.standard_normal((n, 128)).astype(np.float16) for n in (3, 0, 5)]
    answer = Answer(shard="a", space=ENTRY.space.slug, pages=wire_pages(vectors, {1: "bad"}, 128))
    found = accept_pages(unpack(pack(answer)), "a", ENTRY.space, 3)
    assert all(np.array_equal(a, b) for a, b in zip(found.vectors, vectors, strict=True))
    assert found.failed == {1: "bad"}
    assert answer.pages is not None
    spoilt: dict[str, object] = {"numbers": answer.pages.numbers[:-2]}
    for change, error, says in (
        (spoilt, TransientError, "cut off"),
        ({"dimension": 64}, SpaceMismatch, "64 dimensions"),
        ({"lengths": [8]}, SpaceMismatch, "1 pages"),
        ({"failed": dict.fromkeys(range(3), "sick")}, TransientError, "every page failed"),
    ):
        pages: Pages = msgspec.structs.replace(answer.pages, **change)
        wrong = msgspec.structs.replace(answer, pages=pages)
        with pytest.raises(error, match=says):
            accept_pages(wrong, "a", ENTRY.space, 3)
    with pytest.raises(TransientError, match="another call"):
        accept_pages(answer, "b", ENTRY.space, 3)
    other = EmbeddingSpace("other", "r", 128, modality="image", multi_vector=True)
    with pytest.raises(SpaceMismatch, match="of the space colqwen"):
        accept_pages(answer, "a", other, 3)
