"""robots.txt: whether a page may be read, and how slowly; RFC 9309."""

from __future__ import annotations

import threading
import time
from urllib.parse import urlsplit

from protego import Protego

from embed_platform.errors import SourceRefused, SourceUnavailable
from embed_platform.live.web.address import shown
from embed_platform.live.web.fetcher import USER_AGENT, Fetcher

KEPT_SECONDS = 3600.0
# RFC 9309, 2.5: at least so much of the file is read.
MOST_BYTES = 500 * 1024
MOST_PAUSE = 60.0
MOST_HOSTS = 1000
_PRODUCT = USER_AGENT.split("/")[0]


class Robots:
    """The rules of every host that was asked for, each read once an hour."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._known: dict[str, tuple[float, Protego]] = {}
        self._lock = threading.Lock()

    def check(self, url: str) -> float | None:
        """Raise unless a page may be read; returns the pause that the host asks for between requests.

        Raises:
            SourceRefused: robots.txt forbids it.
            SourceUnavailable: whether it does cannot be told, which counts as a no (RFC 9309, 2.3.1.4).
        """
        parts = urlsplit(url)
        rules = self._rules(f"{parts.scheme}://{parts.netloc}")
        if not rules.can_fetch(url, _PRODUCT):
            raise SourceRefused("robots.txt forbids it", where=shown(url))
        delay = rules.crawl_delay(_PRODUCT)
        return None if delay is None else min(float(delay), MOST_PAUSE)

    def _rules(self, base: str) -> Protego:
        with self._lock:
            known = self._known.get(base)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        text = ""
        try:
            page = self._fetcher.get(f"{base}/robots.txt")
            if page.status == 200:
                text = page.text[:MOST_BYTES]
        except SourceUnavailable as error:
            raise SourceUnavailable(
                f"its robots.txt cannot be read ({error.what})", where=shown(base)
            ) from error
        except SourceRefused as error:
            if not error.what.startswith("HTTP 4"):
                raise  # while a 4xx means that there are no rules: RFC 9309, 2.3.1.3
        rules = Protego.parse(text)
        with self._lock:
            if len(self._known) >= MOST_HOSTS:
                self._known.clear()
            self._known[base] = (time.monotonic() + KEPT_SECONDS, rules)
        return rules
