"""Embedding what users' documents lack, with the domain functions that `run` uses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from threading import Lock

from embed_platform.compute.fleets import open_fleet
from embed_platform.compute.planning import approve, make_plan
from embed_platform.compute.prices import offers
from embed_platform.embedding.embed import UserResult, embed_with, tidy, user_debt
from embed_platform.embedding.fleet import Fleet, OneMachine
from embed_platform.embedding.meter import Progress
from embed_platform.embedding.registry import ModelEntry
from embed_platform.errors import EmbedError
from embed_platform.lake.lake import Lake
from embed_platform.service.models import Models

RENTED = ("runpod", "modal")


class Bulk:
    """One piece of long work per model at a time; each call blocks its thread."""

    def __init__(self, lake: Lake, models: Models) -> None:
        self._lake, self._models = lake, models
        self._turns: dict[str, Lock] = defaultdict(Lock)

    def owes(self, entry: ModelEntry, user: str, kinds: Sequence[str]) -> int:
        """Texts of a user's documents of some kinds that have no vector and were not set aside."""
        return len(user_debt(self._lake, entry.space, kinds, user).missing)

    def embed(
        self,
        entry: ModelEntry,
        users: Sequence[str],
        kinds: Sequence[str],
        on_progress: Progress = lambda state: None,
    ) -> dict[str, UserResult | EmbedError]:
        """Give every text of these users a vector; what is there already costs nothing.

        Raises:
            ComputeRefused: machines would be rented above the cap, or without one.
            ModelUnavailable: the model cannot be loaded.
        """
        settings = self._lake.settings
        with self._turns[entry.space.slug]:
            if settings.compute in RENTED:
                rentable, _ = offers(settings)
                approve(make_plan(self._lake, entry, users, rentable, settings.pods), settings)
            results = embed_with(
                self._lake, entry.space, users, kinds, self._fleet(entry), on_progress=on_progress
            )
            for user, result in results.items():
                if isinstance(result, UserResult) and result.embedded:
                    tidy(self._lake, entry.space, user, entry.kinds)
            return results

    def _fleet(self, entry: ModelEntry) -> Fleet:
        """This machine's model through its queue, or what the settings choose."""
        settings = self._lake.settings
        if settings.compute == settings.query_compute == "local":
            return OneMachine(lambda: self._models.engine(entry))
        return open_fleet(entry, settings)
