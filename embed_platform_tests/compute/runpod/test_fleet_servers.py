"""The fleet's servers: how each kind is reached, proven and kept private."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from pathlib import Path

import pytest

from embed_platform.compute.runpod.fleet import RunPodFleet
from embed_platform.embedding.registry import ModelEntry
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform_tests.compute.runpod.vendor import (
    KEY,
    MODEL,
    QUICK,
    LightEngine,
    Vendor,
    machine_of,
    refusal_of,
)


def test_a_port_within_reach_is_spoken_to_directly(vendor: Vendor, home: Path) -> None:
    vendor.fault("direct")
    fleet = RunPodFleet(
        MODEL, vendor.settings(home), engine_of=LightEngine, patience=QUICK,
        proxy_url="http://127.0.0.1:9/{pod}-{port}",
    )  # fmt: skip
    with fleet:
        assert machine_of(fleet).engine.embed(["a"], "").vectors.shape == (1, 8)


def test_ollama_is_reached_through_its_guard_once_it_has_the_model(
    vendor: Vendor, home: Path
) -> None:
    space = EmbeddingSpace("test/Tiny-GGUF", "Tiny-Q4_K_M.gguf", 8, quantisation="Q4_K_M")
    fleet = RunPodFleet(
        ModelEntry(space, parameters=1_000_000), vendor.settings(home), engine_of=LightEngine,
        proxy_url=vendor.proxy, patience=QUICK,
    )  # fmt: skip
    with fleet:
        machine = machine_of(fleet)
        assert machine.engine.embed(["a"], "").vectors.shape == (1, 8)
        assert vendor.state["bodies"][0]["image"].startswith("ollama/ollama:")
    assert vendor.running == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("space", "image"),
    [
        (
            EmbeddingSpace("test/tiny-bert", "a" * 40, 16),
            "ghcr.io/huggingface/text-embeddings-inference:86-",
        ),
        (EmbeddingSpace("test/unheard-of", "a" * 40, 16), "vllm/vllm-openai:"),
        (EmbeddingSpace("test/Tiny-GGUF", "tiny.gguf", 16, quantisation="F16"), "ollama/ollama:"),
    ],
)
def test_the_real_engine_speaks_to_a_real_server_in_a_pod(
    vendor: Vendor, home: Path, space: EmbeddingSpace, image: str
) -> None:
    vendor.fault("real")
    vendor.fault("dimension", 16)
    fleet = RunPodFleet(
        ModelEntry(space, parameters=1_000_000), vendor.settings(home), proxy_url=vendor.proxy,
        patience=replace(QUICK, ready=60.0),
    )  # fmt: skip
    with fleet:
        machine = machine_of(fleet, 60)
        assert machine.engine.embed(["one", "two"], "").vectors.shape == (2, 16)
        assert vendor.state["bodies"][0]["image"].startswith(image)
    assert vendor.running == []


@pytest.mark.slow
def test_a_server_of_another_dimension_is_refused_in_one_line(vendor: Vendor, home: Path) -> None:
    vendor.fault("real")
    fleet = RunPodFleet(
        MODEL, vendor.settings(home), proxy_url=vendor.proxy, patience=replace(QUICK, ready=60.0)
    )
    vendor.fault("dimension", 16)
    with fleet:
        why = str(refusal_of(fleet, 60))
    assert "16 dimensions" in why and "\n" not in why
    assert vendor.running == []


@pytest.mark.slow
def test_no_secret_is_in_a_log_a_repr_or_the_ledger(
    vendor: Vendor, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    vendor.fault("answer", 500, times=1, call="create")
    vendor.fault("unhealthy", times=1)
    hub = "hf_of_the_hub"
    with (
        caplog.at_level(logging.DEBUG),
        vendor.fleet(
            home, runpod_cloud="SECURE", HF_TOKEN=hub, patience=replace(QUICK, ready=4.0)
        ) as fleet,
    ):
        machine = machine_of(fleet)
        shown = [repr(vars(fleet)), repr(vars(fleet._renting)), repr(machine), repr(fleet)]
        shown += [repr(rented) for rented in fleet._renting.held().values()]  # type: ignore[union-attr]
    body = vendor.state["bodies"][-1]
    server_key = body["env"]["API_KEY"]
    assert re.fullmatch("[0-9a-f]{64}", server_key) and body["env"]["HF_TOKEN"] == hub
    written = "".join(path.read_text() for path in home.rglob("*") if path.is_file())
    everything = caplog.text + "".join(shown) + written + body["args"] + body["name"]
    for secret in (KEY, server_key, hub):
        assert secret not in everything
    assert KEY not in str(body)


def test_the_community_cloud_never_sees_the_hubs_token(vendor: Vendor, home: Path) -> None:
    with vendor.fleet(home, HF_TOKEN="hf_secret") as fleet:
        machine_of(fleet)
    assert vendor.state["bodies"][0]["cloud"] == "COMMUNITY"
    assert "hf_secret" not in str(vendor.state["bodies"])
