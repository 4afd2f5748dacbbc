"""Where the dbt project lies, and its manifest, made once for each version of its files."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parents[1]


def project_folder() -> Path:
    """The dbt project: beside the package in a clone, inside it in an installed wheel."""
    beside = _PACKAGE.parent / "dbt"
    return beside if (beside / "dbt_project.yml").exists() else _PACKAGE / "_dbt"


def dbt_executable() -> Path:
    """The dbt of this Python environment, whether or not the environment is activated."""
    return Path(sys.executable).with_name("dbt")


def manifest() -> Path:
    """Path of manifest.json for the project as it is now; `dbt parse` makes it when it is missing."""
    project = project_folder()
    target = Path(platformdirs.user_cache_dir("embed_platform", appauthor=False)) / f"dbt-{_digest(project)}"
    path = target / "manifest.json"
    if not path.exists():
        parse = [dbt_executable(), "parse", "--no-send-anonymous-usage-stats"]
        places = ["--project-dir", project, "--profiles-dir", project, "--target-path", target, "--log-path", target]
        done = subprocess.run([*parse, *places], check=False, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"dbt parse failed in {project}:\n{done.stdout[-2000:]}")
    return path


def _digest(project: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(p for p in project.rglob("*") if p.suffix in {".sql", ".yml"} and "target" not in p.parts):
        digest.update(path.relative_to(project).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
