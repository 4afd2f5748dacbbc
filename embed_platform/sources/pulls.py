"""What was last pulled for each user from where archives live, kept beside the archives in the lake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from embed_platform.errors import SettingsError
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake

T = TypeVar("T", bound="Versioned")
VERSION = 1


class Versioned(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a later version of this package may have written."""

    version: int = VERSION


class SupabasePull(Versioned, frozen=True, kw_only=True):
    """What was last pulled of an account.

    Attributes:
        account_id: whose.
        road: "archive" for the file in Storage, "tables" for rows of `tweets`, "" for nothing any more.
        archive_id: of what was kept.
        tag: of the file.
        sha256: of the file, 64 hex digits.
        tombstones: digest of the ids of withdrawn tweets.
        cursor: time of the account's last change in the tables that was seen, by the server's clock.
        private: whether its upload was marked as private; None where there was no upload.
    """

    account_id: str
    road: str = ""
    archive_id: str = ""
    tag: str = ""
    sha256: str = ""
    tombstones: str = ""
    cursor: str = ""
    private: bool | None = None


class InboxPull(Versioned, frozen=True, kw_only=True):
    """The files of an S3 inbox that were taken in: mark by address."""

    marks: dict[str, str] = msgspec.field(default_factory=dict)


def decode(data: bytes | str, kind: type[T], where: str) -> T:
    """Read a cursor or a record.

    Raises:
        SettingsError: a newer version wrote it, or it is none.
    """
    try:
        version = msgspec.json.decode(data, type=Versioned).version
        if version > VERSION:
            raise SettingsError(
                f"it is of version {version}, this package knows {VERSION}",
                where=where,
                remedy="Install the newer embed_platform again; nothing was changed",
            )
        return msgspec.json.decode(data, type=kind)
    except msgspec.DecodeError as error:
        raise SettingsError(
            f"it cannot be read ({error})",
            where=where,
            remedy="Delete it: everything is looked at once more, and what is kept stays",
        ) from None


def read_pull(lake: Lake, user: str, source: str, kind: type[T]) -> T | None:
    """What was last pulled for a user from a source; None for nothing yet."""
    path = layout.pulls(user, source)
    try:
        return decode(lake.storage.get(path), kind, f"{lake.storage.url}/{path}")
    except FileNotFoundError:
        return None


def write_pull(lake: Lake, user: str, source: str, pull: Versioned) -> None:
    """Remember what was pulled; once it is kept, never before."""
    lake.storage.put(layout.pulls(user, source), msgspec.json.encode(pull))


def inbox_marks(lake: Lake) -> Mapping[str, str]:
    """Mark by address of all files of the S3 inbox that were taken in, of all users."""
    found: dict[str, str] = {}
    for entry in lake.storage.list(layout.pulls()):
        user = layout.partition_value(entry.path, "user")
        if user and entry.path == layout.pulls(user, "s3"):
            pull = read_pull(lake, user, "s3", InboxPull)
            found |= pull.marks if pull else {}
    return found
