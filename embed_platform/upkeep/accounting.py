"""Where every record went, in sets of ids: exported, parsed, dropped, in documents, embedded, in stores.

Counts can agree by accident; each step here names what the step before held and it does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import msgspec

from embed_platform.corpus.clean import MESSAGES, TWEETS, CleanTable, read_clean
from embed_platform.corpus.documents import document_id, document_kinds, read_documents
from embed_platform.corpus.kinds import MESSAGE, MESSAGE_CHUNK, PAGE_IMAGE, TWEET
from embed_platform.embedding.debts import dead_hashes
from embed_platform.embedding.vectors import embedded_hashes
from embed_platform.errors import BadArchive, DamagedFile, EmbedError
from embed_platform.lake import layout
from embed_platform.lake.dead_letters import read_dead_letters
from embed_platform.lake.lake import Lake
from embed_platform.lake.snapshots import read_snapshot
from embed_platform.sources.messenger.ingest import SOURCE
from embed_platform.sources.pages.ingest import SOURCE as PAGES
from embed_platform.sources.pages.ingest import page_label, pages_kept
from embed_platform.sources.pages.publish import STEP as PAGES_STEP
from embed_platform.sources.records import list_archives
from embed_platform.stores.base import Store, StoreTable
from embed_platform.stores.loads import is_served
from embed_platform.stores.sync import wanted_rows
from embed_platform.upkeep.exported import Exported, exported
from embed_platform.upkeep.spaces import HeldSpace, held_spaces

EXAMPLES = 3


@dataclass(frozen=True)
class Step:
    """One step of the account.

    Attributes:
        name: of the step.
        count: ids that it holds.
        explained: what the step before held and it rightly does not, by reason.
        missing: ids that it should hold and does not.
        surplus: ids that it should not hold.
        examples: some of the missing, then of the surplus.
        note: why it could not be looked at, if so.
    """

    name: str
    count: int
    explained: dict[str, int] = field(default_factory=dict)
    missing: int = 0
    surplus: int = 0
    examples: tuple[str, ...] = ()
    note: str = ""

    @property
    def adds_up(self) -> bool:
        """Whether nothing is missing and nothing too much."""
        return not (self.missing or self.surplus or self.note)

    def as_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self) | {"adds_up": self.adds_up}


def compare(
    name: str,
    wanted: Collection[str],
    found: Collection[str],
    explained: Mapping[str, int] | None = None,
) -> Step:
    """A step that should hold just the wanted ids."""
    missing, surplus = sorted(set(wanted) - set(found)), sorted(set(found) - set(wanted))
    examples = (*missing[:EXAMPLES], *surplus[:EXAMPLES])
    reasons = dict(sorted((explained or {}).items()))
    return Step(name, len(set(found)), reasons, len(missing), len(surplus), examples)


def account(lake: Lake, user: str, stores: Sequence[Store]) -> list[Step]:
    """Every step of a user's records, from what was exported to what each store holds."""
    steps = [*corpus_steps(lake, user)]
    loaded = [s for held in held_spaces(lake) for s in space_steps(lake, held, user, stores)]
    if not loaded:
        note = f"nothing of {user!r} is embedded yet; `embed-platform run` does it"
        loaded = [Step("documents embedded", 0, note=note)]
    return steps + loaded


def corpus_steps(lake: Lake, user: str) -> Iterator[Step]:
    """The steps from archives to documents; a file that cannot be read is the last of them."""
    try:
        if list_archives(lake, user, SOURCE):
            yield from _message_steps(lake, user)
        if list_archives(lake, user, TWEETS.source):
            yield from _tweet_steps(lake, user)
        if list_archives(lake, user, PAGES):
            yield from _page_steps(lake, user)
    except DamagedFile as error:
        yield Step("documents", 0, note=str(error))


def space_steps(lake: Lake, held: HeldSpace, user: str, stores: Sequence[Store]) -> Iterator[Step]:
    """The steps from documents to vectors and stores in one space, if the user is in it.

    Where no documents are, a store is only spoken of when it holds some all the same.
    """
    try:
        embedded = embedded_hashes(lake, held.space.slug, user)
        present = set(document_kinds(lake, user)) if embedded else set()
        for table in held.tables():
            if table.kind.name in present:
                ids = _vector_ids(lake, table, user, embedded)
                yield _vector_step(lake, table, user, ids)
            for store in stores:
                if not is_served(lake, store.name, held.space.slug, user):
                    continue
                step = _store_step(lake, store, table, user, embedded)
                if table.kind.name in present or step.surplus:
                    yield step
    except DamagedFile as error:
        yield Step(f"{held.space.slug} embedded", 0, note=str(error))


def vector_steps(lake: Lake, tables: Sequence[StoreTable], user: str) -> list[Step]:
    """Whether each document of a user has a vector, or a dead letter that says why not.

    Args:
        lake: where.
        tables: of one space.
        user: whose.
    """
    embedded = embedded_hashes(lake, tables[0].space.slug, user)
    return [
        _vector_step(lake, table, user, _vector_ids(lake, table, user, embedded))
        for table in tables
    ]


