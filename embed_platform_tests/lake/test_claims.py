"""Users are claimed all at once or not at all, among machines that share a lake too."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from embed_platform.lake.claims import claim
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.settings import load_settings
from embed_platform.stores.servers import start_postgres
from embed_platform_tests.servers import s3_server as s3_server
from embed_platform_tests.servers import servers_home as servers_home

SLUG = "mini_0123abcd"


def claiming(lake: Lake, users: list[str], slug: str = SLUG) -> Callable[[], bool]:
    """Claims users in a thread of its own; the answer says whether it has had its turn by now."""
    done = threading.Event()

    def work() -> None:
        with claim(lake, slug, users):
            pass
        done.set()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return lambda: done.wait(0.5)


def test_claims_that_share_a_user_take_turns_and_others_do_not(lake: Lake) -> None:
    with claim(lake, SLUG, ["ann", "bob"]):
        assert claiming(lake, ["eve"])()
        assert claiming(lake, ["ann"], "other_0123abcd")()
        waits = claiming(lake, ["bob", "eve"])
        assert not waits()
        assert claiming(lake, ["eve"])(), "who waits holds nobody"
    assert any(waits() for _ in range(20)) and lake.storage.list("claims") == []


def test_a_claim_ends_with_an_error_too(lake: Lake) -> None:
    with pytest.raises(RuntimeError), claim(lake, SLUG, ["ann"]):
        raise RuntimeError
    assert claiming(lake, ["ann"])()


def test_machines_that_share_a_lake_take_turns(
    clean_environment: None, tmp_path: Path, s3_server: dict[str, Any], servers_home: Path
) -> None:
    dsn = SecretStr(start_postgres(load_settings(home=servers_home)))
    here, there = (
        open_lake(
            load_settings(
                home=tmp_path / name, lake_url="s3://bucket/lake", pg_dsn=dsn, **s3_server
            )
        )
        for name in ("here", "there")
    )
    with claim(here, SLUG, ["ann"]):
        assert claiming(there, ["bob"])()
        waits = claiming(there, ["ann"])
        assert not waits()
    assert any(waits() for _ in range(20)) and here.storage.list("claims") == []
