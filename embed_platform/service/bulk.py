"""Embedding what users' documents lack, with the domain functions that `run` uses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from threading import Lock

from embed_platform.compute.planning import approve
from embed_platform.embedding.debts import UserResult, user_debt
from embed_platform.embedding.embed import tidy
from embed_platform.embedding.fleet import OneMachine, TextFleet
from embed_platform.embedding.registry import ModelEntry
from embed_platform.errors import EmbedError
from embed_platform.lake.lake import Lake
from embed_platform.lake.under_way import working_on
from embed_platform.service.models import Models
from embed_platform.upkeep.vectors import OnLine, give_vectors, is_planned, rented_plan


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
        on_line: OnLine = lambda line: None,
    ) -> Mapping[str, UserResult | EmbedError]:
        """Give every text or page of these users its vectors; what is there already costs nothing.

        Raises:
            ComputeRefused: machines would be rented above the cap, or without one.
            ModelUnavailable: the model cannot be loaded.
        """
        lake = self._lake
        with (
            self._turns[entry.space.slug],
            working_on(lake.settings, users, "the server's embedding"),
        ):
            if is_planned(entry, lake.settings):
                plan, _ = rented_plan(lake, entry, users)
                approve(plan, lake.settings)
            fleet = self._fleet(entry)
            given = give_vectors(lake, entry, users, kinds, fleet=fleet, on_line=on_line)
            for user, result in given.results.items():
                if isinstance(result, UserResult) and result.embedded:
                    tidy(lake, entry.space, user, entry.kinds)
            return given.results

    def _fleet(self, entry: ModelEntry) -> TextFleet | None:
        """This machine's model through its queue, where it is this machine that embeds."""
        settings = self._lake.settings
        if settings.compute == settings.query_compute == "local":
            return OneMachine(lambda: self._models.engine(entry))
        return None
