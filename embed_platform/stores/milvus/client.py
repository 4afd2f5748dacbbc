"""The connection to Milvus: opened when needed, renewed after a crash, errors translated."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from threading import RLock
from typing import Any, TypeVar
from urllib.parse import urlsplit

from embed_platform.errors import SettingsError, StoreUnavailable
from embed_platform.settings import Settings
from embed_platform.stores.servers import running_milvus, start_milvus

T = TypeVar("T")

CONNECT_SECONDS = 10.0
# the client tries an unreachable server again for as long as this
CALL_SECONDS = 60.0
DEFAULT_PORT = 19530
# of the client's methods, those that talk to nobody by themselves
_WITHOUT_TIMEOUT = {"query_iterator"}

# https://github.com/milvus-io/milvus/blob/master/pkg/util/merr/errors.go
NOT_LOADED = 101
# a crashed server is started again, then its collection is loaded
REPAIRS = 2


class _NotLoaded(StoreUnavailable):
    """The server answers, but the collection has to be loaded first."""


class MilvusConnection:
    """One client, shared by threads; the embedded server is started again when it died."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client: Any = None
        self._lock = RLock()
        self.address = settings.milvus_uri
        self.is_lite = not settings.milvus_uri

    def call(self, method: str, *arguments: Any, **options: Any) -> Any:
        """Call a method of the client.

        Raises:
            StoreUnavailable: no server answered, also not after the embedded one was restarted.
        """
        if method not in _WITHOUT_TIMEOUT:
            options["timeout"] = CALL_SECONDS

        def request() -> Any:
            return getattr(self._connected(), method)(*arguments, **options)

        # every call may be repeated: writes are upserts and deletes by id
        for _ in range(REPAIRS):
            try:
                return self.translated(request)
            except _NotLoaded:
                # a server that was restarted has its collections on disk only
                self.translated(lambda: self._connected().load_collection(arguments[0]))
            except StoreUnavailable:
                if not self._embedded_died():
                    raise
        return self.translated(request)

    def translated(self, request: Callable[[], T]) -> T:
        """Run a request and give the client's errors our names."""
        import grpc  # type: ignore[import-untyped]
        from pymilvus.exceptions import MilvusException

        try:
            return request()
        except (MilvusException, grpc.RpcError) as error:
            text = getattr(error, "message", "") or type(error).__name__
            kind = _NotLoaded if getattr(error, "code", None) == NOT_LOADED else StoreUnavailable
            raise kind(
                str(text).splitlines()[0][:300],
                where=f"milvus, {self.address}",
                remedy="Check that Milvus runs; EMBED_MILVUS_URI names it",
            ) from error

    def close(self) -> None:
        """Close the client, if there is one."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = None

    def _connected(self) -> Any:
        with self._lock:
            if self._client is None or self._embedded_died():
                self.close()
                self._client = self._open()
            return self._client

    def _embedded_died(self) -> bool:
        return not self._settings.milvus_uri and running_milvus(self._settings) is None

    def _open(self) -> Any:
        from pymilvus import MilvusClient

        # it logs every error with a traceback before it raises it
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)
        self.address = self._settings.milvus_uri or start_milvus(self._settings)
        _check_port(self.address)
        token = self._settings.milvus_token
        client = MilvusClient(
            uri=self.address,
            token=token.get_secret_value() if token is not None else "",
            timeout=CONNECT_SECONDS,
        )
        self.is_lite = "lite" in str(client.get_server_version(timeout=CONNECT_SECONDS)).lower()
        return client


def _check_port(address: str) -> None:
    """Fail at once where nobody listens; the client would try again and again.

    Raises:
        SettingsError: no address of the form http://host:port.
        StoreUnavailable: nobody listens there.
    """
    remedy = "Check that Milvus runs; EMBED_MILVUS_URI names it"
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError("not an address like http://host:19530", where="EMBED_MILVUS_URI")
    port = parts.port or (443 if parts.scheme == "https" else DEFAULT_PORT)
    try:
        socket.create_connection((parts.hostname, port), timeout=CONNECT_SECONDS).close()
    except OSError as error:
        where = f"milvus, {parts.hostname}:{port}"
        raise StoreUnavailable(str(error), where=where, remedy=remedy) from error
