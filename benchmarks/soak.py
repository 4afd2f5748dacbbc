"""Rented machines that are killed again and again, and the run that rents them too: nothing lost, doubled or left.

Run: `python -m benchmarks.soak [texts] [pods] [seconds between two kills] [kills of the run]`

The vendor is the RunPod stand-in, each pod a process of its own that embeds by hashing, so slowly
that there is time to kill. The run is the platform's own, in a process that is ended by SIGKILL and
started again. Afterwards every vector in the lake is compared with what its text hashes to.
"""

from __future__ import annotations

import logging
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import numpy as np

from benchmarks.made_up import show
from embed_platform.compute.ledger import Ledger
from embed_platform.compute.runpod.fleet import RunPodFleet
from embed_platform.compute.runpod.reaper import reap
from embed_platform.compute.runpod.renting import Patience
from embed_platform.corpus.documents import Document, documents_table, publish_documents, text_hash
from embed_platform.embedding.embed import embed_with
from embed_platform.embedding.loop import WAITING_ANSWERS
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.lake.layout import vectors as vectors_folder
from embed_platform.lake.snapshots import parse_parquet
from embed_platform.settings import Settings
from embed_platform_tests.compute.runpod.vendor import MODEL, Vendor, started
from embed_platform_tests.standins.light_server import tally_name, vector

USER, KIND = "me", "tweet"
CAP = 10.0
LANES = 2
TOKENS_PER_SHARD = 1024
# Every text has 56 characters, which count as 16 tokens.
TEXTS_PER_SHARD = TOKENS_PER_SHARD // 16
# As everywhere, but with seconds where a real vendor takes minutes, and no grudge against a kind
# of GPU: here all of them are killed.
PATIENCE = Patience(
    poll=0.25, provision=10.0, ready=30.0, create=5.0, adopt=2.0, end=5.0, close=30.0, settle=1.0,
    avoid=0.2, words=5.0, rounds=5, pause=0.4,
)  # fmt: skip
# A run that takes longer than this stands still.
MOST_SECONDS = 900.0


@dataclass
class Soak:
    """What happened to so many texts.

    Attributes:
        texts: that were to be embedded.
        seconds: in which they were.
        runs: processes that it took; all but the last were killed.
        pods_killed: by us.
        pods_rented: in all.
        lost: texts without a vector in the lake.
        wrong: vectors that are not their text's.
        rows_twice: rows of the lake beyond one for each text.
        embedded_twice: answers of pods beyond one for each text.
        in_the_air: most of them that the kills explain.
        left: pods that ran on after the last run.
        left_by_killed: pods that were running whenever the run was killed, all together.
        again: texts that one more run embedded.
        dollars: by the vendor's count, of the dearest run and of all.
        ledger_dollars: by the ledger's, likewise.
        open_rentals: that the ledger still holds.
    """

    texts: int
    seconds: float = 0.0
    runs: int = 0
    pods_killed: int = 0
    pods_rented: int = 0
    lost: int = 0
    wrong: int = 0
    rows_twice: int = 0
    embedded_twice: int = 0
    in_the_air: int = 0
    left: int = 0
    left_by_killed: int = 0
    again: int = 0
    dollars: tuple[float, float] = (0.0, 0.0)
    ledger_dollars: tuple[float, float] = (0.0, 0.0)
    open_rentals: int = 0


def run(
    texts: int = 50_000, pods: int = 8, every: float = 1.0, kills: int = 2
) -> list[dict[str, object]]:
    """One soak as a row."""
    found = soak(texts, pods, every, kills, pace=0.015)
    return [
        {
            "texts": found.texts,
            "pods": pods,
            "seconds": round(found.seconds, 1),
            "texts_per_second": round(found.texts / found.seconds),
            "pods_killed": found.pods_killed,
            "runs_killed": found.runs - 1,
            "pods_rented": found.pods_rented,
            "lost": found.lost,
            "wrong": found.wrong,
            "rows_twice": found.rows_twice,
            "embedded_twice": f"{found.embedded_twice} (in the air: at most {found.in_the_air})",
            "pods_left": found.left,
            "dollars_of_the_dearest_run": f"{found.dollars[0]:.3f} of {CAP:g}",
            "dollars_in_all, ledger": f"{found.dollars[1]:.3f}, {found.ledger_dollars[1]:.3f}",
        }
    ]


