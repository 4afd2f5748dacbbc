"""Embedding over HTTP: the local engine's vectors through every protocol, and the fleet of such servers."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import SecretStr

from embed_platform.compute.http import HttpFleet, HttpServer, open_http_engine
from embed_platform.compute.http_engine import HttpEngine
from embed_platform.compute.local import open_local_engine
from embed_platform.embedding.engine import Embedded
from embed_platform.embedding.fleet import Machine
from embed_platform.embedding.probe import PROBES, cosines
from embed_platform.embedding.registry import ModelEntry, load_registry
from embed_platform.errors import (
    ComputeRefused,
    MachineUnavailable,
    ModelUnavailable,
    PermanentError,
    SettingsError,
    SpaceMismatch,
)
from embed_platform.settings import Settings, load_settings
from embed_platform_tests.compute.http_cases import (
    HASH,
    MAX_TOKENS,
    OPTIONS,
    PROTOCOLS,
    expected,
    opened,
    some_texts,
)
from embed_platform_tests.servers import free_port
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
    assert found.truncated.tolist() == local.truncated.tolist() == [False] * 11 + [True] * 3
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


def settings_of(tmp_path: Path, *urls: str, **fields: Any) -> Settings:
    return load_settings(home=tmp_path, http_urls=urls, http_timeout=5, **fields)


def next_machine(fleet: HttpFleet, seconds: float = 15) -> Machine:
    machine = fleet.next_machine(seconds)
    assert machine is not None
    return machine


def test_each_server_is_a_machine(
    everything: RunningStandin, openai: RunningStandin, tmp_path: Path
) -> None:
    settings = settings_of(tmp_path, everything.url, openai.url, http_in_flight=3)
    with HttpFleet(HASH, settings) as fleet:
        machines = [next_machine(fleet) for _ in range(2)]
        assert {m.name for m in machines} == {server_name_of(everything), server_name_of(openai)}
        assert {m.lanes for m in machines} == {3}
        assert (fleet.machines, fleet.dollars) == (2, 0)
        assert list(fleet.salvage()) == []
        assert fleet.next_machine(0.1) is None
        for machine in machines:
            found = machine.engine.embed(["a"], "").vectors
            assert np.allclose(found, expected(["a"]), atol=1e-6)
    assert fleet.machines == 0


def server_name_of(server: RunningStandin) -> str:
    return server.url.removeprefix("http://")


def test_work_goes_on_when_one_of_several_servers_dies(
    everything: RunningStandin, tmp_path: Path
) -> None:
    with running_standin(*OPTIONS, "--fault", "die=8") as mortal:
        settings = settings_of(tmp_path, everything.url, mortal.url)
        with HttpFleet(HASH, settings, pause=0.2, patience=1) as fleet:
            machines = {m.name: m for m in (next_machine(fleet) for _ in range(2))}
            dying = machines[server_name_of(mortal)]
            with pytest.raises(MachineUnavailable):
                for _ in range(20):
                    dying.engine.embed(some_texts(10), "")
            fleet.lost(dying, "it died")
            fleet.lost(dying, "another lane says so too")
            assert fleet.machines == 1
            left = machines[server_name_of(everything)]
            texts = some_texts(100)
            assert np.allclose(left.engine.embed(texts, "").vectors, expected(texts), atol=1e-6)
            assert fleet.next_machine(2) is None, "no machine comes, yet one still works"


def test_a_server_that_comes_back_is_offered_again(tmp_path: Path) -> None:
    port = free_port()
    with HttpFleet(
        HASH, settings_of(tmp_path, f"http://127.0.0.1:{port}"), pause=0.2, patience=60
    ) as fleet:
        with running_standin(*OPTIONS, port=port):
            first = next_machine(fleet)
        fleet.lost(first, "it ended")
        assert fleet.next_machine(0.5) is None
        with running_standin(*OPTIONS, port=port):
            second = next_machine(fleet)
            assert second.name == first.name
            assert not second.engine.embed(["a"], "").failed


def test_a_server_that_is_lost_again_and_again_is_given_up(
    openai: RunningStandin, tmp_path: Path
) -> None:
    with HttpFleet(HASH, settings_of(tmp_path, openai.url), pause=0.01) as fleet:
        for _ in range(4):
            fleet.lost(next_machine(fleet), "it lies")
        with pytest.raises(PermanentError, match="it lies"):
            fleet.next_machine(5)


def test_a_server_that_is_loading_is_waited_for(openai: RunningStandin, tmp_path: Path) -> None:
    openai.fault("unhealthy=1.5")
    started = time.monotonic()
    with HttpFleet(HASH, settings_of(tmp_path, openai.url), pause=0.3) as fleet:
        next_machine(fleet)
    assert time.monotonic() - started > 1.4


def test_a_server_without_the_model_ends_the_run_with_that(
    openai: RunningStandin, tmp_path: Path
) -> None:
    entry = replace(HASH, space=replace(HASH.space, model="other/model"))
    with (
        HttpFleet(entry, settings_of(tmp_path, openai.url)) as fleet,
        pytest.raises(ModelUnavailable, match=r"does not have other/model \(it lists: test/hash"),
    ):
        fleet.next_machine(10)


def test_where_no_server_answers_each_is_told_with_its_reason(tmp_path: Path) -> None:
    urls = [f"http://127.0.0.1:{free_port()}" for _ in range(2)]
    with (
        HttpFleet(HASH, settings_of(tmp_path, *urls), pause=0.05, patience=0.3) as fleet,
        pytest.raises(ComputeRefused) as caught,
    ):
        fleet.next_machine(20)
    assert all(url.removeprefix("http://") in str(caught.value) for url in urls)
    assert "\n" not in str(caught.value)


def test_settings_choose_the_model_and_the_protocol(
    everything: RunningStandin, tmp_path: Path
) -> None:
    entry = replace(HASH, space=replace(HASH.space, model="other/model"))
    settings = settings_of(tmp_path, everything.url, http_protocol="ollama", http_model="test/hash")
    with HttpFleet(entry, settings) as fleet:
        engine = next_machine(fleet).engine
    assert engine.provenance.engine == "ollama"


def test_a_fleet_without_an_address_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="EMBED_HTTP_URLS"):
        HttpFleet(HASH, settings_of(tmp_path))


def test_a_fleet_that_is_left_early_waits_for_nobody(tmp_path: Path) -> None:
    started = time.monotonic()
    with HttpFleet(HASH, settings_of(tmp_path, f"http://127.0.0.1:{free_port()}")):
        pass
    assert time.monotonic() - started < 2


def test_an_engine_is_what_the_machine_holds(openai: RunningStandin) -> None:
    assert isinstance(opened(openai), HttpEngine)
