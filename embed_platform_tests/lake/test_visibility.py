"""Messages never go where strangers read; the server itself is asked, and silence is no permission."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from embed_platform.errors import LakeUnavailable, SettingsError
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.lake.visibility import is_public, refuse_public, supabase_address
from embed_platform.settings import Settings
from embed_platform.sources.intake import Choices, handovers, take_in
from embed_platform.sources.messenger.publish import publish_raw_messages
from embed_platform.sources.twitter.current import publish_raw_tweets
from embed_platform.sources.twitter.ingest import Ingested
from embed_platform.stores.publication import S3Store
from embed_platform_tests.servers import free_port
from embed_platform_tests.sources.buckets import Server
from embed_platform_tests.sources.buckets import private_server as private_server
from embed_platform_tests.sources.buckets import public_server as public_server
from embed_platform_tests.sources.buckets import serve as serve
from embed_platform_tests.sources.exports import tweet, write_export, write_zip
from embed_platform_tests.sources.messenger.exports import message, thread


class Bucket(BaseHTTPRequestHandler):
    """Takes every file with a key; what strangers get is `answers`, by the path before the bucket."""

    answers: dict[str, int]

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.answer(200)

    def do_POST(self) -> None:
        """Deleting is a POST with a list."""
        asked = self.rfile.read(int(self.headers.get("content-length", 0)))
        (key,) = re.findall(rb"<Key>.*?</Key>", asked)
        self.answer(200, b"<DeleteResult><Deleted>" + key + b"</Deleted></DeleteResult>")

    def do_GET(self) -> None:
        before = self.path.split("/bucket/")[0]
        self.answer(self.answers.get(before, 404))

    def answer(self, status: int, body: bytes = b"ok") -> None:
        self.send_response(status)
        self.send_header("etag", '"1"')
        self.send_header("last-modified", "Sat, 21 Nov 2026 08:00:00 GMT")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def bucket() -> Iterator[tuple[str, dict[str, int]]]:
    """Address of a server, and its answers to strangers."""
    handler = type("Handler", (Bucket,), {"answers": {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", handler.answers
    server.shutdown()
    server.server_close()


def opened(tmp_path: Path, server: Server, url: str = "s3://bucket/lake") -> Lake:
    return open_lake(Settings(home=tmp_path / "home", lake_url=url, **server))


def of(endpoint: str) -> Server:
    return {"s3_endpoint": endpoint, "s3_key": "key", "s3_secret": "secret"}


def visible(lake: Lake) -> bool:
    return is_public(lake.storage, lake.settings)


def export(tmp_path: Path) -> Path:
    talk = [message(f"CANARY {n}", n) for n in range(5)]
    return write_zip(tmp_path / "facebook-me-1-A.zip", thread("inbox/ann_1", talk))


def outcomes(lake: Lake, *paths: Path) -> list[object]:
    return [one for given in handovers(lake, paths) for one in take_in(lake, given, Choices("me"))]


@pytest.mark.parametrize("url", ["s3://bucket", "s3://bucket/a/b", "s3://bucket/a/b/"])
def test_a_bucket_is_private_when_strangers_get_nothing(
    tmp_path: Path, private_server: Server, public_server: Server, url: str
) -> None:
    private, public = opened(tmp_path, private_server, url), opened(tmp_path, public_server, url)
    assert not visible(private)
    assert visible(public)
    assert not [entry for entry in private.storage.list() if "visibility" in entry.path]
    refuse_public(private.storage, private.settings)
    with pytest.raises(SettingsError, match=r"everybody can read this bucket.*EMBED_LAKE_URL"):
        refuse_public(public.storage, public.settings)


def test_a_folder_is_not_public(lake: Lake) -> None:
    assert not visible(lake)
    assert lake.storage.list() == []


def test_messages_are_refused_by_a_public_lake_and_tweets_are_not(
    tmp_path: Path, public_server: Server
) -> None:
    lake = opened(tmp_path, public_server)
    taken, error = outcomes(
        lake, export(tmp_path), write_export(tmp_path / "t.zip", [tweet(n) for n in range(3)])
    )
    assert isinstance(taken, Ingested) and taken.source == "twitter"
    assert isinstance(error, SettingsError) and "everybody can read this bucket" in str(error)
    assert publish_raw_tweets(lake, "me").rows == 3
    assert not any(b"CANARY" in lake.storage.get(entry.path) for entry in lake.storage.list())


def test_a_lake_that_became_public_gets_no_more_of_them(
    tmp_path: Path, serve: Callable[[str], Server]
) -> None:
    lake = opened(tmp_path, serve("private"))
    (taken,) = outcomes(lake, export(tmp_path))
    assert isinstance(taken, Ingested)
    before = lake.storage.list()
    now = opened(tmp_path, serve("public"))
    with pytest.raises(SettingsError, match="everybody"):
        publish_raw_messages(now, "me")
    assert lake.storage.list() == before
    assert publish_raw_messages(lake, "me").rows == 5


@pytest.mark.parametrize("status", [500, 502, 503, 429, 408, 301])
def test_a_server_that_does_not_say_is_not_taken_for_private(
    tmp_path: Path, bucket: tuple[str, dict[str, int]], status: int
) -> None:
    endpoint, answers = bucket
    answers[""] = status
    lake = opened(tmp_path, of(endpoint))
    with pytest.raises(LakeUnavailable, match="cannot be told"):
        visible(lake)
    (error,) = outcomes(lake, export(tmp_path))
    assert isinstance(error, LakeUnavailable)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405])
def test_a_refusal_is_a_refusal_whatever_its_number(
    tmp_path: Path, bucket: tuple[str, dict[str, int]], status: int
) -> None:
    endpoint, answers = bucket
    answers[""] = status
    assert not visible(opened(tmp_path, of(endpoint)))


@pytest.mark.parametrize("slash", ["", "/"])
def test_supabase_serves_public_buckets_under_another_address(
    tmp_path: Path, bucket: tuple[str, dict[str, int]], slash: str
) -> None:
    endpoint, answers = bucket
    lake = opened(tmp_path, of(f"{endpoint}/storage/v1/s3{slash}"))
    answers |= {"/storage/v1/s3": 403, "/storage/v1/object/public": 400}
    assert not visible(lake)
    answers["/storage/v1/object/public"] = 200
    assert visible(lake)


def test_a_lake_that_does_not_answer_is_not_taken_for_private(tmp_path: Path) -> None:
    lake = opened(tmp_path, of(f"http://127.0.0.1:{free_port()}"))
    (error,) = outcomes(lake, export(tmp_path))
    assert isinstance(error, LakeUnavailable)


def test_where_supabase_serves_a_public_bucket_is_derived_from_its_s3_endpoint(
    tmp_path: Path,
) -> None:
    def address(endpoint: str) -> str:
        lake = opened(tmp_path, of(endpoint), "s3://bucket/a/b")
        return supabase_address(lake.storage, lake.settings)

    public = "https://p.supabase.co/storage/v1/object/public/bucket/a/b"
    assert address("https://p.supabase.co/storage/v1/s3") == public
    assert address("https://p.supabase.co/storage/v1/s3/") == public
    assert address("https://s3.example.com") == ""


def test_a_publication_names_that_address_only_when_strangers_can_read_there(
    tmp_path: Path, bucket: tuple[str, dict[str, int]]
) -> None:
    base, answers = bucket
    given = of(f"{base}/storage/v1/s3")

    def address() -> str:
        settings = Settings(home=tmp_path / "home", publish_url="s3://bucket/x", **given)
        return S3Store(open_lake(settings)).address()

    assert address() == ""
    answers["/storage/v1/object/public"] = 200
    assert address() == f"{base}/storage/v1/object/public/bucket/x"
