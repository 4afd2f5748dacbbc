"""Pages through every part that keeps things right: loading, audit, accounts, repair, forgetting."""

from __future__ import annotations

from pathlib import Path

import pytest

from embed_platform.compute.local.engine import describe_model
from embed_platform.corpus.build import build_documents
from embed_platform.corpus.kinds import PAGE_IMAGE
from embed_platform.embedding.embed import embed_pages
from embed_platform.embedding.fleet import OneMachine
from embed_platform.embedding.registry import ModelEntry, load_registry, save_model
from embed_platform.lake.lake import Lake
from embed_platform.sources.pages.ingest import ingest
from embed_platform.sources.pages.publish import publish_raw_pages
from embed_platform.sources.records import list_archives, remove_archive
from embed_platform.stores.base import Store, StoreTable
from embed_platform.stores.sync import Loaded, sync_space
from embed_platform.upkeep.accounting import account
from embed_platform.upkeep.audit import audit, embed_with, repair
from embed_platform.upkeep.forget import Around, forget
from embed_platform.upkeep.spaces import held_spaces, remove_space
from embed_platform_tests.compute.local import page_models
from embed_platform_tests.sources.pages.made import pdf, save


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return page_models.colqwen2(tmp_path_factory.mktemp("models") / f"m{id(pytest)}")


@pytest.fixture
def entry(lake: Lake, folder: Path) -> ModelEntry:
    found = describe_model(str(folder), lake.settings)
    save_model(lake.settings, found)
    return found


def bring(lake: Lake, entry: ModelEntry, store: Store, tmp_path: Path, user: str) -> None:
    for name, texts in (("a.pdf", ["1", "2"]), ("b.pdf", ["3"])):
        ingest(lake, save(tmp_path / name, pdf([user + text for text in texts])), user)
    publish_raw_pages(lake, user)
    build_documents(lake, user)
    embed(lake, entry, user)
    assert load(lake, entry, store, user).rows == 3


def embed(lake: Lake, entry: ModelEntry, user: str) -> None:
    from embed_platform.compute.local.page_images import open_page_engine

    here = OneMachine(lambda: open_page_engine(entry, lake.settings))
    embed_pages(lake, entry.space, [user], entry.kinds, lambda: here)


def load(lake: Lake, entry: ModelEntry, store: Store, user: str) -> Loaded:
    done = sync_space(lake, store, [StoreTable(entry.space, PAGE_IMAGE)], [user])[user]
    assert isinstance(done, Loaded), done
    return done


def test_pages_are_loaded_audited_repaired_and_forgotten(
    lake: Lake, entry: ModelEntry, pgvector: Store, stores: list[Store], tmp_path: Path
) -> None:
    table = StoreTable(entry.space, PAGE_IMAGE)
    for user in ("ann", "bob"):
        bring(lake, entry, pgvector, tmp_path, user)
    assert load(lake, entry, pgvector, "ann").written == 0
    assert audit(lake, stores) == []
    assert all(step.adds_up for step in account(lake, "ann", stores))
    names = {step.name: step for step in account(lake, "ann", stores)}
    assert names[f"{table.name} in pgvector"].count == 3
    assert list(names[f"{table.name} in milvus"].explained.values()) == [3]

    # somebody takes a row away
    pgvector.delete(table, "ann", list(pgvector.hashes(table, "ann"))[:1])
    (finding,) = audit(lake, stores)
    assert (finding.repair, finding.store, finding.missing) == ("load", "pgvector", 1)
    assert repair(lake, [finding], stores, embed_with(lake, load_registry(lake.settings))) == []
    assert audit(lake, stores) == []

    # a file goes
    gone = next(r for r in list_archives(lake, "ann") if r.records == 1)
    remove_archive(lake, "ann", gone.archive_id)
    publish_raw_pages(lake, "ann")
    build_documents(lake, "ann")
    assert load(lake, entry, pgvector, "ann").deleted == 1

    assert forget(lake, "ann", Around(stores)).stores == {"pgvector": 2, "milvus": 0, "s3": 0}
    assert pgvector.counts(table, ["ann", "bob"]) == {"ann": 0, "bob": 3}
    assert not [entry.path for entry in lake.storage.list() if "/user=ann" in entry.path]
    (held,) = held_spaces(lake)
    assert held.space == entry.space
    remove_space(lake, held, stores)
    assert table.name not in pgvector.tables() and held_spaces(lake) == []


def test_lost_vectors_are_found_and_made_again(
    lake: Lake, entry: ModelEntry, pgvector: Store, stores: list[Store], tmp_path: Path
) -> None:
    bring(lake, entry, pgvector, tmp_path, "ann")
    path = lake.storage.list(f"vectors/space={entry.space.slug}")[0].path
    ingest(lake, save(tmp_path / "c.pdf", pdf(["4"])), "ann")
    publish_raw_pages(lake, "ann")
    build_documents(lake, "ann")
    findings = audit(lake, stores)
    assert [(f.repair, f.missing) for f in findings] == [("embed", 1)]
    assert repair(lake, findings, stores, embed_with(lake, load_registry(lake.settings))) == []
    assert audit(lake, stores) == []
    assert lake.storage.exists(path)
    pgvector.drop(StoreTable(entry.space, PAGE_IMAGE).name)
