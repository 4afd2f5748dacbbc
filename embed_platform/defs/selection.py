"""Which assets and which stretches of partitions a run covers; pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import dagster as dg

from embed_platform.defs.partitions import Stretch
from embed_platform.defs.spaces import embeddings_key, store_key
from embed_platform.embedding.registry import ModelEntry

CORPUS = (
    "raw_tweets",
    "raw_messages",
    "raw_pages",
    "tweets",
    "messages",
    "threads",
    "message_chunks",
    "documents",
)
CORPUS_KEYS = [dg.AssetKey(name) for name in CORPUS]


def asset_keys(entries: Iterable[ModelEntry], stores: Sequence[str]) -> list[dg.AssetKey]:
    """Assets of a run: the corpus, and for each model its embeddings and those of the stores that serve it."""
    keys = list(CORPUS_KEYS)
    for entry in entries:
        keys.append(embeddings_key(entry.space.slug))
        keys += [store_key(store, entry.space.slug) for store in stores if store in entry.stores]
    return keys


def ranges(wanted: Iterable[str], keys: Sequence[str], max_gap: int = 3) -> list[Stretch]:
    """Stretches of `keys`, first and last included, that cover `wanted` in few runs.

    A run covers a contiguous stretch of partitions. A gap of at most `max_gap` keys is
    bridged: passing over an unchanged user costs less than another run.

    Raises:
        KeyError: a wanted key is no partition.
    """
    position = {key: i for i, key in enumerate(keys)}
    places = sorted({position[key] for key in wanted})
    stretches: list[list[int]] = []
    for place in places:
        if stretches and place - stretches[-1][1] <= max_gap + 1:
            stretches[-1][1] = place
        else:
            stretches.append([place, place])
    return [Stretch(keys[first], keys[last]) for first, last in stretches]
