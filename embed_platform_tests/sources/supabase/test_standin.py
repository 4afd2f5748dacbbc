"""That the stand-in answers as PostgREST and Storage are documented to."""

from __future__ import annotations

import time

import httpx2
import pytest

from embed_platform_tests.sources.supabase.projects import Made
from embed_platform_tests.standins.supabase_server import KEY, Bucket

KEYS = {"apikey": KEY, "authorization": f"Bearer {KEY}"}


def ask(made: Made, path: str, **more: object) -> httpx2.Response:
    headers = KEYS | more.pop("headers", {})  # type: ignore[operator]
    return httpx2.get(f"{made.url}{path}", headers=headers, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("order=tweet_id.asc&limit=2", [0, 1]),
        ("order=tweet_id.desc&limit=2&offset=1", [3, 2]),
        ("tweet_id=gt.1626900000000000002&order=tweet_id", [3, 4]),
        ("is_tombstone=is.true", [4]),
        ("is_tombstone=not.is.true&tweet_id=lt.1626900000000000001", [0]),
        ('full_text=in.(a,"text number 2")', [2]),
        ("full_text=ilike.TEXT*3", [3]),
        ('or=(full_text.eq."text number 1",and(is_tombstone.is.true,account_id.eq.9))', [1, 4]),
        ("created_at=gte.2023-02-18T18:00:00%2B02:00&order=tweet_id", [4]),
    ],
)
def test_rows_are_filtered_and_ordered(made: Made, query: str, found: list[int]) -> None:
    for number in range(4):
        made.tweet(number)
    made.tweet(4, account_id="9", is_tombstone=True)
    rows = ask(made, f"/rest/v1/tweets?select=tweet_id&{query}").json()
    assert [int(row["tweet_id"]) - 1626900000000000000 for row in rows] == found


def test_a_page_says_where_it_stands(made: Made) -> None:
    for number in range(5):
        made.tweet(number)
    counted = ask(made, "/rest/v1/tweets?limit=2", headers={"prefer": "count=exact"})
    assert (counted.status_code, counted.headers["content-range"]) == (206, "0-1/5")
    plain = ask(made, "/rest/v1/tweets?limit=2&offset=4")
    assert (plain.status_code, plain.headers["content-range"]) == (200, "4-4/*")
    beyond = ask(made, "/rest/v1/tweets?offset=9", headers={"prefer": "count=exact"})
    assert (beyond.status_code, beyond.json()["code"]) == (416, "PGRST103")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/rest/v1/nothing", 404, "PGRST205"),
        ("/rest/v1/tweets?nothing=eq.1", 400, "42703"),
        ("/rest/v1/tweets?tweet_id=almost.1", 400, "PGRST100"),
    ],
)
def test_errors_have_their_codes(made: Made, path: str, status: int, code: str) -> None:
    found = ask(made, path)
    assert (found.status_code, found.json()["code"]) == (status, code)


def test_both_services_want_the_key(made: Made) -> None:
    for path in ("/rest/v1/tweets", "/storage/v1/object/info/archives/x"):
        assert httpx2.get(f"{made.url}{path}").status_code == 401
        assert ask(made, path, headers={"apikey": "other"}).status_code == 401
        assert ask(made, path, headers={"authorization": "Bearer other"}).status_code == 401


def test_a_signed_address_opens_one_file_for_a_while(made: Made) -> None:
    made.put("a/b.json", b"0123456789")
    body = {"expiresIn": "60"}
    signed = httpx2.post(
        f"{made.url}/storage/v1/object/sign/archives/a/b.json", json=body, headers=KEYS
    )
    path = f"/storage/v1{signed.json()['signedURL']}"
    assert httpx2.get(f"{made.url}{path}").content == b"0123456789"
    part = httpx2.get(f"{made.url}{path}", headers={"range": "bytes=4-6"})
    assert (part.status_code, part.content) == (206, b"456")
    assert part.headers["content-range"] == "bytes 4-6/10"
    assert httpx2.get(f"{made.url}{path}", headers={"range": "bytes=10-"}).status_code == 416
    assert httpx2.get(f"{made.url}{path}x").json()["error"] == "InvalidJWT"
    old = made.world.token("archives/a/b.json", int(time.time()) - 1)
    late = httpx2.get(f"{made.url}/storage/v1/object/sign/archives/a/b.json?token={old}")
    assert late.json()["error"] == "InvalidJWT"


def test_only_public_buckets_serve_everybody(made: Made) -> None:
    made.put("x", b"1")
    made.world.buckets["open"] = Bucket(True, dict(made.world.buckets["archives"].objects))
    base = f"{made.url}/storage/v1/object/public"
    assert httpx2.get(f"{base}/open/x").content == b"1"
    assert httpx2.get(f"{base}/archives/x").json()["error"] == "Bucket not found"


def test_faults_are_set_by_a_control_call(made: Made) -> None:
    fault = {"path": "/rest/v1/tweets", "status": 503, "times": 1}
    httpx2.post(f"{made.url}/control/fault", json=fault)
    codes = [ask(made, "/rest/v1/tweets").status_code for _ in range(2)]
    assert codes == [503, 200]
