"""What servers speak and how they are told apart."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pydantic import SecretStr

from embed_platform.compute.http.detect import (
    Served,
    ServedModel,
    choose_model,
    describe,
    protocol_for,
)
from embed_platform.compute.http.faults import Broken, Reply
from embed_platform.compute.http.protocols import (
    OllamaProtocol,
    OpenAiProtocol,
    ProtocolName,
    ServerProtocol,
    TeiProtocol,
)
from embed_platform.compute.http.wire import Wire, server_name
from embed_platform.embedding.registry import Registry, load_registry
from embed_platform.errors import (
    ComputeRefused,
    MachineUnavailable,
    ModelUnavailable,
    SettingsError,
    SpaceMismatch,
)
from embed_platform.settings import load_settings
from embed_platform_tests.compute.http.cases import HASH, OPTIONS, PROTOCOLS
from embed_platform_tests.servers import free_port
from embed_platform_tests.standins.embedding_process import RunningStandin, running_standin

QWEN = "Qwen/Qwen3-Embedding-8B"
GGUF = "Qwen/Qwen3-Embedding-8B-GGUF"


@pytest.fixture
def registry(tmp_path: Any) -> Registry:
    return load_registry(load_settings(home=tmp_path))


def answer(content: object, **headers: str) -> Reply:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Reply(200, {k.replace("_", "-"): v for k, v in headers.items()}, body)


def sent(protocol: ServerProtocol, texts: Sequence[str] = ("a", "b")) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(protocol.body(texts))
    return found


def test_requests_forbid_the_server_to_cut() -> None:
    assert sent(OllamaProtocol("m")) == {"model": "m", "input": ["a", "b"], "truncate": False}
    assert sent(TeiProtocol(normalise=True)) == {
        "inputs": ["a", "b"],
        "truncate": False,
        "normalize": True,
    }
    assert sent(OpenAiProtocol("m")) == {
        "model": "m",
        "input": ["a", "b"],
        "encoding_format": "base64",
    }


def test_text_travels_as_it_is() -> None:
    texts = ["🙂 שלום", 'quote " and \\ and \n', "\u0000\x1f control"]
    for protocol in (OllamaProtocol("m"), OpenAiProtocol("m"), TeiProtocol(normalise=True)):
        content = sent(protocol, texts)
        assert content.get("input", content.get("inputs")) == texts


def test_base64_is_little_endian_float32_and_the_order_is_that_of_the_indices() -> None:
    rows = np.array([[1.5, -2.0], [0.25, 3.0]], dtype=np.float32)
    items = [
        {"index": 1, "embedding": base64.b64encode(rows[1].astype("<f4").tobytes()).decode()},
        {"index": 0, "embedding": rows[0].tolist()},
    ]
    found = OpenAiProtocol("m").read(answer({"data": items, "usage": {"prompt_tokens": 7}}))
    assert found.vectors.tolist() == rows.tolist()
    assert found.vectors.dtype == np.float32
    assert found.tokens == 7


def test_tokens_are_read_where_each_server_tells_them() -> None:
    ollama = OllamaProtocol("m").read(answer({"embeddings": [[1.0]], "prompt_eval_count": 4}))
    tei = TeiProtocol(normalise=True).read(answer([[1.0]], x_compute_tokens="5"))
    assert (ollama.tokens, tei.tokens) == (4, 5)
    assert TeiProtocol(normalise=True).read(answer([[1.0]])).tokens is None


@pytest.mark.parametrize("body", [b"[[1.0, null], [2.0, 3.0]]", b"[[1.0, NaN], [2.0, 3.0]]"])
def test_what_is_no_number_is_read_as_such(body: bytes) -> None:
    """Rust writes NaN as null, Python as NaN."""
    found = TeiProtocol(normalise=True).read(answer(body)).vectors
    assert np.isnan(found[0, 1])
    assert found[1].tolist() == [2.0, 3.0]


@pytest.mark.parametrize(
    "content",
    [
        {"error": "Unexpected endpoint or method. (POST /v1/embeddings)"},
        {"data": []},
        {"data": [{"index": 0, "embedding": "not base64!"}]},
        {"data": [{"index": 0, "embedding": [1.0]}, {"index": 0, "embedding": [1.0]}]},
        {"data": [{"index": 1, "embedding": [1.0]}]},
        {"data": [{"index": 0, "embedding": [1.0]}, {"index": 1, "embedding": [1.0, 2.0]}]},
        {"data": [{"index": 0, "embedding": "aaa="}]},
        b"[[[",
        b"",
    ],
)
def test_an_answer_in_another_shape_is_a_broken_server(content: object) -> None:
    with pytest.raises(Broken):
        OpenAiProtocol("m").read(answer(content))


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_each_protocol_is_found_by_asking(protocol: ProtocolName) -> None:
    with running_standin(*OPTIONS, "--protocol", protocol) as server:
        found = describe(Wire(server.url, None, 5, 1), "auto")
        asked = server.stats["paths"]
    assert found.protocol == protocol
    assert protocol_for(found, found.models[0], HASH.space).name == protocol
    assert asked[:2] == ["/health", "/info"], "one health question, then TEI first"


def test_a_server_that_speaks_all_is_asked_in_the_protocol_that_says_most(
    everything: RunningStandin,
) -> None:
    wire = Wire(f"{everything.url}/v1/", None, 5, 1)
    assert describe(wire, "auto").protocol == "tei"
    for protocol in PROTOCOLS:
        assert describe(wire, protocol).protocol == protocol


def test_what_a_server_says_of_itself_is_kept(everything: RunningStandin) -> None:
    wire = Wire(everything.url, None, 5, 1)
    tei, ollama = describe(wire, "tei"), describe(wire, "ollama")
    assert (tei.engine, tei.version, tei.max_inputs) == ("tei", "1.9.3", 32)
    assert tei.models[0].dtype == "float32"
    assert (ollama.engine, ollama.version) == ("ollama", "0.24.0")
    openai = describe(wire, "openai")
    assert (openai.engine, openai.version) == ("openai-compatible", "vllm 0.15.0")


@pytest.mark.parametrize(
    ("kind", "words"), [("none", "/info gives 404"), ("pages", "/info gives 200 and an HTML page")]
)
def test_where_no_embedding_server_answers_one_line_says_what_was_tried(
    kind: str, words: str
) -> None:
    with (
        running_standin(*OPTIONS, "--protocol", kind) as server,
        pytest.raises(ComputeRefused) as caught,
    ):
        describe(Wire(server.url, None, 5, 1), "auto")
    said = str(caught.value)
    assert server.url in said
    assert words in said
    assert all(path in said for path in ("/info", "/api/tags", "/v1/models", "/models"))
    assert "\n" not in said


def test_nobody_there_may_be_there_later() -> None:
    with pytest.raises(MachineUnavailable):
        describe(Wire(f"127.0.0.1:{free_port()}", None, 5, 1), "auto")


def test_a_server_that_is_loading_may_be_ready_later(everything: RunningStandin) -> None:
    everything.fault("unhealthy=60")
    with pytest.raises(MachineUnavailable, match="not ready"):
        describe(Wire(everything.url, None, 5, 1), "auto")


@pytest.mark.parametrize("key", [None, SecretStr("wrong-key")])
def test_a_key_that_is_missing_or_wrong_names_the_setting(key: SecretStr | None) -> None:
    with running_standin(*OPTIONS, "--key", "right-key") as server:
        with pytest.raises(ComputeRefused, match="EMBED_HTTP_KEY") as caught:
            describe(Wire(server.url, key, 5, 1), "auto")
        assert describe(Wire(server.url, SecretStr("right-key"), 5, 1), "auto").models
    assert "wrong-key" not in str(caught.value)


def test_another_protocol_than_the_one_set_is_no_answer(openai: RunningStandin) -> None:
    with pytest.raises(ComputeRefused, match="no server that speaks 'tei'"):
        describe(Wire(openai.url, None, 5, 1), "tei")


@pytest.mark.parametrize(
    ("model", "served"),
    [
        (QWEN, "Qwen/Qwen3-Embedding-8B"),
        (QWEN, "qwen3-embedding-8b"),
        (GGUF, "qwen3-embedding:8b"),
        (GGUF, "text-embedding-qwen3-embedding-8b"),
        ("minilm", "all-minilm:latest"),
        ("minilm", "/data/models/all-MiniLM-L6-v2/"),
    ],
)
def test_a_model_is_found_under_the_names_that_the_registry_knows(
    registry: Registry, model: str, served: str
) -> None:
    there = Served("openai", (ServedModel("llama3:8b"), ServedModel(served)))
    assert choose_model(registry.get(model), there, "", "host").name == served


def test_the_models_own_name_comes_before_its_aliases(registry: Registry) -> None:
    there = Served("openai", (ServedModel("all-minilm"), ServedModel("minilm")))
    assert choose_model(registry.get("minilm"), there, "", "host").name == "all-minilm"


def test_a_name_that_is_set_is_taken_also_when_it_is_not_listed(registry: Registry) -> None:
    entry = registry.get("minilm")
    there = Served("openai", (ServedModel("all-minilm"), ServedModel("other:latest", dtype="F16")))
    assert choose_model(entry, there, "mine", "host") == ServedModel("mine")
    assert choose_model(entry, there, "other", "host").dtype == "F16"


def test_a_model_that_is_not_there_lists_what_is(registry: Registry) -> None:
    there = Served("ollama", (ServedModel("llama3:8b"), ServedModel("nomic-embed-text:latest")))
    with pytest.raises(ModelUnavailable) as caught:
        choose_model(registry.get("minilm"), there, "", "host")
    assert "llama3:8b, nomic-embed-text:latest" in str(caught.value)
    assert "EMBED_HTTP_MODEL" in str(caught.value)


@pytest.mark.parametrize(
    ("model", "dtype"), [(QWEN, "Q4_K_M"), (GGUF, "Q8_0"), (GGUF, "F16"), (GGUF, "float16")]
)
def test_weights_of_another_quantisation_are_another_space(
    registry: Registry, model: str, dtype: str
) -> None:
    entry = registry.get(model)
    there = Served("ollama", (ServedModel(entry.name, dtype=dtype),))
    with pytest.raises(SpaceMismatch, match=dtype):
        choose_model(entry, there, "", "host")


@pytest.mark.parametrize(
    ("model", "dtype"), [(QWEN, "BF16"), (QWEN, "unknown"), (GGUF, "Q4_K_M"), (GGUF, "q4_k_m")]
)
def test_weights_of_the_spaces_quantisation_are_taken(
    registry: Registry, model: str, dtype: str
) -> None:
    entry = registry.get(model)
    there = Served("ollama", (ServedModel(entry.name, dtype=dtype),))
    assert choose_model(entry, there, "", "host").dtype == dtype


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("localhost:11434", "localhost:11434"),
        ("http://10.0.0.5:8000/v1/", "10.0.0.5:8000"),
        ("https://ann:secret@host.example/base/v1", "host.example/base"),
        ("http://[::1]:8080", "[::1]:8080"),
    ],
)
def test_a_servers_name_shows_no_account(given: str, shown: str) -> None:
    assert server_name(given) == shown
    assert "secret" not in repr(Wire(given, SecretStr("key"), 5, 1))


@pytest.mark.parametrize("url", ["", "ftp://host", "http://", "http://host?key=1", "http://h:x"])
def test_an_address_that_makes_no_sense_names_the_setting(url: str) -> None:
    with pytest.raises(SettingsError, match="EMBED_HTTP_URLS"):
        server_name(url)


def test_a_space_that_is_not_normalised_asks_tei_for_vectors_as_they_are() -> None:
    raw = replace(HASH.space, normalised=False)
    found = protocol_for(Served("tei", (ServedModel("m"),)), ServedModel("m"), raw)
    assert sent(found)["normalize"] is False
