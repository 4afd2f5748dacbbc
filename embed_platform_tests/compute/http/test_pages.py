"""Page images on servers: our own `serve` over a tiny model of the real make, and servers that misbehave."""

from __future__ import annotations

import base64
import io
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pydantic import SecretStr

from embed_platform.compute.fleets import open_page_fleet
from embed_platform.compute.http import page_answers
from embed_platform.compute.http.faults import Broken, Reply
from embed_platform.compute.http.page_answers import pixels, read_answer, requests
from embed_platform.compute.http.pages import HttpPageEngine, HttpPageFleet
from embed_platform.compute.local.engine import describe_model
from embed_platform.compute.local.page_images import open_page_engine
from embed_platform.corpus.build import build_documents
from embed_platform.embedding.debts import UserResult, dead_hashes
from embed_platform.embedding.embed import embed_pages
from embed_platform.embedding.fleet import Machine
from embed_platform.embedding.multivectors import multivector_blocks
from embed_platform.embedding.page_probe import probe_images
from embed_platform.embedding.registry import ModelEntry, save_model
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import (
    ComputeRefused,
    MachineUnavailable,
    SettingsError,
    SpaceMismatch,
)
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.service.keys import KeyFile
from embed_platform.settings import Settings, load_settings
from embed_platform.sources.pages.ingest import ingest
from embed_platform.sources.pages.publish import publish_raw_pages
from embed_platform_tests.compute.local import page_models
from embed_platform_tests.embedding.machines import first_machine
from embed_platform_tests.service.conftest import Served, serving
from embed_platform_tests.sources.pages.made import pdf, save

SMALL = ModelEntry(
    EmbeddingSpace("pages", "r" * 40, 8, modality="image", multi_vector=True),
    kinds=("page_image",),
)


def png(width: int = 20, height: int = 20, shade: int = 0) -> bytes:
    sink = io.BytesIO()
    Image.new("RGB", (width, height), (shade, 9, 9)).save(sink, "PNG")
    return sink.getvalue()


