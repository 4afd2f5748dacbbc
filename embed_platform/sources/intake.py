"""Whatever a person hands over, as archives of the source that each is of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from embed_platform.errors import BadArchive, EmbedError, SettingsError
from embed_platform.lake.lake import Lake
from embed_platform.sources.containers import data_folder, find_archives
from embed_platform.sources.messenger import ingest as messenger
from embed_platform.sources.messenger.database import as_export, is_database
from embed_platform.sources.messenger.export import (
    Export,
    export_name,
    find_exports,
    open_exports,
)
from embed_platform.sources.messenger.parts import is_messenger
from embed_platform.sources.pages import ingest as pages
from embed_platform.sources.pages.files import is_page_file
from embed_platform.sources.twitter import ingest as twitter
from embed_platform.sources.twitter.ingest import Ingested, limits, scratch
from embed_platform.sources.zips import refuse_special, unreadable

# What the bridge calls its database; in a folder no other is looked at.
DATABASE = "messenger.db"


@dataclass(frozen=True)
class Handover:
    """Files that were handed over and belong together, or may.

    Attributes:
        source: whose form they have.
        paths: one archive of tweets, parts of one or more exports of messages, or page files.
    """

    source: str
    paths: tuple[Path, ...]

    @property
    def name(self) -> str:
        """What to call it while it is read."""
        more = f" and {len(self.paths) - 1} more" if len(self.paths) > 1 else ""
        return f"{self.paths[0].name}{more}"


@dataclass(frozen=True)
class PassedOver:
    """A folder in one that was handed over, with PDFs and images of nobody knows whom.

    Attributes:
        folder: where they lie.
        files: how many.
    """

    folder: Path
    files: int


@dataclass(frozen=True)
class Choices:
    """What a person may ask for when handing something over.

    Attributes:
        user: name to keep it under.
        force: take tweets that are older than the current ones.
        restore: take in somebody who was erased.
        allow_missing: take messages of which files are missing.
        private: whether tweets are kept from a public publication; None for what their archive says.
    """

    user: str | None = None
    force: bool = False
    restore: bool = False
    allow_missing: bool = False
    private: bool | None = None


def handovers(lake: Lake, paths: Sequence[Path]) -> list[Handover]:
    """What is at these paths: each archive of tweets by itself, all parts of messages together, all page files.

    A folder is an unpacked archive, or holds archives, or both; page files right in a folder count
    where it is no archive itself, whose own pictures nobody asked for.

    Raises:
        BadArchive: a path cannot be looked at.
    """
    tweets: list[Path] = []
    messages: list[Path] = []
    leaves: list[Path] = []
    for path in paths:
        for found in _within(lake, path):
            if found.is_file() and is_page_file(found):
                leaves.append(found)
                continue
            holds_messages = _holds_messages(lake, found)
            if holds_messages:
                messages.append(found)
            if not holds_messages or (found.is_dir() and data_folder(found)):
                tweets.append(found)
    together = [Handover(messenger.SOURCE, tuple(messages))] if messages else []
    together += [Handover(pages.SOURCE, tuple(leaves))] if leaves else []
    return [Handover(twitter.SOURCE, (path,)) for path in tweets] + together


def passed_over(lake: Lake, paths: Sequence[Path]) -> list[PassedOver]:
    """Folders of which `handovers` leaves PDFs and images out, while it takes what lies beside them.

    Such a folder may have a user's name or any other, so each is given by itself. The pictures of an
    unpacked export are its own.

    Raises:
        BadArchive: a path cannot be looked at.
    """
    given = {path.resolve() for path in paths}
    found = []
    for path in paths:
        if _within(lake, path) == [path] or _is_unpacked(lake, path):
            continue  # a file, an archive, or nothing, which is an error of its own
        for child in _folders(path):
            files = len(_page_files(child))
            if files and not _is_unpacked(lake, child) and child.resolve() not in given:
                found.append(PassedOver(child, files))
    return found


def owner(lake: Lake, given: Handover) -> str:
    """The partition key that it would get without anybody's choice.

    Raises:
        BadArchive: it cannot be read.
        SettingsError: it does not say whose it is.
    """
    if given.source == twitter.SOURCE:
        return twitter.owner(lake, given.paths[0])
    if given.source == pages.SOURCE:
        return pages.owner(given.paths[0], None)
    return messenger.owner(export_name(given.paths[0]), str(given.paths[0]))


def take_in(lake: Lake, given: Handover, choices: Choices) -> Iterator[Ingested | EmbedError]:
    """Keep what was handed over, archive by archive; the error where one cannot be taken in.

    The others go on.
    """
    if given.source == twitter.SOURCE:
        yield _one(
            partial(
                twitter.ingest,
                lake,
                given.paths[0],
                choices.user,
                force=choices.force,
                restore=choices.restore,
                private=choices.private,
            )
        )
        return
    if given.source == pages.SOURCE:
        for path in given.paths:
            yield _one(partial(pages.ingest, lake, path, choices.user, restore=choices.restore))
        return
    options = {"allow_missing": choices.allow_missing, "restore": choices.restore}
    with _exports(lake, given.paths) as found:
        exports = [export for export in found if isinstance(export, Export)]
        yield from (error for error in found if isinstance(error, BadArchive))
        accounts = sorted({messenger.account(export.name) for export in exports} - {""})
        if choices.user and len(accounts) > 1:
            yield SettingsError(
                f"--user names one user, but these are exports of {', '.join(accounts)}",
                remedy="Give each account's export in a command of its own",
            )
            return
        for export in exports:
            yield _one(partial(messenger.ingest, lake, export, choices.user, **options))


def _one(work: Callable[[], Ingested]) -> Ingested | EmbedError:
    try:
        return work()
    except EmbedError as error:
        return error


def _within(lake: Lake, path: Path) -> list[Path]:
    """A path itself, or what a folder is and holds."""
    try:
        refuse_special(path)
        if not path.is_dir():
            return [path]
        found, leaves = find_archives(path), _page_files(path)
    except OSError as error:
        raise unreadable(Path(error.filename or path), error) from error
    held = [child for child in found if child != path]
    held += [child for place in ("", "*/") for child in path.glob(place + DATABASE)]
    if is_messenger(path, limits(lake.settings)):
        # what else an export consists of is no archive
        return [path, *(child for child in held if _is_archive(child))]
    if found == [path] and data_folder(path) is not None:
        return [path, *held]  # an unpacked archive of tweets, and the bridge's database
    return [*held, *leaves] or [path]


def _page_files(folder: Path) -> list[Path]:
    return [
        child
        for child in sorted(folder.iterdir())
        if is_page_file(child) and child.is_file() and not child.name.startswith(".")
    ]


def _folders(folder: Path) -> list[Path]:
    return [
        child
        for child in sorted(folder.iterdir())
        if child.is_dir() and not child.name.startswith((".", "__"))
    ]


def _is_archive(path: Path) -> bool:
    """Whether something found beside messages is an archive of its own."""
    return path.suffix.lower() != ".json" or path.name == "archive.json"


def _is_unpacked(lake: Lake, folder: Path) -> bool:
    return data_folder(folder) is not None or _holds_messages(lake, folder)


def _holds_messages(lake: Lake, path: Path) -> bool:
    return bool(export_name(path)) or is_database(path) or is_messenger(path, limits(lake.settings))


@contextmanager
def _exports(lake: Lake, paths: Sequence[Path]) -> Iterator[list[Export | BadArchive]]:
    """The exports that some parts and databases are, or why one cannot be taken in."""
    databases = [path for path in paths if is_database(path)]
    bounds = limits(lake.settings)
    with scratch(lake.settings) as folder:
        found = list(find_exports([path for path in paths if path not in databases], bounds))
        for number, path in enumerate(databases):
            try:
                (export,) = open_exports([as_export(path, folder / str(number))], bounds)
                found.append(replace(export, source=str(path)))
            except BadArchive as error:
                found.append(error)
        yield found
