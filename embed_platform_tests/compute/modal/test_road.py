"""By which road texts travel, and the road through a real S3 server."""

from __future__ import annotations

import time
import urllib.error
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embed_platform.compute.modal.payload import checked, wire_vectors
from embed_platform.compute.modal.road import (
    FOLDER,
    INLINE_BYTES,
    Courier,
    Parcel,
    choose_road,
    reachable,
)
from embed_platform.compute.modal.stored import (
    fetch_texts,
    put_vectors,
    read_vectors_file,
    vectors_file,
)
from embed_platform.embedding.engine import Embedded
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import TransientError
from embed_platform.lake.storage import open_storage
from embed_platform_tests.compute.modal.conftest import MakeSettings
from embed_platform_tests.servers import s3_server  # noqa: F401 - a fixture

VENDOR = "https://api.modal.com,https://api.modal2.com"
NEAR = "http://127.0.0.1:9000"
SPACE = EmbeddingSpace("somebody/model", "1", 8)
MANY = INLINE_BYTES + 1


@pytest.mark.parametrize(
    ("size", "lake", "endpoint", "vendor", "road"),
    [
        (MANY, "s3://bucket/lake", "", VENDOR, "lake"),
        (MANY, "s3://bucket/lake", "https://abc.supabase.co/storage/v1/s3", VENDOR, "lake"),
        (INLINE_BYTES, "s3://bucket/lake", "", VENDOR, "call"),
        (MANY, "", "", VENDOR, "call"),
        (MANY, "/home/me/lake", "", VENDOR, "call"),
        (MANY, "s3://bucket/lake", NEAR, VENDOR, "call"),
        (MANY, "s3://bucket/lake", "http://minio:9000", VENDOR, "call"),
        (MANY, "s3://bucket/lake", "http://192.168.1.5:9000", VENDOR, "call"),
        (MANY, "s3://bucket/lake", NEAR, "http://127.0.0.1:50051", "lake"),
    ],
)
def test_large_shards_go_through_a_lake_that_containers_reach(
    size: int, lake: str, endpoint: str, vendor: str, road: str
) -> None:
    assert choose_road(size, lake, endpoint, vendor) == road


@pytest.mark.parametrize(
    "endpoint",
    ["http://localhost:9000", "http://[::1]:9000", "http://10.0.0.7", "http://nas.local"],
)
def test_a_store_in_this_network_is_not_reached_from_elsewhere(endpoint: str) -> None:
    assert not reachable(endpoint, VENDOR)
    assert reachable(endpoint, "http://localhost:1")


def found(rows: int = 3) -> Embedded:
    vectors = np.random.default_rng(2).normal(size=(rows, 8)).astype(np.float32)
    return Embedded(vectors, np.arange(rows), np.arange(rows) == 1, {2: "broken"})


@pytest.mark.parametrize("rows", [0, 3])
def test_vectors_come_back_from_their_file_as_they_were(rows: int) -> None:
    vectors = wire_vectors(found(rows), "float32")
    if not rows:
        vectors.failed.clear()
    assert read_vectors_file(vectors_file(vectors)) == vectors


@pytest.mark.parametrize(
    "data", [b"", b"PAR1", vectors_file(wire_vectors(found(), "float32"))[:-9]]
)
def test_a_file_that_is_cut_off_is_worth_another_try(data: bytes) -> None:
    with pytest.raises(TransientError, match="no readable result"):
        read_vectors_file(data)


@pytest.fixture
def courier(make_settings: MakeSettings, s3_server: dict[str, Any]) -> Courier:  # noqa: F811
    return Courier(make_settings(lake_url="s3://bucket/lake", **s3_server), NEAR)


def test_texts_and_vectors_travel_by_addresses_that_hold_no_key(
    courier: Courier,
    s3_server: dict[str, Any],  # noqa: F811
) -> None:
    texts = ["first", "zweiter 🙂", "x" * 9000]
    parcel = courier.parcel(texts, 60)
    assert parcel is not None
    source, target = courier.send(parcel, texts, 60)
    assert s3_server["s3_secret"] not in source + target
    assert fetch_texts(source) == texts
    put_vectors(target, wire_vectors(found(), "float32"))
    back = checked(courier.receive(parcel), SPACE, 3)
    assert (back.vectors == found().vectors).all()
    assert back.failed == {2: "broken"}
    courier.discard(parcel.folder)
    with pytest.raises(TransientError, match="not in the lake"):
        courier.receive(parcel)


def test_an_address_opens_one_file_for_one_thing(courier: Courier) -> None:
    parcel = Parcel(f"{FOLDER}/1-a")
    source, target = courier.send(parcel, ["text"], 60)
    for address, method in ((source, "PUT"), (target, "GET")):
        with pytest.raises(TransientError) as caught:
            put_vectors(
                address, wire_vectors(found(), "float32")
            ) if method == "PUT" else fetch_texts(address)
        assert "X-Amz" not in str(caught.value), "an address is as good as a key"
        assert not isinstance(caught.value.__cause__, urllib.error.HTTPError)


def test_parcels_that_nobody_waits_for_are_swept(
    courier: Courier,
    make_settings: MakeSettings,
    s3_server: dict[str, Any],  # noqa: F811
) -> None:
    lake = open_storage("s3://bucket/lake", make_settings(**s3_server))
    old, new = (Parcel(f"{FOLDER}/{int(time.time()) + age}-b") for age in (-5, 600))
    for parcel in (old, new):
        courier.send(parcel, ["text"], 60)
    courier.sweep()
    left = [entry.path for entry in lake.list(FOLDER)]
    assert old.texts not in left
    assert new.texts in left


def test_a_lake_in_a_folder_is_no_road(make_settings: MakeSettings, tmp_path: Path) -> None:
    assert Courier(make_settings(), NEAR).parcel(["x" * 100_000], 60) is None
    assert Courier(make_settings(lake_url=str(tmp_path)), NEAR).parcel(["x" * 100_000], 60) is None
