"""How far a run is, in one line, and how fast machines were."""

from __future__ import annotations

from pathlib import Path

from embed_platform.embedding.embed import embed_with
from embed_platform.embedding.fleet import Machine
from embed_platform.embedding.meter import State
from embed_platform.embedding.speeds import Speeds, read_speeds
from embed_platform.lake.lake import open_lake
from embed_platform.settings import Settings
from embed_platform_tests.embedding.engines import HashEngine
from embed_platform_tests.embedding.machines import SomeMachines
from embed_platform_tests.embedding.test_embed import KINDS, SPACE, write


def test_the_line_tells_what_is_done_how_fast_and_what_it_cost() -> None:
    line = State(50, 200, 10_000, 10.0, 3, 0.124).line
    assert line.startswith("█████░") and "50 of 200 texts" in line
    assert "5/s · 1,000 tokens/s · 3 machines · 0.12 dollars · 30 s left" in line
    assert "min left" in State(1, 1000, 10, 10.0, 0, 0.0).line
    assert "dollars" not in State(1, 2, 10, 1.0, 1, 0.0).line


def test_a_run_without_texts_is_whole() -> None:
    assert State(0, 0, 0, 0.0, 0, 0.0).line.startswith("█" * 20)


def test_speeds_are_kept_by_kind_of_machine_and_short_work_says_nothing(tmp_path: Path) -> None:
    lake = open_lake(Settings(home=tmp_path / "home", _env_file=None))  # type: ignore[call-arg]
    speeds = Speeds(lake, SPACE.slug)
    speeds.add(Machine("a", HashEngine(), lanes=2, kind="RTX 4090"), 10_000, 4.0)
    speeds.add(Machine("b", HashEngine(), kind="L4"), 100, 1.0)
    speeds.add(Machine("c", HashEngine()), 10_000, 1.0)
    speeds.keep()
    assert read_speeds(lake, SPACE.slug) == {"RTX 4090": 5_000.0}


def test_a_run_remembers_how_fast_its_machines_were(tmp_path: Path) -> None:
    lake = open_lake(Settings(home=tmp_path / "home", shard_tokens=5_000, _env_file=None))  # type: ignore[call-arg]
    write(lake, "ann", [f"text {n} " + "word " * 60 for n in range(200)])
    fleet = SomeMachines([HashEngine(seconds=0.01)])
    fleet._ready = [Machine("m", HashEngine(seconds=0.01), kind="card")]
    embed_with(lake, SPACE, ["ann"], KINDS, fleet)
    assert read_speeds(lake, SPACE.slug)["card"] > 0
