"""The dbt project: where it lies, its manifest, and one invocation over a scratch folder."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import platformdirs

from embed_platform.errors import LakeUnavailable, PermanentError
from embed_platform.lake.lake import Lake
from embed_platform.lake.scratch import scratch_prefix

_PACKAGE = Path(__file__).resolve().parents[1]


def project_folder() -> Path:
    """The dbt project: beside the package in a clone, inside it in an installed wheel."""
    beside = _PACKAGE.parent / "dbt"
    return beside if (beside / "dbt_project.yml").exists() else _PACKAGE / "_dbt"


def manifest() -> Path:
    """Path of manifest.json for the project as it is now; `dbt parse` makes it when it is missing."""
    project = project_folder()
    cache = Path(platformdirs.user_cache_dir("embed_platform", appauthor=False))
    target = cache / f"dbt-{_digest(project)}"
    if not target.exists():
        cache.mkdir(parents=True, exist_ok=True)
        own = Path(tempfile.mkdtemp(prefix="parsing-", dir=cache))
        try:
            _parse(project, own)
            with suppress(OSError):  # another process was quicker
                own.rename(target)
        finally:
            shutil.rmtree(own, ignore_errors=True)
    return target / "manifest.json"


def _parse(project: Path, target: Path) -> None:
    dbt: list[str | Path] = [
        Path(sys.executable).with_name("dbt"),
        "parse",
        "--no-send-anonymous-usage-stats",
    ]
    done = subprocess.run(
        [*dbt, *_places(project, target)], check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise PermanentError(f"dbt parse failed: {done.stdout[-500:]}", where=str(project))


@contextmanager
def scratch_folder(lake: Lake) -> Iterator[Path]:
    """A folder for one dbt invocation, gone afterwards."""
    root = lake.settings.home / "scratch"
    try:
        root.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=scratch_prefix("dbt"), dir=root))
    except OSError as error:
        raise LakeUnavailable(
            str(error.strerror), where=str(root), remedy="Free some disk space, then run again"
        ) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run_dbt(select: str, scratch: Path, variables: Mapping[str, Any]) -> dict[str, str]:
    """Build models and run their tests in this process.

    dbt is imported already by the code location; a process of its own would import it twice
    more, which is two thirds of a small run's time. The project is parsed once and kept beside
    its manifest: parsing is another third.

    Args:
        select: models, in dbt's words.
        scratch: folder of this run, where the sources lie.
        variables: of the project; `scratch` is added.

    Returns:
        For each test its fault; empty text where it passed.

    Raises:
        PermanentError: a model does not build.
    """
    from dbt.adapters.factory import reset_adapters
    from dbt.cli.main import dbtRunner

    words = [
        "--log-level",
        "none",
        "--log-level-file",
        "none",
        "--no-send-anonymous-usage-stats",
        "build",
    ]
    places = [str(word) for word in _places(project_folder(), scratch / "target")]
    told = json.dumps({**variables, "scratch": str(scratch)})
    outcome = dbtRunner(_parsed(scratch)).invoke(
        [*words, *places, "--select", select, "--vars", told]
    )
    if outcome.exception is not None:
        if not isinstance(outcome.exception, Exception):
            raise outcome.exception  # the run was stopped, and dbt caught it
        raise PermanentError(f"dbt stopped: {outcome.exception}", where=select)
    reset_adapters()  # else DuckDB's connection is found open when the process ends
    faults = {}
    for result in getattr(outcome.result, "results", []):
        passed = result.status in ("pass", "success")
        if result.node.resource_type == "test":
            faults[result.node.name] = "" if passed else f"{result.status}: {result.message}"
        elif not passed:
            raise PermanentError(
                f"the model does not build: {str(result.message).strip()}", where=result.node.name
            )
    return faults


def _parsed(scratch: Path) -> Any:
    """The parsed project, with its sources in a run's scratch folder: parsing has fixed their places."""
    from dbt.contracts.graph.manifest import Manifest

    found = Manifest.from_msgpack(manifest().with_name("partial_parse.msgpack").read_bytes())
    for source in found.sources.values():
        place = str(scratch / "{name}.parquet")
        source.meta["external_location"] = source.config.meta["external_location"] = place
    found.build_flat_graph()
    return found


def _places(project: Path, target: Path) -> list[str | Path]:
    return [
        "--project-dir",
        project,
        "--profiles-dir",
        project,
        "--target-path",
        target,
        "--log-path",
        target,
    ]


def _digest(project: Path) -> str:
    digest = hashlib.sha256(importlib.metadata.version("dbt-core").encode())
    for path in sorted(
        p for p in project.rglob("*") if p.suffix in {".sql", ".yml"} and "target" not in p.parts
    ):
        digest.update(path.relative_to(project).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
