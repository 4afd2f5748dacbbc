"""doctor: whether each part of an installation works, and what to do where one does not."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import typer

from embed_platform.cli.app import AsJson, app, console, emit, escape, open_home, problem, say
from embed_platform.errors import EmbedError, SettingsError
from embed_platform.lake.lake import Lake
from embed_platform.settings import Settings

# What it says where a part works; it raises an EmbedError where it does not.
Check = Callable[[], str]
LIVE_EXTRAS = ("feedparser", "trafilatura")


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Check the home, the model, each store, Dagster and what else is set up, and say what to do."""
    settings, lake = open_home()
    rows = []
    for part, check in [*_always(settings, lake), *_indexes(settings, lake), *_set_up(settings)]:
        try:
            with console.status(f"checking {part}"):
                rows.append({"part": part, "ok": True, "detail": check()})
        except EmbedError as error:
            rows.append({"part": part, "ok": False, "detail": str(error)})
        if not as_json:
            _tell(rows[-1])
    if as_json:
        emit({"checks": rows})
    if not all(row["ok"] for row in rows):
        raise typer.Exit(1)


def _tell(row: dict[str, Any]) -> None:
    if row["ok"]:
        say(f"[green]ok[/]  {row['part']}: {escape(str(row['detail']))}")
    else:
        problem(f"{row['part']}: {row['detail']}")


def _always(settings: Settings, lake: Lake) -> Iterator[tuple[str, Check]]:
    """What every installation has."""
    from embed_platform.stores.open import open_store

    yield "lake", partial(_lake, lake)
    yield "model", partial(_model, settings)
    yield "dagster", partial(_dagster, settings)
    for name in settings.stores:
        yield name, lambda name=name: open_store(name, settings, lake).check()  # type: ignore[misc]


def _indexes(settings: Settings, lake: Lake) -> Iterator[tuple[str, Check]]:
    """How pgvector indexes vectors that are longer than its index holds."""
    from embed_platform.embedding.registry import load_registry
    from embed_platform.stores.pgvector.index import VECTOR_INDEX_LIMIT, explain_index
    from embed_platform.upkeep.spaces import held_spaces

    if "pgvector" not in settings.stores:
        return
    try:
        spaces = [held.space for held in held_spaces(lake)]
        spaces += [entry.space for entry in load_registry(settings).wanted(settings.models)]
    except EmbedError:
        return  # the check of the lake or of the model says why
    # two revisions of a model share a name, not a table
    for space in {s.slug: s for s in spaces if s.dimension > VECTOR_INDEX_LIMIT}.values():
        part = f"index {space.model.rstrip('/').rsplit('/', 1)[-1].lower()}"
        yield part, partial(explain_index, space)


def _set_up(settings: Settings) -> Iterator[tuple[str, Check]]:
    """What is there only where somebody set it up; of the reranker it is said where nobody did."""
    from embed_platform.search.rerank import check_reranker

    yield "reranker", partial(check_reranker, settings)
    if settings.serve_page_model:
        yield "page model", partial(_page_model, settings)
    if settings.supabase_url:
        yield "supabase", partial(_supabase, settings)
    if settings.inbox_url:
        yield "inbox", partial(_inbox, settings)
    if _has_pipelines(settings):
        yield "live", _live


def _lake(lake: Lake) -> str:
    lake.storage.put("tmp-check", b"ok")
    lake.storage.delete(["tmp-check"])
    return f"{lake.storage.url} can be written"


def _model(settings: Settings) -> str:
    from embed_platform.compute.engines import open_engine
    from embed_platform.embedding.registry import load_registry

    entry = load_registry(settings).wanted(settings.models)[0]
    maker = open_engine(entry, settings).provenance
    return f"{entry.name} ({maker.dtype} on {maker.device})"


def _dagster(settings: Settings) -> str:
    from embed_platform.defs.instance import open_instance

    with open_instance(settings) as instance:
        return f"{settings.dagster_home}, {len(instance.get_dynamic_partitions('user'))} users"


def _page_model(settings: Settings) -> str:
    """Its weights are gigabytes: they are looked for, not loaded."""
    from pathlib import Path

    from embed_platform.compute.local.weights import cached_model, check_fetchable
    from embed_platform.corpus.kinds import PAGE_IMAGE
    from embed_platform.embedding.registry import load_registry

    entry = load_registry(settings).get(settings.serve_page_model)
    if PAGE_IMAGE.name not in entry.kinds:
        raise SettingsError(
            f"{entry.name} does not embed page images", where="EMBED_SERVE_PAGE_MODEL"
        )
    revision = entry.space.revision
    if Path(entry.source).is_dir() or cached_model(entry.name, revision):
        return f"{entry.name} is on this machine"
    check_fetchable(entry.name, revision, settings)
    return f"{entry.name} can be fetched; the first page does it"


def _supabase(settings: Settings) -> str:
    from embed_platform.sources.supabase.project import Absent, Project

    project = Project(settings)
    try:
        kind = "public" if project.is_public(settings.supabase_bucket) else "private"
        return f"{project.url} answers; its bucket {settings.supabase_bucket!r} is {kind}"
    except Absent:
        return f"{project.url} answers; it has no bucket {settings.supabase_bucket!r}"
    finally:
        project.close()


def _inbox(settings: Settings) -> str:
    from embed_platform.sources.s3_inbox import list_uploads, open_inbox

    inbox = open_inbox(settings)
    return f"{inbox.url} can be listed; {len(list_uploads(inbox)):,} files in it"


def _has_pipelines(settings: Settings) -> bool:
    folder = settings.pipelines_folder
    return folder.is_dir() and any(path.suffix in (".yaml", ".py") for path in folder.iterdir())


def _live() -> str:
    """Without Bytewax feeds still run; without what reads pages some do not."""
    missing = [name for name in LIVE_EXTRAS if importlib.util.find_spec(name) is None]
    if missing:
        raise SettingsError(
            f"{', '.join(missing)} cannot be imported",
            remedy="pip install 'embed-platform[live]'",
        )
    if importlib.util.find_spec("bytewax") is None:
        return "feeds run under Dagster and with --once; running continuously needs Bytewax"
    return "Bytewax is installed; feeds run continuously too"
