"""Stores and spaces that a pipeline names no longer are emptied; those that it names are audited."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from embed_platform.corpus.kinds import WEB_PAGE
from embed_platform.embedding.vectors import embedded_hashes
from embed_platform.errors import StoreUnavailable
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.live.opening import opened
from embed_platform.live.pipeline import Pipeline
from embed_platform.settings import Settings
from embed_platform.stores.base import StoreTable
from embed_platform.stores.loads import loaded_rows
from embed_platform.stores.open import open_store, stores_to_check
from embed_platform.stores.publication import S3Store
from embed_platform.upkeep.audit import audit
from embed_platform_tests.live.kit import SPACE, Counting, Told, up

OTHER = replace(SPACE, revision="2")


def go(lake: Lake, name: str, stores: list[str], space: object = SPACE, *batch: object) -> str:
    made = Pipeline(name, Told(list(batch)), [], space, stores, Counting())  # type: ignore[arg-type]
    with opened(lake, made) as feed:
        feed.run_due()
    return made.user


def rows(lake: Lake, store: str, user: str, space: object = SPACE) -> int:
    opened_store = open_store(store, lake.settings, lake)
    try:
        table = StoreTable(space, WEB_PAGE)  # type: ignore[arg-type]
        return opened_store.counts(table, [user]).get(user, 0)
    finally:
        opened_store.close()


@pytest.fixture
def home(servers_home: Path) -> Lake:
    """A lake whose settings name pgvector alone."""
    return open_lake(Settings(home=servers_home, stores=("pgvector",), _env_file=None))


@pytest.fixture
def name() -> str:
    return f"e{uuid4().hex[:8]}"


def test_the_audit_asks_a_store_that_only_a_feed_names(home: Lake, name: str) -> None:
    user = go(home, name, ["pgvector", "qdrant"], SPACE, up("a"), up("b"))
    names = stores_to_check(home)
    assert {"pgvector", "qdrant"} <= set(names)
    stores = [open_store(one, home.settings, home) for one in names]
    try:
        assert audit(home, stores, [user]) == []
        qdrant = next(one for one in stores if one.name == "qdrant")
        table = StoreTable(SPACE, WEB_PAGE)
        qdrant.delete(table, user, list(qdrant.hashes(table, user))[:1])
        (finding,) = audit(home, stores, [user])
        assert (finding.store, finding.missing) == ("qdrant", 1)
    finally:
        for one in stores:
            one.close()


def test_a_store_that_a_pipeline_names_no_longer_is_emptied(home: Lake, name: str) -> None:
    user = go(home, name, ["pgvector", "qdrant"], SPACE, up("a"), up("b"))
    assert (rows(home, "pgvector", user), rows(home, "qdrant", user)) == (2, 2)
    go(home, name, ["pgvector"])
    assert (rows(home, "pgvector", user), rows(home, "qdrant", user)) == (2, 0)
    assert loaded_rows(home, SPACE.slug, user) == {"pgvector": 2}


def test_a_space_that_a_pipeline_names_no_longer_is_emptied(home: Lake, name: str) -> None:
    user = go(home, name, ["pgvector"], SPACE, up("a"), up("b"))
    go(home, name, ["pgvector"], OTHER, up("a"), up("b"))
    assert rows(home, "pgvector", user) == 0 and rows(home, "pgvector", user, OTHER) == 2
    assert embedded_hashes(home, SPACE.slug, user) == set()
    assert len(embedded_hashes(home, OTHER.slug, user)) == 2


def test_a_store_that_was_left_because_it_is_down_stops_nobody_and_is_emptied_later(
    home: Lake, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = go(home, name, ["pgvector", "s3"], SPACE, up("a"))

    def down(*_: object) -> None:
        raise StoreUnavailable("it does not answer", where="s3")

    with monkeypatch.context() as outage:
        outage.setattr(S3Store, "delete", down)
        go(home, name, ["pgvector"], SPACE, up("b"))
        assert rows(home, "s3", user) == 1 and rows(home, "pgvector", user) == 2
    go(home, name, ["pgvector"])
    assert rows(home, "s3", user) == 0
