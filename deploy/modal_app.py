"""The app on Modal, which embeds texts and pages, reranks, and serves: `embed-platform modal deploy` deploys this file.

What it does is in compute/modal/ and service/. Importing it asks nobody anything: the settings are read, and
objects are described. No `from __future__ import annotations` here: the vendor reads the
parameter's type.
"""

import contextlib
import importlib
from pathlib import Path
from typing import Any

import modal
import modal.exception

from embed_platform.compute.modal.container import Worker
from embed_platform.compute.modal.deployment import (
    BASE_IMAGE,
    IDLE_SECONDS,
    INPUTS_PER_CONTAINER,
    RERANK_INPUTS,
    RERANK_SECONDS,
    RERANKER_ENVIRONMENT,
    STARTUP_SECONDS,
    WEIGHTS,
    deployment_of,
    left_out,
    pinned,
    reranker_text,
)
from embed_platform.compute.modal.gpus import CPU_CORES, MEMORY_GIB
from embed_platform.compute.modal.page_container import PageWorker
from embed_platform.compute.modal.rerank_container import RerankWorker, bake
from embed_platform.compute.modal.serving import (
    REQUIREMENTS,
    SERVE_INPUTS,
    SERVE_SECONDS,
    registries,
    service_environment,
)
from embed_platform.service.keys import KeyFile
from embed_platform.settings import load_settings

settings = load_settings()
plan = deployment_of(settings)
weights = modal.Volume.from_name(f"{plan.app}-weights", create_if_missing=True, version=2)
base = (
    modal.Image.from_registry(BASE_IMAGE, add_python=plan.python)
    .entrypoint([])
    .uv_pip_install(*plan.packages)
    .env(plan.environment)
)
image = base.add_local_python_source("embed_platform", ignore=left_out)
# In a container the token is in the environment already, so that both ends see the same secrets.
secrets = (
    [modal.Secret.from_dict({"HF_TOKEN": settings.hf_token.get_secret_value()})]
    if settings.hf_token
    else []
)
reranker_image = (
    base.env(RERANKER_ENVIRONMENT)
    .run_function(bake, args=(reranker_text(settings),), secrets=secrets, timeout=STARTUP_SECONDS)
    .add_local_python_source("embed_platform", ignore=left_out)
)
app = modal.App(plan.app)


@app.cls(
    image=image,
    gpu=list(plan.gpus),
    cpu=CPU_CORES,
    memory=MEMORY_GIB * 1024,
    volumes={WEIGHTS: weights},
    secrets=secrets,
    max_containers=plan.max_containers,
    scaledown_window=IDLE_SECONDS,
    timeout=plan.timeout,
    startup_timeout=STARTUP_SECONDS,
    # our side tries again itself; the vendor's tries would be in nobody's budget
    retries=0,
    enable_memory_snapshot=plan.memory_snapshot,
)
@modal.concurrent(max_inputs=INPUTS_PER_CONTAINER, target_inputs=1)
class Embedder:
    """One model in a container; its text is made by `model_text`."""

    model: str = modal.parameter()

    @modal.enter(snap=plan.memory_snapshot)
    def prepare(self) -> None:
        """Before a snapshot is taken: weights on the volume, libraries in memory, no GPU touched."""
        self.worker = Worker(self.model, settings)
        if self.worker.fetch():
            # should it fail, the next container fetches them again
            with contextlib.suppress(modal.exception.Error, RuntimeError):
                weights.commit()
        if plan.memory_snapshot:
            importlib.import_module("sentence_transformers")

    @modal.enter()
    def load(self) -> None:
        """The model onto the GPU."""
        self.worker.load()

    @modal.method()
    def embed(self, shard_id: str, texts: list[str], prompt: str) -> bytes:
        """Vectors of texts as `payload.pack` writes them."""
        return self.worker.answer(shard_id, texts, prompt)

    @modal.method()
    def embed_stored(self, shard_id: str, source: str, target: str, prompt: str) -> bytes:
        """As `embed`, by way of two signed addresses in the lake's store."""
        return self.worker.answer_stored(shard_id, source, target, prompt)


