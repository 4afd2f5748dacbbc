"""What an earlier command left unfinished, before the next one does its own work."""

from __future__ import annotations

from embed_platform.cli.app import problem, say
from embed_platform.lake.lake import Lake
from embed_platform.settings import Settings
from embed_platform.upkeep.forget_receipts import receipts


def settle_first(settings: Settings, lake: Lake) -> None:
    """Go on with erasures that are not finished, before a command does its own work."""
    if not receipts(lake, finished=False):
        return
    from embed_platform.defs.leaving import settle_owed

    say("Going on with an erasure that is not finished.")
    for line in settle_owed(settings, lake):
        problem(line)
