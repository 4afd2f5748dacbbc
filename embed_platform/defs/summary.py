"""What ended runs did, read from their events and added up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import dagster as dg

from embed_platform.defs.partitions import Stretch
from embed_platform.defs.records import RECORDS_OF


@dataclass
class Summary:
    """What runs did, over all their users; `errors` has a line for each thing that failed."""

    embedded: int = 0
    reused: int = 0
    deleted: int = 0
    dead_letters: int = 0
    seconds: float = 0.0
    dollars: float = 0.0
    errors: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The line that `run --json` ends with."""
        return {
            "embedded": self.embedded,
            "reused": self.reused,
            "deleted": self.deleted,
            "dead_letters": self.dead_letters,
            "seconds": round(self.seconds, 2),
            "dollars": round(self.dollars, 4),
        }


def total(summaries: Iterable[Summary], seconds: float) -> Summary:
    """All of them as one that took so many seconds."""
    whole = Summary(seconds=seconds)
    for one in summaries:
        whole.embedded += one.embedded
        whole.reused += one.reused
        whole.deleted += one.deleted
        whole.dead_letters += one.dead_letters
        whole.dollars += one.dollars
        whole.errors += one.errors
    return whole


def read_run(stretch: Stretch, result: dg.ExecuteInProcessResult) -> Summary:
    """What one run's materialisations and failures report.

    A document is deleted once, from however many stores.

    Raises:
        KeyboardInterrupt: the person at the keyboard stopped the run.
    """
    lines = _errors(result)
    found = Summary(errors=[f"{stretch.key}: {line}" for line in lines] if stretch.key else lines)
    deleted: dict[str, int] = {}
    for event in result.get_asset_materialization_events():
        made = event.step_materialization_data.materialization
        value: dict[str, Any] = {key: entry.value for key, entry in made.metadata.items()}
        group = made.asset_key.path[0]
        if group == "embeddings":
            found.embedded += int(value.get("embedded", 0))
            found.reused += int(value.get("reused", 0))
            found.dead_letters += int(value.get("dead_letters", 0))
            found.dollars += float(value.get("dollars", 0))
        elif group in RECORDS_OF.values():
            found.dead_letters += int(value.get("dead_letters", 0))
        elif "deleted" in value:
            deleted[group] = deleted.get(group, 0) + int(value["deleted"])
    found.deleted = max(deleted.values(), default=0)
    return found


def _errors(result: dg.ExecuteInProcessResult) -> list[str]:
    """A line for each step that failed by itself, not for those that only waited for it."""
    lines = []
    for event in result.filter_events(lambda e: e.is_step_failure):
        data = event.step_failure_data
        described = getattr(data.user_failure_data, "description", None)
        error = data.error
        if error is not None and error.cls_name == "DagsterExecutionInterruptedError":
            raise KeyboardInterrupt
        cause = error.cause if error is not None and error.cause is not None else error
        plain = cause.message.strip().splitlines()[-1] if cause is not None else "failed"
        lines.append(f"{event.step_key}: {described or plain}")
    return lines
