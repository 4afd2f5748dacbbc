"""Which source a feed follows: another one under the same name would take the first one's items for gone."""

from __future__ import annotations

from hashlib import blake2b

from embed_platform.errors import SettingsError
from embed_platform.live.changes import Position, Source
from embed_platform.live.state import State

# What tells one source of a class from another. A list of pages may grow and Hacker News' listing
# may change: their items keep their keys.
_TOLD_BY = {
    "Rss": ("url",),
    "Folder": ("path",),
    "PostgresTable": ("dsn_variable", "table", "key"),
}


def identity(source: Source) -> str:
    """Class of a source, and 16 hex digits over what tells it from another of its class.

    That is what its own `identity` says, if it has one. Digits, because addresses hold secrets.
    """
    name = type(source).__name__
    told = getattr(source, "identity", None)
    parts = [told] if told is not None else [getattr(source, a) for a in _TOLD_BY.get(name, ())]
    content = "\x1f".join([name, *map(str, parts)])
    return f"{name} {blake2b(content.encode(), digest_size=8).hexdigest()}"


def same_source(state: State, source: Source, feed: str) -> None:
    """Remember the source of a feed that has none yet.

    Raises:
        SettingsError: the feed follows another one.
    """
    known, given = state.get("source"), identity(source)
    if known is None:
        state.keep(source=given)
    elif known != given:
        before, now = known.partition(" ")[0], given.partition(" ")[0]
        other = f"another {now}" if before == now else f"a {before} and not this {now}"
        raise SettingsError(
            f"the feed follows {other}",
            where=feed,
            remedy="Give this pipeline a name of its own; or, if its source was changed on purpose, "
            "`embed-platform live run --once --new-source FILE`",
        )


def begin_anew(state: State, source: Source) -> None:
    """Let a feed follow another source from its beginning.

    Its items stay until that source has told all that it has, if it ever does.
    """
    position: Position = {"cursor": {}, "round": None}
    state.keep(source=identity(source), position=position, round=state.round + 1)
