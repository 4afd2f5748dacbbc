"""Run every benchmark and write RESULTS.md.

Run: `python -m benchmarks.run_all [benchmark …]`; named ones replace their own part of the file only.
`gpu=figures.json` takes the rows that `python -m benchmarks.gpu --json` printed on a machine with a GPU.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import psutil

from benchmarks.made_up import show

HERE = Path(__file__).parent
KEPT = HERE / "results.json"
ALL = (
    "parse",
    "chunk",
    "embed",
    "gpu",
    "loop",
    "soak",
    "load",
    "recall",
    "search",
    "rerank",
    "serve",
    "maxsim",
    "live",
    "pull",
    "runs",
    "memory",
)
SHOWN = (
    "dagster",
    "dbt-duckdb",
    "duckdb",
    "milvus-lite",
    "pymilvus",
    "sentence-transformers",
    "torch",
    "vecs",
)


def main() -> None:
    """Run those named, or all, and write the file.

    Each has a process of its own: a child's peak memory begins at its parent's.
    """
    names = sys.argv[1:] or list(ALL)
    if len(names) > 1:
        for name in names:
            subprocess.run([sys.executable, "-m", "benchmarks.run_all", name], check=True)
        return
    name, _, figures = names[0].partition("=")
    rows = (
        json.loads(Path(figures).read_text())
        if figures
        else importlib.import_module(f"benchmarks.{name}").run()
    )
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    if rows:  # a GPU's figures stay when they cannot be measured again here
        show(rows)
        kept[name] = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "rows": rows}
    KEPT.write_text(json.dumps(kept, indent=1, default=str) + "\n")
    (HERE / "RESULTS.md").write_text(report(kept))


def report(kept: dict[str, dict[str, object]]) -> str:
    """The results as Markdown."""
    memory = psutil.virtual_memory().total / 2**30
    lines = [
        "# Results",
        "",
        f"{processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}; "
        + ", ".join(f"{name} {importlib.metadata.version(name)}" for name in SHOWN)
        + ".",
        "",
        "The machine is shared and noisy: ratios were measured in one run, in turn; single figures vary by half and more.",
    ]
    if "gpu" not in kept:
        lines += ["", "No GPU was measured: `python -m benchmarks.gpu` wants a CUDA device."]
    for name, part in kept.items():
        rows = part["rows"]
        assert isinstance(rows, list)
        columns = list(dict.fromkeys(key for row in rows for key in row))
        lines += [
            "",
            f"## {name} ({part['date']})",
            "",
            f"| {' | '.join(columns)} |",
            f"|{'---|' * len(columns)}",
        ]
        lines += [
            f"| {' | '.join(str(row.get(column, '')) for column in columns)} |" for row in rows
        ]
    remarks = HERE / "REMARKS.md"
    return "\n".join(lines) + "\n" + (f"\n{remarks.read_text()}" if remarks.exists() else "")


def processor() -> str:
    """Name of the processor, and whether it has bfloat16 units."""
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor() or platform.machine()
    name = next(
        (
            line.split(":", 1)[1].strip()
            for line in text.splitlines()
            if line.startswith("model name")
        ),
        "processor",
    )
    units = [unit for unit in ("amx_bf16", "avx512_bf16") if unit in text]
    return f"{name} ({', '.join(units) or 'no bfloat16 units'})"


if __name__ == "__main__":
    main()
