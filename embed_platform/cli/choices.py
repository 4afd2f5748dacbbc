"""What a command's options mean: users, stores, kinds, models, times."""

from __future__ import annotations

from embed_platform.cli.app import escape, say
from embed_platform.corpus.kinds import KINDS
from embed_platform.embedding.registry import ModelEntry, Registry, load_registry, save_model
from embed_platform.errors import SettingsError
from embed_platform.lake.lake import Lake
from embed_platform.lake.layout import FEED_PREFIX
from embed_platform.settings import STORE_NAMES, Settings
from embed_platform.sources.times import utc_time


def chosen_users(lake: Lake, names: list[str] | None, *, feeds: bool = True) -> list[str]:
    """The users of a command: those named, or all; with `feeds` false only those with archives.

    Raises:
        SettingsError: one is unknown, or there are none.
    """
    known = [user for user in lake.users() if feeds or not user.startswith(FEED_PREFIX)]
    unknown = [name for name in names or [] if name.lower() not in known]
    if unknown or not known:
        what = f"{unknown[0]!r} is no user here" if unknown else "there are no users yet"
        raise SettingsError(
            what,
            remedy="`embed-platform ingest PATH` takes in an archive; `embed-platform status` lists the users",
        )
    return [name.lower() for name in names] if names else known


def known_user(lake: Lake, name: str) -> str:
    """The user of a question, with a word where there is none: of the erased, nothing is an answer."""
    user = name.lower()
    if user not in lake.users():
        say(f"[yellow]{escape(user)} is no user here[/]; `embed-platform status` lists the users")
    return user


def chosen_stores(settings: Settings, names: list[str] | None) -> tuple[str, ...]:
    """The stores of a command: those named, or those of the settings."""
    for name in names or []:
        if name not in STORE_NAMES:
            raise SettingsError(
                f"unknown store {name!r}; the stores are {', '.join(STORE_NAMES)}", where="--store"
            )
    return tuple(names or settings.stores)


def chosen_kinds(names: list[str] | None, served: tuple[str, ...]) -> tuple[str, ...]:
    """The kinds of a command: those named, or all that the model serves."""
    for name in names or []:
        if name not in KINDS:
            raise SettingsError(
                f"unknown kind {name!r}; the kinds are {', '.join(KINDS)}", where="--kind"
            )
    return tuple(dict.fromkeys(names or served))


def resolve_model(settings: Settings, name: str) -> ModelEntry:
    """The registry's entry of a name; an unknown model is fetched and pinned in the home, a branch is pinned there."""
    registry: Registry = load_registry(settings)
    entry = registry.find(name)
    if entry is None:
        from embed_platform.compute.local.engine import describe_model

        say(f"{name} is not in the registry yet; fetching it")
        entry = describe_model(name, settings)
        save_model(settings, entry)
        say(
            f"pinned {entry.name}@{entry.space.revision[:12]}, {entry.space.dimension} dimensions, "
            f"in {settings.home / 'models.yaml'}"
        )
    elif entry.space.is_floating:
        from embed_platform.compute.local.weights import pinned

        entry = pinned(entry, settings)
        say(f"pinned {entry.name}@{entry.space.revision[:12]} in {settings.home / 'models.yaml'}")
    return entry


def period(since: str | None, until: str | None) -> tuple[str | None, str | None]:
    """The dates of `--since` and `--until` as ISO 8601 text in UTC, as documents carry them.

    Raises:
        SettingsError: one is no day and no time, or nothing lies between them.
    """
    first, end = _utc_text(since, "--since"), _utc_text(until, "--until")
    if first and end and end <= first:
        raise SettingsError(
            f"nothing lies from {first} until {end}",
            where="--since, --until",
            remedy="--until is the later one, and not itself included",
        )
    return first, end


def _utc_text(value: str | None, option: str) -> str | None:
    if value is None:
        return None
    try:
        return utc_time(value).isoformat()
    except ValueError:
        raise SettingsError(
            f"{value!r} is no day and no time",
            where=option,
            remedy="Write 2024-05-31 or 2024-05-31T18:00",
        ) from None
