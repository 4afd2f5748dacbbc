"""Page images in the contract of the clients that exist, over a tiny model of the real make."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator

import httpx2
import numpy as np
import pytest
from PIL import Image

from embed_platform.compute.local import describe_model
from embed_platform.compute.page_images import open_page_engine
from embed_platform.embedding.registry import ModelEntry, save_model
from embed_platform.service.keys import KeyFile
from embed_platform.settings import load_settings
from embed_platform_tests.compute import page_models
from embed_platform_tests.service.conftest import Served, serving


def png(width: int = 80, height: int = 120, mode: str = "RGB", kind: str = "PNG") -> str:
    sink = io.BytesIO()
    Image.new(mode, (width, height)).save(sink, kind)
    return base64.b64encode(sink.getvalue()).decode()


@pytest.fixture(scope="module")
def entry_and_service(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[ModelEntry, Served]]:
    folder = page_models.colqwen2(tmp_path_factory.mktemp("models") / "tiny")
    home = tmp_path_factory.mktemp("pages") / "home"
    home.mkdir()
    settings = load_settings(
        home=home, dtype="float32", device="cpu", serve_page_model=str(folder), serve_max_bytes=2000
    )
    entry = describe_model(str(folder), settings)
    save_model(settings, entry)
    file = KeyFile(settings)
    keys = {scope: file.add(scope, [scope]) for scope in ("read", "embed")}
    with serving(settings, keys) as served:
        yield entry, served


@pytest.fixture
def client(entry_and_service: tuple[ModelEntry, Served]) -> Iterator[httpx2.Client]:
    with entry_and_service[1].client("embed") as client:
        yield client


def test_questions_and_images_get_the_models_own_vectors_without_padding(
    entry_and_service: tuple[ModelEntry, Served], client: httpx2.Client
) -> None:
    entry, served = entry_and_service
    engine = open_page_engine(entry, served.service.settings)
    texts = ["invoice from May", "x"]
    answer = client.post("/embeddings", json={"input_type": "text", "inputs": texts})
    for theirs, ours in zip(
        answer.json()["embeddings"], engine.embed_questions(texts), strict=True
    ):
        assert np.array(theirs).shape == ours.shape
        assert np.allclose(theirs, ours.astype(np.float32), atol=1e-3)
    images = [png(), "data:image/png;base64," + png(200, 60)]
    found = client.post("/", json={"input_type": "image", "inputs": images}).json()["embeddings"]
    assert len(found) == 2 and len(found[0]) != len(found[1]), "each has its own patches"
    assert all(np.abs(np.array(page)).sum(axis=1).min() > 0 for page in found)


def test_the_same_comes_as_npz_when_the_client_asks_for_it(client: httpx2.Client) -> None:
    body = {"input_type": "text", "inputs": ["one", "two"]}
    plain = client.post("/embeddings", json=body).json()["embeddings"]
    answer = client.post("/embeddings", json=body, headers={"Accept": "application/octet-stream"})
    with np.load(io.BytesIO(answer.content), allow_pickle=False) as held:
        assert int(held["count"]) == 2 and str(held["input_type"]) == "text"
        for place in range(2):
            assert np.allclose(held[f"emb_{place}"], plain[place], atol=1e-6)


def test_nothing_gives_nothing_and_loads_no_model(client: httpx2.Client) -> None:
    for kind in ("text", "image"):
        answer = client.post("/embeddings", json={"input_type": kind, "inputs": []})
        assert (answer.status_code, answer.json()) == (200, {"embeddings": []})


@pytest.mark.parametrize(
    ("image", "says"),
    [
        ("%%%", "not base64"),
        (base64.b64encode(b"no image").decode(), "neither a PDF nor an image"),
        (png(20_000, 20_000, "1"), "pixels"),
    ],
)
def test_what_is_no_image_is_a_400_that_names_its_place(
    client: httpx2.Client, image: str, says: str
) -> None:
    answer = client.post("/embeddings", json={"input_type": "image", "inputs": [png(), image]})
    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith("input 1: ")
    assert says in answer.json()["error"]["message"]


def test_odd_images_are_taken(client: httpx2.Client) -> None:
    images = [png(1, 1), png(mode="CMYK", kind="JPEG"), png(mode="L", kind="GIF")]
    answer = client.post("/embeddings", json={"input_type": "image", "inputs": images})
    assert answer.status_code == 200 and len(answer.json()["embeddings"]) == 3


@pytest.mark.parametrize(
    "body",
    [
        {"input_type": "sound", "inputs": []},
        {"input_type": "text"},
        {"input_type": "text", "inputs": [3]},
        {"inputs": ["x"]},
    ],
)
def test_a_body_that_breaks_the_contract_is_a_400(
    client: httpx2.Client, body: dict[str, object]
) -> None:
    assert client.post("/embeddings", json=body).status_code == 400


def test_too_much_at_a_time_is_a_413_so_that_the_client_sends_half(client: httpx2.Client) -> None:
    images = [png(2, 2)] * 33
    answer = client.post("/embeddings", json={"input_type": "image", "inputs": images})
    assert answer.status_code == 413


def test_a_body_of_images_may_be_larger_than_others(client: httpx2.Client) -> None:
    noise = np.random.default_rng(7).integers(0, 255, (60, 60, 3), dtype=np.uint8)
    sink = io.BytesIO()
    Image.fromarray(noise).save(sink, "PNG")
    body = {"inputs": [base64.b64encode(sink.getvalue()).decode()]}
    assert len(body["inputs"][0]) > 2000
    assert client.post("/embeddings", json=body | {"input_type": "image"}).status_code == 200
    assert client.post("/v1/embeddings", json={"input": "x" * 3000}).status_code == 413


def test_it_always_wants_a_key(
    entry_and_service: tuple[ModelEntry, Served], tmp_path_factory: pytest.TempPathFactory
) -> None:
    body = {"input_type": "text", "inputs": []}
    _, served = entry_and_service
    with served.client() as nobody, served.client("read") as reader:
        assert nobody.post("/embeddings", json=body).status_code == 401
        assert reader.post("/embeddings", json=body).status_code == 403
        wrong = {"Authorization": "Bearer wrong"}
        assert nobody.post("/embeddings", json=body, headers=wrong).status_code == 403
    home = tmp_path_factory.mktemp("keyless") / "home"
    home.mkdir()
    with serving(load_settings(home=home)) as keyless, keyless.client() as anybody:
        assert anybody.post("/embeddings", json=body).status_code == 401
