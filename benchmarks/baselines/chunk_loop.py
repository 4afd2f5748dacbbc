"""The usual way from an export to chunks: json.loads, sorted lists and a loop; ids as the guide makes them."""

import hashlib
import json
import zipfile
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


def fixed(text: str) -> str:
    """Mojibake undone."""
    return text.encode("latin-1").decode()


def chunk(zips: list[Path], out: Path) -> int:
    """Chunks of an export as Parquet; returns how many."""
    threads = defaultdict(list)
    for path in zips:
        with zipfile.ZipFile(path) as archive:
            for name in (n for n in archive.namelist() if n.endswith(".json")):
                number = int(name[name.rindex("_") + 1 : -5])
                threads[name.rsplit("/", 1)[0]].append((number, json.loads(archive.read(name))))
    rows = []
    for thread, files in threads.items():
        files.sort(key=lambda file: file[0])
        messages = [m for _, file in files for m in file["messages"]]
        turns = []
        for m in sorted(messages, key=lambda m: m["timestamp_ms"]):
            at, who, text = m["timestamp_ms"], fixed(m["sender_name"]), fixed(m.get("content", ""))
            if not text.strip() or text == "You sent a photo.":
                continue
            key = hashlib.sha256(f"{thread}|{who}|{at}|{text}".encode()).hexdigest()
            last = turns[-1] if turns else None
            if last and last[0] == who and at - last[2] <= 120_000 and last[3] + len(text) < 500:
                last[2], last[3] = at, last[3] + 1 + len(text)
                last[4].append(f"[{who}]: {text}")
                last[5].append(key)
            else:
                turns.append([who, at, at, len(text), [f"[{who}]: {text}"], [key]])
        begins = [
            i for i, t in enumerate(turns) if i == 0 or t[1] - turns[i - 1][2] > 7_200_000
        ] + [len(turns)]
        for begin, limit in pairwise(begins):
            start = begin
            while start < limit:
                end, text = start, ""
                while end < limit and end - start < 30:
                    more = (text and text + "\n") + "\n".join(turns[end][4])
                    if text and len(more) > 6000:
                        break
                    end, text = end + 1, more
                inside = turns[start:end]
                ids = [key for turn in inside for key in turn[5]]
                people = list(dict.fromkeys(turn[0] for turn in inside))
                title = fixed(files[0][1]["title"])
                rows.append((title, inside[0][1], inside[-1][2], text, people, ids, len(ids)))
                start = end if end == limit else max(start + 1, end - min(10, (end - start) // 3))
    names = ("thread_name", "start_timestamp_ms", "end_timestamp_ms", "text")
    names += ("participant_names", "message_ids", "message_count")
    pq.write_table(pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))), out)
    return len(rows)
