"""Connections to PostgreSQL: opened when needed, used by one thread at a time, errors translated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, LifoQueue
from typing import Any
from urllib.parse import unquote

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential

from embed_platform.errors import SettingsError, StoreUnavailable

CONNECT_SECONDS = 10
CONNECT_ATTEMPTS = 3
REMEDY = "Check that PostgreSQL runs and takes connections; EMBED_PG_DSN names it"

Connection = psycopg.Connection[Any]


class Connections:
    """Connections that are kept for their next use; safe to share between threads."""

    def __init__(self, dsn: Callable[[], str]) -> None:
        """`dsn` is asked at each new connection, so that a server may come back elsewhere."""
        self._dsn = dsn
        self._idle: LifoQueue[Connection] = LifoQueue()

    @contextmanager
    def session(self) -> Iterator[Connection]:
        """A connection in autocommit mode, for the caller alone.

        Raises:
            StoreUnavailable: the server does not answer, or went away.
            SettingsError: the role may not do this.
        """
        connection = self._take()
        try:
            yield connection
        except psycopg.errors.InsufficientPrivilege as error:
            raise SettingsError(
                first_line(error), where="EMBED_PG_DSN", remedy="Grant the role what it lacks"
            ) from error
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise StoreUnavailable(first_line(error), where="pgvector", remedy=REMEDY) from error
        finally:
            if connection.closed:
                connection.close()
            else:
                self._idle.put(connection)

    def close(self) -> None:
        """Close the connections that are not in use."""
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                return

    def _take(self) -> Connection:
        while True:
            try:
                connection = self._idle.get_nowait()
            except Empty:
                return connect(self._dsn())
            try:
                connection.execute("select 1")
            except psycopg.Error:
                connection.close()  # the server was restarted since
            else:
                return connection


def connect(dsn: str) -> Connection:
    """Open a connection, trying three times.

    Raises:
        SettingsError: the address cannot be read.
        StoreUnavailable: nobody answers there. Neither message shows the password.
    """
    try:
        given = conninfo_to_dict(dsn)
    except psycopg.ProgrammingError:
        # the client's own message quotes the part that it could not read: the password, often
        raise SettingsError(
            "not a PostgreSQL address",
            where="EMBED_PG_DSN",
            remedy="Write postgresql://user:password@host:5432/database, special characters as %XX",
        ) from None
    address = make_conninfo(
        dsn, **({} if "connect_timeout" in given else {"connect_timeout": CONNECT_SECONDS})
    )
    try:
        return _open(address)
    except psycopg.OperationalError as error:
        text = hide(first_line(error), secrets_of(dsn, given))
        raise StoreUnavailable(text, where="pgvector", remedy=REMEDY) from None


def secrets_of(dsn: str, given: dict[str, Any]) -> list[str]:
    """Every reading of the password in an address, among them those of one badly escaped."""
    found = {str(given.get("password") or "")}
    authority = dsn.split("://", 1)[-1]
    if "@" in authority and ":" in authority:
        written = authority.rsplit("@", 1)[0].split(":", 1)[-1]
        found |= {written, unquote(written), *written.split("@"), *written.split("/")}
    return sorted((word for word in found if word), key=len, reverse=True)


def hide(text: str, secrets: list[str]) -> str:
    """The text with every secret blotted out."""
    for secret in secrets:
        text = text.replace(secret, "***")
    return text


def first_line(error: BaseException) -> str:
    """The first line of a server's message."""
    lines = str(error).strip().splitlines()
    return lines[0][:300] if lines else type(error).__name__


@retry(
    retry=retry_if_exception_type(psycopg.OperationalError),
    stop=stop_after_attempt(CONNECT_ATTEMPTS),
    wait=wait_exponential(multiplier=0.2, max=2),
    reraise=True,
)
def _open(address: str) -> Connection:
    # no prepared statements: a pooler in transaction mode hands each to another server process
    return psycopg.connect(address, autocommit=True, prepare_threshold=None)
