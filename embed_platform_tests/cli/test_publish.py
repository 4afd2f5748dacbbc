"""`publish` to a server's pgvector and to buckets, as the hackathon served them; read as strangers do."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import obstore
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from obstore.store import S3Store as Bucket

from embed_platform.settings import Settings
from embed_platform.stores.servers import start_postgres
from embed_platform_tests.road import Home
from embed_platform_tests.servers import servers_home as servers_home
from embed_platform_tests.sources.buckets import Server
from embed_platform_tests.sources.buckets import private_server as private_server
from embed_platform_tests.sources.buckets import public_server as public_server
from embed_platform_tests.sources.buckets import serve as serve
from embed_platform_tests.sources.exports import tweet, write_export, write_zip
from embed_platform_tests.sources.messenger.exports import message, thread

pytestmark = pytest.mark.slow
URL = "s3://bucket/vectors"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Tweets and messages that are embedded, and in a store that nobody else reads."""
    folder = tmp_path_factory.mktemp("publish")
    home = Home(folder / "home")
    home.run("ingest", write_export(folder / "t.zip", [tweet(n) for n in range(12)]))
    said = [message(f"CANARY what we said, number {n}", n * 60_000) for n in range(9)]
    talk = write_zip(folder / "facebook-me-1-A.zip", thread("inbox/ann_1", said))
    home.run("ingest", talk, "--user", "me")
    home.launch("s3")
    yield home
    home.run("down")


def outside(server: Server) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": server["s3_endpoint"],
        "AWS_ACCESS_KEY_ID": server["s3_key"],
        "AWS_SECRET_ACCESS_KEY": server["s3_secret"],
        "EMBED_PUBLISH_URL": URL,
    }


def test_a_public_bucket_gets_tweets_and_never_messages(home: Home, public_server: Server) -> None:
    served = f"{public_server['s3_endpoint']}/bucket/vectors"
    settings = outside(public_server) | {"EMBED_PUBLIC_URL": served}
    done = home.json("publish", **settings)
    (published,) = done["published"]
    assert (published["store"], published["rows"], published["errors"]) == ("s3", 12, {})
    assert list(published["withheld"]) == ["message_chunk"]
    with urllib.request.urlopen(done["manifests"][0]) as answer:
        manifest = json.load(answer)
    assert manifest["rows"] == 12 and manifest["kinds"] == ["tweet"]
    (file,) = manifest["files"]
    with urllib.request.urlopen(file["url"]) as answer:
        table = pq.read_table(pa.BufferReader(answer.read()))
    assert table.num_rows == 12 and "CANARY" not in str(table["text"].to_pylist())
    again = home.json("publish", **settings)["published"][0]
    assert (again["written"], again["deleted"]) == (0, 0)


def test_a_public_bucket_that_nobody_declared_gets_none_either(
    home: Home, public_server: Server
) -> None:
    done = home.run("publish", **outside(public_server))
    assert "message_chunk withheld" in done.stderr and "everybody can read" in done.stderr
    store = _bucket(public_server, signed=False)
    paths = [entry["path"] for entry in obstore.list(store, "vectors").collect()]
    assert paths and not [path for path in paths if "message" in path]


def test_a_private_bucket_gets_everything_and_strangers_nothing(
    home: Home, private_server: Server
) -> None:
    done = home.json("publish", "--store", "s3", **outside(private_server))
    (published,) = done["published"]
    assert published["withheld"] == {} and published["rows"] > 12
    assert done["manifests"][0].startswith(URL)
    listed = obstore.list(_bucket(private_server, signed=True), "vectors").collect()
    assert any("kind=message_chunk" in entry["path"] for entry in listed)
    with pytest.raises(Exception, match=r"status code: 40[03]"):
        obstore.list(_bucket(private_server, signed=False), "vectors").collect()


def test_a_servers_pgvector_gets_tables_that_a_vecs_client_reads(
    home: Home, servers_home: Path
) -> None:
    vecs = pytest.importorskip("vecs")
    dsn = start_postgres(Settings(home=servers_home))
    done = home.json("publish", "--user", "tilda_m", EMBED_PG_DSN=dsn)
    (published,) = done["published"]
    assert (published["store"], published["rows"]) == ("pgvector", 12)
    (name,) = published["tables"]
    client = vecs.create_client(dsn.replace("postgresql://", "postgresql+psycopg2://"))
    try:
        collection = client.get_collection(name)
        assert (collection.dimension, len(collection)) == (384, 12)
        key, vector, metadata = next(iter(collection.fetch(_ids(collection, vector=[1.0] * 384))))
        assert metadata["text"].startswith("text number") and len(vector) == 384 and key
    finally:
        client.disconnect()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "nowhere to publish to"),
        (("--store", "milvus"), "milvus names no server to publish to"),
        (("--store", "pgvector"), "pgvector names no server to publish to"),
    ],
)
def test_where_to_publish_must_be_set(home: Home, words: tuple[str, ...], told: str) -> None:
    done = home.run("publish", *words, check=False)
    assert done.returncode == 1 and told in done.stderr and "EMBED_PUBLISH_URL" in done.stderr


def test_a_bucket_that_is_not_there_is_one_line(home: Home, private_server: Server) -> None:
    given = outside(private_server) | {"EMBED_PUBLISH_URL": "s3://nowhere/x"}
    done = home.run("publish", check=False, **given)
    assert done.returncode == 1 and "s3://nowhere/x" in done.stderr
    assert "Traceback" not in done.stderr


def _ids(collection: Any, vector: list[float]) -> list[str]:
    return list(collection.query(vector, limit=1))


def _bucket(server: Server, *, signed: bool) -> Bucket:
    keys = (
        {"access_key_id": server["s3_key"], "secret_access_key": server["s3_secret"]}
        if signed
        else {"skip_signature": True}
    )
    return Bucket(
        "bucket",
        endpoint=server["s3_endpoint"],
        region="us-east-1",
        client_options={"allow_http": True},
        **keys,
    )
