"""Embedding over HTTP: the local engine's vectors through every protocol, limits, lengths and keys."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from pydantic import SecretStr

from embed_platform.compute.http.fleet import HttpServer, open_http_engine
from embed_platform.compute.local.engine import open_local_engine
from embed_platform.embedding.engine import Embedded
from embed_platform.embedding.fleet import Machine
from embed_platform.embedding.probe import PROBES, cosines
from embed_platform.embedding.registry import ModelEntry, load_registry
from embed_platform.errors import (
    ComputeRefused,
    MachineUnavailable,
    SpaceMismatch,
)
from embed_platform.settings import load_settings
from embed_platform_tests.compute.http.cases import (
    HASH,
    MAX_TOKENS,
    OPTIONS,
    PROTOCOLS,
    expected,
    opened,
    some_texts,
)
from embed_platform_tests.standins.embedding_process import RunningStandin, running_standin

TEXTS = [
    *PROBES,
    "x",
    "🙂🙂🙂",
    "שלום עולם",
    "Das Fahrrad steht im Keller.\n\nUnd das Auto?",
    "the bicycle is in the cellar " * 8,
    "\u0000\ud7ff\x1f control",
]
LONG = ["word " * 300, "unbelievable embeddings tokenization " * 60, "12 34 56 78 90 " * 100]


@pytest.fixture(scope="module")
def minilm(tmp_path_factory: pytest.TempPathFactory) -> ModelEntry:
    return load_registry(load_settings(home=tmp_path_factory.mktemp("home"))).get("minilm")


@pytest.fixture(scope="module")
def local(minilm: ModelEntry, tmp_path_factory: pytest.TempPathFactory) -> Embedded:
    home = tmp_path_factory.mktemp("home")
    settings = load_settings(home=home, device="cpu", dtype="float32")
    return open_local_engine(minilm, settings).embed(TEXTS + LONG, "search: ")


@pytest.fixture(scope="module")
def real() -> Iterator[RunningStandin]:
    """The real MiniLM behind every protocol, under the names that Ollama and the hub give it."""
    names = ("--name", "all-minilm", "--name", "sentence-transformers/all-MiniLM-L6-v2")
    with running_standin(*names, "--counts") as running:
        yield running


@pytest.mark.slow
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_protocol_gives_the_vectors_of_the_local_engine(
    real: RunningStandin, minilm: ModelEntry, local: Embedded, protocol: str
) -> None:
    engine = opened(real, minilm, protocol=protocol, seconds=60)
    found = engine.embed(TEXTS + LONG, "search: ")
    assert found.vectors.dtype == np.float32
    assert cosines(found.vectors, local.vectors).min() > 0.999
    assert np.allclose(np.linalg.norm(found.vectors, axis=1), 1, atol=1e-6)
    assert (
        found.truncated.tolist()
        == local.truncated.tolist()
        == [False] * len(TEXTS) + [True] * len(LONG)
    )
    assert (found.tokens[-3:] <= 256).all()
    assert (found.tokens[-3:] > 240).all()
    assert found.failed == {}


@pytest.mark.slow
def test_prompts_are_put_before_the_text_here(real: RunningStandin, minilm: ModelEntry) -> None:
    engine = opened(real, minilm, protocol="tei", seconds=60)
    engine.embed(["a cat"], "query: ")
    assert real.stats["seen"] == ["query: a cat"]


def test_vectors_come_back_in_the_order_of_the_texts(server: RunningStandin) -> None:
    texts = some_texts(300)
    found = opened(server).embed(texts, "p ")
    assert np.allclose(found.vectors, expected([f"p {text}" for text in texts]), atol=1e-6)
    assert found.tokens.sum() > 300
    assert not found.truncated.any()


def test_no_texts_need_no_request(server: RunningStandin) -> None:
    found = opened(server).embed([], "")
    assert found.vectors.shape == (0, 48)
    assert server.stats["requests"] == 0


def test_a_servers_limit_of_inputs_is_kept(everything: RunningStandin) -> None:
    opened(everything, protocol="tei").embed(["short"] * 100, "")
    assert everything.stats["sizes"] == [32, 32, 32, 4]
    everything.clear()
    opened(everything, protocol="openai").embed(["s"] * 3000, "")
    assert everything.stats["most_texts"] <= 2048
    assert not set(everything.stats["statuses"]) - {200}


def test_texts_of_a_batch_are_of_similar_length(openai: RunningStandin) -> None:
    texts = some_texts(400)
    opened(openai).embed(texts, "")
    seen, sizes = openai.stats["seen"], openai.stats["sizes"]
    assert len(seen) == len(texts)
    assert len(seen[0]) > len(seen[-1])
    assert sizes[0] > 10


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_text_that_is_too_long_is_cut_and_marked(
    everything: RunningStandin, protocol: str
) -> None:
    whole = "".join(f"{i:04d}" for i in range(300))  # 300 tokens of 4 bytes
    found = opened(everything, protocol=protocol).embed(["short", whole, "other"], "")
    assert found.truncated.tolist() == [False, True, False]
    assert found.failed == {}
    assert MAX_TOKENS * 0.9 <= found.tokens[1] <= MAX_TOKENS
    kept = [expected([whole[:size]])[0] @ found.vectors[1] for size in range(200, 260)]
    assert max(kept) > 0.9999, "the vector is that of a beginning of the text"


@pytest.mark.parametrize("protocol", ["ollama", "openai"])
def test_a_text_just_above_the_limit_is_cut_after_the_servers_refusal(
    everything: RunningStandin, protocol: str
) -> None:
    """It is too short to be suspected, so that it goes in a batch with others."""
    space = replace(HASH.space, max_tokens=512)
    texts = [*some_texts(9), "x" * 300]
    found = opened(everything, replace(HASH, space=space), protocol=protocol).embed(texts, "")
    assert found.truncated.tolist() == [False] * 9 + [True]
    assert np.allclose(found.vectors[:9], expected(texts[:9]), atol=1e-6)


def test_a_server_that_reads_less_than_the_space_is_told_of(
    everything: RunningStandin, caplog: pytest.LogCaptureFixture
) -> None:
    space = replace(HASH.space, max_tokens=512)
    found = opened(everything, replace(HASH, space=space), protocol="tei").embed(["x" * 4000], "")
    assert found.truncated.all()
    assert found.tokens.tolist() == [MAX_TOKENS]
    assert "long texts are cut earlier" in caplog.text


def test_a_text_that_no_file_can_hold_fails_alone(server: RunningStandin) -> None:
    found = opened(server).embed(["a", "half \ud83d of a pair", "b"], "")
    assert list(found.failed) == [1]
    assert np.allclose(found.vectors[[0, 2]], expected(["a", "b"]), atol=1e-6)


def test_an_empty_text_fails_where_the_server_refuses_it(everything: RunningStandin) -> None:
    found = opened(everything, protocol="tei").embed(["a", "", "b"], "")
    assert list(found.failed) == [1]
    assert "cannot be empty" in found.failed[1]


def test_a_space_that_is_not_normalised_keeps_lengths(everything: RunningStandin) -> None:
    entry = replace(HASH, space=replace(HASH.space, normalised=False))
    vectors = opened(everything, entry, protocol="tei").embed(["a", "b"], "").vectors
    assert (np.linalg.norm(vectors, axis=1) > 2).all()
    with pytest.raises(SpaceMismatch, match="unit length"):
        opened(everything, entry, protocol="ollama")


def test_another_model_is_another_dimension(everything: RunningStandin) -> None:
    entry = replace(HASH, space=replace(HASH.space, dimension=384))
    with pytest.raises(SpaceMismatch, match="gives 48 dimensions, the space has 384"):
        opened(everything, entry)


def test_provenance_is_what_the_server_says(everything: RunningStandin) -> None:
    found = [opened(everything, protocol=protocol).provenance for protocol in PROTOCOLS]
    assert [(p.engine, p.dtype) for p in found] == [
        ("ollama", "F16"),
        ("openai-compatible", "unknown"),
        ("tei", "float32"),
    ]
    assert {p.device for p in found} == {"http"}
    assert found[2].version == "1.9.3"


def test_lanes_may_call_at_a_time(server: RunningStandin) -> None:
    engine = opened(server)
    server.fault("slow=0.1")
    parts = [some_texts(40 + i) for i in range(8)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda texts: engine.embed(texts, ""), parts))
    for texts, answer in zip(parts, found, strict=True):
        assert np.allclose(answer.vectors, expected(texts), atol=1e-6)
    assert 2 <= server.stats["most_at_once"] <= 4


def test_a_server_that_was_let_go_is_gone(server: RunningStandin) -> None:
    engine = opened(server)
    engine.close()
    with pytest.raises(MachineUnavailable):
        engine.embed(["a"], "")


def test_letting_go_of_a_server_ends_the_calls_under_way(openai: RunningStandin) -> None:
    engine = opened(openai, seconds=3)
    openai.fault("slow=2")
    with ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(engine.embed, some_texts(10), "") for _ in range(4)]
        time.sleep(0.5)
        engine.close()
        errors = [call.exception(timeout=20) for call in calls]
    assert all(error is None or isinstance(error, MachineUnavailable) for error in errors)


def test_texts_too_large_for_one_request_are_counted_in_several(
    everything: RunningStandin,
) -> None:
    texts = [f"{i}" * 300_000 for i in range(10)]
    found = opened(everything, protocol="tei", seconds=30).embed(texts, "")
    assert found.truncated.all()
    assert found.failed == {}
    assert everything.stats["paths"].count("/tokenize") == 2


def test_no_log_line_and_no_repr_holds_a_key(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    key = "sesame-1234"
    with running_standin(*OPTIONS, "--key", key) as server:
        where = HttpServer(server.url, SecretStr(key))
        engine = open_http_engine(HASH, where, seconds=5)
        server.fault("status=500@2", "busy=0.1@1")
        engine.embed(["a"], "")
        machine = Machine(engine.name, engine)
        account = HttpServer(f"http://ann:{key}@{engine.name}")
        with pytest.raises(ComputeRefused) as caught:
            open_http_engine(HASH, account, seconds=5)
    shown = [caplog.text, *capfd.readouterr(), repr(where), repr(account), repr(engine)]
    assert not [text for text in [*shown, repr(machine), str(caught.value)] if key in text]


def test_retries_write_nothing_to_standard_output(
    openai: RunningStandin, capfd: pytest.CaptureFixture[str]
) -> None:
    engine = opened(openai)
    openai.fault("status=500@2")
    engine.embed(["a"], "")
    assert capfd.readouterr() == ("", "")
