"""An upload's allow-listed members as files of a scratch folder, and what is inside them."""

from __future__ import annotations

import json
import re
import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from embed_platform.errors import BadArchive
from embed_platform.sources.containers import Upload
from embed_platform.sources.jsonobject import split_object
from embed_platform.sources.jsonstream import Bad, batches, records
from embed_platform.sources.times import EARLIEST, EPOCH, LATEST, MICROSECOND, iso_micros
from embed_platform.sources.twitter.columns import to_columns
from embed_platform.sources.twitter.members import (
    JSON_KEYS,
    is_account,
    is_main_tweets,
    is_notes,
    is_tweets,
    label,
)
from embed_platform.sources.twitter.notes import read_notes
from embed_platform.sources.twitter.tweets import TweetRecord
from embed_platform.sources.zips import BLOCK, Limits

_EMAIL_KEY = re.compile(r"e[-_]?mail", re.IGNORECASE)
_EMAIL = re.compile(rb'("[^"\\]*e[-_]?mail[^"\\]*"\s*:\s*)"(?:[^"\\]|\\.)*"', re.IGNORECASE)
_ACCOUNT_ID = re.compile(r"[0-9]{1,20}")
ACCOUNT_MAX = 10 * 2**20


class Account(msgspec.Struct, rename="camel"):
    """Who exported; nothing else of the account is read."""

    username: str = ""
    account_id: str | int = ""
    account_display_name: str = ""


class AccountRecord(msgspec.Struct):
    """An account in its wrapper."""

    account: Account | None = None


class UploadOptions(msgspec.Struct, rename="camel"):
    """What the owner chose at the upload: dates where it was limited, and whether it is for nobody else."""

    keep_private: bool | None = None
    start_date: str | None = None
    end_date: str | None = None


@dataclass(frozen=True)
class Extent:
    """What one pass over all tweets found."""

    tweets: int
    bad: int
    oldest: datetime
    newest: datetime


def extract(
    upload: Upload, scratch: Path, bounds: Limits, *, only_account: bool = False
) -> dict[str, Path]:
    """Copies of the allow-listed members by name, the account's e-mail struck out.

    Raises:
        BadArchive: a member is damaged or larger than allowed, or there are no tweets.
    """
    if upload.form == "json":
        members = _split_json(upload, scratch, ("account",) if only_account else JSON_KEYS, bounds)
    else:
        members = {}
        for name, member in upload.members.items():
            if only_account and not is_account(name):
                continue
            members[name] = scratch / name
            with upload.open(member, bounds) as source, members[name].open("wb") as target:
                shutil.copyfileobj(source, target, BLOCK)
    for name, file in members.items():
        if is_account(name):
            if file.stat().st_size > ACCOUNT_MAX:
                raise BadArchive(
                    "the member is too large for an account",
                    where=f"{upload.path}, {label(name)}",
                    remedy="Download the archive again",
                )
            file.write_bytes(without_emails(file.read_bytes()))
    return members


def without_emails(data: bytes) -> bytes:
    """An account member with "" for the value of every key that speaks of an e-mail."""
    struck = _EMAIL.sub(rb'\1""', data)
    start = struck.find(b"[") if b"=" in struck[:100] else 0
    try:
        value = json.loads(struck[start:].decode("utf-8-sig").rstrip("; \t\r\n"))
    except (ValueError, RecursionError):
        return struck  # reading the account will say what is wrong with it
    if not _tells_email(value):
        return struck
    return struck[:start] + json.dumps(_blanked(value), ensure_ascii=False).encode()


