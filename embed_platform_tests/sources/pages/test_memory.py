from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from embed_platform_tests.sources.pages.made import pdf, save

CODE = """
import resource, sys
from pathlib import Path
from embed_platform.lake.lake import open_lake
from embed_platform.settings import Settings
from embed_platform.sources.pages.ingest import ingest
from embed_platform.sources.pages.publish import publish_raw_pages
lake = open_lake(Settings(home=Path(sys.argv[2]), page_dpi=36, _env_file=None))
print(ingest(lake, Path(sys.argv[1]), "me").records, publish_raw_pages(lake, "me").rows)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def peak(tmp_path: Path, pages: int) -> int:
    """Most megabytes while a PDF of so many pages is taken in and rendered."""
    path = save(tmp_path / f"{pages}.pdf", pdf([f"page {n}" for n in range(pages)]))
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(path), str(tmp_path / f"home{pages}")],
        capture_output=True,
        text=True,
        check=True,
    )
    counts, megabytes = done.stdout.splitlines()
    assert counts == f"{pages} {pages}"
    return int(megabytes)


@pytest.mark.slow
def test_five_thousand_pages_take_hardly_more_memory_than_fifty(tmp_path: Path) -> None:
    assert peak(tmp_path, 5000) < peak(tmp_path, 50) + 60
