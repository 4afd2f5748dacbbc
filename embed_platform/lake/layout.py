"""Where each file of the lake lies; pure functions, the only place that spells a path."""

from __future__ import annotations

import re

from embed_platform.errors import SettingsError

# Partition keys are checked where they are born: Dagster accepts keys that it cannot address later.
USER_PATTERN = re.compile(r"^[a-z0-9_.@-]+$")
FEED_PREFIX = "feed."
SCHEMA_VERSION = 1


def valid_user(name: str, *, where: str | None = None) -> str:
    """The partition key of a user: the handle in lower case.

    Raises:
        SettingsError: it is empty, has other characters, or takes the prefix of live feeds.
    """
    key = name.strip().lower()
    if not USER_PATTERN.match(key) or set(key) <= {"."} or len(key) > 100:
        raise SettingsError(
            f"{name!r} is no valid user name",
            where=where,
            remedy="Pass --user NAME with letters, digits, '_', '.', '@' or '-' only",
        )
    if key.startswith(FEED_PREFIX):
        raise SettingsError(
            f"{key!r}: names beginning with {FEED_PREFIX!r} belong to live feeds", where=where
        )
    return key


def archives(user: str | None = None, source: str | None = None, archive: str | None = None) -> str:
    """Folder of archive records: one JSON file each."""
    return _join("archives", ("user", user), ("source", source), ("archive", archive))


def accounts(account_id: str, user: str | None = None) -> str:
    """Which users keep archives of an account: an empty file each."""
    folder = f"accounts/account={account_id}"
    return f"{folder}/user={user}.json" if user else folder


def members(user: str, sha256: str | None = None) -> str:
    """Kept archive members of a user, each under its sha256."""
    folder = f"members/user={user}"
    return f"{folder}/{sha256}" if sha256 else folder


def pages(
    user: str, sha256: str | None = None, dpi: int | None = None, number: int | None = None
) -> str:
    """Renderings of a user's page files; with a number, from 1 on, the PNG of one page."""
    parts = (("user", user), ("file", sha256), ("dpi", None if dpi is None else str(dpi)))
    folder = _join("pages", *parts)
    return f"{folder}/{number:06d}.png" if number is not None else folder


def records(user: str, source: str) -> str:
    """Folder of the parsed records of a user's source."""
    return f"records/user={user}/source={source}"


def corpus(table: str, user: str) -> str:
    """Folder of an intermediate table of the corpus (tweets, threads) of a user."""
    return f"corpus/table={table}/user={user}"


def pulls(user: str | None = None, source: str | None = None) -> str:
    """What was last pulled for a user from where archives live: a JSON file per source."""
    folder = _join("pulls", ("user", user))
    return f"{folder}/{source}.json" if source else folder


def withdrawn(user: str) -> str:
    """Which of a user's tweets are withdrawn where archives live."""
    return f"withdrawn/user={user}.json"


def documents(user: str | None = None, kind: str | None = None) -> str:
    """Folder of a user's documents of a kind."""
    return _join("documents", ("user", user), ("kind", kind))


def vectors(space: str | None = None, user: str | None = None) -> str:
    """Folder of a user's vectors in a space."""
    return _join("vectors", ("space", space), ("user", user))


def space_file(slug: str) -> str:
    """File that holds a space's identity and probe vectors."""
    return f"spaces/{slug}.json"


def claims(slug: str, token: str = "") -> str:
    """Folder of the claims on users in a space, or one of them."""
    folder = f"claims/space={slug}"
    return f"{folder}/{token}.json" if token else folder


def speeds(slug: str) -> str:
    """How fast machines were in a space."""
    return f"speeds/{slug}.json"


def dead_letters(user: str | None = None, step: str | None = None) -> str:
    """Dead letters of a user, a file per step; without a user the folder of all."""
    folder = _join("dead_letters", ("user", user))
    return f"{folder}/{step}.json" if step else folder


def failures(user: str) -> str:
    """What failed for a user in a run over many users."""
    return f"failures/user={user}.json"


def cadence(user: str | None = None) -> str:
    """How often a user is run, or the folder of all who have a cadence."""
    return f"cadences/user={user}.json" if user else "cadences"


def released(user: str) -> str:
    """Says that a feed's documents may be published; without it they are private."""
    return f"released/user={user}.json"


def erasures(*, finished: bool, name: str = "") -> str:
    """Folder of the erasures that are under way, or of the receipts of those that are done."""
    folder = f"erasures/{'done' if finished else 'open'}"
    return f"{folder}/{name}.json" if name else folder


def loads(store: str | None = None, space: str | None = None, user: str | None = None) -> str:
    """Record of the last verified load of a user into a store."""
    return _join("loads", ("store", store), ("space", space), ("user", user))


def publication(space: str, kind: str | None = None, user: str | None = None) -> str:
    """Folder of the published Parquet of a space, under the publication's own root."""
    return _join("", ("space", space), ("kind", kind), ("user", user)).lstrip("/")


def partition_value(path: str, key: str) -> str | None:
    """Value of `key=value` in a path, or None."""
    found = re.search(rf"(?:^|/){re.escape(key)}=([^/]+)", path)
    return found.group(1) if found else None


def _join(root: str, *parts: tuple[str, str | None]) -> str:
    path = root
    for key, value in parts:
        if value is None:
            break
        path += f"/{key}={value}"
    return path
