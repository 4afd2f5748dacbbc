"""The nightly audit: compare documents, vectors and stores, and write down what would repair them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Literal

import msgspec

from embed_platform.compute.engines import open_engine
from embed_platform.compute.local.page_images import open_page_engine
from embed_platform.embedding.debts import UserResult, dead_hashes, wanted_hashes
from embed_platform.embedding.embed import embed_pages, embed_users
from embed_platform.embedding.fleet import OneMachine
from embed_platform.embedding.registry import Registry
from embed_platform.embedding.vectors import embedded_hashes
from embed_platform.errors import DamagedFile, EmbedError, StoreUnavailable
from embed_platform.lake.lake import Lake
from embed_platform.stores.base import Store
from embed_platform.stores.loads import is_served
from embed_platform.stores.sync import Loaded, difference, sync_space, wanted_rows
from embed_platform.upkeep.spaces import HeldSpace, held_spaces

PLANS = "plans"
Embed = Callable[[HeldSpace, list[str]], Mapping[str, UserResult | EmbedError]]


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be.

    Attributes:
        repair: `embed` (texts lack a vector) or `load` (a store differs from the lake).
        space: slug.
        user: whose.
        store: for `load`, which.
        missing: texts or rows that should be there.
        surplus: rows that should not.
        note: why it could not be looked at, if so.
    """

    repair: Literal["embed", "load"]
    space: str
    user: str
    store: str = ""
    missing: int = 0
    surplus: int = 0
    note: str = ""


def audit(lake: Lake, stores: Iterable[Store], users: Sequence[str] | None = None) -> list[Finding]:
    """Read back every vector file and every store, and compare with the documents.

    A store that does not answer, or a file that cannot be read, is a finding, not an error.
    """
    persons = list(users if users is not None else lake.users())
    spaces = held_spaces(lake)
    findings = [
        finding
        for held in spaces
        for user in persons
        for finding in _missing_vectors(lake, held, user)
    ]
    for store in stores:
        for held in spaces:
            try:
                for user in persons:
                    with suppress(DamagedFile):  # among the findings already
                        findings += _differences(lake, store, held, user)
            except StoreUnavailable as error:
                findings.append(Finding("load", held.space.slug, "*", store.name, note=str(error)))
    return findings


def write_plan(lake: Lake, findings: Sequence[Finding]) -> str:
    """Keep the findings as the repair plan; returns its path in the lake. The last 30 are kept."""
    now = datetime.now(UTC)
    path = f"{PLANS}/{now:%Y%m%dT%H%M%S}.json"
    content = {
        "written_at": now.isoformat(timespec="seconds"),
        "findings": [asdict(f) for f in findings],
    }
    lake.storage.put(path, msgspec.json.format(msgspec.json.encode(content), indent=2))
    lake.storage.delete(entry.path for entry in lake.storage.list(PLANS)[:-30])
    return path


def repair(
    lake: Lake,
    findings: Sequence[Finding],
    stores: Sequence[Store],
    embed: Embed,
) -> list[str]:
    """Apply a plan: embed first, then load what differs with a full read-back.

    Args:
        lake: where.
        findings: of `audit`.
        stores: those to repair.
        embed: gives the users' texts their vectors in a space.

    Returns:
        A line for each thing that could not be repaired.
    """
    problems: list[str] = []
    by_slug = {held.space.slug: held for held in held_spaces(lake)}
    for slug, held in by_slug.items():
        users = sorted({f.user for f in findings if f.space == slug and f.repair == "embed"})
        if users:
            for user, result in embed(held, users).items():
                if isinstance(result, EmbedError):
                    problems.append(f"{slug}, {user}: {result}")
    for store in stores:
        for slug, held in by_slug.items():
            concerned = [
                f
                for f in findings
                if f.space == slug and (f.repair == "embed" or f.store == store.name)
            ]
            users = (
                lake.users()
                if any(f.user == "*" for f in concerned)
                else sorted({f.user for f in concerned})
            )
            problems += _load(lake, store, held, users)
    return problems


def embed_with(lake: Lake, registry: Registry) -> Embed:
    """How `repair` embeds on this machine: with the registry's model of the space."""

    def embed(held: HeldSpace, users: list[str]) -> Mapping[str, UserResult | EmbedError]:
        entry = registry.get(held.space.slug)
        if held.space.multi_vector:
            return embed_pages(
                lake,
                held.space,
                users,
                held.kinds,
                lambda: OneMachine(lambda: open_page_engine(entry, lake.settings)),
            )
        return embed_users(
            lake, held.space, users, held.kinds, lambda: open_engine(entry, lake.settings)
        )

    return embed


def _load(lake: Lake, store: Store, held: HeldSpace, users: Sequence[str]) -> list[str]:
    served = [user for user in users if is_served(lake, store.name, held.space.slug, user)]
    if not served:
        return []
    try:
        outcomes = sync_space(lake, store, held.tables(), served, full=True)
    except EmbedError as error:
        return [str(error)]
    return [
        f"{store.name}, {user}: {outcome}"
        for user, outcome in outcomes.items()
        if not isinstance(outcome, Loaded)
    ]


def _missing_vectors(lake: Lake, held: HeldSpace, user: str) -> list[Finding]:
    slug = held.space.slug
    try:
        wanted = wanted_hashes(lake, user, held.kinds) - dead_hashes(lake, slug, user)
        present = embedded_hashes(lake, slug, user)
    except DamagedFile as error:
        return [Finding("embed", slug, user, note=str(error))]
    # a user of whom the space holds nothing was never asked for in it
    missing = len(wanted - present) if present else 0
    return [Finding("embed", slug, user, missing=missing)] if missing else []


def _differences(lake: Lake, store: Store, held: HeldSpace, user: str) -> list[Finding]:
    slug = held.space.slug
    if not embedded_hashes(lake, slug, user) or not is_served(lake, store.name, slug, user):
        return []
    missing = surplus = 0
    for table in held.tables():
        found = difference(wanted_rows(lake, store, table, user), store.hashes(table, user))
        missing += len(found.write)
        surplus += len(found.delete)
    if not missing and not surplus:
        return []
    return [Finding("load", slug, user, store.name, missing, surplus)]
