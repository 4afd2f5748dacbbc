from __future__ import annotations

import io
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest
from PIL import Image

from embed_platform.compute.local.engine import describe_model
from embed_platform.compute.local.page_images import (
    PageImageEngine,
    load_page_model,
    open_page_engine,
)
from embed_platform.embedding.page_probe import probe_images
from embed_platform.embedding.registry import ModelEntry, load_registry, save_model
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import ModelUnavailable, SettingsError, SpaceMismatch
from embed_platform.settings import Settings, load_settings
from embed_platform_tests.compute.local import page_models


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return page_models.colqwen2(tmp_path_factory.mktemp("models") / "colqwen2.5")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(home=tmp_path / "home", dtype="float32")


def png(width: int, height: int, colour: str = "white") -> bytes:
    sink = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(sink, "PNG")
    return sink.getvalue()


def lengths(vectors: list[np.ndarray]) -> list[int]:
    return [len(page) for page in vectors]


def test_pages_and_questions_become_unit_vectors_in_half_precision(
    folder: Path, settings: Settings
) -> None:
    engine = load_page_model(folder, settings)
    answer = engine.embed_images(probe_images())
    (question,) = engine.embed_questions(["invoice from May"])
    assert not answer.failed and engine.dimension == 128
    for vectors in (*answer.vectors, question):
        assert vectors.dtype == np.float16 and vectors.shape[1] == 128
        norms = np.linalg.norm(vectors.astype(np.float32), axis=1)
        assert np.allclose(norms, 1, atol=2e-3)
    # "Query: ", a byte a token, ten augmentation tokens and the end of the line
    assert len(question) == len("Query: invoice from May") + 10 + 1
    assert engine.provenance.engine == "transformers" and engine.provenance.dtype == "float32"


def test_padding_of_a_batch_is_stripped(folder: Path, settings: Settings) -> None:
    alone = load_page_model(folder, settings)
    together = PageImageEngine(alone._model, alone._processor, pages_per_batch=4)
    images = [png(28, 28), png(112, 112, "red"), png(28, 84, "blue"), png(56, 56, "green")]
    one, many = alone.embed_images(images), together.embed_images(images)
    assert len(set(lengths(one.vectors))) > 1
    assert lengths(one.vectors) == lengths(many.vectors)
    for left, right in zip(one.vectors, many.vectors, strict=True):
        assert (left.astype(np.float32) * right.astype(np.float32)).sum(axis=1).min() > 0.999


def test_a_patch_is_told_its_place_on_the_page(folder: Path, settings: Settings) -> None:
    engine = load_page_model(folder, settings)
    places = {}
    for name, size in (("tall", (28, 112)), ("wide", (112, 28))):
        inputs = engine._processor.process_images(images=[Image.new("RGB", size)])
        _, down, across = engine._positions(inputs)["position_ids"][:, 0].tolist()
        patches = inputs["input_ids"][0] == engine._model.config.vlm_config.image_token_id
        rows = {d for d, patch in zip(down, patches.tolist(), strict=True) if patch}
        columns = {a for a, patch in zip(across, patches.tolist(), strict=True) if patch}
        places[name] = (len(rows), len(columns))
    assert places == {"tall": (4, 1), "wide": (1, 4)}


def test_an_image_that_breaks_the_model_fails_alone(folder: Path, settings: Settings) -> None:
    loaded = load_page_model(folder, settings)
    engine = PageImageEngine(loaded._model, loaded._processor, pages_per_batch=4)
    answer = engine.embed_images([png(56, 56), b"no image", png(1, 400), png(28, 28)])
    assert sorted(answer.failed) == [1, 2]
    assert "aspect ratio" in answer.failed[2]
    assert [bool(n) for n in lengths(answer.vectors)] == [True, False, False, True]


def test_a_model_in_the_layout_of_colpali_engine_gives_the_same_vectors(
    folder: Path, settings: Settings, tmp_path: Path
) -> None:
    theirs = page_models.colpali_engine(tmp_path / "theirs", folder)
    images = probe_images()
    ours = load_page_model(folder, settings).embed_images(images).vectors
    found = load_page_model(theirs, settings).embed_images(images).vectors
    assert all(np.array_equal(a, b) for a, b in zip(ours, found, strict=True))