def read_account(members: dict[str, Path], path: Path) -> Account:
    """Whose archive it is.

    Raises:
        BadArchive: it does not say so.
    """
    name = next((name for name in members if is_account(name)), None)
    if name is None:
        raise BadArchive(
            "no account file was found",
            where=str(path),
            remedy="The export holds data/account.js; it says whose tweets these are",
        )
    where = f"{path}, {label(name)}"
    with members[name].open("rb") as source:
        for record in records(source, AccountRecord, where):
            account = record.account if isinstance(record, AccountRecord) else None
            if account and account.username and _ACCOUNT_ID.fullmatch(str(account.account_id)):
                return account
    raise BadArchive(
        "it does not say whose account this is",
        where=where,
        remedy="It holds `username` and `accountId` in a whole export",
    )


def read_options(members: dict[str, Path], path: Path) -> UploadOptions:
    """What the owner chose at the upload.

    Raises:
        BadArchive: it cannot be read; without it a limited archive would be taken for a full one, and
            a private one for everybody's.
    """
    file = members.get("upload-options.json")
    if file is None:
        return UploadOptions()
    try:
        options = msgspec.json.decode(file.read_bytes(), type=UploadOptions)
        for date in (options.start_date, options.end_date):
            if date:
                iso_micros(date)
    except (msgspec.DecodeError, ValueError):
        raise BadArchive(
            "its upload-options cannot be read",
            where=str(path),
            remedy="startDate and endDate are ISO 8601 dates, or null for a full archive; keepPrivate is true or false",
        ) from None
    return UploadOptions(options.keep_private, options.start_date or None, options.end_date or None)


def survey(members: dict[str, Path], path: Path) -> Extent:
    """Read every record once, so that nothing is kept of an archive that breaks half-way.

    Raises:
        BadArchive: a member is cut or damaged, or no tweet can be used.
    """
    count = bad = 0
    oldest, newest = LATEST, EARLIEST
    for name, file in members.items():
        where = f"{path}, {label(name)}"
        with file.open("rb") as source:
            if is_notes(name):
                bad += sum(isinstance(note, Bad) for note in read_notes(source, where))
            if not is_tweets(name):
                continue
            for batch in batches(source, TweetRecord, where):
                if isinstance(batch, Bad):
                    bad += 1
                    continue
                columns, unusable = to_columns(batch.records, batch.first, regular=batch.regular)
                bad += len(unusable)
                count += columns.num_rows
                if columns.num_rows:
                    times = pc.min_max(columns["created_at"].cast(pa.int64())).as_py()
                    oldest, newest = min(oldest, times["min"]), max(newest, times["max"])
    if not count:
        problem = f"none of its {bad} tweets can be used" if bad else "the archive holds no tweets"
        raise BadArchive(problem, where=str(path), remedy="Nothing was kept")
    return Extent(count, bad, EPOCH + oldest * MICROSECOND, EPOCH + newest * MICROSECOND)


def _split_json(
    upload: Upload, scratch: Path, keys: tuple[str, ...], bounds: Limits
) -> dict[str, Path]:
    files = {key: scratch / f"{key}.json" for key in keys}
    with ExitStack() as stack, upload.open(upload.members["archive.json"], bounds) as source:
        targets: dict[str, BinaryIO] = {
            key: stack.enter_context(file.open("wb")) for key, file in files.items()
        }
        split_object(source, targets, str(upload.path), whole="tweets" in keys)
    members = {file.name: file for file in files.values() if file.stat().st_size}
    if "tweets" in keys and not any(map(is_main_tweets, members)):
        raise BadArchive(
            "no tweets were found",
            where=str(upload.path),
            remedy="The Community Archive's archive.json holds `tweets`; of messages, give the zip or folder",
        )
    return members


def _tells_email(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_tells_email, value))
    if isinstance(value, dict):
        return any(
            (_EMAIL_KEY.search(key) and item) or _tells_email(item) for key, item in value.items()
        )
    return False


def _blanked(value: Any) -> Any:
    if isinstance(value, list):
        return [_blanked(item) for item in value]
    if isinstance(value, dict):
        return {
            key: "" if _EMAIL_KEY.search(key) else _blanked(item) for key, item in value.items()
        }
    return value
