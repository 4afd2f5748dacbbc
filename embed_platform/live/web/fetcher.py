"""One HTTP client for all sources: bodies and time have limits, hosts are not pressed, redirects are looked at."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import httpx2

from embed_platform.errors import SourceRefused, SourceUnavailable
from embed_platform.live.web.address import shown
from embed_platform.live.web.charset import decoded
from embed_platform.live.web.deadline import deadline
from embed_platform.live.web.guard import PublicNetwork
from embed_platform.settings import Settings

USER_AGENT = "embed-platform/0.1"
MOST_REDIRECTS = 5
_REDIRECTS = {301, 302, 303, 307, 308}
_LATER = {408, 425, 429, 500, 502, 503, 504, 520, 522, 524}
# Of these, what is said of the whole server; the others may be about one address.
_HOST_LATER = {429, 503}
# A server that says "later" is not asked before this many seconds, and at most so many.
LEAST_WAIT, MOST_WAIT = 5.0, 3600.0


@dataclass(frozen=True)
class Page:
    """An answer: 200 with a body, 304, 404 or 410.

    Attributes:
        url: after redirects.
        headers: names in lower case.
    """

    url: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def text(self) -> str:
        """The body as text, whatever charset it claims."""
        return decoded(self.body, self.headers.get("content-type", ""))

    @property
    def gone(self) -> bool:
        """Whether the server says that there is no such page."""
        return self.status in (404, 410)

    @property
    def validators(self) -> dict[str, str]:
        """What a later request asks with, so that an unchanged page is not sent again."""
        names = ("etag", "last-modified")
        return {name: self.headers[name] for name in names if self.headers.get(name)}


class Fetcher:
    """Reads pages. Safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        # which logs each address whole
        logging.getLogger("httpx2").setLevel(logging.WARNING)
        self._max_bytes = settings.live_max_bytes
        self._seconds = settings.live_timeout
        self._pause = settings.live_host_seconds
        transport = httpx2.HTTPTransport(trust_env=False)
        # the pool's own parameter; the transport does not pass it on
        transport._pool._network_backend = PublicNetwork(settings.live_private_hosts)
        self._client = httpx2.Client(
            transport=transport,
            trust_env=False,  # a proxy would resolve names by itself
            follow_redirects=False,
            timeout=httpx2.Timeout(min(10.0, self._seconds)),
            headers={"user-agent": USER_AGENT, "accept-encoding": "gzip, deflate"},
        )
        self._lock = threading.Lock()
        self._free_at: dict[str, float] = {}
        self._closed_until: dict[str, float] = {}

    def get(
        self,
        url: str,
        validators: Mapping[str, str] | None = None,
        *,
        check: Callable[[str], float | None] = lambda url: None,
        pause: float | None = None,
        accept: str = "*/*",
    ) -> Page:
        """One page, after redirects.

        Args:
            url: http or https.
            validators: of the page as it was last time.
            check: asked about each address on the way; may raise, or return a longer pause.
            pause: least seconds between two requests to a host, instead of the settings'.
            accept: types of content.

        Raises:
            SourceRefused: a private address, too large, no such scheme, too many redirects, 4xx.
            SourceUnavailable: no answer in time, or "later" (429, 5xx).
        """
        headers = {"accept": accept}
        known = validators or {}
        if "etag" in known:
            headers["if-none-match"] = known["etag"]
        if "last-modified" in known:
            headers["if-modified-since"] = known["last-modified"]
        ends = time.monotonic() + self._seconds
        at = url
        for _ in range(MOST_REDIRECTS + 1):
            host = _host(at)
            started = time.monotonic()
            asked = check(at) or 0.0  # which may itself read robots.txt
            self._wait(host, max(asked, self._pause if pause is None else pause))
            ends += time.monotonic() - started
            with deadline(ends):
                page = self._one(at, headers, host)
            if page.status not in _REDIRECTS or "location" not in page.headers:
                return page
            at = urljoin(at, page.headers["location"])
        raise SourceRefused(f"more than {MOST_REDIRECTS} redirects", where=shown(url))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _one(self, url: str, headers: Mapping[str, str], host: str) -> Page:
        try:
            with self._client.stream("GET", url, headers=dict(headers)) as answer:
                found = {name.lower(): value for name, value in answer.headers.items()}
                if answer.status_code in _LATER:
                    if answer.status_code in _HOST_LATER or "retry-after" in found:
                        self._close(host, found)
                    raise SourceUnavailable(f"HTTP {answer.status_code}", where=shown(url))
                if answer.status_code in _REDIRECTS or answer.status_code in (304, 404, 410):
                    return Page(url, answer.status_code, found)
                if answer.status_code != 200:
                    raise SourceRefused(f"HTTP {answer.status_code}", where=shown(url))
                return Page(url, 200, found, self._body(answer, found, url))
        except httpx2.InvalidURL:
            raise SourceRefused("no valid address", where=shown(url)) from None
        except httpx2.TimeoutException:
            raise SourceUnavailable("no answer in time", where=shown(url)) from None
        except httpx2.HTTPError as error:
            reason = str(error).splitlines()[0][:100] if str(error) else type(error).__name__
            raise SourceUnavailable(f"no answer ({reason})", where=shown(url)) from None

    def _body(self, answer: httpx2.Response, headers: Mapping[str, str], url: str) -> bytes:
        stated = headers.get("content-length", "")
        if stated.isdigit() and int(stated) > self._max_bytes:
            raise self._too_large(url)
        body = bytearray()
        try:
            for part in answer.iter_bytes():
                body += part
                if len(body) > self._max_bytes:
                    raise self._too_large(url)
        except httpx2.TimeoutException:
            raise SourceUnavailable(
                f"the body did not end within {self._seconds:.0f} s", where=shown(url)
            ) from None
        return bytes(body)

    def _too_large(self, url: str) -> SourceRefused:
        return SourceRefused(
            f"larger than {self._max_bytes:,} bytes",
            where=shown(url),
            remedy="EMBED_LIVE_MAX_BYTES",
        )

    def _wait(self, host: str, pause: float) -> None:
        """Wait for the host's turn.

        Raises:
            SourceUnavailable: it asked to be left alone until later.
        """
        with self._lock:
            now = time.monotonic()
            closed = self._closed_until.get(host, 0.0)
            if closed > now:
                raise SourceUnavailable(
                    f"the server asked to wait {closed - now:.0f} s more", where=host
                )
            turn = max(now, self._free_at.get(host, 0.0))
            self._free_at[host] = turn + pause
        time.sleep(turn - now)

    def _close(self, host: str, headers: Mapping[str, str]) -> None:
        seconds = retry_after(headers.get("retry-after", ""), datetime.now(UTC))
        with self._lock:
            self._closed_until[host] = time.monotonic() + seconds


def retry_after(value: str, now: datetime) -> float:
    """Seconds that a `Retry-After` asks for, within bounds; RFC 9110, 10.2.3."""
    seconds = LEAST_WAIT
    if value.strip().isdigit():
        seconds = float(value)
    elif value:
        try:
            seconds = (parsedate_to_datetime(value) - now).total_seconds()
        except (TypeError, ValueError):
            seconds = LEAST_WAIT
    return min(max(seconds, LEAST_WAIT), MOST_WAIT)


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2].lower()
    except ValueError:
        raise SourceRefused("no valid address", where=shown(url)) from None
    if parts.scheme not in ("http", "https") or not host:
        raise SourceRefused("only http and https are read", where=shown(url))
    return host
