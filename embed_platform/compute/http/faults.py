"""What a server answered, and what its refusals mean; nothing is sent here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import msgspec

from embed_platform.errors import ComputeRefused, MachineUnavailable, ModelUnavailable

# Statuses of a server or of the proxy before it when a request took too long: a smaller one may pass.
_SLOW = (408, 502, 504, 524)
_TOO_LONG = re.compile(
    r"context (length|size)|too (long|large)|maximum (context|length)|longer than|batch size"
    r"|must have (less|fewer) than|at most \d+ (char|token)|max[a-z_]*[ _](tokens|length|len)",
    re.IGNORECASE,
)


class Fault(Exception):
    """A request that failed, in one line that holds no key.

    Its repr has no reason: stamina logs it before anybody saw whether the server's words repeat a text.
    """

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason

    def __str__(self) -> str:
        return self.reason


class TooMuch(Fault):
    """The request was too large or took too long: a smaller one may pass.

    Attributes:
        slow: whether it took too long.
    """

    def __init__(self, reason: str, *, slow: bool = False) -> None:
        super().__init__(reason)
        self.slow = slow


class Refused(Fault):
    """The server understood and said no: one of the texts is why, or the request as such."""

    def __init__(self, reason: str, *, too_long: bool = False) -> None:
        super().__init__(reason)
        self.too_long = too_long


class Broken(Fault):
    """The server failed.

    Attributes:
        of_text: whether one of the texts may be why.
        slow: whether it took all the time that it had.
    """

    def __init__(self, reason: str, *, of_text: bool = False, slow: bool = False) -> None:
        super().__init__(reason)
        self.of_text, self.slow = of_text, slow


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
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def is_page(self) -> bool:
        """Whether it is a page for people: a proxy's, or a web site's."""
        kind = self.headers.get("content-type", "")
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


def judge(reply: Reply, name: str, *, alone: bool) -> None:
    """Raise what a status means; see `Wire.post`. A good answer passes."""
    status, said = reply.status, reply.said
    too_long = not reply.is_page and bool(_TOO_LONG.search(said))
    if 200 <= status < 300:
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
        raise Broken(said, slow=True) if alone else TooMuch(said, slow=True)
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
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())
