"""A model of the registry as one line of text: the parameter of the deployed class.

The container needs no registry of its own then, and a model that somebody added at home runs
without another deployment. Equal models give equal texts, so that they share containers.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from embed_platform.embedding.registry import ModelEntry
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import ComputeRefused


def model_text(entry: ModelEntry) -> str:
    """What to hand to the container.

    Raises:
        ComputeRefused: the model is not one that a container can get.
    """
    if Path(entry.name).is_absolute():
        raise ComputeRefused(
            "the model is a folder of this machine, which Modal does not have",
            where=entry.name,
            remedy="Put it on the Hugging Face hub, or embed with EMBED_COMPUTE=local",
        )
    if entry.space.quantisation:
        raise ComputeRefused(
            f"{entry.space.quantisation} weights are served by Ollama or LM Studio, not on Modal",
            where=entry.name,
            remedy="Use EMBED_COMPUTE=http for it",
        )
    content = {"space": entry.space.identity(), "package": entry.package}
    return msgspec.json.encode(content, order="sorted").decode()


def read_model_text(text: str) -> ModelEntry:
    """The model of such a text."""
    content: dict[str, Any] = msgspec.json.decode(text)
    return ModelEntry(EmbeddingSpace(**content["space"]), package=content["package"])
