"""A model as one line: what the container gets is what the registry says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from embed_platform.compute.modal.model_text import model_text, read_model_text
from embed_platform.embedding.registry import load_registry
from embed_platform.errors import ComputeRefused
from embed_platform.settings import Settings


def test_every_model_that_can_run_there_arrives_as_the_same_space(settings: Settings) -> None:
    sent = [e for e in load_registry(settings).models.values() if not e.space.quantisation]
    assert len(sent) >= 4
    for entry in sent:
        got = read_model_text(model_text(entry))
        assert (got.space, got.source) == (entry.space, entry.source)
        assert got.space.slug == entry.space.slug


def test_equal_models_give_equal_texts_so_that_they_share_containers(settings: Settings) -> None:
    entry = load_registry(settings).get("minilm")
    other = replace(entry, aliases=("another",), enabled=True, kinds=("tweet",))
    assert model_text(entry) == model_text(other)


def test_a_folder_and_quantised_weights_are_refused(settings: Settings, tmp_path: Path) -> None:
    registry = load_registry(settings)
    folder = replace(registry.get("minilm").space, model=str(tmp_path))
    with pytest.raises(ComputeRefused, match="a folder of this machine"):
        model_text(replace(registry.get("minilm"), space=folder))
    with pytest.raises(ComputeRefused, match="Q4_K_M weights"):
        model_text(registry.get("qwen3-embedding:8b"))
