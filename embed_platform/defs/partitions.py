"""The one partition set: users; the stretches of it that runs cover, and what a run's tags say of whom it is about."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import dagster as dg

from embed_platform.lake.suppressions import hidden

USERS_NAME = "user"
PARTITION = "dagster/partition"
RANGE_START, RANGE_END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
users = dg.DynamicPartitionsDefinition(name=USERS_NAME)


class Stretch(NamedTuple):
    """Neighbouring partition keys that one run covers, `first` and `last` included."""

    first: str
    last: str

    @property
    def key(self) -> str | None:
        """The partition of a run over one user; None for a run over many, which has `tags`."""
        return self.first if self.first == self.last else None

    @property
    def tags(self) -> dict[str, str]:
        """What tells Dagster of a run over many; nothing for a run over one user."""
        return {} if self.key else {RANGE_START: self.first, RANGE_END: self.last}


def nameless(user: str) -> str:
    """12 hex digits for a user in the key of a run: what sensors did is remembered longer than the user may be."""
    return hidden(user)[:12]


def covered(tags: Mapping[str, str], keys: Sequence[str]) -> list[str]:
    """Whom a run is about: one user, or a stretch of partitions; nobody where it is about none.

    Args:
        tags: of the run.
        keys: all partition keys in their order, which is what a stretch means; where an end of it is
            gone from them, only the ends are known.
    """
    if PARTITION in tags:
        return [tags[PARTITION]]
    first, last = tags.get(RANGE_START), tags.get(RANGE_END)
    if first is None or last is None:
        return []
    place = {key: i for i, key in enumerate(keys)}
    if not {first, last} <= place.keys():
        return [first, last]
    return list(keys[place[first] : place[last] + 1]) or [first, last]
