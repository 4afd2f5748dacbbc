"""One server over HTTP: what goes over the wire, and how often it is tried."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Iterator
from typing import TypeVar
from urllib.parse import unquote, urlsplit

import httpx2
import stamina
from pydantic import SecretStr
from stamina.instrumentation import set_on_retry_hooks

from embed_platform.compute.http.faults import Broken, Busy, Reply, TooMuch, judge
from embed_platform.errors import MachineUnavailable, SettingsError

T = TypeVar("T")

TRIES = 4
BUSY_TRIES = 10
# A server that wants to be left alone for longer is as good as gone.
LONGEST_PAUSE = 120.0
CONNECT_SECONDS = 10.0


class Wire:
    """A connection to one server; threads may share it. Neither its name nor its repr holds a key.

    Args:
        url: base address; a name and password in it are sent, but shown nowhere.
        key: bearer key.
        seconds: that a request may take.
        lanes: how many requests may be under way.
        accept: forms of an answer, the best first.

    Raises:
        SettingsError: the address makes no sense.
    """

    def __init__(
        self,
        url: str,
        key: SecretStr | None,
        seconds: float,
        lanes: int,
        accept: str = "",
    ) -> None:
        base, account = _address(url)
        self.name = base.partition("://")[2]
        self.url = base
        self.seconds = seconds
        headers = {"Content-Type": "application/json"} | ({"Accept": accept} if accept else {})
        if key or account:
            headers["Authorization"] = f"Bearer {key.get_secret_value()}" if key else account
        # Both write a line for each request otherwise, stamina even to standard output.
        logging.getLogger("httpx2").setLevel(logging.WARNING)
        set_on_retry_hooks([])
        self._client = httpx2.Client(
            base_url=base,
            headers=headers,
            timeout=httpx2.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds)),
            limits=httpx2.Limits(max_connections=lanes + 2),
        )

    def __repr__(self) -> str:
        return f"Wire({self.name})"

    def close(self) -> None:
        """Let go of the server; requests under way fail."""
        self._client.close()

    def get(self, path: str) -> Reply:
        """Ask something small; whatever the server answers is an answer.

        Raises:
            Broken: nothing came.
        """
        for attempt in _tries(2):
            with attempt:
                return self._request("GET", path, None, alone=True)
        raise AssertionError("unreachable")

    def post(
        self,
        path: str,
        body: bytes,
        read: Callable[[Reply], T],
        *,
        tries: int = TRIES,
        alone: bool = False,
    ) -> T:
        """Send a request until its answer can be read; what is worth it is tried again.

        Args:
            path: on the server.
            body: JSON.
            read: makes something of a good answer; raises Broken when it cannot.
            tries: how often a broken server is asked.
            alone: whether nothing smaller could be sent.

        Raises:
            TooMuch: a smaller request may pass.
            Refused: the server said no to what was sent.
            Broken: it failed as often as it was asked.
            MachineUnavailable: it was busy for too long.
            ComputeRefused: the key, or whoever pays.
            ModelUnavailable: it does not have the model.
        """
        try:
            for attempt in _tries(tries):
                with attempt:
                    reply = self._request("POST", path, body, alone=alone)
                    judge(reply, self.name, alone=alone)
                    return read(reply)
        except Busy as fault:
            raise MachineUnavailable(
                f"the server stays busy ({fault.reason})", where=self.name
            ) from None
        raise AssertionError("unreachable")

    def _request(self, method: str, path: str, body: bytes | None, *, alone: bool) -> Reply:
        try:
            got = self._client.request(method, path.lstrip("/"), content=body)
        except httpx2.ConnectTimeout:
            raise Broken("no connection within the time") from None
        except httpx2.TimeoutException:
            reason = f"no answer within {self.seconds:g} s"
            raise (Broken(reason, slow=True) if alone else TooMuch(reason, slow=True)) from None
        except httpx2.RequestError as error:
            words = " ".join(str(error).split())[:160]
            raise Broken(f"{type(error).__name__}: {words}" if words else "cut off") from None
        except RuntimeError:
            if not self._client.is_closed:
                raise
            raise MachineUnavailable("the server was let go", where=self.name) from None
        return Reply(got.status_code, got.headers, got.content)


def server_name(url: str) -> str:
    """A server's name for people: host, port and path, without any account.

    Raises:
        SettingsError: the address makes no sense.
    """
    return _address(url)[0].partition("://")[2]


def _tries(tries: int) -> Iterator[stamina.Attempt]:
    """Attempts with growing pauses; a busy server sets its own and is asked more often."""
    broken = busy = 0

    def again(error: Exception) -> bool | float:
        nonlocal broken, busy
        if isinstance(error, Busy):
            busy += 1
            if busy >= BUSY_TRIES or (error.seconds or 0) > LONGEST_PAUSE:
                return False
            return True if error.seconds is None else error.seconds
        if not isinstance(error, Broken):
            return False
        broken += 2 if error.slow else 1
        return broken < tries

    yield from stamina.retry_context(
        on=again, attempts=None, timeout=None, wait_initial=0.25, wait_max=8, wait_jitter=0.25
    )


def _address(url: str) -> tuple[str, str]:
    """The address as it may be shown, and what proves the account that was written into it."""
    whole = url.strip() if "://" in url else f"http://{url.strip()}"
    try:
        parts = urlsplit(whole)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in ("http", "https") or parts.query or parts.fragment:
        raise SettingsError(
            "the address of an embedding server is http:// or https://, a host, and perhaps a port and a path",
            where="EMBED_HTTP_URLS",
            remedy="A key goes into EMBED_HTTP_KEY",
        )
    shown = f"[{host}]" if ":" in host else host
    place = f"{shown}:{port}" if port else shown
    path = parts.path.rstrip("/").removesuffix("/v1")
    account = ""
    if parts.username:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        account = f"Basic {base64.b64encode(pair.encode()).decode()}"
    return f"{parts.scheme}://{place}{path}", account
