"""Which image serves a model on a GPU, and how it is started and spoken to; pure functions.

TEI has an image per architecture: one built for another crashes at its first kernel, which is what
happened to the guide's RTX 5090. So the image follows from the GPU, never the other way round.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from shlex import quote
from typing import Literal

from embed_platform.compute.runpod.gpus import Gpu
from embed_platform.compute.runpod.guard import guarded
from embed_platform.embedding.estimate import BYTES_PER_PARAMETER
from embed_platform.embedding.registry import ModelEntry
from embed_platform.errors import ComputeRefused

Protocol = Literal["tei", "openai", "ollama"]

# Tags by compute capability (TEI 1.9, docs "Supported models and hardware").
TEI = "ghcr.io/huggingface/text-embeddings-inference"
TEI_TAGS = {75: "turing-1.9", 80: "1.9", 86: "86-1.9", 89: "89-1.9", 90: "hopper-1.9"} | {
    100: "100-1.9",
    120: "120-1.9",
}
# The untagged builds need drivers for CUDA 13; of these there are more hosts.
VLLM = "vllm/vllm-openai:v0.28.0-cu129"
VLLM_ARCHITECTURES = range(75, 130)
OLLAMA = "ollama/ollama:0.32.15"

# TEI 1.9's model types, as their names appear in names of models.
_TEI_FAMILIES = re.compile(
    r"bert|minilm|mpnet|roberta|xlm|labse|(^|[-_/])(e5|bge|gte|uae|mxbai)[-_]|nomic-embed|arctic-embed"
    r"|jina-embeddings-v2|qwen[23]|mistral|sfr-embedding|embeddinggemma|voyage-4-nano",
    re.IGNORECASE,
)
_DECODERS = re.compile(r"qwen|mistral|llama|gemma|sfr-embedding|nv-embed|phi", re.IGNORECASE)
_OTHER_TASKS = re.compile(
    r"rerank|cross-encoder|col(bert|pali|qwen)|(^|[-_/])(clip|siglip)|[-_]vl[-_]", re.IGNORECASE
)
# Decoders from this size on: vLLM batches them better than TEI does.
LARGE_DECODER = 1_000_000_000
_TEI_POOLING = {"mean": "mean", "cls": "cls", "lasttoken": "last-token"}
_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:-]*")


@dataclass(frozen=True)
class Image:
    """What a pod runs.

    Attributes:
        reference: of the container image.
        protocol: that its server speaks.
        model: name under which the server knows the model.
        port: of the server inside the pod.
        server: shell command that serves and does not return; reads the environment's PORT.
        key_variable: environment variable of the key that the server asks for.
        environment: others that it needs; no secrets.
        min_cuda: lowest CUDA version of the host's driver, `major.minor`.
        health: path that answers 200 once the server is up.
        disk_gb: container disk for weights and scratch.
    """

    reference: str
    protocol: Protocol
    model: str
    port: int
    server: str
    key_variable: str
    environment: tuple[tuple[str, str], ...]
    min_cuda: str
    health: str
    disk_gb: int


def image_for(entry: ModelEntry, gpu: Gpu) -> Image | None:
    """The image that serves a model on a GPU; None where another GPU is needed.

    Raises:
        ComputeRefused: no image serves the model, whatever the GPU.
    """
    server = server_for(entry)
    if server == "ollama":
        return _ollama(entry, gpu)
    if server == "tei" and gpu.architecture in TEI_TAGS:
        return _tei(entry, gpu)
    return _vllm(entry, gpu) if gpu.architecture in VLLM_ARCHITECTURES else None


def server_for(entry: ModelEntry) -> Literal["tei", "vllm", "ollama"]:
    """Which server a model is for: Ollama for GGUF, vLLM for large decoders, TEI for what it knows.

    Raises:
        ComputeRefused: none serves it.
    """
    name = entry.name
    if name.startswith(("/", ".", "~")) or not _SAFE_NAME.fullmatch(name):
        raise _refused(entry, "is a folder of this machine; a rented one fetches from the hub")
    if _OTHER_TASKS.search(name):
        raise _refused(entry, "does not give one vector for a text, as the servers here do")
    if entry.space.quantisation:
        if "gguf" in f"{name} {entry.space.revision}".lower() or _ollama_alias(entry):
            return "ollama"
        raise _refused(entry, f"has {entry.space.quantisation} weights that are no GGUF")
    if _DECODERS.search(name) and parameters_of(entry) >= LARGE_DECODER:
        return "vllm"
    return "tei" if _TEI_FAMILIES.search(name) else "vllm"


def memory_needed(entry: ModelEntry) -> float:
    """GB of GPU memory for a model, by the rule that plans are made with."""
    bits = re.match(r"I?Q(\d)", entry.space.quantisation)
    # a 4-bit GGUF keeps some tensors larger: Q4_K_M is 4.9 bits a weight
    share = (int(bits[1]) + 1) / 16 if bits else 1.0
    return parameters_of(entry) * BYTES_PER_PARAMETER * share / 1e9


def parameters_of(entry: ModelEntry) -> float:
    """Number of parameters: the registry's, else by the name, else by the dimension, generously."""
    if entry.parameters:
        return float(entry.parameters)
    stated = re.search(r"(?<![a-z0-9.])(\d+(?:\.\d+)?)([bm])(?![a-z0-9])", entry.name.lower())
    if stated:
        return float(stated[1]) * (1e9 if stated[2] == "b" else 1e6)
    sizes = ((384, 0.12e9), (768, 0.4e9), (1024, 0.6e9), (2048, 2e9), (2560, 4e9))
    return next((size for limit, size in sizes if entry.space.dimension <= limit), 8e9)


