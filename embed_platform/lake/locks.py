"""Locks that go with their process: a file lock in the home, and a PostgreSQL advisory lock where machines share a lake."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

from filelock import FileLock, Timeout

from embed_platform.errors import LakeUnavailable, PartMissing
from embed_platform.settings import Settings

LOCK_SECONDS = 600


class Held(Exception):
    """Somebody else holds the lock; says who."""


@contextmanager
def user_lock(
    settings: Settings, user: str, timeout_seconds: float = LOCK_SECONDS
) -> Iterator[None]:
    """Hold the right to write a user's part of the lake: one writer per user.

    Raises:
        LakeUnavailable: another writer held it for the whole time.
        PartMissing: the home is nobody else's, so that a lock in it keeps nobody out, and there is
            no PostgreSQL that would.
    """
    if not settings.embedded_parts and settings.pg_dsn is None:
        raise PartMissing(
            "the lake is only read here: EMBED_PG_DSN names no PostgreSQL, which keeps writers apart"
        )
    with ExitStack() as stack:
        try:
            stack.enter_context(named_lock(settings, f"user-{user}", timeout_seconds))
        except Held as held:
            raise LakeUnavailable(
                f"{held} has been writing {user!r} for {timeout_seconds:.0f} s",
                remedy="Wait for its end, or stop it in the UI, then run again",
            ) from None
        yield


@contextmanager
def named_lock(
    settings: Settings, name: str, timeout_seconds: float | None = None
) -> Iterator[None]:
    """Hold the lock of a name; a killed holder blocks nobody.

    Args:
        settings: the home, and whether machines share its lake.
        name: of a file, and of the lock in PostgreSQL.
        timeout_seconds: to wait; for ever without.

    Raises:
        Held: somebody else held it for the whole time.
        LakeUnavailable: PostgreSQL does not answer.
    """
    folder = settings.home / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    seconds = -1 if timeout_seconds is None else timeout_seconds
    with ExitStack() as stack:
        try:
            stack.enter_context(FileLock(folder / f"{name}.lock", timeout=seconds))
        except Timeout:
            raise Held("another process") from None
        if settings.lake_url.startswith("s3://") and settings.pg_dsn is not None:
            dsn = settings.pg_dsn.get_secret_value()
            stack.enter_context(_advisory_lock(dsn, name, timeout_seconds))
        yield


@contextmanager
def _advisory_lock(dsn: str, name: str, timeout_seconds: float | None) -> Iterator[None]:
    import psycopg

    digest = hashlib.blake2b(f"embed_platform:{name}".encode(), digest_size=8).digest()
    key = int.from_bytes(digest, "big", signed=True)
    try:
        # some locks are held for hours, in which a router would forget a silent connection
        connection = psycopg.connect(dsn, autocommit=True, keepalives_idle=60)
    except psycopg.OperationalError as error:
        raise LakeUnavailable(
            str(error).splitlines()[0], where="EMBED_PG_DSN", remedy="Check that PostgreSQL runs"
        ) from error
    with closing(connection):
        try:
            # PostgreSQL takes 0 for no limit
            milliseconds = max(1, round((timeout_seconds or 0) * 1000))
            limit = "0" if timeout_seconds is None else str(milliseconds)
            connection.execute("select set_config('lock_timeout', %s, false)", (limit,))
            connection.execute("select pg_advisory_lock(%s)", (key,))
        except psycopg.errors.LockNotAvailable:
            raise Held("another machine") from None
        yield
