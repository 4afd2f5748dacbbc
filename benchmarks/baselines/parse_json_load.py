"""The usual way to read an export: json.load, then a loop over the tweets."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any


def parse(path: Path) -> list[tuple[Any, ...]]:
    """Rows of the same fields that ours gives."""
    text = path.read_text(encoding="utf-8")
    rows = []
    for t in (record["tweet"] for record in json.loads(text[text.index("[") :])):
        at = datetime.strptime(t["created_at"], "%a %b %d %H:%M:%S %z %Y")
        links = [(u["url"], u["expanded_url"]) for u in t["entities"]["urls"]]
        media = [m["url"] for m in t.get("extended_entities", {}).get("media", [])]
        reply = t.get("in_reply_to_status_id_str"), t.get("in_reply_to_user_id_str")
        text, edit = t["full_text"], t["edit_info"].get("edit", {}).get("initialTweetId")
        rows.append((int(t["id_str"]), at, text, *reply, links, media, t["lang"], edit))
    return rows
