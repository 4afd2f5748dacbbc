"""What `doctor` says of models whose vectors are longer than an index of pgvector holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from embed_platform.embedding.probe import SpaceFile
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.lake import layout
from embed_platform.lake.lake import open_lake
from embed_platform.settings import Settings
from embed_platform_tests.road import Home

pytestmark = pytest.mark.slow

QWEN = (
    "pgvector: 4,096 dimensions are more than an index holds; it indexes the first 1,024 "
    "(Matryoshka) as halfvec and re-scores 400 candidates in full precision"
)
HELD = (
    "pgvector: 5,120 dimensions are more than an index holds; it indexes the sign of each as a bit "
    "and re-scores 800 candidates in full precision"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home whose runs use a model of 4,096 dimensions too, and whose lake holds one of 5,120."""
    home = Home(tmp_path_factory.mktemp("home") / "home")
    home.run("models", "enable", "qwen3-embedding-8b")
    hold(home, EmbeddingSpace("org/Long-Model", "r" * 40, 5120))
    hold(home, EmbeddingSpace("org/short-model", "r" * 40, 384))
    yield home
    home.run("down")


def hold(home: Home, space: EmbeddingSpace) -> None:
    """Leave in the lake what the first run with a model leaves there."""
    identity: dict[str, Any] = {"model": space.model, "dimension": space.dimension}
    content = SpaceFile(identity | space.identity(), ["tweet"], "text", [], {})
    lake = open_lake(Settings(home=home.path))
    lake.storage.put(layout.space_file(space.slug), msgspec.json.encode(content))


def indexes(home: Home, **extra: str) -> dict[str, str]:
    """The rows of `doctor --json` that speak of an index."""
    rows = home.json("doctor", **extra)["checks"]
    assert all(row["ok"] for row in rows)
    return {row["part"]: row["detail"] for row in rows if row["part"].startswith("index ")}


def test_doctor_says_how_long_vectors_are_indexed_of_models_in_use_and_in_the_lake(
    home: Home,
) -> None:
    found = indexes(home, EMBED_STORES="pgvector")
    assert found == {"index qwen3-embedding-8b": QWEN, "index long-model": HELD}


def test_the_line_is_told_to_people_too(home: Home) -> None:
    told = home.run("doctor", EMBED_STORES="pgvector").stderr.splitlines()
    assert f"ok  index qwen3-embedding-8b: {QWEN}" in told
    assert f"ok  index long-model: {HELD}" in told
    assert not [line for line in told if "minilm" in line and "index" in line]


def test_without_pgvector_there_is_nothing_to_say_of_its_indexes(home: Home) -> None:
    assert indexes(home, EMBED_STORES="s3") == {}


def test_a_registry_that_cannot_be_read_is_told_once_and_by_the_model(home: Home) -> None:
    registry = Path(home.path / "models.yaml")
    before = registry.read_text(encoding="utf-8")
    registry.write_text("models: [", encoding="utf-8")
    try:
        done = home.run("doctor", check=False, EMBED_STORES="pgvector")
    finally:
        registry.write_text(before, encoding="utf-8")
    assert done.returncode == 1
    assert done.stderr.count("error:") == 1 and "error: model:" in done.stderr
    assert "Traceback" not in done.stderr