def _tei(entry: ModelEntry, gpu: Gpu) -> Image:
    # its Docker image wants the entry point that comes with it: that one finds the driver's libraries
    words = ["./entrypoint.sh", "--model-id", entry.name, *_revision(entry), "--dtype", "float16"]
    if pooling := _TEI_POOLING.get(entry.space.pooling):
        words += ["--pooling", pooling]
    words += ["--max-client-batch-size", "128", "--payload-limit", "8000000"]
    server = f"{_command(words)} --hostname 0.0.0.0 --port $PORT"
    return Image(
        reference=f"{TEI}:{TEI_TAGS[gpu.architecture]}",
        protocol="tei",
        model=entry.name,
        port=8080,
        server=server,
        key_variable="API_KEY",
        environment=(),
        min_cuda=_cuda_129(gpu),
        health="/health",
        disk_gb=_disk(entry),
    )


def _vllm(entry: ModelEntry, gpu: Gpu) -> Image:
    words = ["vllm", "serve", entry.name, *_revision(entry), "--served-model-name", entry.name]
    words += ["--runner", "pooling", "--max-model-len", str(entry.space.max_tokens)]
    words += ["--gpu-memory-utilization", "0.95"]
    return Image(
        reference=VLLM,
        protocol="openai",
        model=entry.name,
        port=8000,
        server=f"{_command(words)} --host 0.0.0.0 --port $PORT",
        key_variable="VLLM_API_KEY",
        environment=(),
        min_cuda=_cuda_129(gpu),
        health="/v1/models",
        disk_gb=_disk(entry),
    )


def _ollama(entry: ModelEntry, gpu: Gpu) -> Image:
    model = _ollama_alias(entry) or f"hf.co/{entry.name}:{entry.space.quantisation}"
    serve = (
        "export OLLAMA_HOST=127.0.0.1:$OLLAMA_PORT; "
        f"(until ollama pull {quote(model)}; do sleep 2; done) & ollama serve"
    )
    return Image(
        reference=OLLAMA,
        protocol="ollama",
        model=model,
        port=11434,
        server=guarded(serve, "OLLAMA_PORT"),
        key_variable="EMBED_SERVER_KEY",
        environment=(("OLLAMA_PORT", "11435"), ("OLLAMA_KEEP_ALIVE", "-1")),
        # Ollama wants driver 550, which is CUDA 12.4; Blackwell's first driver is that of 12.8
        min_cuda="12.8" if gpu.architecture >= 100 else "12.4",
        health="/api/tags",
        disk_gb=_disk(entry),
    )


def _cuda_129(gpu: Gpu) -> str:
    """Both images are of CUDA 12.9; with its compatibility libraries data centre cards take 12.8."""
    return "12.8" if gpu.datacenter else "12.9"


def _disk(entry: ModelEntry) -> int:
    return 20 + round(parameters_of(entry) * 2.5 / 1e9)


def _revision(entry: ModelEntry) -> list[str]:
    revision = entry.space.revision
    return ["--revision", revision] if re.fullmatch(r"[0-9a-f]{40}", revision) else []


def _ollama_alias(entry: ModelEntry) -> str:
    """The model's name in Ollama's own library, where the hub's name does not lead to the file."""
    if "/" in entry.name and "gguf" in entry.name.lower():
        return ""
    return next((name for name in (entry.name, *entry.aliases) if ":" in name), "")


def _command(words: list[str]) -> str:
    return " ".join(quote(word) for word in words)


def _refused(entry: ModelEntry, why: str) -> ComputeRefused:
    return ComputeRefused(
        f"it {why}", where=entry.name, remedy="Embed it with EMBED_COMPUTE=local or http"
    )
