"""The registry: the product's models, the home's over them, and names people use."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from embed_platform.embedding.registry import (
    ModelEntry,
    home_registry,
    load_registry,
    save_model,
    switch,
)
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import SettingsError
from embed_platform.settings import Settings

DEFAULT = "sentence-transformers/all-MiniLM-L6-v2"
OWN = EmbeddingSpace(
    "me/own", "abc", 16, normalised=False, query_prompt="q: ", pooling="cls", max_tokens=64
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", _env_file=None)  # type: ignore[call-arg]


@pytest.mark.parametrize("name", [DEFAULT, DEFAULT.lower(), "minilm", "MiniLM", "all-minilm-l6-v2"])
def test_a_model_is_found_under_its_names(settings: Settings, name: str) -> None:
    registry = load_registry(settings)
    assert registry.get(name).name == DEFAULT
    assert registry.get(registry.get(name).space.slug).name == DEFAULT


def test_an_unknown_model_is_refused_with_those_that_are_known(settings: Settings) -> None:
    with pytest.raises(SettingsError, match=f"'nope'.*{DEFAULT}.*models add nope"):
        load_registry(settings).get("nope")


def test_the_default_model_lies_on_this_machine(settings: Settings) -> None:
    folder = Path(load_registry(settings).get(DEFAULT).source)
    assert (folder / "modules.json").is_file()


def test_every_model_of_the_product_has_a_space_of_its_own_and_a_pinned_commit(
    settings: Settings,
) -> None:
    models = load_registry(settings).models.values()
    assert len({entry.space.slug for entry in models}) == len(models) >= 3
    whole = [
        entry for entry in models if not (entry.space.quantisation or entry.space.multi_vector)
    ]  # a GGUF is named by its file; of the model of pages no commit could be looked up
    assert all(len(entry.space.revision) == 40 for entry in whole) and len(whole) >= 3


def test_a_saved_model_comes_back_with_the_same_space(settings: Settings) -> None:
    entry = ModelEntry(OWN, aliases=("mine",), kinds=("tweet",), enabled=True)
    save_model(settings, entry)
    save_model(settings, entry)
    registry = load_registry(settings)
    assert registry.get("mine") == entry
    assert registry.get("mine").space.slug == OWN.slug
    assert [e.name for e in registry.wanted()] == [DEFAULT, "me/own"]
    assert [p.name for p in settings.home.iterdir()] == ["models.yaml"]


def test_switching_a_model_changes_what_runs_use_and_not_its_space(settings: Settings) -> None:
    save_model(settings, ModelEntry(OWN))
    slug = load_registry(settings).get("me/own").space.slug
    assert [e.name for e in load_registry(settings).wanted()] == [DEFAULT]
    switch(settings, slug, enabled=True)
    assert [e.name for e in load_registry(settings).wanted()] == [DEFAULT, "me/own"]
    switch(settings, "me/own", enabled=False)
    assert [e.name for e in load_registry(settings).wanted()] == [DEFAULT]
    assert load_registry(settings).get("me/own").space.slug == slug


def test_names_that_mean_one_model_want_it_once(settings: Settings) -> None:
    assert [e.name for e in load_registry(settings).wanted(["minilm", DEFAULT])] == [DEFAULT]


def test_the_home_can_change_one_field_of_the_products_model(settings: Settings) -> None:
    before = load_registry(settings).get("minilm").space
    switch(settings, "minilm", enabled=True)
    after = load_registry(settings).get("minilm")
    assert after.enabled and after.space == before


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("models: [", "no valid YAML"),
        ("- a", "expected `models:`"),
        ("models: [a]", "expected `models:`"),
        ("models: {a/b: {revision: '1'}}", "'dimension' is missing"),
        ("models: {a/b: {revision: '1', dimension: 8, colour: red}}", "unknown field 'colour'"),
        ("default: nope", "'nope' is not among its models"),
    ],
)
def test_a_broken_file_is_refused_in_one_line(
    settings: Settings, content: str, problem: str
) -> None:
    settings.home.mkdir()
    home_registry(settings).write_text(content)
    with pytest.raises(SettingsError) as caught:
        load_registry(settings)
    assert problem in str(caught.value) and "models.yaml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_file_of_the_home_stays_readable_for_people(settings: Settings) -> None:
    save_model(settings, ModelEntry(OWN))
    content = yaml.safe_load(home_registry(settings).read_text())
    assert content["models"]["me/own"]["dimension"] == 16
    assert "model" not in content["models"]["me/own"]
