"""Documents to vectors through the platform's own loop, on Modal's real client and entry point."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embed_platform.compute.local.engine import open_local_engine
from embed_platform.compute.modal.fleet import ModalFleet
from embed_platform.corpus.documents import Document, documents_table, publish_documents, text_hash
from embed_platform.embedding.embed import embed_with
from embed_platform.embedding.probe import PROBES, cosines
from embed_platform.embedding.registry import ModelEntry
from embed_platform.embedding.vectors import read_vectors
from embed_platform.lake.dead_letters import read_dead_letters
from embed_platform.lake.lake import Lake, open_lake
from embed_platform_tests.compute.modal.conftest import (
    MakeSettings,
    deploy,
    machine_of,
)
from embed_platform_tests.servers import s3_server  # noqa: F401 - a fixture
from embed_platform_tests.standins.light.sentence_transformers import vector
from embed_platform_tests.standins.modal_server import ModalServer

TEXTS = [
    *PROBES,
    "x",
    "🙂🙂🙂",
    "שלום עולם",
    "Das Fahrrad steht im Keller.\n\nUnd das Auto?",
    "\u0000\ud7ff\x1f control",
    "word " * 300,
]


def publish(lake: Lake, user: str, texts: list[str]) -> None:
    when = datetime(2026, 1, 1, tzinfo=UTC)
    documents = [Document(user, "tweet", str(i), text, when) for i, text in enumerate(texts)]
    publish_documents(lake, user, "tweet", documents_table(documents))


def test_a_run_embeds_everybody_and_sets_poison_aside(
    server: ModalServer, make_settings: MakeSettings, entry: ModelEntry
) -> None:
    settings = make_settings(pods=2, shard_tokens=1000)
    lake = open_lake(settings)
    texts = {user: [f"{user} says {i} " + "and so on " * 9 for i in range(60)] for user in "abc"}
    texts["b"][7] = "poison"
    for user, own in texts.items():
        publish(lake, user, own)
    states = []
    results = embed_with(
        lake,
        entry.space,
        list("abc"),
        ["tweet"],
        ModalFleet(entry, settings),
        on_progress=states.append,
    )
    assert {user: result.embedded for user, result in results.items()} == {  # type: ignore[union-attr]
        "a": 60,
        "b": 59,
        "c": 60,
    }
    assert states[-1].done == 180
    assert states[-1].dollars > 0
    hashes, vectors = read_vectors(lake, entry.space, "c")
    row = hashes.index(text_hash(texts["c"][5]))
    assert np.allclose(vectors[row], vector(texts["c"][5]), atol=1e-6)
    (letters,) = read_dead_letters(lake.storage, "b").values()
    assert [letter.where for letter in letters] == [text_hash("poison")]
    assert server.unfinished() == []
    assert server.pids == []


@pytest.mark.slow
def test_a_run_goes_on_when_containers_are_taken_away(
    server: ModalServer, make_settings: MakeSettings, entry: ModelEntry
) -> None:
    settings = make_settings(pods=2, shard_tokens=1000)
    lake = open_lake(settings)
    publish(lake, "ann", [f"text {i} " + "and so on " * 9 for i in range(120)])
    server.control.deaths = 3
    results = embed_with(lake, entry.space, ["ann"], ["tweet"], ModalFleet(entry, settings))
    assert results["ann"].embedded == 120  # type: ignore[union-attr]
    assert server.containers.started >= 3
    assert max(call.deliveries for call in server.state.calls.values()) > 1


def test_a_lake_on_s3_carries_what_is_large(
    server: ModalServer,
    make_settings: MakeSettings,
    entry: ModelEntry,
    s3_server: dict[str, Any],  # noqa: F811
) -> None:
    settings = make_settings(lake_url="s3://bucket/run", **s3_server)
    lake = open_lake(settings)
    texts = [f"text {i} " + "and so on " * 9 for i in range(200)]
    publish(lake, "ann", texts)
    results = embed_with(lake, entry.space, ["ann"], ["tweet"], ModalFleet(entry, settings))
    assert results["ann"].embedded == 200  # type: ignore[union-attr]
    # what the probe texts gave goes by the vendor's store, and nothing of anybody's documents
    probes = len(PROBES) * entry.space.dimension * 4
    assert [blob.content_length // probes for blob in server.asked("BlobCreate")] == [1]
    asked = b"".join(
        item.input.args
        for request in server.asked("FunctionMap")
        for item in request.pipelined_inputs
    )
    # by the calls go only the few that are asked again, to see whether the machine lies
    assert asked.count(b"text ") <= 2
    assert s3_server["s3_secret"].encode() not in asked
    assert [entry.path for entry in lake.storage.list("on_the_way")] == []


@pytest.fixture
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModalServer]:
    """A server whose containers load real weights."""
    import tempfile

    with (
        tempfile.TemporaryDirectory(prefix="modal") as folder,
        pytest.MonkeyPatch.context() as patch,
        ModalServer(Path(folder), light=False) as server,
    ):
        for name, value in server.environment().items():
            patch.setenv(name, value)
        deploy(server, Path(folder), EMBED_DTYPE="float32")
        yield server


@pytest.mark.slow
def test_real_weights_in_a_container_give_the_vectors_that_they_give_here(
    real: ModalServer, make_settings: MakeSettings, entry: ModelEntry
) -> None:
    here = open_local_engine(entry, make_settings(dtype="float32"))
    ours = here.embed(TEXTS, "")
    with ModalFleet(entry, make_settings()) as fleet:
        machine = machine_of(fleet, 120)
        theirs = machine.engine.embed(TEXTS, "")
    assert cosines(ours.vectors, theirs.vectors).min() > 0.99999
    assert theirs.tokens.tolist() == ours.tokens.tolist()
    assert theirs.truncated.tolist() == ours.truncated.tolist()
    assert machine.engine.provenance == replace(
        here.provenance, engine="modal/sentence-transformers"
    )
