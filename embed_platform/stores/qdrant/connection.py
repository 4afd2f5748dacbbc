"""The way to Qdrant: a server by its address, or the embedded one, which one process at a time has open."""

from __future__ import annotations

import sqlite3
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from threading import RLock, Timer
from typing import Any, TypeVar

from filelock import FileLock, Timeout

from embed_platform.errors import StoreUnavailable
from embed_platform.settings import Settings
from embed_platform.stores.servers import refuse_embedded

T = TypeVar("T")

CALL_SECONDS = 60
# Others get their turn once nothing was asked for as long as this.
IDLE_SECONDS = 1.0
WAIT_SECONDS = 60.0
# Thousands of rows a second instead of fifty: the log is flushed at checkpoints, not per row. What
# is deleted is overwritten at once, so that nothing of a person stays in free pages.
_FULL = 2  # SQLite's default for `synchronous`
_PRAGMAS = ("journal_mode = wal", "synchronous = normal", "secure_delete = on")


class QdrantConnection:
    """One client, shared by threads.

    Raises:
        PartMissing: the settings name no server, and want no embedded one.
    """

    def __init__(self, settings: Settings) -> None:
        if not settings.qdrant_url:
            refuse_embedded(settings, "Qdrant", "EMBED_QDRANT_URL")
        self._settings = settings
        self._client: Any = None
        self._lock = RLock()
        self.is_embedded = not settings.qdrant_url
        self.address = settings.qdrant_url or str(settings.home / "qdrant")

    @property
    def is_unused(self) -> bool:
        """Whether nothing was ever written to the embedded one, which then need not be made."""
        return self.is_embedded and not (self._settings.home / "qdrant").exists()

    def call(self, method: str, *arguments: Any, **options: Any) -> Any:
        """Call a method of the client.

        Raises:
            StoreUnavailable: no server answers, or another process keeps the embedded one.
        """
        return self.request(lambda client: getattr(client, method)(*arguments, **options))

    def request(self, work: Callable[[Any], T]) -> T:
        """Let some work have the client, and give its errors our names.

        Raises:
            StoreUnavailable: as `call`.
        """
        from qdrant_client.common.client_exceptions import QdrantException
        from qdrant_client.http.exceptions import ApiException

        try:
            if self.is_embedded:
                return _folder(self._settings.home / "qdrant").request(work)
            return work(self._connected())
        except (ApiException, QdrantException, sqlite3.Error, OSError) as error:
            raise StoreUnavailable(
                _reason(error),
                where=f"qdrant, {self.address}",
                remedy="Check the disk and the folder's rights"
                if self.is_embedded
                else "Check that Qdrant runs; EMBED_QDRANT_URL and EMBED_QDRANT_API_KEY name it",
            ) from error

    def close(self) -> None:
        """Give back what is held open."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = None
        if self.is_embedded:
            _folder(self._settings.home / "qdrant").close()

    def _connected(self) -> Any:
        with self._lock:
            if self._client is None:
                from qdrant_client import QdrantClient

                key = self._settings.qdrant_api_key
                with warnings.catch_warnings():
                    # a key over plain HTTP: the server on this machine has no certificate
                    warnings.simplefilter("ignore", UserWarning)
                    self._client = QdrantClient(
                        url=self._settings.qdrant_url,
                        api_key=key.get_secret_value() if key is not None else None,
                        timeout=CALL_SECONDS,
                        check_compatibility=False,
                    )
            return self._client


class _Folder:
    """The embedded Qdrant of a folder: opened by the first request, given back soon after the last."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = RLock()
        # the timer's thread gives back what another thread took
        self._turn = FileLock(path.with_name("qdrant.lock"), thread_local=False)
        self._client: Any = None
        self._timer: Timer | None = None

    def request(self, work: Callable[[Any], T]) -> T:
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            client = self._opened()
            try:
                return work(client)
            finally:
                self._timer = Timer(IDLE_SECONDS, self.close)
                self._timer.daemon = True
                self._timer.start()

    def close(self) -> None:
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None
                self._turn.release()

    def _opened(self) -> Any:
        if self._client is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._turn.acquire(timeout=WAIT_SECONDS)
            except Timeout:
                raise StoreUnavailable(
                    "another process has the embedded Qdrant open",
                    where=f"qdrant, {self._path}",
                    remedy="Wait for its end, or run a Qdrant server and set EMBED_QDRANT_URL",
                ) from None
            try:
                self._client = self._open()
            except BaseException:
                self._turn.release()
                raise
        for collection in self._client._client.collections.values():
            _tune(collection)
        return self._client

    def _open(self) -> Any:
        from qdrant_client import QdrantClient

        table_of_contents = self._path / "meta.json"
        if table_of_contents.exists() and not table_of_contents.stat().st_size:
            table_of_contents.unlink()  # its first writer was killed
        # its advice to run a server is given by doctor
        warnings.filterwarnings("ignore", category=UserWarning, module="embed_platform.stores")
        try:
            return QdrantClient(path=str(self._path), force_disable_check_same_thread=True)
        except (RuntimeError, ValueError) as error:
            raise StoreUnavailable(
                str(error).splitlines()[0],
                where=f"qdrant, {self._path}",
                remedy="Another program has it open, or it is damaged: `embed-platform stores "
                "rebuild qdrant` makes it anew once the folder is deleted",
            ) from error


def _tune(collection: Any) -> None:
    """Set a collection's SQLite file up; the client has no option for it."""
    database: sqlite3.Connection = collection.storage.storage
    (synchronous,) = database.execute("pragma synchronous").fetchone()
    if synchronous == _FULL:
        for pragma in _PRAGMAS:
            database.execute(f"pragma {pragma}")


@cache
def _folder(path: Path) -> _Folder:
    """The one of this process; a second on the same folder would wait for the first for ever."""
    return _Folder(path)


def _reason(error: Exception) -> str:
    status = getattr(error, "status_code", None)
    if status in (401, 403):
        return "the key was refused"
    cause = getattr(error, "source", error)
    text = str(cause).splitlines()
    return text[0][:300] if text else type(cause).__name__
