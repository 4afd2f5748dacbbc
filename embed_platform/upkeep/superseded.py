"""Archives that others replace go once the replacement has verified."""

from __future__ import annotations

from embed_platform.embedding.debts import wanted_hashes
from embed_platform.lake.lake import Lake
from embed_platform.sources.records import current, list_archives, prune_superseded
from embed_platform.stores.loads import loaded_rows
from embed_platform.upkeep.spaces import held_spaces


def prune_verified(lake: Lake, user: str) -> list[str]:
    """Drop superseded archives of a user of whom some store holds a verified load; returns their ids."""
    kept = list_archives(lake, user)
    if len(current(kept)) == len(kept):
        return []
    loaded = any(
        loaded_rows(lake, held.space.slug, user)
        for held in held_spaces(lake)
        if wanted_hashes(lake, user, held.kinds)
    )
    return prune_superseded(lake, user) if loaded else []
