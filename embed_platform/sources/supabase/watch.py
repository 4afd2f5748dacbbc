"""What a look at the project finds to do: accounts with new uploads, accounts of whom tweets were withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from embed_platform.errors import SettingsError
from embed_platform.lake.lake import Lake
from embed_platform.lake.suppressions import is_suppressed
from embed_platform.sources.pulls import Versioned, decode
from embed_platform.sources.records import users_of_account
from embed_platform.sources.supabase.project import Absent, Narrow, Project
from embed_platform.sources.supabase.pull import Person, person
from embed_platform.sources.supabase.tables import OVERLAP
from embed_platform.sources.supabase.uploads import (
    Upload,
    completed,
    remembered,
    unknown,
    usernames,
)

# Pages of withdrawn tweets that one look reads; more are left for the next.
_PAGES = 10


class Cursor(Versioned, frozen=True, kw_only=True):
    """What earlier looks saw.

    Attributes:
        known: mark by id, of uploads that were started.
        withdrawn: time of the last change among withdrawn tweets, by the server's clock.
    """

    known: dict[str, str] = msgspec.field(default_factory=dict)
    withdrawn: str = ""


@dataclass(frozen=True)
class Due:
    """Somebody to pull; the same `mark` is never started twice."""

    person: Person
    mark: str


@dataclass(frozen=True)
class Look:
    """What a look found: whom to pull, what was left out and why, and what to remember."""

    due: list[Due]
    left_out: list[str]
    cursor: str


def look(lake: Lake, project: Project, cursor: str, *, limit: int) -> Look:
    """Whom to pull now: at most `limit` new uploads, and everybody here of whom tweets were withdrawn.

    Args:
        lake: knows under which keys accounts are kept.
        project: where archives live.
        cursor: of the look before; empty at first.
        limit: most uploads to start.

    Raises:
        SettingsError: the key is refused, the project has no uploads, or a newer version wrote the cursor.
        SourceUnavailable: no answer that can be used.
    """
    before = decode(cursor, Cursor, "the sensor's cursor") if cursor else Cursor()
    uploads = completed(project)
    new = unknown(uploads, before.known)[:limit]
    due, left_out = people(lake, project, new)
    changed, withdrawn = _withdrawn(project, before.withdrawn)
    found = [Due(one, upload.mark) for one, upload in due]
    found += _kept_here(lake, changed, {one.account_id for one, _ in due})
    known = remembered(uploads, before.known, new)
    after = Cursor(known=known, withdrawn=withdrawn)
    return Look(found, left_out, msgspec.json.encode(after).decode())


def people(
    lake: Lake, project: Project, uploads: Sequence[Upload]
) -> tuple[list[tuple[Person, Upload]], list[str]]:
    """Whose uploads these are, and why some are left out: private, erased, of nobody."""
    names = usernames(project, (upload.account_id for upload in uploads)) if uploads else {}
    found: list[tuple[Person, Upload]] = []
    left_out = []
    for upload in uploads:
        account = upload.account_id
        who = f"upload {upload.id} of account {account}"
        if upload.keep_private:
            left_out.append(f"{who}: its owner keeps it private; `pull supabase --user` takes it")
        elif account not in names:
            left_out.append(f"{who}: the project does not say whose it is")
        else:
            try:
                one = person(lake, account, names[account])
            except SettingsError as error:
                left_out.append(f"{who}: {error}")
                continue
            if is_suppressed(lake.storage, one.user, f"account:{account}"):
                left_out.append(f"{who}: this user was erased and stays so")
            else:
                found.append((one, upload))
    return found, left_out


def _withdrawn(project: Project, since: str) -> tuple[dict[str, str], str]:
    """Accounts of tweets that were withdrawn since a time, with the time, and the last such time."""
    last = ((datetime.fromisoformat(since) - OVERLAP).isoformat(), "") if since else None
    found: dict[str, str] = {}
    for _ in range(_PAGES):
        try:
            rows = project.rows("tweets", "tweet_id,account_id,updated_at", _late(last))
        except Absent:
            return {}, ""
        if not rows:
            break
        found |= {str(row["account_id"]): str(row["updated_at"]) for row in rows}
        last = str(rows[-1]["updated_at"]), str(rows[-1]["tweet_id"])
    return found, max([since, *found.values()])


def _late(last: tuple[str, str] | None) -> Narrow:
    """Withdrawn tweets after one of them, by time and then by id: many are withdrawn at one time."""

    def narrow(query: Any) -> Any:
        marked = query.is_("is_tombstone", True).not_.is_("updated_at", None)
        ordered = marked.order("updated_at").order("tweet_id")
        if last is None:
            return ordered
        at, tweet = last
        return ordered.or_(f'updated_at.gt."{at}",and(updated_at.eq."{at}",tweet_id.gt."{tweet}")')

    return narrow


def _kept_here(lake: Lake, changed: dict[str, str], already: set[str]) -> list[Due]:
    return [
        Due(Person(account, "", user), f"withdrawn-{account}-{at}")
        for account, at in sorted(changed.items())
        if account not in already
        for user in users_of_account(lake, account)
    ]
