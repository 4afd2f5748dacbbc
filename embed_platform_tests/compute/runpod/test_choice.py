"""What is rented: GPUs by name, images by GPU, candidates by price."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from embed_platform.compute.runpod.choice import CudaVersion, Offer, Price, candidates
from embed_platform.compute.runpod.gpus import BY_ID, GPUS, named, nearest
from embed_platform.compute.runpod.images import (
    OLLAMA,
    TEI,
    VLLM,
    image_for,
    memory_needed,
    parameters_of,
    server_for,
)
from embed_platform.embedding.registry import ModelEntry, load_registry
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import ComputeRefused
from embed_platform.settings import Settings

PACKAGED = load_registry(Settings(home=Path("/nowhere")))
MINILM = PACKAGED.get("minilm")
QWEN = PACKAGED.get("qwen3-embedding-8b")
GGUF = PACKAGED.get("qwen3-embedding:8b")


def entry(name: str, **fields: object) -> ModelEntry:
    space = EmbeddingSpace(name, "b" * 40, int(str(fields.pop("dimension", 768))))
    return ModelEntry(replace(space, **fields))


def offer(gpu: str, secure: float, community: float = 0.0, **more: object) -> Offer:
    found = named(gpu)[0]
    price = Price(secure, community)
    return Offer(found.id, found.memory_gb, secure > 0, community > 0, price, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("NVIDIA GeForce RTX 4090", ["RTX 4090"]),
        ("RTX 4090", ["RTX 4090"]),
        ("rtx-5090", ["RTX 5090"]),
        ("4080", ["RTX 4080"]),
        ("H100", ["H100 SXM", "H100 NVL", "H100 PCIe"]),
        ("A100-80GB", ["A100 PCIe", "A100 SXM"]),
        ("L40S", ["L40S"]),
    ],
)
def test_a_gpu_is_found_by_the_names_that_people_use(said: str, meant: list[str]) -> None:
    assert [gpu.name for gpu in named(said)] == meant


def test_an_unknown_gpu_is_refused_with_the_nearest_names() -> None:
    assert nearest("RTX 5900")[0] == "RTX 5090"
    with pytest.raises(ComputeRefused, match="no GPU is called 'RTX 5900'; near it are RTX 5090"):
        named("RTX 5900")


def test_no_gpu_is_listed_twice() -> None:
    assert len(BY_ID) == len(GPUS) == len({gpu.name for gpu in GPUS})


@pytest.mark.parametrize(
    ("gpu", "tag"),
    [("A100 PCIe", "1.9"), ("RTX 3090", "86-1.9"), ("RTX 4090", "89-1.9"), ("H100 SXM", "hopper-1.9"),
     ("B200", "100-1.9"), ("RTX 5090", "120-1.9")],
)  # fmt: skip
def test_the_image_is_built_for_the_gpus_architecture(gpu: str, tag: str) -> None:
    image = image_for(MINILM, named(gpu)[0])
    assert image is not None and image.reference == f"{TEI}:{tag}"
    assert image.protocol == "tei" and image.model == MINILM.name


def test_blackwell_is_asked_for_with_a_driver_that_knows_it() -> None:
    for model in (MINILM, QWEN, GGUF):
        image = image_for(model, named("RTX 5090")[0])
        assert image is not None and tuple(map(int, image.min_cuda.split("."))) >= (12, 8)


def test_a_gpu_without_an_image_of_tei_gets_vllm_or_nothing() -> None:
    on_b300 = image_for(MINILM, named("B300")[0])
    assert on_b300 is not None and on_b300.reference == VLLM
    assert image_for(MINILM, named("V100")[0]) is None


def test_large_decoders_go_to_vllm_and_small_ones_to_tei() -> None:
    assert server_for(QWEN) == "vllm"
    assert server_for(entry("Qwen/Qwen3-Embedding-0.6B", dimension=1024)) == "tei"
    assert server_for(entry("someone/unheard-of-encoder")) == "vllm"


def test_a_quantised_space_is_served_by_ollama_from_its_gguf() -> None:
    image = image_for(GGUF, named("RTX 4090")[0])
    assert image is not None and image.reference == OLLAMA
    assert image.model == "hf.co/Qwen/Qwen3-Embedding-8B-GGUF:Q4_K_M"
    assert image.model in image.server and image.protocol == "ollama"


@pytest.mark.parametrize(
    ("model", "why"),
    [
        (entry("/home/me/my-model"), "is a folder of this machine"),
        (entry("vidore/colqwen2-v1.0"), "does not give one vector for a text"),
        (entry("BAAI/bge-reranker-base"), "does not give one vector for a text"),
        (entry("someone/model", quantisation="AWQ"), "has AWQ weights that are no GGUF"),
        (entry("bad; name"), "is a folder of this machine"),
    ],
)
def test_a_model_that_no_image_serves_is_refused_in_one_line(model: ModelEntry, why: str) -> None:
    with pytest.raises(ComputeRefused, match=why) as refused:
        image_for(model, named("RTX 4090")[0])
    assert "\n" not in str(refused.value) and model.name in str(refused.value)


def test_start_commands_pin_the_revision_and_state_the_pooling() -> None:
    image = image_for(PACKAGED.get("gte-modernbert"), named("RTX 4090")[0])
    assert image is not None
    assert "--revision e7f32e3c00f91d699e8c43b53106206bcc72bb22" in image.server
    assert "--pooling cls" in image.server and image.server.endswith("--port $PORT")
    served = image_for(QWEN, named("RTX 5090")[0])
    assert served is not None and "--runner pooling --max-model-len 32768" in served.server


def test_parameters_come_from_the_registry_the_name_or_the_dimension() -> None:
    assert parameters_of(QWEN) == 7_570_000_000
    assert parameters_of(entry("a/b-1.5B-instruct")) == 1.5e9
    assert parameters_of(entry("a/embed-137m")) == 137e6
    assert parameters_of(entry("a/encoder", dimension=4096)) == 8e9
    assert memory_needed(GGUF) < memory_needed(QWEN) / 2


def test_candidates_come_by_price_with_the_secure_cloud_first() -> None:
    catalogue = {
        "COMMUNITY": [offer("RTX 4090", 0.6, 0.34), offer("RTX A4000", 0.25, 0.17)],
        "SECURE": [offer("RTX 4090", 0.34), offer("L4", 0.44)],
    }
    found = candidates(MINILM, catalogue, "")
    assert [(c.gpu.name, c.cloud, c.dollars_per_hour) for c in found] == [
        ("RTX A4000", "COMMUNITY", 0.17),
        ("RTX 4090", "SECURE", 0.34),
        ("RTX 4090", "COMMUNITY", 0.34),
        ("L4", "SECURE", 0.44),
    ]


def test_what_is_out_of_stock_comes_last_but_is_tried() -> None:
    old_drivers = (CudaVersion("12.4", True), CudaVersion("12.9", False))
    catalogue = {
        "SECURE": [
            offer("RTX A4000", 0.17, availability="NONE"),
            offer("RTX 3090", 0.22, cuda_versions=old_drivers),
            offer("RTX 4090", 0.6, cuda_versions=(CudaVersion("12.11", True),)),
        ]
    }
    found = candidates(MINILM, catalogue, "")
    assert [c.gpu.name for c in found] == ["RTX 4090", "RTX A4000", "RTX 3090"]


def test_only_gpus_with_enough_memory_are_candidates() -> None:
    catalogue = {
        "SECURE": [offer("RTX A4000", 0.2), offer("RTX 5090", 0.9), offer("RTX 4090", 0.6)]
    }
    assert [c.gpu.name for c in candidates(QWEN, catalogue, "")] == ["RTX 4090", "RTX 5090"]
    with pytest.raises(ComputeRefused, match="needs 23 GB of GPU memory; RTX A4000 has less"):
        candidates(QWEN, catalogue, "RTX A4000")


def test_a_cloud_that_does_not_have_the_gpu_is_refused_in_one_line() -> None:
    with pytest.raises(ComputeRefused, match="RunPod's community cloud offers no H200"):
        candidates(MINILM, {"COMMUNITY": [offer("H200", 3.59)]}, "H200")
