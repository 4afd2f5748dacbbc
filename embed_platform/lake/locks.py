"""One writer per user: a file lock in the home, and a PostgreSQL advisory lock where machines share a lake."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from filelock import FileLock, Timeout

from embed_platform.errors import LakeUnavailable
from embed_platform.settings import Settings

LOCK_SECONDS = 600


@contextmanager
def user_lock(
    settings: Settings, user: str, timeout_seconds: float = LOCK_SECONDS
) -> Iterator[None]:
    """Hold the right to write a user's part of the lake.

    The locks go with their process, so that a killed writer blocks nobody.

    Raises:
        LakeUnavailable: another writer held it for the whole time.
    """
    folder = settings.home / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        try:
            stack.enter_context(FileLock(folder / f"user-{user}.lock", timeout=timeout_seconds))
        except Timeout:
            raise _held_too_long(user, timeout_seconds, "another process") from None
        if settings.lake_url.startswith("s3://") and settings.pg_dsn is not None:
            stack.enter_context(
                _advisory_lock(settings.pg_dsn.get_secret_value(), user, timeout_seconds)
            )
        yield


@contextmanager
def _advisory_lock(dsn: str, user: str, timeout_seconds: float) -> Iterator[None]:
    import psycopg

    name = hashlib.blake2b(f"embed_platform:{user}".encode(), digest_size=8).digest()
    key = int.from_bytes(name, "big", signed=True)
    try:
        connection = psycopg.connect(dsn, autocommit=True)
    except psycopg.OperationalError as error:
        raise LakeUnavailable(
            str(error).splitlines()[0], where="EMBED_PG_DSN", remedy="Check that PostgreSQL runs"
        ) from error
    with connection:
        try:
            milliseconds = f"{timeout_seconds * 1000:.0f}"
            connection.execute("select set_config('lock_timeout', %s, false)", (milliseconds,))
            connection.execute("select pg_advisory_lock(%s)", (key,))
        except psycopg.errors.LockNotAvailable:
            raise _held_too_long(user, timeout_seconds, "another machine") from None
        yield


def _held_too_long(user: str, seconds: float, by: str) -> LakeUnavailable:
    return LakeUnavailable(
        f"{by} has been writing {user!r} for {seconds:.0f} s",
        remedy="Wait for its end, or stop it in the UI, then run again",
    )
