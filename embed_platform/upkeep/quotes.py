"""What other people's conversations quote of a person, found by the names that person has there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from embed_platform.corpus.build import build_documents
from embed_platform.corpus.clean import MESSAGES, clean
from embed_platform.corpus.documents import document_kinds, read_documents
from embed_platform.corpus.kinds import KINDS
from embed_platform.corpus.messages import build_message_chunks
from embed_platform.embedding.embed import tidy
from embed_platform.errors import EmbedError
from embed_platform.lake import layout
from embed_platform.lake.dead_letters import read_dead_letters
from embed_platform.lake.lake import Lake
from embed_platform.lake.snapshots import read_snapshot_batches
from embed_platform.lake.suppressions import sender, suppress
from embed_platform.sources.messenger.ingest import SOURCE
from embed_platform.sources.messenger.publish import (
    STEP,
    named_in_letter,
    names_in,
    publish_raw_messages,
)
from embed_platform.stores.base import Store
from embed_platform.stores.loads import loaded_rows
from embed_platform.stores.sync import sync_space
from embed_platform.upkeep.spaces import held_spaces


@dataclass(frozen=True)
class Quote:
    """A piece of another user's conversation in which the person speaks or is in the title.

    Attributes:
        user: whose conversation it is.
        kind: of the document.
        id: of the document.
        created_at: its first message, ISO 8601, UTC.
        messages: how many messages it holds, whoever sent them.
    """

    user: str
    kind: str
    id: str
    created_at: str
    messages: int


def quotes(lake: Lake, aliases: Sequence[str], owner: str = "") -> list[Quote]:
    """Every private document of other users that names one of these people as a speaker or in its title.

    Args:
        lake: where.
        aliases: names as other people's exports write them; case and spaces do not count.
        owner: whose own documents do not count.
    """
    wanted = {sender(name) for name in aliases}
    found = []
    for user in lake.users() if wanted else []:
        kinds = [kind for kind in document_kinds(lake, user) if kind in KINDS and user != owner]
        for kind in (name for name in kinds if KINDS[name].private):
            table = read_documents(lake, user, kind, ["id", "created_at", "metadata"])
            for row in table.to_pylist():
                metadata = msgspec.json.decode(row["metadata"])
                if wanted & {sender(name) for name in _names(metadata)}:
                    count = int(metadata.get("message_count") or 1)
                    found.append(Quote(user, kind, row["id"], row["created_at"].isoformat(), count))
    return found


def named_by(lake: Lake, aliases: Sequence[str], owner: str = "") -> list[str]:
    """Users whose parsed messages name one of these people at all: as sender, in a title, by a reaction.

    More than `quotes` finds: what is no document, as it is too short or was taken back, counts too.

    Args:
        lake: where.
        aliases: names as other people's exports write them; case and spaces do not count.
        owner: whose own messages do not count.
    """
    wanted = {sender(name) for name in aliases}
    others = [user for user in lake.users() if user != owner] if wanted else []
    return [user for user in others if _is_named(lake, user, wanted)]


def silence(lake: Lake, aliases: Iterable[str], user: str) -> None:
    """Leave these senders out whenever messages are parsed, from now on, but for the user's own."""
    suppress(lake.storage, *(sender(name) for name in aliases), of=user)


def rebuild_conversations(lake: Lake, user: str) -> None:
    """Make a user's messages, chunks and documents anew, without the senders that are left out.

    What is left of a conversation is another text; the next run embeds it.

    Raises:
        EmbedError: as the steps of a run.
    """
    publish_raw_messages(lake, user)
    clean(lake, MESSAGES, [user])
    build_message_chunks(lake, user)
    build_documents(lake, user)


def drop_old_rows(lake: Lake, stores: Iterable[Store], users: Sequence[str]) -> None:
    """Remove from the stores, and then from the vectors, what these users' documents no longer hold.

    Raises:
        StoreUnavailable: a store that holds rows of theirs does not answer.
        VerificationFailed: it does not hold what the lake holds.
    """
    spaces = held_spaces(lake)
    for store in stores:
        for held in spaces:
            slug = held.space.slug
            loaded = [user for user in users if store.name in loaded_rows(lake, slug, user)]
            for outcome in sync_space(lake, store, held.tables(), loaded).values():
                if isinstance(outcome, EmbedError):
                    raise outcome
    for held in spaces:
        for user in users:
            tidy(lake, held.space, user, held.kinds, always=True)


def _names(metadata: dict[str, Any]) -> Iterable[str]:
    """Who speaks in a document, and what its thread is called."""
    yield from metadata.get("participant_names") or []
    yield metadata.get("sender_name") or ""
    yield from names_in(metadata.get("thread_name") or "")


def _is_named(lake: Lake, user: str, wanted: set[str]) -> bool:
    set_aside = read_dead_letters(lake.storage, user).get(STEP, [])
    if any(sender(name) in wanted for one in set_aside for name in named_in_letter(one)):
        return True
    folder = layout.records(user, SOURCE)
    for batch in read_snapshot_batches(
        lake.storage, folder, ["sender_name", "thread_name", "extra"]
    ):
        names = set(batch["sender_name"].unique().to_pylist())
        for title in batch["thread_name"].unique().to_pylist():
            names.update(names_in(title))
        for extra in batch["extra"].unique().to_pylist():
            names.update(actor for actor, _ in msgspec.json.decode(extra).get("reactions", ()))
        if any(sender(name) in wanted for name in names):
            return True
    return False