class Misbehaving:
    """A server of the contract whose vectors are digests of what it is sent; faults as a test says."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.sizes: list[int] = []
        self.heads: list[dict[str, str]] = []
        self.fault: Callable[[str, list[str]], tuple[int, bytes] | None] = lambda kind, inputs: None
        self.form = "json"
        self.padded = False
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                body = json.loads(self.rfile.read(length))
                outer.heads.append(dict(self.headers))
                outer.sizes.append(length)
                status, content = outer.answer(body["input_type"], body["inputs"])
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *words: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, kind: str, inputs: list[str]) -> tuple[int, bytes]:
        bad = self.fault(kind, inputs)
        if bad is not None:
            return bad
        if kind == "image":
            self.asked.append(len(inputs))
        pages = [vectors_of(text, self.padded) for text in inputs]
        if self.form == "npz":
            sink = io.BytesIO()
            arrays = {f"emb_{i}": page for i, page in enumerate(pages)}
            np.savez(sink, count=np.array(len(pages)), input_type=np.array(kind), **arrays)
            return 200, sink.getvalue()
        return 200, json.dumps({"embeddings": [page.tolist() for page in pages]}).encode()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def vectors_of(text: str, padded: bool = False) -> np.ndarray:
    rng = np.random.default_rng(sum(text.encode()) + len(text))
    page = rng.standard_normal((3 + len(text) % 5, 8)).astype(np.float32)
    return np.concatenate([page, np.zeros((4, 8), np.float32)]) if padded else page


@pytest.fixture
def server() -> Iterator[Misbehaving]:
    found = Misbehaving()
    yield found
    found.close()


def to(server: Misbehaving, tmp_path: Path, **fields: Any) -> Settings:
    chosen = {"http_urls": (server.url,), "http_timeout": 5, "http_in_flight": 1}
    return load_settings(home=tmp_path / "home", compute="http", **(chosen | fields))


def machine_of(fleet: HttpPageFleet, seconds: float = 15) -> Machine[HttpPageEngine]:
    return first_machine(fleet, seconds)


@pytest.mark.parametrize("form", ["json", "npz"])
def test_both_forms_of_an_answer_give_unit_vectors_without_padding(
    server: Misbehaving, tmp_path: Path, form: str
) -> None:
    server.form, server.padded = form, True
    settings = to(server, tmp_path, http_key=SecretStr("secret-key"))
    with HttpPageFleet(SMALL, settings) as fleet:
        machine = machine_of(fleet)
        images = [png(shade=i) for i in range(3)]
        found = machine.engine.embed_images(images)
    for image, vectors in zip(images, found.vectors, strict=True):
        raw = vectors_of(base64.b64encode(image).decode())
        assert vectors.shape == raw.shape and vectors.dtype == np.float16
        wanted = raw / np.linalg.norm(raw, axis=1, keepdims=True)
        assert np.allclose(vectors.astype(np.float32), wanted, atol=2e-3)
    assert server.heads[-1]["Authorization"] == "Bearer secret-key"
    assert server.heads[-1]["Accept"].startswith("application/octet-stream")
    assert "secret-key" not in repr(machine) + repr(machine.engine)


def test_one_bad_image_among_many_fails_alone_and_the_others_are_embedded(
    server: Misbehaving, tmp_path: Path
) -> None:
    poison = base64.b64encode(png(shade=7)).decode()
    server.fault = lambda kind, inputs: (
        (400, b'{"error": {"message": "input: a bad image"}}') if poison in inputs else None
    )
    with HttpPageFleet(SMALL, to(server, tmp_path)) as fleet:
        found = machine_of(fleet).engine.embed_images([png(shade=i) for i in range(20)])
    assert list(found.failed) == [7] and "a bad image" in found.failed[7]
    assert [len(page) > 0 for page in found.vectors] == [i != 7 for i in range(20)]


def test_a_server_that_refuses_even_a_drawn_page_makes_no_dead_letters(
    server: Misbehaving, tmp_path: Path
) -> None:
    server.fault = lambda kind, inputs: (
        (400, b'{"error": "images are switched off"}') if kind == "image" else None
    )
    with (
        HttpPageFleet(SMALL, to(server, tmp_path)) as fleet,
        pytest.raises(MachineUnavailable, match="images are switched off"),
    ):
        machine_of(fleet).engine.embed_images([png()])


def test_what_is_too_much_is_sent_in_halves_and_less_from_then_on(
    server: Misbehaving, tmp_path: Path
) -> None:
    server.fault = lambda kind, inputs: (413, b"too large") if len(inputs) > 3 else None
    images = [png(300, 300, shade=i) for i in range(24)]
    with HttpPageFleet(SMALL, to(server, tmp_path)) as fleet:
        engine = machine_of(fleet).engine
        first = engine.embed_images(images)
        tried, taken = len(server.sizes), len(server.asked)
        again = engine.embed_images(images)
    assert not first.failed and not again.failed
    assert all(np.array_equal(a, b) for a, b in zip(first.vectors, again.vectors, strict=True))
    assert sum(server.asked) == 48 and max(server.asked) == 3
    assert tried > taken, "the first time some were too much"
    assert len(server.sizes) - tried == len(server.asked) - taken, "the second time none was"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ((200, b'{"embeddings": []}'), "vectors of 0 inputs came for 1"),
        ((200, b"<html>hello</html>"), "HTML page"),
        ((200, b"PK but no archive"), "no readable .npz"),
        ((200, b'{"embeddings": [[[NaN, 1, 1, 1, 1, 1, 1, 1]]]}'), "no vectors"),
        ((200, b'{"embeddings": [[[1e999, 1, 1, 1, 1, 1, 1, 1]]]}'), "no "),
        ((200, b'{"embeddings": [[[0, 0, 0, 0, 0, 0, 0, 0]]]}'), "no vectors"),
        ((500, b"out of memory"), "out of memory"),
        ((404, b"no such page"), "no such page"),
    ],
)
def test_answers_that_are_none_are_named_and_never_taken(
    server: Misbehaving, tmp_path: Path, answer: tuple[int, bytes], says: str
) -> None:
    server.fault = lambda kind, inputs: answer if kind == "image" else None
    with (
        HttpPageFleet(SMALL, to(server, tmp_path)) as fleet,
        pytest.raises(MachineUnavailable, match=says),
    ):
        machine_of(fleet).engine.embed_images([png()])


def test_vectors_of_another_dimension_and_a_refused_key_stop_the_run(
    server: Misbehaving, tmp_path: Path
) -> None:
    settings = to(server, tmp_path)
    other = ModelEntry(
        EmbeddingSpace("pages", "r" * 40, 128, modality="image", multi_vector=True),
        kinds=("page_image",),
    )
    with HttpPageFleet(other, settings) as fleet, pytest.raises(SpaceMismatch, match="8 dim"):
        machine_of(fleet)
    server.fault = lambda kind, inputs: (401, b"")
    with HttpPageFleet(SMALL, settings) as fleet, pytest.raises(ComputeRefused, match="HTTP_KEY"):
        machine_of(fleet)


def test_a_server_that_is_not_there_is_left_out_and_none_is_an_error(
    server: Misbehaving, tmp_path: Path
) -> None:
    both = to(server, tmp_path, http_urls=("http://127.0.0.1:9", server.url + "/embeddings"))
    with HttpPageFleet(SMALL, both) as fleet:
        assert machine_of(fleet).engine.embed_questions([]) == []
    nobody = to(server, tmp_path, http_urls=("http://127.0.0.1:9",))
    with (
        HttpPageFleet(SMALL, nobody, pause=0.1, patience=0.3) as fleet,
        pytest.raises(ComputeRefused, match="POST /embeddings, such as `embed-platform serve`"),
    ):
        machine_of(fleet)
    with pytest.raises(SettingsError, match="EMBED_HTTP_URLS"):
        HttpPageFleet(SMALL, to(server, tmp_path, http_urls=()))


@given(
    sizes=st.lists(st.integers(0, 300), max_size=80),
    most=st.integers(1, 900),
    area=st.integers(1, 50),
)
def test_requests_hold_every_image_once_and_keep_their_limits(
    sizes: list[int], most: int, area: int
) -> None:
    head = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
    images = [head + (n % 9).to_bytes(4, "big") + (1).to_bytes(4, "big") + b"x" * n for n in sizes]
    parts = list(requests(images, most, area))
    assert [image for part in parts for image in part] == images
    for part in parts:
        assert 1 <= len(part) <= page_answers.MOST_IMAGES
        if len(part) > 1:
            assert sum(len(page_answers.as_base64(image)) for image in part) <= most
            assert sum(map(pixels, part)) <= area


def test_pixels_are_read_from_the_header_alone() -> None:
    assert [pixels(png(30, 40)), pixels(b"no image"), pixels(b"")] == [1200, 0, 0]


def test_rows_of_unequal_length_are_no_vectors() -> None:
    body = b'{"embeddings": [[[1, 2], [3]]]}'
    with pytest.raises(Broken, match="no vectors"):
        read_answer(Reply(200, {}, body), 1)


# ---- our own service


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return page_models.colqwen2(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def served(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("served") / "home"
    home.mkdir()
    settings = load_settings(
        home=home, dtype="float32", device="cpu", serve_page_model=str(model), serve_rate=0
    )
    save_model(settings, describe_model(str(model), settings))
    keys = {"embed": KeyFile(settings).add("embed", ["embed"])}
    with serving(settings, keys) as found:
        yield found


def lake_with_pages(tmp_path: Path, model: Path, **fields: Any) -> tuple[Lake, ModelEntry]:
    settings = load_settings(
        home=tmp_path / "home", dtype="float32", device="cpu", page_dpi=40, **fields
    )
    lake = open_lake(settings)
    entry = describe_model(str(model), settings)
    save_model(settings, entry)
    texts = [str(n) for n in range(70)]
    ingest(lake, save(tmp_path / "a.pdf", pdf(texts, size=(60, 80))), "me")
    publish_raw_pages(lake, "me")
    build_documents(lake, "me")
    return lake, entry


def test_pages_embedded_by_our_own_service_are_those_embedded_here(
    served: Served, model: Path, tmp_path: Path
) -> None:
    lake, entry = lake_with_pages(
        tmp_path,
        model,
        compute="http",
        http_urls=(served.url, served.url.replace("127.0.0.1", "localhost")),
        http_key=SecretStr(served.keys["embed"]),
        http_in_flight=2,
    )
    # one that cannot be read: the service says 400, and it alone is set aside
    path = lake.storage.list(layout.pages("me"))[3].path
    image = lake.storage.get(path)
    lake.storage.put(path, b"no image")

    def run() -> UserResult:
        found = embed_pages(
            lake, entry.space, ["me"], entry.kinds, lambda: open_page_fleet(entry, lake.settings)
        )["me"]
        assert isinstance(found, UserResult)
        return found

    done = run()
    assert (done.embedded, done.dead_letters) == (69, 1)
    assert len(dead_hashes(lake, entry.space.slug, "me")) == 1
    lake.storage.put(path, image)
    again = run()
    assert (again.embedded, again.reused, again.dead_letters) == (0, 69, 1)
    here = open_page_engine(entry, lake.settings)
    images = {
        held.path: here.embed_images([lake.storage.get(held.path)]).vectors[0]
        for held in lake.storage.list(layout.pages("me"))[:6]
    }
    pages = [page for _, some in multivector_blocks(lake, entry.space, "me") for page in some]
    for place, ours in images.items():
        if place == path:
            continue
        assert any(p.shape == ours.shape and np.allclose(p, ours, atol=2e-3) for p in pages)


def test_another_model_behind_the_address_is_refused_before_a_vector_is_kept(
    served: Served, model: Path, tmp_path: Path
) -> None:
    other = page_models.colqwen2(tmp_path / "other", "2")
    lake, entry = lake_with_pages(tmp_path, other)
    settings = lake.settings.model_copy(
        update={"http_urls": (served.url,), "http_key": SecretStr(served.keys["embed"])}
    )
    from embed_platform.embedding.page_probe import admit_pages

    admit_pages(lake, entry.space, open_page_engine(entry, settings), entry.kinds)
    with pytest.raises(SpaceMismatch, match=r"colpali-http.*disagrees"):
        embed_pages(lake, entry.space, ["me"], entry.kinds, lambda: HttpPageFleet(entry, settings))
    assert lake.storage.list(layout.vectors(entry.space.slug, "me")) == []


def test_runpod_says_in_one_line_where_page_images_go(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path, compute="runpod")
    with pytest.raises(ComputeRefused, match=r"texts only.*--compute modal.*http.*local") as said:
        open_page_fleet(SMALL, settings)
    assert "\n" not in str(said.value)


def test_probe_images_are_png_files_of_known_size() -> None:
    assert {pixels(image) for image in probe_images()} == {224 * 308}
