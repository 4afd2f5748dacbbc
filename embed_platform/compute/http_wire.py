"""One server over HTTP: what goes over the wire, how often it is tried, and what a refusal means."""

from __future__ import annotations

import base64
import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import unquote, urlsplit

import httpx2
import msgspec
import stamina
from pydantic import SecretStr
from stamina.instrumentation import LoggingOnRetryHook, set_on_retry_hooks

from embed_platform.errors import (
    ComputeRefused,
    MachineUnavailable,
    ModelUnavailable,
    SettingsError,
)

T = TypeVar("T")

TRIES = 4
BUSY_TRIES = 10
# A server that wants to be left alone for longer is as good as gone.
LONGEST_PAUSE = 120.0
CONNECT_SECONDS = 10.0

# Statuses of a server or of the proxy before it when a request took too long: a smaller one may pass.
_SLOW = (408, 502, 504, 524)
_TOO_LONG = re.compile(
    r"context (length|size)|too (long|large)|maximum (context|length)|longer than|batch size"
    r"|must have (less|fewer) than|max[a-z_]*[ _](tokens|length|len)",
    re.IGNORECASE,
)


class Fault(Exception):
    """A request that failed, in one line that holds no key."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TooMuch(Fault):
    """The request was too large or took too long: a smaller one may pass."""


class Refused(Fault):
    """The server understood and said no: one of the texts is why, or the request as such."""

    def __init__(self, reason: str, *, too_long: bool = False) -> None:
        super().__init__(reason)
        self.too_long = too_long


class Broken(Fault):
    """The server failed.

    Attributes:
        of_text: whether one of the texts may be why.
    """

    def __init__(self, reason: str, *, of_text: bool = False) -> None:
        super().__init__(reason)
        self.of_text = of_text


class Busy(Fault):
    """The server has too much to do.

    Attributes:
        seconds: that it asks to wait; None when it does not say.
    """

    def __init__(self, reason: str, seconds: float | None) -> None:
        super().__init__(reason)
        self.seconds = seconds


@dataclass(frozen=True)
class Reply:
    """What a server answered."""

    status: int
    headers: httpx2.Headers
    body: bytes = field(repr=False)

    @property
    def is_page(self) -> bool:
        """Whether it is a page for people: a proxy's, or a web site's."""
        kind = str(self.headers.get("content-type", ""))
        return "text/html" in kind or self.body[:64].lstrip()[:1] == b"<"

    def json(self) -> object:
        """The answer as JSON; None when it is none."""
        try:
            return msgspec.json.decode(self.body)
        except msgspec.DecodeError:
            return None

    @property
    def said(self) -> str:
        """The server's own words in one line, wherever this kind of server puts them."""
        content = self.json()
        found: object = None
        if isinstance(content, dict):
            error = content.get("error")
            found = error.get("message") if isinstance(error, dict) else error
            found = found or content.get("message") or content.get("detail")
        elif content is None and not self.is_page:
            found = self.body[:400].decode("utf-8", "replace")
        words = " ".join(found.split())[:160] if isinstance(found, str) else ""
        return f"{self.status}: {words}" if words else f"status {self.status}"


class Wire:
    """A connection to one server; threads may share it. Neither its name nor its repr holds a key.

    Args:
        url: base address; a name and password in it are sent, but shown nowhere.
        key: bearer key.
        seconds: that a request may take.
        lanes: how many requests may be under way.

    Raises:
        SettingsError: the address makes no sense.
    """

    def __init__(self, url: str, key: SecretStr | None, seconds: float, lanes: int) -> None:
        base, account = _address(url)
        self.name = base.partition("://")[2]
        self.url = base
        self.seconds = seconds
        headers = {"Content-Type": "application/json"}
        if key or account:
            headers["Authorization"] = f"Bearer {key.get_secret_value()}" if key else account
        # Both write a line for each request otherwise, stamina to standard output.
        logging.getLogger("httpx2").setLevel(logging.WARNING)
        set_on_retry_hooks([LoggingOnRetryHook])
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
            raise (Broken(reason) if alone else TooMuch(reason)) from None
        except httpx2.RequestError as error:
            words = " ".join(str(error).split())[:160]
            raise Broken(f"{type(error).__name__}: {words}" if words else "cut off") from None
        except RuntimeError:
            if not self._client.is_closed:
                raise
            raise MachineUnavailable("the server was let go", where=self.name) from None
        return Reply(got.status_code, got.headers, got.content)


def judge(reply: Reply, name: str, *, alone: bool) -> None:
    """Raise what a status means; see `Wire.post`. A good answer passes."""
    status, said = reply.status, reply.said
    too_long = not reply.is_page and bool(_TOO_LONG.search(said))
    if status == 200:
        if reply.is_page:
            raise Broken("an HTML page came instead of an answer")
        return
    if status in (401, 403):
        raise key_refused(name, status)
    if status == 413:
        raise Refused(said, too_long=True) if alone else TooMuch(said)
    if status == 429 or (status == 503 and "retry-after" in reply.headers):
        raise Busy(said, retry_after(reply.headers.get("retry-after")))
    if status in _SLOW:
        raise Broken(said) if alone else TooMuch(said)
    if status in (400, 422, 424) or (status == 500 and too_long):
        raise Refused(said, too_long=too_long)
    if status == 404 and not reply.is_page and "model" in said.lower():
        raise ModelUnavailable(f"the server does not have the model ({said})", where=name)
    if status in (404, 410) or status >= 500:
        # a proxy answers 404 for a machine that is gone
        raise Broken(said, of_text=status == 500)
    moved = f", moved to {reply.headers['location']}" if "location" in reply.headers else ""
    raise ComputeRefused(
        f"the server refuses the request ({said}{moved})",
        where=name,
        remedy="Check EMBED_HTTP_URLS",
    )


def key_refused(name: str, status: int) -> ComputeRefused:
    """What is raised for a key that is missing or wrong."""
    return ComputeRefused(
        f"the server refuses the key (status {status})",
        where=name,
        remedy="Set EMBED_HTTP_KEY to the key that it expects",
    )


@contextmanager
def plainly(name: str) -> Iterator[None]:
    """Turn faults that nobody can make good into the product's errors.

    Raises:
        ComputeRefused: the server said no.
        MachineUnavailable: it failed.
    """
    try:
        yield
    except Refused as fault:
        raise ComputeRefused(
            f"the server refuses a plain text ({fault.reason})",
            where=name,
            remedy="Check EMBED_HTTP_PROTOCOL and EMBED_HTTP_MODEL",
        ) from None
    except Fault as fault:
        raise MachineUnavailable(f"the server fails ({fault.reason})", where=name) from None


def hushed(reason: str, texts: Sequence[str]) -> str:
    """A server's words unless they repeat a piece of a text: reasons are kept and shown, texts are not."""
    width = 16
    pieces = [reason[i : i + width] for i in range(max(1, len(reason) - width + 1))]
    repeats = any(
        (8 <= len(text) <= width and text in reason) or any(piece in text for piece in pieces)
        for text in texts
    )
    return "the server's words repeat the text" if repeats else reason


def retry_after(value: str | None) -> float | None:
    """Seconds that a `Retry-After` header asks for, given as seconds or as a date (RFC 9110, 10.2.3)."""
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


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
        broken += isinstance(error, Broken)
        return isinstance(error, Broken) and broken < tries

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
