"""Erasures as an administrator's client sees them, over PostgreSQL, milvus-lite and the publication."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from embed_platform.errors import ErasedUser
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.lake.suppressions import suppress
from embed_platform.lake.under_way import working_on
from embed_platform.service.keys import KeyFile
from embed_platform.settings import Settings, load_settings
from embed_platform.sources.messenger.export import open_exports
from embed_platform.sources.messenger.ingest import ingest as ingest_messages
from embed_platform.sources.twitter.ingest import ingest
from embed_platform.sources.zips import Limits
from embed_platform.stores.base import Store, StoreTable
from embed_platform.stores.open import open_store
from embed_platform.stores.servers import stop_servers
from embed_platform.upkeep.forget import Around, Dropped, settle_all
from embed_platform.upkeep.forget_files import user_files
from embed_platform.upkeep.forget_receipts import begin, receipts
from embed_platform.upkeep.quotes import rebuild_conversations
from embed_platform_tests.service.conftest import Served, serving, until
from embed_platform_tests.sources.exports import members, tweet, write_zip
from embed_platform_tests.sources.messenger.exports import message, thread
from embed_platform_tests.stores.rows import new_table, write_tweets
from embed_platform_tests.upkeep.conftest import bring

FORGET = "/v1/forget"


@dataclass
class Held:
    """A service over a home, and what it may erase."""

    served: Served
    lake: Lake
    stores: list[Store]
    table: StoreTable

    def counts(self, user: str) -> list[int]:
        return [store.counts(self.table, [user])[user] for store in self.stores]


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    home = tmp_path_factory.mktemp("erasures") / "home"
    lake = open_lake(load_settings(home=home, serve_rate=0))
    file = KeyFile(lake.settings)
    keys = {scope: file.add(scope, [scope]) for scope in ("read", "admin")}
    stores = [open_store(name, lake.settings, lake) for name in ("pgvector", "milvus", "s3")]
    try:
        with serving(lake.settings, keys) as served:
            yield Held(served, lake, stores, new_table(8))
    finally:
        for store in stores:
            store.close()
        stop_servers(Settings(home=home))


@pytest.fixture
def client(held: Held) -> Iterator[httpx2.Client]:
    with held.served.client("admin") as client:
        yield client


def ended(client: httpx2.Client, card: dict[str, Any]) -> dict[str, Any]:
    """The receipt once the server has done its part."""
    found: dict[str, Any] = {}

    def over() -> bool:
        found.update(client.get(card["status_url"]).json())
        return found["status"] != "running"

    until(over)
    return found


@pytest.mark.slow
def test_a_user_is_erased_everywhere_and_dagsters_part_is_paid_by_the_next_start(
    held: Held, client: httpx2.Client, tmp_path: Path
) -> None:
    path = write_zip(tmp_path / "a.zip", members([tweet(n) for n in range(5)], username="leaver"))
    ingest(held.lake, path)
    bring(held.lake, held.table, held.stores, leaver=["one", "two"], other=["one"])
    answer = client.post(FORGET, json={"username": " Leaver"})
    card = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (202, card["status_url"])
    assert (card["username"], card["finished_at"], card["quotes_found"]) == ("leaver", None, [])
    with pytest.raises(ErasedUser):
        ingest(held.lake, path)
    done = ended(client, card)
    assert (done["status"], done["owed"], done["error"]) == ("owed", ["dagster"], None)
    assert done["rows"] == {"pgvector": 2, "milvus": 2, "s3": 2} and done["files"]["lake"] > 3
    assert held.counts("leaver") == [0, 0, 0] and held.counts("other") == [1, 1, 1]
    assert user_files(held.lake.storage, "leaver") == []
    again = client.post(FORGET, json={"username": "leaver"})
    assert (again.status_code, again.json()["id"]) == (202, card["id"])
    assert ended(client, card)["rows"] == done["rows"]
    assert settle_all(held.lake, lambda: Around(held.stores, lambda user: Dropped(3))) == []
    finished = client.get(card["status_url"]).json()
    assert (finished["status"], finished["runs"], finished["owed"]) == ("completed", 3, [])
    assert card["id"] in [one["id"] for one in client.get("/v1/erasures").json()["data"]]
    late = client.post(FORGET, json={"username": "leaver"}).json()
    assert (late["status"], late["id"]) == ("completed", card["id"])


def test_somebody_who_is_worked_on_is_not_erased_now(held: Held, client: httpx2.Client) -> None:
    bring(held.lake, held.table, held.stores, busy=["one"])
    with working_on(held.lake.settings, ["busy"], "run 0123abcd"):
        answer = client.post(FORGET, json={"username": "busy"})
    assert answer.status_code == 409 and answer.headers["retry-after"]
    assert answer.json()["error"]["code"] == "user_busy"
    assert "run 0123abcd" in answer.json()["error"]["message"]
    with held.lake.writing("busy"):
        assert client.post(FORGET, json={"username": "busy"}).status_code == 409
    assert held.counts("busy") == [1, 1, 1] and "busy" in held.lake.users()
    assert all(receipt.user != "busy" for receipt in receipts(held.lake, finished=False))
    assert ended(client, client.post(FORGET, json={"username": "busy"}).json())["rows"]
    assert held.counts("busy") == [0, 0, 0]


@pytest.mark.slow
def test_what_others_quote_is_listed_and_taken_out_and_their_exports_stay(
    held: Held, client: httpx2.Client, tmp_path: Path
) -> None:
    said = "a plan that nobody else wrote down"
    files = thread("inbox/zoe_1", [message("what now, please", 0, "Carl"), message(said, 1, "Zoe")])
    for export in open_exports(
        [write_zip(tmp_path / "facebook-carl.zip", files)], Limits(10**9, 200.0)
    ):
        ingest_messages(held.lake, export, "carl")
    rebuild_conversations(held.lake, "carl")
    bring(held.lake, held.table, held.stores, zoe=["one"])
    body = {"username": "zoe", "aliases": ["zoe"], "including_quotes": True}
    answer = client.post(FORGET, json=body)
    (quote,) = answer.json()["quotes_found"]
    assert (quote["user"], quote["kind"], quote["messages"]) == ("carl", "message_chunk", 2)
    assert said not in answer.text
    done = ended(client, answer.json())
    assert (done["quotes"], done["quoted_by"], done["originals"]) == (1, ["carl"], 1)
    assert client.post(FORGET, json={"username": "nobody", "aliases": ["zoe"]}).status_code == 404


def test_who_is_unknown_and_who_may_not_ask(held: Held, client: httpx2.Client) -> None:
    unknown = client.post(FORGET, json={"username": "nobody"})
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "user_not_found")
    missing = client.get("/v1/erasures/0123456789abcdef")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "erasure_not_found")
    assert client.post(FORGET, json={"username": ""}).status_code == 400
    with held.served.client("read") as reader:
        assert reader.post(FORGET, json={"username": "nobody"}).status_code == 403
        assert reader.get("/v1/erasures").status_code == 403


def test_an_erasure_that_was_killed_is_gone_on_with_when_the_server_starts(tmp_path: Path) -> None:
    lake = open_lake(load_settings(home=tmp_path / "home"))
    write_tweets(lake, "cut_off", ["one"])
    suppress(lake.storage, "cut_off")
    begin(lake, "cut_off", ["s3", "dagster"])
    with serving(lake.settings):
        until(lambda: receipts(lake, finished=False)[0].owed == ["dagster"])
    assert user_files(lake.storage, "cut_off") == []


@pytest.mark.parametrize(
    "settings",
    [
        {"embedded_parts": False},
        {
            "lake_url": "s3://gone",
            "s3_endpoint": "http://127.0.0.1:9",
            "s3_key": "key",
            "s3_secret": "secret",
        },
    ],
)
def test_a_server_without_a_lake_starts_and_serves_what_needs_none(
    tmp_path: Path, settings: dict[str, Any]
) -> None:
    with serving(load_settings(home=tmp_path / "home", **settings)) as served:
        assert httpx2.get(f"{served.url}/v1/models").status_code == 200
        assert httpx2.get(f"{served.url}/v1/erasures", timeout=60).status_code in (501, 503)
