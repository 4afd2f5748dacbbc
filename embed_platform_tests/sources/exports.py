"""Small made-up exports in each form."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ACCOUNT_ID = "1344934555308743345"
START = datetime(2023, 2, 18, 12, 0, 0, tzinfo=UTC)
EMAIL = "canary-email@example.invalid"


def x_time(time: datetime) -> str:
    return f"{time:%a %b %d %H:%M:%S +0000 %Y}"


def tweet(number: int = 0, **fields: Any) -> dict[str, Any]:
    """A tweet posted `number` hours after START; fields given as None are left out."""
    tweet_id = str(1626900000000000000 + number)
    made = {
        "id_str": tweet_id,
        "id": tweet_id,
        "created_at": x_time(START + timedelta(hours=number)),
        "full_text": f"text number {number}",
        "lang": "en",
        "entities": {"urls": [], "hashtags": []},
    }
    return {key: value for key, value in (made | fields).items() if value is not None}


def wrapped(tweets: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{"tweet": one} for one in tweets]


def account(username: str = "Tilda_M", account_id: str = ACCOUNT_ID) -> list[dict[str, Any]]:
    return [
        {
            "account": {
                "email": EMAIL,
                "username": username,
                "accountId": account_id,
                "accountDisplayName": "Tilda",
            }
        }
    ]


def ytd(name: str, value: Any, *, compact: bool = False) -> bytes:
    text = json.dumps(
        value,
        ensure_ascii=False,
        indent=None if compact else 2,
        separators=(",", ":") if compact else (",", " : "),
    )
    return f"window.YTD.{name.replace('-', '_')}.part0 = {text}".encode()


def members(tweets: Sequence[Mapping[str, Any]], **account_fields: str) -> dict[str, bytes]:
    return {
        "data/account.js": ytd("account", account(**account_fields)),
        "data/tweets.js": ytd("tweets", wrapped(tweets)),
    }


def write_zip(path: Path, files: Mapping[str, bytes], *, prefix: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(prefix + name, data)
    return path


def write_folder(path: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in files.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return path


def write_export(path: Path, tweets: Sequence[Mapping[str, Any]], **account_fields: str) -> Path:
    return write_zip(path, members(tweets, **account_fields))


def archive_json(tweets: Sequence[Mapping[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "upload-options": {"keepPrivate": False, "startDate": None, "endDate": None},
        "profile": [{"profile": {"description": {"bio": "made up"}}}],
        "account": account(),
        "tweets": wrapped(tweets),
        "follower": [],
        "like": [],
        "note-tweet": [],
        "community-tweet": [],
    } | more


def write_json(path: Path, value: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return path
