"""The shard loop: nothing twice, nothing lost, poison set aside, strangers refused."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from embed_platform.corpus.documents import Document, documents_table, publish_documents, text_hash
from embed_platform.embedding.debts import clear_dead_letters
from embed_platform.embedding.embed import embed_users, tidy
from embed_platform.embedding.probe import PROBES
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.embedding.vectors import embedded_hashes, read_vectors
from embed_platform.errors import DamagedFile, SpaceMismatch
from embed_platform.lake.dead_letters import read_dead_letters
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.settings import load_settings
from embed_platform_tests.embedding.engines import HashEngine, UselessEngine

SPACE = EmbeddingSpace("test/hash", "1", 8)
KINDS = ("tweet",)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return open_lake(load_settings(home=tmp_path / "home", shard_tokens=1000))


def write(lake: Lake, user: str, texts: list[str]) -> None:
    when = datetime(2026, 1, 1, tzinfo=UTC)
    table = documents_table(
        Document(user, "tweet", str(i), text, when) for i, text in enumerate(texts)
    )
    publish_documents(lake, user, "tweet", table)


def no_engine() -> HashEngine:
    raise AssertionError("the model was loaded for nothing")


def test_a_second_run_never_opens_the_model(lake: Lake) -> None:
    write(lake, "ann", [f"text {i}" for i in range(50)])
    first = embed_users(lake, SPACE, ["ann"], KINDS, HashEngine)
    again = embed_users(lake, SPACE, ["ann"], KINDS, no_engine)
    assert (first["ann"].embedded, again["ann"].embedded, again["ann"].reused) == (50, 0, 50)


def test_one_percent_changed_embeds_one_percent(lake: Lake) -> None:
    texts = [f"text {i}" for i in range(200)]
    write(lake, "ann", texts)
    embed_users(lake, SPACE, ["ann"], KINDS, HashEngine)
    write(lake, "ann", ["changed a", "changed b", *texts[2:]])
    result = embed_users(lake, SPACE, ["ann"], KINDS, HashEngine)["ann"]
    assert (result.embedded, result.reused) == (2, 198)


def test_equal_texts_are_computed_once_and_kept_for_each_user(lake: Lake) -> None:
    write(lake, "ann", ["the same", "the same", "only ann"])
    write(lake, "bob", ["the same"])
    engine = HashEngine()
    embed_users(lake, SPACE, ["ann", "bob"], KINDS, lambda: engine)
    assert engine.texts.count("the same") == 1
    for user in ("ann", "bob"):
        assert text_hash("the same") in embedded_hashes(lake, SPACE.slug, user)


def test_a_run_that_broke_off_goes_on_where_it_stopped(lake: Lake) -> None:
    write(lake, "ann", [f"text {i} " + "word " * 400 for i in range(20)])
    broken = HashEngine(fail_at_call=5)
    with pytest.raises(RuntimeError, match="went away"):
        embed_users(lake, SPACE, ["ann"], KINDS, lambda: broken)
    done = embedded_hashes(lake, SPACE.slug, "ann")
    assert 0 < len(done) < 20
    rest = embed_users(lake, SPACE, ["ann"], KINDS, HashEngine)["ann"]
    assert rest.embedded == 20 - len(done) and rest.reused == len(done)


def test_a_poison_text_is_set_aside_and_the_rest_goes_on(lake: Lake) -> None:
    write(lake, "ann", ["good", "poison", "fine"])
    first = embed_users(lake, SPACE, ["ann"], KINDS, HashEngine)["ann"]
    assert (first.embedded, first.dead_letters) == (2, 1)
    (letter,) = read_dead_letters(lake.storage, "ann")[f"embeddings_{SPACE.slug}"]
    assert letter.where == text_hash("poison") and letter.reason == "poison"
    again = embed_users(lake, SPACE, ["ann"], KINDS, no_engine)["ann"]
    assert (again.embedded, again.dead_letters) == (0, 1)
    assert clear_dead_letters(lake, "ann") == 1
    retried = embed_users(lake, SPACE, ["ann"], KINDS, HashEngine)["ann"]
    assert (retried.embedded, retried.dead_letters) == (0, 1)


def test_a_dead_letter_goes_with_its_text(lake: Lake) -> None:
    write(lake, "ann", ["good", "poison"])
    embed_users(lake, SPACE, ["ann"], KINDS, HashEngine)
    tidy(lake, SPACE, "ann", KINDS)
    assert len(read_dead_letters(lake.storage, "ann")) == 1
    write(lake, "ann", ["good"])
    tidy(lake, SPACE, "ann", KINDS)
    assert read_dead_letters(lake.storage, "ann") == {}


def test_an_engine_that_disagrees_with_the_space_is_refused(lake: Lake) -> None:
    write(lake, "ann", ["one"])
    embed_users(lake, SPACE, ["ann"], KINDS, HashEngine)
    write(lake, "ann", ["one", "two"])
    with pytest.raises(SpaceMismatch, match="disagrees"):
        embed_users(lake, SPACE, ["ann"], KINDS, lambda: HashEngine(salt="other weights"))
    assert len(embedded_hashes(lake, SPACE.slug, "ann")) == 1


def test_an_engine_of_another_dimension_is_refused_with_both_named(lake: Lake) -> None:
    write(lake, "ann", ["one"])
    with pytest.raises(SpaceMismatch, match="16 dimensions, the space has 8"):
        embed_users(lake, SPACE, ["ann"], KINDS, lambda: HashEngine(dimension=16))


def test_compaction_keeps_just_the_living_and_their_vectors(lake: Lake) -> None:
    write(lake, "ann", [f"text {i} " + "word " * 400 for i in range(20)])
    embed_users(lake, SPACE, ["ann"], KINDS, HashEngine)
    before = dict(zip(*read_vectors(lake, SPACE, "ann"), strict=True))
    write(lake, "ann", [f"text {i} " + "word " * 400 for i in range(5)])
    assert tidy(lake, SPACE, "ann", KINDS)
    after = dict(zip(*read_vectors(lake, SPACE, "ann"), strict=True))
    assert len(after) == 5 and all((before[key] == vector).all() for key, vector in after.items())
    assert len(lake.storage.list("vectors")) == 1
    assert not tidy(lake, SPACE, "ann", KINDS)


CRASH = """
from embed_platform.embedding.embed import embed_users
from embed_platform.lake.lake import open_lake
from embed_platform.settings import load_settings
from embed_platform_tests.embedding.engines import HashEngine
from embed_platform_tests.embedding.test_embed import KINDS, SPACE
import sys
lake = open_lake(load_settings(home=sys.argv[1], shard_tokens=1000))
embed_users(lake, SPACE, ["ann"], KINDS, lambda: HashEngine(seconds=0.05), on_progress=lambda s: print(s.done, flush=True))
"""


@pytest.mark.parametrize("after", [1, 3, 7])
def test_a_killed_process_loses_one_shard_at_most_and_doubles_nothing(
    lake: Lake, after: int
) -> None:
    write(lake, "ann", [f"text {i} " + "word " * 400 for i in range(40)])
    words = [sys.executable, "-c", CRASH, str(lake.settings.home)]
    child = subprocess.Popen(
        words, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(Path.cwd())}
    )
    assert child.stdout is not None
    for _ in range(after):
        child.stdout.readline()
    child.send_signal(signal.SIGKILL)
    child.wait()
    time.sleep(0.05)
    done = len(embedded_hashes(lake, SPACE.slug, "ann"))
    assert done >= after
    result = embed_users(lake, SPACE, ["ann"], KINDS, HashEngine)["ann"]
    assert (result.embedded, result.reused) == (40 - done, done)
    hashes, vectors = read_vectors(lake, SPACE, "ann")
    assert len(hashes) == len(set(hashes)) == 40 and vectors.shape == (40, 8)


def test_a_vector_that_points_nowhere_is_set_aside_and_can_be_tried_again(lake: Lake) -> None:
    write(lake, "ann", ["good", "nan", "zero"])
    first = embed_users(lake, SPACE, ["ann"], KINDS, UselessEngine)["ann"]
    assert (first.embedded, first.dead_letters) == (1, 2)
    assert clear_dead_letters(lake, "ann") == 2
    retried = embed_users(lake, SPACE, ["ann"], KINDS, HashEngine)["ann"]
    assert (retried.embedded, retried.reused, retried.dead_letters) == (2, 1, 0)
    assert read_dead_letters(lake.storage, "ann") == {}


def test_a_broken_off_run_commits_the_shards_before_it(lake: Lake) -> None:
    write(lake, "ann", [f"text {i} " + "word " * 1000 for i in range(6)])  # a shard each
    with pytest.raises(RuntimeError, match="went away"):
        embed_users(lake, SPACE, ["ann"], KINDS, lambda: HashEngine(fail_at_call=4))  # 1: probes
    assert len(embedded_hashes(lake, SPACE.slug, "ann")) == 2
    engine = HashEngine()
    embed_users(lake, SPACE, ["ann"], KINDS, lambda: engine)
    assert len(engine.texts) == len(PROBES) + 4


def test_progress_reaches_the_number_of_texts(lake: Lake) -> None:
    write(lake, "ann", [f"text {i} " + "word " * 400 for i in range(7)])
    seen: list[tuple[int, int]] = []
    embed_users(
        lake,
        SPACE,
        ["ann"],
        KINDS,
        HashEngine,
        on_progress=lambda s: seen.append((s.done, s.total)),
    )
    assert seen[-1] == (7, 7) and [done for done, _ in seen] == sorted({d for d, _ in seen})


def test_users_without_documents_need_no_model(lake: Lake) -> None:
    assert embed_users(lake, SPACE, ["nobody"], KINDS, no_engine)["nobody"].embedded == 0
    assert lake.storage.list() == []


def test_a_dead_letter_of_a_text_that_is_gone_counts_no_more(lake: Lake) -> None:
    write(lake, "ann", ["good", "poison"])
    embed_users(lake, SPACE, ["ann"], KINDS, HashEngine)
    write(lake, "ann", ["good"])
    again = embed_users(lake, SPACE, ["ann"], KINDS, no_engine)["ann"]
    assert (again.reused, again.dead_letters) == (1, 0)


def test_a_damaged_vector_file_stops_nobody_else(lake: Lake) -> None:
    for user in ("ann", "bob"):
        write(lake, user, ["one"])
    embed_users(lake, SPACE, ["ann"], KINDS, HashEngine)
    (entry,) = lake.storage.list("vectors")
    lake.storage.put(entry.path, b"no Parquet")
    found = embed_users(lake, SPACE, ["ann", "bob"], KINDS, HashEngine)
    assert found["bob"].embedded == 1
    assert isinstance(found["ann"], DamagedFile) and entry.path in str(found["ann"])
    lake.storage.delete([entry.path])
    assert embed_users(lake, SPACE, ["ann"], KINDS, HashEngine)["ann"].embedded == 1