def _message_steps(lake: Lake, user: str) -> Iterator[Step]:
    parsed = _ids(lake, layout.records(user, SOURCE), "message_id")
    try:
        found = exported(lake, user)
        yield _exported_step(found)
        yield compare("messages parsed", found.ids, parsed)
    except BadArchive as error:  # a kept member is gone
        yield Step("messages exported", 0, note=str(error))
    kept, dropped = _kept(lake, MESSAGES, user, "message_id", "excluded")
    yield compare("messages cleaned", parsed, {*kept, *dropped}, Counter(dropped.values()))
    yield compare(
        "messages in chunks", kept, _metadata(lake, user, MESSAGE_CHUNK.name, "message_ids")
    )
    if lake.settings.message_documents:
        alone, left_out = _kept(lake, MESSAGES, user, "message_id", "excluded_alone")
        documents = read_documents(lake, user, MESSAGE.name, ["id"])["id"].to_pylist()
        yield compare("messages as documents", alone, documents, Counter(left_out.values()))


def _tweet_steps(lake: Lake, user: str) -> Iterator[Step]:
    parsed = _ids(lake, layout.records(user, TWEETS.source), "tweet_id")
    kept, dropped = _kept(lake, TWEETS, user, "tweet_id", "excluded")
    yield compare("tweets cleaned", parsed, {*kept, *dropped}, Counter(dropped.values()))
    yield compare("tweets as documents", kept, _metadata(lake, user, TWEET.name, "tweet_id"))


def _page_steps(lake: Lake, user: str) -> Iterator[Step]:
    set_aside = {
        letter.where for letter in read_dead_letters(lake.storage, user).get(PAGES_STEP, [])
    }
    parsed = read_snapshot(
        lake.storage, layout.records(user, PAGES), ["file", "file_sha256", "page"]
    )
    rows = [] if parsed is None else parsed.to_pylist()
    labels = {page_label(row["file"], row["file_sha256"], row["page"]) for row in rows}
    reasons = {"set aside": len(set_aside)} if set_aside else {}
    yield compare("pages rendered", set(pages_kept(lake, user)) - set_aside, labels, reasons)
    wanted = {document_id(user, PAGE_IMAGE.name, row["file_sha256"], row["page"]) for row in rows}
    found = read_documents(lake, user, PAGE_IMAGE.name, ["id"])["id"].to_pylist()
    yield compare("pages as documents", wanted, found)


def _exported_step(found: Exported) -> Step:
    explained = {
        "in several exports": found.read - len(found.ids),
        "unreadable": found.unreadable,
        "damaged files": found.damaged_files,
    }
    lost = found.records - found.read - found.unreadable
    return Step(
        "messages exported",
        found.records,
        {reason: count for reason, count in explained.items() if count},
        missing=max(lost, 0),
        surplus=max(-lost, 0),
    )


def _ids(lake: Lake, folder: str, column: str) -> set[str]:
    found = read_snapshot(lake.storage, folder, [column])
    return set() if found is None else set(map(str, found[column].to_pylist()))


def _kept(
    lake: Lake, table: CleanTable, user: str, key: str, reason: str
) -> tuple[set[str], dict[str, str]]:
    """Ids that are used, and those that are not with the reason."""
    found = read_clean(lake, table, user, [key, reason])
    if found is None:
        return set(), {}
    rows = zip(map(str, found[key].to_pylist()), found[reason].to_pylist(), strict=True)
    kept, dropped = set(), {}
    for name, why in rows:
        if why is None:
            kept.add(name)
        else:
            dropped[name] = why
    return kept, dropped


def _metadata(lake: Lake, user: str, kind: str, name: str) -> set[str]:
    """Every value of a metadata field, elements of lists one by one, over a user's documents."""
    found: set[str] = set()
    for text in read_documents(lake, user, kind, ["metadata"])["metadata"].to_pylist():
        value = msgspec.json.decode(text)[name]
        found.update(map(str, value) if isinstance(value, list) else [str(value)])
    return found


def _vector_ids(
    lake: Lake, table: StoreTable, user: str, embedded: Collection[str]
) -> dict[str, bool]:
    """Whether each document has a vector, by id."""
    rows = read_documents(lake, user, table.kind.name, ["id", "text_hash"])
    pairs: Iterable[tuple[str, str]] = zip(
        rows["id"].to_pylist(), rows["text_hash"].to_pylist(), strict=True
    )
    return {key: text in embedded for key, text in pairs}


def _vector_step(lake: Lake, table: StoreTable, user: str, ids: Mapping[str, bool]) -> Step:
    dead = dead_hashes(lake, table.space.slug, user)
    rows = read_documents(lake, user, table.kind.name, ["id", "text_hash"])
    pairs = zip(rows["id"].to_pylist(), rows["text_hash"].to_pylist(), strict=True)
    set_aside = {key for key, text in pairs if text in dead and not ids[key]}
    found = {key for key, has in ids.items() if has}
    reasons = {"set aside": len(set_aside)} if set_aside else {}
    return compare(f"{table.name} embedded", ids.keys() - set_aside, found, reasons)


def _store_step(
    lake: Lake, store: Store, table: StoreTable, user: str, embedded: Collection[str]
) -> Step:
    name = f"{table.name} in {store.name}"
    try:
        reason = store.refuses(table, user)
        wanted = wanted_rows(lake, store, table, user, embedded)
        found = store.hashes(table, user)
    except EmbedError as error:
        return Step(name, 0, note=str(error))
    withheld = read_documents(lake, user, table.kind.name, ["id"]).num_rows
    return compare(name, wanted, found, {f"withheld: {reason}": withheld} if reason else {})
