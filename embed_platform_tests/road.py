"""The command line as a person uses it: a process of its own, in a home of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from embed_platform.embedding.registry import load_registry
from embed_platform.lake.lake import open_lake
from embed_platform.settings import load_settings

SAMPLE = Path(__file__).resolve().parents[1] / "embed_platform" / "sample" / "export"
REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "twitter-milahu104"
COMMAND = Path(sys.executable).with_name("embed-platform")


@dataclass
class Home:
    """A home and the commands run in it."""

    path: Path

    def environment(self, **extra: str) -> dict[str, str]:
        """The environment of a command: nothing of ours but the home."""
        kept = {
            k: v for k, v in os.environ.items() if not k.startswith(("EMBED_", "AWS_", "DAGSTER_"))
        }
        return kept | {"EMBED_HOME": str(self.path), "COLUMNS": "200"} | extra

    def run(
        self, *words: object, check: bool = True, **extra: str
    ) -> subprocess.CompletedProcess[str]:
        """Run `embed-platform WORDS…`."""
        done = subprocess.run(
            [str(COMMAND), *map(str, words)],
            env=self.environment(**extra),
            capture_output=True,
            text=True,
            timeout=300,
            cwd=self.path.parent,
            check=False,
        )
        if check:
            assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
        return done

    def launch(self, *stores: str) -> dict[str, Any]:
        """As `run --json` with these stores, in this process, which loads Dagster and the model once.

        For tests that are about what a run leaves; those of the command itself use `run`.
        """
        from embed_platform.definitions import defs
        from embed_platform.defs.launch import launch

        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.path.parent)
            patch.setenv("EMBED_HOME", str(self.path))
            patch.setenv("DAGSTER_HOME", str(self.path / "dagster"))
            settings = load_settings()
            lake = open_lake(settings)
            entries = load_registry(settings).wanted(settings.models)
            done = launch(defs, lake, lake.users(), entries, stores)
        assert done.errors == []
        return done.as_json()

    def json(self, *words: object, check: bool = True, **extra: str) -> Any:
        """Run with --json and read the last line."""
        done = self.run(*words, "--json", check=check, **extra)
        return json.loads(done.stdout.strip().splitlines()[-1])
