"""Looking at pipelines: what one would do, and how those of a home stand; nothing is written."""

from __future__ import annotations

from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from embed_platform.errors import EmbedError, SettingsError
from embed_platform.lake.failures import read_failures
from embed_platform.lake.lake import Lake
from embed_platform.lake.layout import FEED_PREFIX
from embed_platform.live.changes import Delete, Failed, Upsert
from embed_platform.live.definitions import load_folder, load_pipeline
from embed_platform.live.opening import check_stores, counting, is_running, space_of, token_counter
from embed_platform.live.pipeline import Pipeline
from embed_platform.live.processors import process
from embed_platform.live.state import open_state, state_path
from embed_platform.settings import Settings

EXAMPLES = 5


def preview(settings: Settings, path: Path) -> dict[str, Any]:
    """The first batch of a pipeline's source, processed: counts, a few examples by their keys.

    Raises:
        EmbedError: the pipeline is not as it should be, or its source does not answer.
    """
    pipeline = load_pipeline(path)
    space, _ = space_of(pipeline, settings)
    check_stores(pipeline)
    source = pipeline.source
    connect = getattr(source, "connect", None)
    if connect is not None:
        connect(settings)
    changes, _ = source.poll({})
    processors = counting(pipeline.processors, token_counter(pipeline, settings))
    failed = {change.key: change.reason for change in changes if isinstance(change, Failed)}
    rows = []
    for change in changes:
        if isinstance(change, Upsert):
            try:
                pieces = process(change.item, processors)
            except Exception as error:  # noqa: BLE001 - one item's failure is what is looked for
                failed[change.key] = f"{type(error).__name__}: {error}"
                continue
            rows.append(
                {
                    "key": change.key,
                    "pieces": len(pieces),
                    "chars": sum(len(piece.text) for piece in pieces),
                }
            )
    return {
        "name": pipeline.name,
        "user": pipeline.user,
        "space": space.slug,
        "stores": [
            s if isinstance(s, str) else str(getattr(s, "name", s)) for s in pipeline.stores
        ],
        "items": len(rows),
        "pieces": sum(row["pieces"] for row in rows),
        "deleted": sum(isinstance(change, Delete) for change in changes),
        "failed": failed,
        "examples": rows[:EXAMPLES],
    }


def find_pipeline(lake: Lake, user: str) -> Pipeline:
    """The pipeline of a feed's user: of the home's folder, or the file that the feed was last run from.

    Raises:
        SettingsError: there is none.
    """
    folder = lake.settings.pipelines_folder
    found, errors = load_folder(folder)
    for pipeline in found.values():
        if pipeline.user == user:
            return pipeline
    file = _last_file(lake, user)
    if file is not None and file.is_file():
        return load_pipeline(file)
    for error in errors.values():
        raise error
    raise SettingsError(
        f"there is no pipeline of {user!r}",
        where=str(folder),
        remedy="Put its file there, or run it once: `embed-platform live run --once FILE`",
    )


def _run_by_hand(lake: Lake, known: set[str]) -> dict[Path, Pipeline]:
    """Pipelines of other files that were run in this home and can still be read."""
    found = {}
    for state in sorted((lake.settings.home / "feeds").glob(f"{FEED_PREFIX}*.sqlite")):
        user = state.name.removesuffix(".sqlite")
        with suppress(SettingsError):
            file = None if user in known else _last_file(lake, user)
            if file is not None and file.is_file():
                found[file] = load_pipeline(file)
    return found


def _last_file(lake: Lake, user: str) -> Path | None:
    if not state_path(lake.settings, user).exists():
        return None
    with closing(open_state(lake.settings, user)) as state:
        file = state.get("file")
    return None if file is None else Path(file)


def standing(lake: Lake) -> list[dict[str, Any]]:
    """A row for each pipeline that Dagster runs, and each that was run by hand: items, documents, last poll, failure."""
    found, errors = load_folder(lake.settings.pipelines_folder)
    by_hand = _run_by_hand(lake, {pipeline.user for pipeline in found.values()})
    failures = read_failures(lake.storage)
    rows: list[dict[str, Any]] = [{"error": str(error)} for error in errors.values()]
    for path, pipeline in [*found.items(), *by_hand.items()]:
        row: dict[str, Any] = {
            "name": pipeline.name,
            "file": str(path),
            "by": "Dagster" if path in found else "hand",
            "running": is_running(lake.settings, pipeline.user),
            "poll_seconds": pipeline.poll_seconds,
            "items": 0,
            "documents": 0,
            "polled": "",
            "failed": failures[pipeline.user].error if pipeline.user in failures else "",
        }
        if state_path(lake.settings, pipeline.user).exists():
            try:
                state = open_state(lake.settings, pipeline.user)
            except EmbedError as error:
                rows.append({"error": str(error)})
                continue
            last = state.get("last_poll")
            polled = datetime.fromtimestamp(last, UTC).isoformat(timespec="seconds") if last else ""
            row |= state.counts() | {"polled": polled}
            state.close()
        rows.append(row)
    return rows
