"""Page images in the contract of the clients that exist, over a tiny model of the real make."""

from __future__ import annotations

import base64
import io
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import httpx2
import numpy as np
import pytest
from PIL import Image

from embed_platform.compute.local.engine import describe_model
from embed_platform.compute.local.page_images import open_page_engine
from embed_platform.embedding.registry import ModelEntry, save_model
from embed_platform.errors import ModelUnavailable
from embed_platform.service.keys import KeyFile
from embed_platform.service.pages import MOST_AT_A_TIME, Pages
from embed_platform.service.routes.pages import _wants_npz
from embed_platform.settings import load_settings
from embed_platform_tests.compute.local import page_models
from embed_platform_tests.service.conftest import Served, serving, until


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
    moving = io.BytesIO()
    frames = [Image.new("RGB", (80, 120), shade) for shade in ("white", "black")]
    frames[0].save(moving, "GIF", save_all=True, append_images=frames[1:])
    images = [png(1, 1), png(mode="CMYK", kind="JPEG"), png(mode="L", kind="GIF")]
    images.append(base64.b64encode(moving.getvalue()).decode())
    answer = client.post("/embeddings", json={"input_type": "image", "inputs": images})
    assert answer.status_code == 200 and len(answer.json()["embeddings"]) == 4
    still = client.post("/embeddings", json={"input_type": "image", "inputs": [_white(80, 120)]})
    assert np.allclose(answer.json()["embeddings"][3], still.json()["embeddings"][0], atol=2e-3)


def _white(width: int, height: int) -> str:
    sink = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(sink, "PNG")
    return base64.b64encode(sink.getvalue()).decode()


@pytest.mark.parametrize(
    ("accept", "default", "npz"),
    [
        ("", "npz", True),
        ("", "json", False),
        ("*/*", "npz", True),
        ("application/json", "npz", False),
        ("application/octet-stream, application/json;q=0.5", "json", True),
        ("text/html, application/json", "npz", False),
    ],
)
def test_clients_that_do_not_say_get_what_the_setting_names(
    accept: str, default: str, npz: bool
) -> None:
    assert _wants_npz(accept, default) is npz


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


def test_a_long_text_is_read_as_far_as_a_question_goes(client: httpx2.Client) -> None:
    body = {"input_type": "text", "inputs": ["lamp " * 100]}
    whole = client.post("/embeddings", json=body).json()["embeddings"][0]
    longer = {"input_type": "text", "inputs": ["lamp " * 300]}
    assert client.post("/embeddings", json=longer).json()["embeddings"][0] == whole


def test_nothing_is_embedded_for_a_client_who_left(
    entry_and_service: tuple[ModelEntry, Served],
) -> None:
    served = entry_and_service[1]
    body = {"input_type": "text", "inputs": ["lamp " * 80] * 1024}
    with served.client("embed") as client, pytest.raises(httpx2.TimeoutException):
        client.post("/embeddings", json=body, timeout=0.5)
    turn = served.service.pages._one_at_a_time
    began = time.monotonic()
    until(lambda: not turn.locked())
    assert time.monotonic() - began < 1.5


def test_when_many_wait_the_next_is_told_to_come_again(
    entry_and_service: tuple[ModelEntry, Served], client: httpx2.Client
) -> None:
    pages = entry_and_service[1].service.pages
    body = {"input_type": "text", "inputs": ["x"]}
    with ThreadPoolExecutor(MOST_AT_A_TIME) as threads:
        with pages._one_at_a_time:
            waiting = [
                threads.submit(client.post, "/embeddings", json=body) for _ in range(MOST_AT_A_TIME)
            ]
            until(lambda: pages._places._value == 0)
            answer = client.post("/embeddings", json=body)
        assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0
        assert answer.json()["error"]["code"] == "queue_full"
        assert {one.result().status_code for one in waiting} == {200}


def test_images_with_too_many_pixels_together_are_a_413_so_that_the_client_sends_half(
    client: httpx2.Client,
) -> None:
    large = png(9000, 9000, "1")
    answer = client.post("/embeddings", json={"input_type": "image", "inputs": [large] * 2})
    assert answer.status_code == 413
    assert "162,000,000 pixels" in answer.json()["error"]["message"]
    assert (
        client.post("/embeddings", json={"input_type": "image", "inputs": [large]}).status_code
        == 200
    )


def test_no_image_is_unpacked_where_the_model_cannot_be_loaded(tmp_path: Path) -> None:
    folder = page_models.colqwen2(tmp_path / "tiny")
    settings = load_settings(home=tmp_path, device="cpu", serve_page_model=str(folder))
    save_model(settings, describe_model(str(folder), settings))
    (folder / "config.json").write_text("{}")
    with pytest.raises(ModelUnavailable):
        Pages(settings).embed("image", ["no image"], Event())
