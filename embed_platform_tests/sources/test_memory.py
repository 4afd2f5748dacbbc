"""Parsing needs memory for the columns of the tweets, not for the tweets as objects."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.generate import write_zip
from embed_platform.lake.lake import Lake

# Measured: 600,000 tweets (1.1 GB of JSON) publish with a peak of 510 MB, of which 100 are the
# imports; this many take 190 above those. Rows as dictionaries would take 150 more.
TWEETS = 100_000
MOST_MB = 270
STATUS = Path("/proc/self/status")
PEAK = """
import re, sys
from pathlib import Path
from embed_platform.lake.lake import open_lake
from embed_platform.settings import Settings
from embed_platform.sources.twitter.current import publish_raw_tweets
from embed_platform.sources.twitter.ingest import ingest

def peak():
    # ru_maxrss would begin at what the parent process held when it started this one
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) // 1000

lake = open_lake(Settings(home=sys.argv[1], _env_file=None))
before = peak()
user = ingest(lake, Path(sys.argv[2])).user
taken_in = peak()
rows = publish_raw_tweets(lake, user).rows
print(rows, taken_in - before, peak() - before)
"""


@pytest.mark.skipif(not STATUS.exists(), reason="only Linux tells a process its peak memory")
def test_a_large_export_fits_into_little_memory(lake: Lake, tmp_path: Path) -> None:
    write_zip(tmp_path / "large.zip", TWEETS)
    words = [sys.executable, "-c", PEAK, str(lake.settings.home), str(tmp_path / "large.zip")]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(words, capture_output=True, text=True, check=True, cwd=root)
    rows, ingest_mb, publish_mb = map(int, done.stdout.split())
    assert rows == TWEETS
    assert ingest_mb < MOST_MB / 2
    assert publish_mb < MOST_MB
