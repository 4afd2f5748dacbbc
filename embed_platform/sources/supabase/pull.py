"""Pulling one account: its archive file where there is one, else its rows; what was withdrawn stays out."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from embed_platform.errors import BadArchive, EmbedError
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake
from embed_platform.lake.suppressions import refuse_erased
from embed_platform.sources.intake import Choices, handovers, take_in
from embed_platform.sources.partial import Source, fetch
from embed_platform.sources.pulls import SupabasePull, read_pull, write_pull
from embed_platform.sources.records import (
    current,
    list_archives,
    remove_archive,
    users_of_account,
)
from embed_platform.sources.supabase import tables
from embed_platform.sources.supabase.project import Absent, Project
from embed_platform.sources.supabase.uploads import newest_of
from embed_platform.sources.supabase.withdrawn import without
from embed_platform.sources.twitter.ingest import Ingested, user_of_account
from embed_platform.sources.twitter.staging import Account
from embed_platform.sources.withdrawn import digest, note_withdrawn

SOURCE = "supabase"
TWEETS = "twitter"


@dataclass(frozen=True)
class Person:
    """An account of the project, and the user under whose key it is kept here."""

    account_id: str
    username: str
    user: str

    @property
    def file(self) -> str:
        """Where its archive lies in the bucket; paths are in lower case."""
        return f"{self.username.lower()}/archive.json"


@dataclass(frozen=True)
class Pulled:
    """What pulling did; `ingested` is None where nothing was new, or nothing is left."""

    person: Person
    road: str
    ingested: Ingested | None = None
    withdrawn: int = 0
    emptied: bool = False


def person(lake: Lake, account_id: str, username: str, user: str | None = None) -> Person:
    """Under which key an account is kept, or would be.

    Raises:
        SettingsError: the name is no valid user.
    """
    account = Account(username=username, account_id=account_id)
    key = user or user_of_account(lake, account, Path(f"account {account_id}"))
    return Person(account_id, username, layout.valid_user(key, where="--user"))


def pull(lake: Lake, project: Project, who: Person, *, restore: bool = False) -> Pulled:
    """Bring what is kept of an account in line with the project; unchanged, it costs a few requests.

    Args:
        lake: where it is kept.
        project: where it lives.
        who: whose.
        restore: take in somebody who was erased.

    Raises:
        BadArchive: the file cannot be taken in, or there is neither a file nor a tweet.
        ErasedUser: its owner asked to be forgotten.
        SettingsError: the key is refused, or there is no such bucket.
        SourceUnavailable: the project does not answer as it should.
    """
    if not restore:
        where = f"{project.url}, {who.username}"
        refuse_erased(lake.storage, who.user, f"account:{who.account_id}", where=where)
    known = read_pull(lake, who.user, SOURCE, SupabasePull)
    if known is None or known.account_id != who.account_id:
        known = SupabasePull(account_id=who.account_id)
    gone = tables.tombstones(project, who.account_id)
    # first, whatever becomes of the pull: archives that were handed over here obey it too
    persons = {who.user, *users_of_account(lake, who.account_id)}
    note_withdrawn(lake, persons, who.account_id, gone)
    upload = newest_of(project, who.account_id)
    private = None if upload is None else bool(upload.keep_private)
    work = _Pull(lake, project, who, known, gone, private, restore)
    try:
        return work.from_file()
    except Absent:
        return work.from_tables()


class _Pull:
    """One account on its way."""

    def __init__(
        self,
        lake: Lake,
        project: Project,
        who: Person,
        known: SupabasePull,
        gone: set[int],
        private: bool | None,
        restore: bool,
    ) -> None:
        self.lake, self.project, self.who = lake, project, who
        self.known, self.gone, self.private, self.restore = known, gone, private, restore
        self.bucket = lake.settings.supabase_bucket
        self.where = f"{project.url}, {self.bucket}/{who.file}"

    def from_file(self) -> Pulled:
        """By the archive file; raises Absent where there is none."""
        version = self.project.version(self.bucket, self.who.file)
        gone = self.gone
        seen = {"road": "archive", "tombstones": digest(gone)}
        if self._is_known(**seen, tag=version.tag):
            return Pulled(self.who, "archive", withdrawn=len(gone))
        part = self.lake.settings.home / "pulls" / f"user={self.who.user}" / "archive.json"
        arrived = fetch(self._source(), part)
        with self.lake.scratch("pull") as folder:
            path = folder / "archive.json"
            left = without(part, gone, path, self.where) if gone else 1
            if not gone:
                shutil.move(part, path)
            pulled = self._keep(
                path if left else None, len(gone), arrived.sha256, **seen, tag=arrived.tag
            )
        shutil.rmtree(part.parent, ignore_errors=True)
        return pulled

    def from_tables(self) -> Pulled:
        """By the rows of `tweets`."""
        cursor = tables.cursor_of(self.project, self.who.account_id)
        account, base = self.who.account_id, self._kept_tweets()
        wanted = tables.standing(self.project, account)
        tweets = base
        if base is not None and self.known.cursor:
            tweets = tables.changed(self.project, account, base, self.known.cursor)
        if tweets is None or len(tweets) != wanted:
            # a row that is simply gone leaves no change behind: only the count tells
            tweets = tables.read_all(self.project, account, cursor)
        seen = {"road": "tables", "cursor": cursor}
        if not tweets and base is None:
            raise BadArchive(
                "there is no archive file of this account and no tweet",
                where=self.where,
                remedy="Check the name and EMBED_SUPABASE_BUCKET",
            )
        if tweets == base and self._is_known(road="tables"):
            write_pull(self.lake, self.who.user, SOURCE, replace(self.known, **seen))
            return Pulled(self.who, "tables")
        withdrawn = len((base or {}).keys() - tweets.keys())
        with self.lake.scratch("pull") as folder:
            path = folder / "archive.json"
            tables.write_archive(path, account, self.who.username, tweets)
            return self._keep(path if tweets else None, withdrawn, "", **seen)

    def _keep(self, path: Path | None, withdrawn: int, sha256: str, **seen: str) -> Pulled:
        """Take the file in as one from the inbox, or take out what no tweet is left of."""
        ingested = None
        if path is not None:
            ingested = self._taken_in(path)
        elif self._is_ours():
            remove_archive(self.lake, self.who.user, self.known.archive_id)
        pull = replace(
            SupabasePull(account_id=self.who.account_id, private=self.private),
            archive_id=ingested.archive_id if ingested else "",
            sha256=sha256,
            **seen,
        )
        write_pull(self.lake, self.who.user, SOURCE, pull)
        return Pulled(self.who, seen["road"], ingested, withdrawn, emptied=path is None)

    def _taken_in(self, path: Path) -> Ingested:
        # what the project holds replaces what came from it before, older or not; not what its
        # owner handed over here
        choices = Choices(
            user=self.who.user, force=self._is_ours(), restore=self.restore, private=self.private
        )
        (given,) = handovers(self.lake, [path])
        (outcome,) = take_in(self.lake, given, choices)
        if isinstance(outcome, EmbedError):
            raise type(outcome)(outcome.what, where=self.where, remedy=outcome.remedy)
        return outcome

    def _is_ours(self) -> bool:
        """Whether what is kept of the account came from here."""
        kept = current(list_archives(self.lake, self.who.user, TWEETS))
        ours = [(self.known.archive_id, self.who.account_id)]
        return [(record.archive_id, record.account_id) for record in kept] == ours

    def _is_known(self, **seen: str) -> bool:
        """Whether this was pulled before and is still kept."""
        same = all(getattr(self.known, name) == value for name, value in seen.items())
        kept = {r.archive_id for r in list_archives(self.lake, self.who.user, TWEETS)}
        same = same and self.known.private == self.private
        return same and (not self.known.archive_id or self.known.archive_id in kept)

    def _kept_tweets(self) -> tables.Tweets | None:
        """Tweets of the archive that was made of the tables before; None without one."""
        if self.known.road != "tables":
            return None
        for record in list_archives(self.lake, self.who.user, TWEETS):
            if record.archive_id == self.known.archive_id:
                (member,) = (m for m in record.members if m.path == "tweets.json")
                kept = self.lake.storage.get(layout.members(self.who.user, member.sha256))
                return tables.parse_kept(kept)
        return {} if not self.known.archive_id else None

    def _source(self) -> Source:
        project, bucket, file = self.project, self.bucket, self.who.file
        return Source(
            self.where,
            lambda: project.version(bucket, file),
            lambda version, start: project.read(bucket, file, version, start),
        )