def soak(texts: int, pods: int, every: float, kills: int, pace: float) -> Soak:
    """Embed texts on pods while they, and the run, are killed.

    Args:
        texts: how many.
        pods: how many at a time.
        every: seconds between two kills of a pod.
        kills: how often the run is killed, at even shares of the work.
        pace: seconds that a pod takes for a text.

    Raises:
        RuntimeError: a run ended by itself before all was done, or it stands still.
    """
    found = Soak(texts)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with _vendor(folder / "tally", pace) as vendor:
            settings = _settings(folder / "home", vendor, pods)
            lake = open_lake(settings)
            wanted = _published(lake, texts)
            begun = time.monotonic()
            _all_runs(found, lake, vendor, folder / "home", pods, every, kills)
            found.seconds = time.monotonic() - begun
            _look_at_the_lake(found, lake, wanted)
            _look_at_the_tally(found, folder / "tally", wanted, pods)
            _look_at_the_vendor(found, vendor, settings)
            (again,) = embed_with(lake, MODEL.space, [USER], [KIND], _fleet(settings)).values()
            found.again = getattr(again, "embedded", -1)
            found.pods_rented = vendor.state["creates"]
    return found


def _all_runs(
    found: Soak, lake: Lake, vendor: Vendor, home: Path, pods: int, every: float, kills: int
) -> None:
    deadline = time.monotonic() + MOST_SECONDS
    for number in range(1, kills + 2):
        until = found.texts * number // (kills + 1) if number <= kills else None
        found.runs += 1
        process = _coordinator(home, vendor, pods)
        try:
            _kill_pods(found, lake, vendor, process, every, until, deadline)
            if until is not None:
                process.kill()
                process.wait()
                found.left_by_killed += len(vendor.running)
            elif process.wait():
                raise RuntimeError(f"the last run failed:\n{(home / 'log').read_text()[-3000:]}")
        finally:
            process.kill()
            process.wait()


def _kill_pods(
    found: Soak,
    lake: Lake,
    vendor: Vendor,
    run: subprocess.Popen[bytes],
    every: float,
    until: int | None,
    deadline: float,
) -> None:
    """Kill a pod now and then until so many rows are in the lake, or the run has ended."""
    next_kill = time.monotonic() + every
    while run.poll() is None and (until is None or _rows(lake) < until):
        if time.monotonic() > deadline:
            raise RuntimeError(f"it stands still at {_rows(lake)} of {found.texts} texts")
        if time.monotonic() > next_kill:
            found.pods_killed += _kill_one(vendor)
            next_kill += every
        time.sleep(0.05)
    if until is not None and run.poll() is not None:
        raise RuntimeError(f"a run ended by itself with code {run.returncode}")


def _kill_one(vendor: Vendor) -> bool:
    """A pod is gone without a word, or its process is and it stays."""
    ids = list(vendor.state["ids"].values())
    if not ids:
        return False
    chosen = random.choice(ids)
    with suppress(httpx2.HTTPStatusError):  # the run was quicker
        if random.random() < 0.5:
            vendor.kill(chosen)
        else:
            vendor.delete(chosen)
        return True
    return False


def _look_at_the_lake(found: Soak, lake: Lake, wanted: dict[str, str]) -> None:
    rows: Counter[str] = Counter()
    for entry in lake.storage.list(vectors_folder(MODEL.space.slug, USER)):
        table = parse_parquet(entry.path, lake.storage.get(entry.path), ["text_hash", "vector"])
        hashes = table["text_hash"].to_pylist()
        rows.update(hashes)
        for name, kept in zip(hashes, table["vector"].to_pylist(), strict=True):
            expected = vector(wanted[name], MODEL.space.dimension)
            found.wrong += not np.allclose(kept, expected, atol=1e-5)
    found.lost = len(wanted.keys() - rows.keys())
    found.rows_twice = rows.total() - len(rows)


