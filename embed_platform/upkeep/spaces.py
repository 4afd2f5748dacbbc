"""Which spaces the lake holds, and their removal."""

from __future__ import annotations

from dataclasses import dataclass, fields

from embed_platform.corpus.kinds import KINDS
from embed_platform.embedding.probe import read_space_file
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake
from embed_platform.stores.base import Store, StoreTable


@dataclass(frozen=True)
class HeldSpace:
    """A space of the lake and the kinds that were embedded in it."""

    space: EmbeddingSpace
    kinds: tuple[str, ...]

    def tables(self) -> list[StoreTable]:
        """Its tables in a store."""
        return [StoreTable(self.space, KINDS[kind]) for kind in self.kinds if kind in KINDS]


def held_spaces(lake: Lake) -> list[HeldSpace]:
    """Every space in which something was embedded, by slug."""
    known = {f.name for f in fields(EmbeddingSpace)}
    found = []
    for entry in lake.storage.list("spaces"):
        slug = entry.path.rsplit("/", 1)[-1].removesuffix(".json")
        content = read_space_file(lake, slug)
        if content is not None:
            identity = {key: value for key, value in content.identity.items() if key in known}
            found.append(HeldSpace(EmbeddingSpace(**identity), tuple(content.kinds)))  # type: ignore[arg-type]
    return found


def remove_space(lake: Lake, held: HeldSpace, stores: list[Store]) -> None:
    """Take a space out of every store and out of the lake; documents stay."""
    for store in stores:
        for table in held.tables():
            store.drop(table.name)
        lake.storage.delete_prefix(layout.loads(store.name, held.space.slug))
    lake.storage.delete_prefix(layout.vectors(held.space.slug))
    lake.storage.delete([layout.space_file(held.space.slug)])
