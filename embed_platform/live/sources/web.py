"""What sources on the web share: the client, robots.txt, and one page as a change."""

from __future__ import annotations

from collections.abc import Mapping

from embed_platform.errors import BadRecord, SourceRefused, SourceUnavailable
from embed_platform.live.changes import Change, Delete, Failed, Item, Upsert
from embed_platform.live.web.extract import main_text
from embed_platform.live.web.fetcher import Fetcher
from embed_platform.live.web.robots import Robots
from embed_platform.settings import Settings, load_settings


class WebSource:
    """A source that reads the web; it connects with the settings of whoever opens the feed."""

    poll_seconds: float

    def __init__(self, poll_seconds: float) -> None:
        if poll_seconds <= 0:
            raise ValueError("poll_seconds is above 0")
        self.poll_seconds = poll_seconds
        self._settings: Settings | None = None
        self._fetcher: Fetcher | None = None
        self._robots: Robots | None = None

    def connect(self, settings: Settings) -> None:
        """Use these settings: limits, addresses, hosts that may be read."""
        self.close()
        self._settings = settings

    def close(self) -> None:
        """Close the connections."""
        if self._fetcher is not None:
            self._fetcher.close()
        self._fetcher = self._robots = None

    @property
    def settings(self) -> Settings:
        """Those given, else those of this process."""
        if self._settings is None:
            self._settings = load_settings()
        return self._settings

    @property
    def fetcher(self) -> Fetcher:
        """The client, made when it is first needed."""
        if self._fetcher is None:
            self._fetcher = Fetcher(self.settings)
        return self._fetcher

    @property
    def robots(self) -> Robots:
        """The rules of hosts."""
        if self._robots is None:
            self._robots = Robots(self.fetcher)
        return self._robots

    def read_page(
        self, url: str, key: str, validators: Mapping[str, str], context: str = ""
    ) -> tuple[Change | None, dict[str, str]]:
        """A page as a change, None where it is unchanged, and what the next request asks with.

        404 and 410 delete it. A page that cannot be read now, or may not be, stays as it was.
        """
        try:
            page = self.fetcher.get(url, validators, check=self.robots.check)
            if page.status == 304:
                return None, dict(validators)
            if page.gone:
                return Delete(key), {}
            found = main_text(page.text, page.url, page.headers.get("content-type", ""))
        except (SourceRefused, SourceUnavailable, BadRecord) as error:
            return Failed(key, error.what), {}
        item = Item(
            key=key,
            text=found.text,
            url=page.url,
            title=found.title,
            author=found.author,
            created_at=found.created_at,
            context="\n".join(filter(None, dict.fromkeys((context, found.title)))),
        )
        return Upsert(item), page.validators
