"""Whole runs: an unchanged archive, one percent changed, many small users, and the import of definitions.

Run: `python -m benchmarks.runs [users]`
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.generate import write_users, write_zip
from benchmarks.made_up import show

COMMAND = Path(sys.executable).with_name("embed-platform")
TWEETS = 2000


def run(users: int = 1000) -> list[dict[str, object]]:
    """All of them, each in a home of its own."""
    return [*unchanged_and_changed(), *many_users(users), *imports()]


@contextmanager
def new_home() -> Iterator[Path]:
    """A home whose servers are stopped before it goes."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        try:
            yield home
        finally:
            command(home, "down", check=False)


def unchanged_and_changed() -> list[dict[str, object]]:
    """Re-run an unchanged archive three times, then one with 1 % changed texts."""
    with tempfile.TemporaryDirectory() as folder, new_home() as home:
        write_zip(Path(folder) / "first.zip", TWEETS)
        write_zip(Path(folder) / "changed.zip", TWEETS, change=0.01)
        command(home, "ingest", Path(folder) / "first.zip")
        first = summary(command(home, "run", "--json"))
        before = files(home)
        again, seconds = {}, []
        for _ in range(3):
            started = time.perf_counter()
            again = summary(command(home, "run", "--json"))
            seconds.append(time.perf_counter() - started)
        same = files(home) == before
        command(home, "ingest", Path(folder) / "changed.zip", "--force")
        changed = summary(command(home, "run", "--json"))
    total = changed["embedded"] + changed["reused"]
    return [
        {
            "benchmark": "re-run, unchanged",
            "road": f"{TWEETS} tweets, {first['embedded']} documents' texts",
            "rate": f"{median(seconds):.1f} s",
            "against": f"{again['embedded']} embedded, lake files {'unchanged' if same else 'CHANGED'}",
            "ratio": "",
            "target": "under 15 s, 0 embedded, nothing written",
        },
        {
            "benchmark": "1 % of tweets changed",
            "road": "run after ingest",
            "rate": f"{changed['embedded']} of {total} texts embedded",
            "against": "",
            "ratio": f"{changed['embedded'] / total:.1%}",
            "target": "about 1 %",
        },
    ]


def many_users(count: int) -> list[dict[str, object]]:
    """One backfill over many small users, one of them broken; a second run has nothing to embed."""
    with tempfile.TemporaryDirectory() as folder, new_home() as home:
        write_users(Path(folder) / "users", count, 20)
        command(home, "ingest", Path(folder) / "users")
        victim = sorted((home / "lake" / "members").iterdir())[count // 2]
        largest = max(victim.iterdir(), key=lambda path: path.stat().st_size)
        whole = largest.read_bytes()
        largest.write_bytes(whole[: len(whole) // 2])
        broken = command(home, "run", "--json", check=False)
        first = summary(broken)
        errors = broken.stderr.count("error:")
        largest.write_bytes(whole)
        healed = summary(
            command(home, "run", "--json", "--user", victim.name.removeprefix("user="))
        )
        for record in (home / "lake" / "loads").rglob("*.json"):
            record.unlink()  # so that every user is read back from every store
        again = summary(command(home, "run", "--json"))
    return [
        {
            "benchmark": f"{count} users, one backfill",
            "road": "first run, embedding included",
            "rate": f"{first['seconds'] / count:.3f} s a user",
            "against": f"{first['embedded']} texts; {errors} user failed alone, healed with {healed['embedded']} more",
            "ratio": "",
            "target": "0.6 s a user, embedding apart",
        },
        {
            "benchmark": f"{count} users, nothing to embed",
            "road": "second run, every store read back whole",
            "rate": f"{again['seconds'] / count:.3f} s a user",
            "against": f"{again['embedded']} texts",
            "ratio": "",
            "target": "0.6 s a user",
        },
    ]


def imports() -> list[dict[str, object]]:
    """Seconds to import the code location in a fresh process, and the heavy libraries that came along."""
    code = (
        "import sys, time; t = time.perf_counter(); import embed_platform.definitions;"
        "print(time.perf_counter() - t,"
        "[m for m in ('torch', 'modal', 'pymilvus', 'sentence_transformers') if m in sys.modules])"
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout
        for _ in range(5)
    ]
    return [
        {
            "benchmark": "import of definitions",
            "road": "fresh process",
            "rate": f"{median(float(out.split()[0]) for out in outputs):.2f} s",
            "against": f"heavy libraries loaded: {outputs[0].split(' ', 1)[1].strip()}",
            "ratio": "",
            "target": "under 2 s, none loaded",
        }
    ]


def command(home: Path, *words: object, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the command line in a home."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("EMBED_", "DAGSTER_"))}
    done = subprocess.run(
        [str(COMMAND), *map(str, words)],
        env=kept | {"EMBED_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    if check and done.returncode:
        raise SystemExit(f"embed-platform {words[0]} failed:\n{done.stderr[-2000:]}")
    return done


def summary(done: subprocess.CompletedProcess[str]) -> dict[str, float]:
    """The last line of `run --json`."""
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def files(home: Path) -> dict[Path, int]:
    """Every file of the lake and its time of change."""
    return {path: path.stat().st_mtime_ns for path in (home / "lake").rglob("*") if path.is_file()}


if __name__ == "__main__":
    show(run(*map(int, sys.argv[1:])))