@app.cls(
    image=image,
    gpu=list(plan.gpus),
    cpu=CPU_CORES,
    memory=MEMORY_GIB * 1024,
    volumes={WEIGHTS: weights},
    secrets=secrets,
    max_containers=plan.max_containers,
    scaledown_window=IDLE_SECONDS,
    timeout=plan.timeout,
    startup_timeout=STARTUP_SECONDS,
    retries=0,
)
@modal.concurrent(max_inputs=INPUTS_PER_CONTAINER, target_inputs=1)
class PageEmbedder:
    """One model of page images in a container; its text is made by `model_text`."""

    model: str = modal.parameter()

    @modal.enter()
    def load(self) -> None:
        """Weights on the volume, the model onto the GPU."""
        self.worker = PageWorker(self.model, settings)
        if self.worker.fetch():
            with contextlib.suppress(modal.exception.Error, RuntimeError):
                weights.commit()
        self.worker.load()

    @modal.method()
    def embed(self, shard_id: str, kind: str, inputs: list[bytes]) -> bytes:
        """Vectors of images, or of questions in UTF-8, as `payload.pack` writes them."""
        return self.worker.answer_pages(shard_id, kind, inputs)


@app.cls(
    image=reranker_image,
    gpu=list(plan.gpus),
    cpu=CPU_CORES,
    memory=MEMORY_GIB * 1024,
    secrets=secrets,
    min_containers=plan.warm_rerankers,
    max_containers=max(plan.max_containers, plan.warm_rerankers),
    scaledown_window=IDLE_SECONDS,
    timeout=RERANK_SECONDS * 2,
    startup_timeout=STARTUP_SECONDS,
    retries=0,
)
@modal.concurrent(max_inputs=INPUTS_PER_CONTAINER, target_inputs=1)
class Reranker:
    """The reranker of the settings in a container."""

    @modal.enter()
    def load(self) -> None:
        """The model from the image onto the GPU."""
        self.worker = RerankWorker(settings)
        self.worker.load()

    @modal.method()
    def get_scores(self, query: str, passages: list[str], batch_size: int) -> list[float]:
        """A score for each passage, in their order."""
        return self.worker.get_scores(query, passages, batch_size)


@app.function(image=image, timeout=RERANK_SECONDS, scaledown_window=IDLE_SECONDS, retries=0)
@modal.concurrent(max_inputs=RERANK_INPUTS)
def inference_api(query: str, passages: list[str], batch_size: int = 256) -> list[float]:
    """A score for each passage, in their order; looked up by this name."""
    return list(Reranker().get_scores.remote(query, passages, batch_size))


keys = KeyFile(settings).text()
if keys:  # its address is public: without a key there is no service
    service_image = base.uv_pip_install(*pinned(REQUIREMENTS)).add_local_python_source(
        "embed_platform", ignore=left_out
    )
    for file in registries(settings.home):
        service_image = service_image.add_local_file(file, f"/root/{file.name}")

    @app.function(
        image=service_image,
        gpu=list(plan.gpus),
        cpu=CPU_CORES,
        memory=MEMORY_GIB * 1024,
        volumes={WEIGHTS: weights},
        # in a container they are in the environment already
        secrets=[modal.Secret.from_dict(dict(service_environment(settings, keys)))],
        min_containers=plan.warm_services,
        # its jobs, queues and rates are of one process
        max_containers=max(1, plan.warm_services),
        scaledown_window=IDLE_SECONDS,
        timeout=SERVE_SECONDS,
        startup_timeout=STARTUP_SECONDS,
    )
    @modal.concurrent(max_inputs=SERVE_INPUTS)
    @modal.asgi_app()
    def serve() -> Any:
        """The HTTP service as `embed-platform serve` serves it, with what is not on one machine."""
        from embed_platform.service.hosted import hosted_app

        served = hosted_app(settings, registries(Path(__file__).parent))
        with contextlib.suppress(modal.exception.Error, RuntimeError):
            weights.commit()
        return served
