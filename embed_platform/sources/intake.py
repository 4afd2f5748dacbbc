"""Whatever a person hands over, as archives of the source that each is of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from embed_platform.errors import BadArchive, EmbedError
from embed_platform.lake.lake import Lake
from embed_platform.sources import ingest as twitter
from embed_platform.sources.containers import find_archives
from embed_platform.sources.ingest import Ingested, limits, scratch
from embed_platform.sources.messenger import ingest as messenger
from embed_platform.sources.messenger.database import as_export, is_database
from embed_platform.sources.messenger.export import (
    Export,
    export_name,
    is_messenger,
    open_exports,
)


@dataclass(frozen=True)
class Handover:
    """Files that were handed over and belong together, or may.

    Attributes:
        source: whose form they have.
        paths: one archive of tweets, or parts of one or more exports of messages.
    """

    source: str
    paths: tuple[Path, ...]

    @property
    def name(self) -> str:
        """What to call it while it is read."""
        more = f" and {len(self.paths) - 1} more" if len(self.paths) > 1 else ""
        return f"{self.paths[0].name}{more}"


@dataclass(frozen=True)
class Choices:
    """What a person may ask for when handing something over.

    Attributes:
        user: name to keep it under.
        force: take tweets that are older than the current ones.
        restore: take in somebody who was erased.
        allow_missing: take messages of which files are missing.
    """

    user: str | None = None
    force: bool = False
    restore: bool = False
    allow_missing: bool = False


def handovers(lake: Lake, paths: Sequence[Path]) -> list[Handover]:
    """What is at these paths: each archive of tweets by itself, all parts of messages together.

    A folder is an unpacked archive, or holds archives.
    """
    tweets: list[Path] = []
    messages: list[Path] = []
    for path in paths:
        for found in _within(lake, path):
            (messages if _holds_messages(lake, found) else tweets).append(found)
    together = [Handover(messenger.SOURCE, tuple(messages))] if messages else []
    return [Handover(twitter.SOURCE, (path,)) for path in tweets] + together


def owner(lake: Lake, given: Handover) -> str:
    """The partition key that it would get without anybody's choice.

    Raises:
        BadArchive: it cannot be read.
        SettingsError: it does not say whose it is.
    """
    if given.source == twitter.SOURCE:
        return twitter.owner(lake, given.paths[0])
    return messenger.owner(export_name(given.paths[0]), str(given.paths[0]))


def take_in(lake: Lake, given: Handover, choices: Choices) -> Iterator[Ingested | EmbedError]:
    """Keep what was handed over, archive by archive; the error where one cannot be taken in.

    The others go on.
    """
    if given.source == twitter.SOURCE:
        options = {"force": choices.force, "restore": choices.restore}
        yield _one(partial(twitter.ingest, lake, given.paths[0], choices.user, **options))
        return
    options = {"allow_missing": choices.allow_missing, "restore": choices.restore}
    try:
        with _exports(lake, given.paths) as exports:
            for export in exports:
                yield _one(partial(messenger.ingest, lake, export, choices.user, **options))
    except BadArchive as error:
        yield error


def _one(work: Callable[[], Ingested]) -> Ingested | EmbedError:
    try:
        return work()
    except EmbedError as error:
        return error


def _within(lake: Lake, path: Path) -> list[Path]:
    """A path itself, or the archives in a folder that is none."""
    if path.is_dir() and not is_messenger(path, limits(lake.settings)):
        return find_archives(path)
    return [path]


def _holds_messages(lake: Lake, path: Path) -> bool:
    return bool(export_name(path)) or is_database(path) or is_messenger(path, limits(lake.settings))


@contextmanager
def _exports(lake: Lake, paths: Sequence[Path]) -> Iterator[list[Export]]:
    """The exports that some parts and databases are.

    Raises:
        BadArchive: a part cannot be read, or there is no message in all of them.
    """
    databases = [path for path in paths if is_database(path)]
    parts = [path for path in paths if path not in databases]
    bounds = limits(lake.settings)
    with scratch(lake.settings) as folder:
        found = open_exports(parts, bounds)
        for number, path in enumerate(databases):
            (export,) = open_exports([as_export(path, folder / str(number))], bounds)
            found.append(replace(export, name=path.name))
        yield found
