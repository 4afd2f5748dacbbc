"""How fast each kind of machine was with a model: kept after every run, for the next plan."""

from __future__ import annotations

from typing import Any

import msgspec

from embed_platform.embedding.fleet import Machine
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake

# Shorter work says more about starting up than about speed.
LEAST_TOKENS = 5_000


class Speeds:
    """Tokens and seconds of one run, by kind of machine."""

    def __init__(self, lake: Lake, slug: str) -> None:
        self._lake, self._slug = lake, slug
        self._tokens: dict[str, int] = {}
        self._seconds: dict[str, float] = {}

    def add(self, machine: Machine[Any], tokens: int, seconds: float) -> None:
        """One shard; of several lanes each counts for its share of the machine."""
        if machine.kind:
            known = self._seconds.get(machine.kind, 0.0)
            self._seconds[machine.kind] = known + seconds / machine.lanes
            self._tokens[machine.kind] = self._tokens.get(machine.kind, 0) + tokens

    def keep(self) -> None:
        """Write what was measured over what was known."""
        measured = {
            kind: round(tokens / self._seconds[kind], 1)
            for kind, tokens in self._tokens.items()
            if tokens >= LEAST_TOKENS and self._seconds[kind] > 0
        }
        if measured:
            known = read_speeds(self._lake, self._slug)
            content = msgspec.json.encode(known | measured, order="sorted")
            self._lake.storage.put(layout.speeds(self._slug), content)


def read_speeds(lake: Lake, slug: str) -> dict[str, float]:
    """Tokens per second of one machine in a space, by kind of machine."""
    try:
        return msgspec.json.decode(lake.storage.get(layout.speeds(slug)), type=dict[str, float])
    except FileNotFoundError:
        return {}