def _look_at_the_tally(found: Soak, tally: Path, wanted: dict[str, str], pods: int) -> None:
    """Count what the pods answered more than once; single texts are those that are asked again on purpose."""
    answers: Counter[str] = Counter()
    ours = {tally_name(text) for text in wanted.values()}
    for line in tally.read_text().splitlines():
        names = line.split()
        if len(names) > 1:
            answers.update(name for name in names if name in ours)
    found.embedded_twice = answers.total() - len(answers)
    of_a_pod = LANES * TEXTS_PER_SHARD
    of_a_run = pods * of_a_pod + (WAITING_ANSWERS + 1) * TEXTS_PER_SHARD
    # at the end of a run what is late is given to a second machine
    found.in_the_air = (
        found.pods_killed * of_a_pod + (found.runs - 1) * of_a_run + pods * LANES * TEXTS_PER_SHARD
    )


def _look_at_the_vendor(found: Soak, vendor: Vendor, settings: Settings) -> None:
    state = vendor.state
    found.left, found.pods_rented = len(state["running"]), state["creates"]
    found.left += len(reap(settings))
    found.dollars = _dearest_and_all(state["dollars_by_run"])
    by_run: dict[str, float] = {}
    for rental in Ledger(settings.home).rentals():
        spent = max(rental.dollars, rental.billed or 0.0)
        by_run[rental.intent.run] = by_run.get(rental.intent.run, 0.0) + spent
        found.open_rentals += rental.is_open
    found.ledger_dollars = _dearest_and_all(by_run)


def _dearest_and_all(by_run: dict[str, float]) -> tuple[float, float]:
    return max(by_run.values(), default=0.0), sum(by_run.values())


def _published(lake: Lake, count: int) -> dict[str, str]:
    """Texts of one length in the lake; by hash."""
    texts = [f"{n:08d} is a line of just fifty-six characters, no more" for n in range(count)]
    assert {len(text) // 4 + 2 for text in texts} == {TOKENS_PER_SHARD // TEXTS_PER_SHARD}
    now = datetime.now(UTC)
    documents = [Document(USER, KIND, str(n), text, now) for n, text in enumerate(texts)]
    publish_documents(lake, USER, KIND, documents_table(documents))
    return {text_hash(text): text for text in texts}


def _rows(lake: Lake) -> int:
    """Rows of the vector files, whose names end in their number."""
    entries = lake.storage.list(vectors_folder(MODEL.space.slug, USER))
    return sum(int(entry.path.removesuffix(".parquet").rpartition("-")[2]) for entry in entries)


def _settings(home: Path, vendor: Vendor, pods: int) -> Settings:
    return vendor.settings(
        home, pods=pods, max_dollars=CAP, http_in_flight=LANES, shard_tokens=TOKENS_PER_SHARD
    )


def _fleet(settings: Settings) -> RunPodFleet:
    return RunPodFleet(MODEL, settings, patience=PATIENCE)


@contextmanager
def _vendor(tally: Path, pace: float) -> Iterator[Vendor]:
    vendor, process = started(tally=tally)
    try:
        vendor.fault("direct")
        vendor.fault("pace", pace)
        yield vendor
    finally:
        process.terminate()
        process.wait(30)


def _coordinator(home: Path, vendor: Vendor, pods: int) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "benchmarks.soak", "coordinate", home, vendor.port, pods]
    with (home / "log").open("ab") as log:
        return subprocess.Popen([*map(str, words)], stdout=log, stderr=log)


def coordinate(home: str, port: str, pods: str) -> None:
    """The run that is killed, in a process of its own."""
    logging.basicConfig(level=logging.INFO)
    settings = _settings(Path(home), Vendor(int(port)), int(pods))
    embed_with(open_lake(settings), MODEL.space, [USER], [KIND], _fleet(settings))


if __name__ == "__main__":
    if sys.argv[1:2] == ["coordinate"]:
        coordinate(*sys.argv[2:])
    else:
        numbers = [float(word) for word in sys.argv[1:]]
        show(run(*map(int, numbers[:2]), *numbers[2:3], *map(int, numbers[3:4])))
