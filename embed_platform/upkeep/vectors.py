"""Giving users' documents the vectors that they lack, of texts or of pages, where the settings say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from embed_platform.compute.fleets import open_fleet, open_page_fleet
from embed_platform.compute.planning import Plan, make_plan
from embed_platform.compute.prices import offers
from embed_platform.embedding.debts import UserResult
from embed_platform.embedding.embed import embed_pages, embed_with
from embed_platform.embedding.fleet import PageFleet, TextFleet
from embed_platform.embedding.registry import ModelEntry
from embed_platform.errors import EmbedError, SettingsError
from embed_platform.lake.lake import Lake
from embed_platform.settings import Settings

RENTED = ("runpod", "modal")
PAGES_RENTED = ("modal",)
OnLine = Callable[[str], None]


@dataclass(frozen=True)
class Given:
    """What was done.

    Attributes:
        results: for each user; the error where a user's files cannot be read.
        dollars: that the machines took.
    """

    results: Mapping[str, UserResult | EmbedError]
    dollars: float = 0.0


def is_planned(entry: ModelEntry, settings: Settings) -> bool:
    """Whether machines would be rented, so that the plan has to be approved first."""
    return settings.compute in (PAGES_RENTED if entry.space.multi_vector else RENTED)


def rented_plan(lake: Lake, entry: ModelEntry, users: Sequence[str]) -> tuple[Plan, str]:
    """What the users' missing vectors would take at the prices of this moment.

    Returns:
        The plan, and why RunPod's live prices are not in it although there is a key.
    """
    rentable, problem = offers(lake.settings)
    return make_plan(lake, entry, users, rentable, lake.settings.pods), problem


def give_vectors(
    lake: Lake,
    entry: ModelEntry,
    users: Sequence[str],
    kinds: Sequence[str],
    *,
    fleet: TextFleet | None = None,
    on_line: OnLine = lambda line: None,
) -> Given:
    """Embed what these users' documents of some kinds lack; what is there already costs nothing.

    Where `is_planned`, the caller has approved the plan before.

    Args:
        lake: where.
        entry: the model.
        users: whose documents.
        kinds: which of the model's kinds.
        fleet: machines for texts, instead of those that the settings choose.
        on_line: told how far it is, in a line for people.

    Raises:
        ComputeRefused: there is no machine, or none of that kind embeds pages.
        ModelUnavailable: the model cannot be loaded.
        SettingsError: the model's revision is a branch.
    """
    if entry.space.is_floating:
        raise SettingsError(
            f"{entry.space.revision!r} is a branch and no commit: tomorrow's vectors may be others",
            where=entry.name,
            remedy=f"`embed-platform models add {entry.name}` looks the commit up and pins it",
        )
    if entry.space.multi_vector:
        return _pages(lake, entry, users, kinds, on_line)
    machines = fleet or open_fleet(entry, lake.settings)
    results = embed_with(
        lake,
        entry.space,
        users,
        kinds,
        machines,
        on_progress=lambda state: on_line(state.line),
    )
    return Given(results, machines.dollars)


def _pages(
    lake: Lake, entry: ModelEntry, users: Sequence[str], kinds: Sequence[str], on_line: OnLine
) -> Given:
    opened: list[PageFleet] = []

    def open_once() -> PageFleet:
        opened.append(open_page_fleet(entry, lake.settings))
        return opened[0]

    results = embed_pages(
        lake,
        entry.space,
        users,
        kinds,
        open_once,
        on_progress=lambda state: on_line(state.line),
    )
    return Given(results, sum(fleet.dollars for fleet in opened))
