"""An export is read thread by thread: what it needs of memory is what its largest thread needs."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from embed_platform_tests.sources.messenger.exports import ROOT, START_MS

# Measured: 120 MB of JSON, 570,000 messages, a third of them in one thread, peak at 215 MB when
# they are taken in and at 390 when they are parsed, of which 100 are the imports; the same export
# a year later, compared with the first, at 250 when it is taken in. 300 MB: 370, 560 and 430.
JSON_BYTES = 120_000_000
MOST_MB = 500
PER_FILE = 10_000
SHARES = (0.33, 0.2, 0.1, 0.1, *(0.27 / 60,) * 60)
STATUS = Path("/proc/self/status")
PEAK = """
import re, sys
from pathlib import Path
from embed_platform.lake.lake import open_lake
from embed_platform.settings import Settings
from embed_platform.sources.intake import Choices, handovers, take_in
from embed_platform.sources.messenger.publish import publish_raw_messages

lake = open_lake(Settings(home=sys.argv[1], _env_file=None))
if sys.argv[2:]:
    (given,) = handovers(lake, [Path(path) for path in sys.argv[2:]])
    (done,) = take_in(lake, given, Choices("me"))
    count = done.records
else:
    count = publish_raw_messages(lake, "me").rows
# ru_maxrss would begin at what the parent process held when it started this one
status = Path("/proc/self/status").read_text()
print(count, int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) // 1000)
"""


def one(number: int, thread: int) -> str:
    """A message as the export writes it, about 230 bytes; `json.dumps` would take most of the test's time."""
    sender = "Ann" if number % 3 else "Me"
    said = f"message {number} of thread {thread}: " + f"{number * 7919 % 100_003} " * 9
    heart = r'{"reaction": "\u00e2\u009d\u00a4", "actor": "Ann"}' if number % 11 == 0 else ""
    return (
        f'{{"sender_name": "{sender}", "timestamp_ms": {START_MS - number * 40_000}, '
        f'"content": "{said}", "reactions": [{heart}], "is_geoblocked_for_viewer": false}}'
    )


def write_export(folder: Path, day: str, newer: int) -> list[Path]:
    """The zips of an export; `newer` messages of each thread are younger than START_MS."""
    folder.mkdir()
    paths = [folder / f"facebook-me-{day}-{letter}.zip" for letter in "ABC"]
    archives = [zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) for path in paths]
    per_message = len(one(5, 5)) + 12
    for thread, share in enumerate(SHARES):
        numbers = range(-newer, int(JSON_BYTES * share) // per_message)
        for file, start in enumerate(range(0, len(numbers), PER_FILE), 1):
            said = ",".join(one(number, thread) for number in numbers[start : start + PER_FILE])
            content = f'{{"participants":[{{"name":"Ann"}}],"title":"T","messages":[{said}]}}'
            name = f"{ROOT}/inbox/thread{day}_{thread}/message_{file}.json"
            archives[(thread + file) % 3].writestr(name, content)
    for archive in archives:
        archive.close()
    return paths


def peak(home: Path, *paths: Path) -> tuple[int, int]:
    """Messages, and the highest memory in MB, of taking zips in, or of parsing what is kept."""
    words = [sys.executable, "-c", PEAK, str(home), *map(str, paths)]
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(words, capture_output=True, text=True, check=True, cwd=root)
    count, megabytes = map(int, done.stdout.split())
    return count, megabytes


@pytest.mark.slow
@pytest.mark.skipif(not STATUS.exists(), reason="only Linux tells a process its peak memory")
def test_a_large_export_fits_into_little_memory_and_so_does_the_next(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = write_export(tmp_path / "first", "11_12_2024", 0)
    written = sum(info.file_size for path in first for info in zipfile.ZipFile(path).infolist())
    assert 0.9 * JSON_BYTES < written < 1.1 * JSON_BYTES
    messages, ingest_mb = peak(home, *first)
    rows, publish_mb = peak(home)
    assert rows == messages
    assert max(ingest_mb, publish_mb) < MOST_MB
    later = write_export(tmp_path / "later", "11_12_2025", 50)
    _, again_mb = peak(home, *later)
    assert again_mb < MOST_MB