def test_a_weight_that_is_missing_is_no_random_one(
    folder: Path, settings: Settings, tmp_path: Path
) -> None:
    from safetensors.torch import load_file, save_file

    theirs = page_models.colpali_engine(tmp_path / "theirs", folder)
    weights = load_file(theirs / "model.safetensors")
    weights.pop("custom_text_proj.weight")
    save_file(weights, theirs / "model.safetensors", {"format": "pt"})
    with pytest.raises(ModelUnavailable, match="weights are missing, embedding_proj"):
        load_page_model(theirs, settings)


@pytest.mark.parametrize("family", ["colqwen2", "colpali"])
def test_the_other_families_load_too(family: str, settings: Settings, tmp_path: Path) -> None:
    made = {
        "colqwen2": lambda: page_models.colqwen2(tmp_path / "m", "2"),
        "colpali": lambda: page_models.colpali(tmp_path / "m"),
    }[family]()
    engine = load_page_model(made, settings)
    answer = engine.embed_images(probe_images())
    assert not answer.failed and min(lengths(answer.vectors)) >= 16
    assert engine.embed_questions(["hello"])[0].shape[1] == 128


def test_a_folder_is_described_and_its_entry_opens(folder: Path, settings: Settings) -> None:
    entry = describe_model(str(folder), settings)
    assert (entry.kinds, entry.stores) == (("page_image",), ("pgvector", "milvus"))
    assert (entry.space.modality, entry.space.multi_vector) == ("image", True)
    save_model(settings, entry)
    again = load_registry(settings).get(str(folder))
    assert again == entry and again.space.slug == entry.space.slug
    assert open_page_engine(again, settings) is open_page_engine(again, settings)


def test_threads_that_come_at_once_share_one_copy_of_the_weights(
    folder: Path, settings: Settings
) -> None:
    entry = describe_model(str(folder), settings)
    # a precision that no other test opens it in
    settings = settings.model_copy(update={"dtype": "bfloat16"})
    together = Barrier(8)

    def opened(_: int) -> PageImageEngine:
        together.wait()
        return open_page_engine(entry, settings)

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(opened, range(8)))) == 1


def test_a_dimension_that_is_not_the_registry_s_is_refused(
    folder: Path, settings: Settings
) -> None:
    space = EmbeddingSpace(str(folder), "r" * 40, 64, modality="image", multi_vector=True)
    with pytest.raises(SpaceMismatch, match="dimension is 128, the registry says 64"):
        open_page_engine(ModelEntry(space, kinds=("page_image",)), settings)


@pytest.mark.parametrize(
    ("files", "what"),
    [
        ({}, "no model of page images that is known"),
        ({"config.json": {"model_type": "bert"}}, "no model of page images"),
        ({"adapter_config.json": {}}, "weights to add to another model"),
        ({"config.json": {"model_type": "colqwen2"}}, "the model cannot be read"),
    ],
)
def test_a_folder_that_holds_none_is_refused(
    tmp_path: Path, settings: Settings, files: dict[str, object], what: str
) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(json.dumps(content))
    with pytest.raises(ModelUnavailable, match=what):
        load_page_model(tmp_path, settings)


def test_the_hosted_model_s_name_is_known_and_existing_spaces_keep_theirs(
    settings: Settings,
) -> None:
    registry = load_registry(settings)
    entry = registry.get("tsystems/colqwen2.5-3b-multilingual-v1.0")
    assert entry.space.multi_vector and entry.kinds == ("page_image",)
    assert registry.get("minilm").space.slug == "all_minilm_l6_v2_f6170552"
    assert "page_image" not in registry.get("minilm").kinds


def test_a_model_of_texts_does_not_embed_pages(settings: Settings) -> None:
    settings.home.mkdir(parents=True)
    (settings.home / "models.yaml").write_text(
        "models:\n  a/b:\n    revision: r\n    dimension: 8\n    kinds: [page_image]\n"
    )
    with pytest.raises(SettingsError, match="does not embed the kind 'page_image'"):
        load_registry(settings)
