"""The table `archive_upload`: which uploads are complete, whose they are, and which are new."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from embed_platform.errors import SettingsError, SourceUnavailable
from embed_platform.sources.supabase.project import Absent, Project, Row

COMPLETED = "completed"
_COLUMNS = "id,account_id,archive_at,created_at,keep_private,start_date,end_date"
# Ids that one address of a request may name.
_IDS = 200


class Upload(msgspec.Struct, frozen=True):
    """One completed upload.

    Attributes:
        id: of its row.
        account_id: whose archive it is.
        archive_at: when the archive was made, ISO 8601.
        created_at: when it was uploaded, likewise.
        keep_private: its owner did not want it among the public ones.
        start_date: first day of an archive that was limited.
        end_date: last day of it.
    """

    id: int
    account_id: str
    archive_at: str
    created_at: str | None = None
    keep_private: bool | None = False
    start_date: str | None = None
    end_date: str | None = None

    @property
    def mark(self) -> str:
        """Changes when the row does: one that was uploaded again is pulled again."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()[:16]


def completed(project: Project) -> list[Upload]:
    """Every completed upload, in order of its row's id.

    All are listed every time: a row reaches `completed` when it likes, not in order of its id.

    Raises:
        SettingsError: the key is refused, or the project has no such table.
        SourceUnavailable: no answer that can be used.
    """
    try:
        return _uploads(project, None)
    except Absent:
        raise SettingsError(
            "it has no table archive_upload",
            where=project.url,
            remedy="Check EMBED_SUPABASE_URL; `pull supabase --user NAME` needs only its files or tweets",
        ) from None


def newest_of(project: Project, account_id: str) -> Upload | None:
    """The newest completed upload of an account; raises as `completed` does."""
    try:
        return max(_uploads(project, account_id), key=_age, default=None)
    except Absent:
        return None


def newest(uploads: Iterable[Upload]) -> dict[str, Upload]:
    """The newest upload of each account: Storage holds one file per account, the last."""
    return {upload.account_id: upload for upload in sorted(uploads, key=_age)}


def unknown(uploads: Sequence[Upload], known: Mapping[str, str]) -> list[Upload]:
    """Uploads to pull, in order of their ids: new rows and changed ones, the newest of each account.

    Args:
        uploads: all completed ones.
        known: mark by id, of uploads that were pulled.
    """
    last = {upload.id for upload in newest(uploads).values()}
    return [one for one in uploads if one.id in last and known.get(str(one.id)) != one.mark]


def remembered(
    uploads: Iterable[Upload], known: Mapping[str, str], started: Iterable[Upload]
) -> dict[str, str]:
    """What to know from now on: what was known and is still complete, and what was started.

    A row that is no longer complete is forgotten: it is being uploaded again.
    """
    present = {str(one.id) for one in uploads}
    kept = {key: mark for key, mark in known.items() if key in present}
    return kept | {str(one.id): one.mark for one in started}


def usernames(project: Project, accounts: Iterable[str]) -> dict[str, str]:
    """The username of each account that the project knows, as it is spelled there."""
    found: dict[str, str] = {}
    wanted = sorted(set(accounts))
    for start in range(0, len(wanted), _IDS):
        for row in _accounts(project, wanted[start : start + _IDS]):
            found[str(row["account_id"])] = str(row["username"])
    return found


def account_of(project: Project, username: str) -> tuple[str, str] | None:
    """Account id and username of somebody, whatever the case of the letters."""

    def named(query: Any) -> Any:
        # `_` stands for any letter here, hence the comparison below
        return query.ilike("username", username)

    for row in project.all_rows("all_account", "account_id,username", "account_id", named):
        if str(row["username"]).lower() == username.lower():
            return str(row["account_id"]), str(row["username"])
    return None


def _accounts(project: Project, ids: list[str]) -> Iterator[Row]:
    def among(query: Any) -> Any:
        return query.in_("account_id", ids)

    return project.all_rows("all_account", "account_id,username", "account_id", among)


def _uploads(project: Project, account_id: str | None) -> list[Upload]:
    def complete(query: Any) -> Any:
        found = query.eq("upload_phase", COMPLETED)
        return found if account_id is None else found.eq("account_id", account_id)

    rows = list(project.all_rows("archive_upload", _COLUMNS, "id", complete))
    try:
        return [msgspec.convert(row, Upload, strict=False) for row in rows]
    except msgspec.ValidationError as error:
        raise SourceUnavailable(
            f"a row of archive_upload is not as it should be ({error})", where=project.url
        ) from None


def _age(upload: Upload) -> tuple[str, int]:
    return upload.archive_at, upload.id
