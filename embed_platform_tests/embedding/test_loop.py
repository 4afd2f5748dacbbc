"""The loop over several machines: every text once, whatever becomes of the machines."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embed_platform.corpus.documents import read_documents, text_hash
from embed_platform.embedding.board import ATTEMPTS
from embed_platform.embedding.debts import dead_hashes
from embed_platform.embedding.embed import embed_with
from embed_platform.embedding.engine import Embedded, Engine, Provenance
from embed_platform.embedding.fleet import Salvaged
from embed_platform.embedding.loop import embed_shards
from embed_platform.embedding.meter import State
from embed_platform.embedding.plan import Shard, Work
from embed_platform.embedding.text_modality import embed_checked
from embed_platform.embedding.vectors import read_vectors
from embed_platform.errors import (
    DamagedFile,
    LakeUnavailable,
    MachineUnavailable,
    SpaceMismatch,
)
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.lake.suppressions import suppress
from embed_platform.settings import Settings
from embed_platform_tests.embedding.engines import HashEngine
from embed_platform_tests.embedding.machines import (
    Deadly,
    Dying,
    Hanging,
    Shifting,
    Short,
    SomeMachines,
)
from embed_platform_tests.embedding.test_embed import KINDS, SPACE, write

TEXTS = [f"text number {n} " + "word " * 30 for n in range(300)]


@pytest.fixture
def lake(tmp_path) -> Lake:
    return open_lake(Settings(home=tmp_path / "home", shard_tokens=1000, _env_file=None))  # type: ignore[call-arg]


def embedded(lake: Lake, fleet: SomeMachines, user: str = "ann"):
    found = embed_with(lake, SPACE, [user], KINDS, fleet)[user]
    assert fleet.left, "the fleet is left whatever happens"
    return found


def whole(lake: Lake, user: str = "ann") -> bool:
    """Whether every text has the vector that its engine gives, once."""
    hashes, vectors = read_vectors(lake, SPACE, user)
    wanted = dict(
        zip(
            *read_documents(lake, user, "tweet", ["text_hash", "text"]).to_pydict().values(),
            strict=True,
        )
    )
    right = HashEngine().embed([wanted[key] for key in hashes], "").vectors
    files = [e.path for e in lake.storage.list("vectors") if f"user={user}/" in e.path]
    rows = sum(int(path.rsplit("-", 1)[1].removesuffix(".parquet")) for path in files)
    return (
        set(hashes) == set(wanted)
        and rows == len(wanted)
        and bool(np.allclose(vectors, right, atol=1e-6))
    )


def test_several_machines_embed_each_text_once(lake: Lake) -> None:
    write(lake, "ann", TEXTS)
    engines = [HashEngine(seconds=0.005) for _ in range(4)]
    assert embedded(lake, SomeMachines(engines)).embedded == len(TEXTS)
    assert whole(lake) and all(engine.calls > 1 for engine in engines), "all of them worked"


def test_a_machine_that_dies_gives_its_work_back(lake: Lake) -> None:
    write(lake, "ann", TEXTS)
    fleet = SomeMachines([Dying(3), HashEngine()])
    assert embedded(lake, fleet).embedded == len(TEXTS)
    assert whole(lake) and fleet.gone == [("machine-0", "here: it was taken away")]


def test_when_no_machine_is_left_the_run_ends_with_the_reason_and_keeps_what_was_done(
    lake: Lake,
) -> None:
    write(lake, "ann", TEXTS)
    fleet = SomeMachines([Dying(4), Dying(5)])
    with pytest.raises(MachineUnavailable, match="taken away"):
        embedded(lake, fleet)
    assert fleet.left
    before = len(read_vectors(lake, SPACE, "ann")[0])
    assert 0 < before < len(TEXTS)
    assert embedded(lake, SomeMachines([HashEngine()])).embedded == len(TEXTS) - before
    assert whole(lake)


def test_a_lost_machine_is_replaced(lake: Lake) -> None:
    write(lake, "ann", TEXTS)
    fleet = SomeMachines([Dying(2), Dying(2)], spare=lambda: Dying(3))
    assert embedded(lake, fleet).embedded == len(TEXTS)
    assert whole(lake) and len(fleet.gone) > 5


def test_a_lane_that_fails_late_does_not_end_the_machine_that_came_instead(lake: Lake) -> None:
    write(lake, "ann", TEXTS)
    at_work, late = threading.Event(), threading.Event()

    class Failing(HashEngine):
        """Its first lane fails once the second is at work too, which fails when it is told to."""

        def embed(self, texts: Sequence[str], prompt: str) -> Embedded:
            if not self.calls:
                return super().embed(texts, prompt)  # the probes
            if threading.current_thread().name.endswith("/1"):
                at_work.set()
                late.wait(10)
            else:
                at_work.wait(10)
            raise MachineUnavailable("it was restarted", where="here")

    class Restarted(HashEngine):
        def embed(self, texts: Sequence[str], prompt: str) -> Embedded:
            if self.calls == 2:
                late.set()
            time.sleep(0.02)
            return super().embed(texts, prompt)

    fleet = SomeMachines([Failing()], spare=Restarted, lanes=2, one_name=True)
    assert embedded(lake, fleet).embedded == len(TEXTS)
    assert whole(lake) and len(fleet.gone) == 1


def test_a_text_that_kills_machines_is_found_and_set_aside_alone(lake: Lake) -> None:
    write(lake, "ann", [*TEXTS[:120], "a deadly text"])
    fleet = SomeMachines([Deadly(), Deadly()], spare=Deadly)
    result = embedded(lake, fleet)
    assert (result.embedded, result.dead_letters) == (120, 1)
    assert dead_hashes(lake, SPACE.slug, "ann") == {text_hash("a deadly text")}


@pytest.mark.parametrize("wrong", [Shifting, Short, lambda: HashEngine(dimension=9)])
def test_a_machine_that_answers_wrongly_is_given_up_and_nothing_of_it_is_kept(
    lake: Lake, wrong
) -> None:
    write(lake, "ann", TEXTS)
    write(lake, "bob", ["something to set the probes"])
    embed_with(lake, SPACE, ["bob"], KINDS, SomeMachines([HashEngine()]))
    fleet = SomeMachines([wrong(), HashEngine(seconds=0.01)])
    assert embedded(lake, fleet).embedded == len(TEXTS)
    assert whole(lake) and [name for name, _ in fleet.gone] == ["machine-0"]


def test_a_machine_with_other_weights_never_gets_work(lake: Lake) -> None:
    write(lake, "ann", TEXTS)
    stranger = HashEngine(salt="other weights")
    fleet = SomeMachines([HashEngine(seconds=0.01), stranger])
    assert embedded(lake, fleet).embedded == len(TEXTS)
    assert whole(lake) and stranger.calls == 1, "the probes only"
    with pytest.raises(SpaceMismatch, match="probe"):
        write(lake, "bob", ["other"])
        embed_with(lake, SPACE, ["bob"], KINDS, SomeMachines([HashEngine(salt="again other")]))


def test_a_machine_that_hangs_at_the_end_is_not_waited_for(lake: Lake) -> None:
    write(lake, "ann", TEXTS)
    assert embedded(lake, SomeMachines([HashEngine(seconds=0.02), Hanging()])).embedded == len(
        TEXTS
    )
    assert whole(lake)


def test_what_a_killed_run_had_finished_far_away_is_kept(lake: Lake) -> None:
    write(lake, "ann", TEXTS)
    texts = TEXTS[:50]
    answer = HashEngine().embed(texts, "")
    hashes = tuple(text_hash(text) for text in texts)
    maker = Provenance("hash", "1", "float32", "far")
    engine = HashEngine()
    fleet = SomeMachines([engine], salvaged=[Salvaged(hashes, answer, maker)])
    assert embedded(lake, fleet).embedded == len(TEXTS)
    assert whole(lake) and not set(texts) & set(engine.texts)


def test_where_a_killed_run_had_finished_everything_no_machine_is_asked(lake: Lake) -> None:
    write(lake, "ann", TEXTS)
    hashes = tuple(text_hash(text) for text in TEXTS)
    salvaged = Salvaged(hashes, HashEngine().embed(TEXTS, ""), Provenance("hash", "1", "f", "far"))
    engine = HashEngine()
    assert embedded(lake, SomeMachines([engine], salvaged=[salvaged])).embedded == len(TEXTS)
    assert whole(lake) and engine.calls == 0


def test_of_somebody_who_is_forgotten_during_the_run_nothing_more_is_kept(lake: Lake) -> None:
    write(lake, "ann", [*TEXTS, "poison"])

    class Forgetting(HashEngine):
        def embed(self, texts: Sequence[str], prompt: str) -> Embedded:
            if self.calls == 2:
                suppress(lake.storage, "ann")
                lake.storage.delete_prefix("vectors")
            return super().embed(texts, prompt)

    embedded(lake, SomeMachines([Forgetting()]))
    assert len(read_vectors(lake, SPACE, "ann")[0]) < 30, "what was in the air when it happened"
    assert not dead_hashes(lake, SPACE.slug, "ann")


def test_an_error_of_our_own_code_is_raised_as_it_is(lake: Lake) -> None:
    write(lake, "ann", TEXTS)

    class Broken(HashEngine):
        def embed(self, texts: Sequence[str], prompt: str) -> Embedded:
            if self.calls:
                raise KeyError("a mistake")
            return super().embed(texts, prompt)

    with pytest.raises(KeyError, match="a mistake"):
        embedded(lake, SomeMachines([Broken()]))


def test_the_run_tells_how_far_it_is(lake: Lake) -> None:
    write(lake, "ann", TEXTS)
    seen: list[State] = []
    embed_with(lake, SPACE, ["ann"], KINDS, SomeMachines([HashEngine()]), on_progress=seen.append)
    assert [state.done for state in seen] == sorted({state.done for state in seen})
    assert seen[-1].done == seen[-1].total == len(TEXTS)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    lives=st.lists(st.integers(0, 6), min_size=1, max_size=4),
    count=st.integers(1, 60),
    poison=st.booleans(),
)
def test_whatever_dies_every_text_has_its_vector_or_its_reason(
    tmp_path_factory: pytest.TempPathFactory, lives: list[int], count: int, poison: bool
) -> None:
    """A sound text is set aside only where so many machines died of it as a deadly one may kill."""
    home = tmp_path_factory.mktemp("property")
    lake = open_lake(Settings(home=home, shard_tokens=1000, _env_file=None))  # type: ignore[call-arg]
    texts = [f"{n} " + "word " * (n * 7 % 90) for n in range(count)] + ["poison"] * poison
    write(lake, "ann", texts)
    engines: list[Engine] = [Dying(life) for life in lives]
    fleet = SomeMachines(engines, spare=lambda: Dying(6))
    result = embedded(lake, fleet)
    assert result.embedded + result.dead_letters == len(texts)
    assert poison <= result.dead_letters <= poison + len(fleet.gone) // ATTEMPTS
    assert len(read_vectors(lake, SPACE, "ann")[0]) == result.embedded
    assert len(dead_hashes(lake, SPACE.slug, "ann")) == result.dead_letters


@pytest.mark.parametrize("machines", [1, 3])
def test_an_error_in_reading_the_texts_ends_the_run_and_is_raised(machines: int) -> None:
    def unreadable() -> Iterator[Shard]:
        yield Shard((Work("ann", "a", "text a"),))
        raise LakeUnavailable("the bucket does not answer", where="s3")

    fleet = SomeMachines([HashEngine(seconds=0.01) for _ in range(machines)])
    kept: list[Shard] = []
    with pytest.raises(LakeUnavailable, match="bucket"):
        embed_shards(
            fleet,
            unreadable(),
            embed=lambda machine, shard: embed_checked(machine, SPACE, shard),
            admit=lambda engine: None,
            commit=lambda shard, answer, machine, seconds: kept.append(shard),
            give_up=lambda shard, reason: None,
        )
    assert len(kept) <= 1


def test_a_damaged_user_is_named_and_the_others_are_embedded(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table is whole while debts are counted, and damaged when its turn comes."""
    for user in ("ann", "bob"):
        write(lake, user, TEXTS[:50])
    (path,) = [e.path for e in lake.storage.list(layout.documents("ann", "tweet"))]

    class Damaging(SomeMachines):
        def __enter__(self) -> Damaging:
            lake.storage.put(path, b"no parquet")
            return self

    found = embed_with(lake, SPACE, ["ann", "bob"], KINDS, Damaging([HashEngine()]))
    assert isinstance(found["ann"], DamagedFile)
    assert found["bob"].embedded == 50  # type: ignore[union-attr]
