"""Made-up Supabase projects: accounts, uploads, files and tweets as the Community Archive has them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from embed_platform.lake.lake import Lake, open_lake
from embed_platform.settings import Settings
from embed_platform.sources.supabase.project import Project
from embed_platform.sources.supabase.pull import Person, person
from embed_platform_tests.sources.exports import ACCOUNT_ID, START, account, archive_json, tweet
from embed_platform_tests.standins.supabase_server import Bucket, Stored, Table, World, serve

UPLOADS = {"id", "account_id", "archive_at", "created_at", "keep_private", "start_date"} | {
    "end_date", "upload_likes", "upload_phase",
}  # fmt: skip
TWEETS = {"tweet_id", "account_id", "created_at", "full_text", "retweet_count"} | {
    "favorite_count", "reply_to_tweet_id", "reply_to_user_id", "reply_to_username",
    "archive_upload_id", "is_tombstone", "updated_at",
}  # fmt: skip
NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
FIRST_ID = 1626900000000000000


@dataclass
class Made:
    """A project that runs, and its address."""

    world: World
    url: str

    def settings(self, home: Path, **more: Any) -> Settings:
        given = {"supabase_url": self.url, "supabase_key": self.world.key} | more
        return Settings(home=home, _env_file=None, **given)

    def lake(self, home: Path, **more: Any) -> Lake:
        return open_lake(self.settings(home, **more))

    def environment(self) -> dict[str, str]:
        """What a command needs to know of it."""
        return {"EMBED_SUPABASE_URL": self.url, "EMBED_SUPABASE_KEY": self.world.key}

    @property
    def tweets(self) -> list[dict[str, Any]]:
        return self.world.tables["tweets"].rows

    @property
    def uploads(self) -> list[dict[str, Any]]:
        return self.world.tables["archive_upload"].rows

    def account(self, account_id: str = ACCOUNT_ID, username: str = "Tilda_M") -> None:
        row = {"account_id": account_id, "username": username}
        self.world.tables["all_account"].rows.append(row)

    def upload(self, account_id: str = ACCOUNT_ID, **fields: Any) -> dict[str, Any]:
        """A row of archive_upload."""
        number = len(self.uploads) + 1
        at = (NOW + timedelta(days=number)).isoformat()
        row = {
            "id": number, "account_id": account_id, "archive_at": at, "created_at": at,
            "keep_private": False, "upload_phase": "completed",
        } | fields  # fmt: skip
        self.uploads.append(row)
        return row

    def store(self, numbers: Sequence[int], username: str = "Tilda_M", **more: Any) -> Stored:
        """Put an archive.json with tweets of these numbers into the bucket."""
        made = archive_json([tweet(n) for n in numbers], account=account(username), **more)
        return self.put(f"{username.lower()}/archive.json", json.dumps(made).encode())

    def put(self, path: str, data: bytes, **metadata: Any) -> Stored:
        stored = Stored(data, metadata)
        self.world.buckets["archives"].objects[path] = stored
        return stored

    def tweet(self, number: int, account_id: str = ACCOUNT_ID, **fields: Any) -> dict[str, Any]:
        """A row of tweets."""
        row = {
            "tweet_id": str(FIRST_ID + number), "account_id": account_id,
            "created_at": (START + timedelta(hours=number)).isoformat(),
            "full_text": f"text number {number}", "retweet_count": 0, "favorite_count": 0,
            "is_tombstone": False, "updated_at": NOW.isoformat(),
        } | fields  # fmt: skip
        self.tweets.append(row)
        return row

    def withdraw(self, number: int, at: datetime = NOW + timedelta(hours=1)) -> None:
        """As an opt-out does: the row stays, blanked."""
        for row in self.tweets:
            if row["tweet_id"] == str(FIRST_ID + number):
                row |= {"full_text": "", "created_at": "1970-01-01T00:00:00+00:00"}
                row |= {"is_tombstone": True, "updated_at": at.isoformat()}


@contextmanager
def made_project() -> Iterator[Made]:
    """An empty project with its tables and a private bucket."""
    world = World()
    world.tables = {
        "archive_upload": Table(UPLOADS),
        "all_account": Table({"account_id", "username"}),
        "tweets": Table(TWEETS),
    }
    world.buckets = {"archives": Bucket()}
    server = serve(world)
    try:
        yield Made(world, f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()


def tilda(lake: Lake) -> Person:
    return person(lake, ACCOUNT_ID, "Tilda_M")


def opened(lake: Lake) -> Project:
    return Project(lake.settings)
