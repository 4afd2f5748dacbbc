"""`embed-platform run` on rented machines, from the archive to the publication, and interrupted."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from embed_platform.compute.ledger import Ledger
from embed_platform_tests.compute.runpod.vendor import KEY, Vendor, until
from embed_platform_tests.road import COMMAND, SAMPLE, Home

pytestmark = pytest.mark.slow
TEXTS = 240


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    home = Home(tmp_path_factory.mktemp("rented") / "home")
    home.run("ingest", SAMPLE)
    yield home


def rented(vendor: Vendor, **more: str) -> dict[str, str]:
    """What a person sets to embed on RunPod; the pods' ports are within reach of this machine."""
    vendor.fault("direct")
    known = {"RUNPOD_API_KEY": KEY, "EMBED_RUNPOD_URL": vendor.url, "EMBED_COMPUTE": "runpod"}
    return known | {"EMBED_MAX_DOLLARS": "3", "EMBED_PODS": "2"} | more


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminate"])
def test_an_interrupted_command_leaves_no_pod(
    ingested: Home, vendor: Vendor, number: signal.Signals
) -> None:
    vendor.fault("unhealthy")
    process = subprocess.Popen(
        [str(COMMAND), "run", "--store", "s3"],
        env=ingested.environment(**rented(vendor)), cwd=ingested.path.parent,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        until(lambda: len(vendor.running) == 2, 90)
        process.send_signal(number)
        _, told = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    assert vendor.running == [] and vendor.state["creates"] == 2, told
    assert process.returncode == 130 and "Stopped. What was done is kept" in told, told
    assert "Traceback" not in told
    assert not Ledger(ingested.path).open_rentals()


def test_without_a_cap_the_command_is_refused_in_one_line(ingested: Home, vendor: Vendor) -> None:
    done = ingested.run("run", check=False, **rented(vendor, EMBED_MAX_DOLLARS=""))
    assert done.returncode == 1 and "--max-dollars" in done.stderr
    assert done.stderr.count("error:") == 1 and "Traceback" not in done.stderr
    assert vendor.state["creates"] == 0


def test_an_archive_is_embedded_on_rented_machines_once(ingested: Home, vendor: Vendor) -> None:
    vendor.fault("real")
    vendor.fault("dimension", 384)
    first = ingested.run("run", "--store", "s3", **rented(vendor))
    assert f"embedded {TEXTS}, reused 0" in first.stderr
    assert vendor.running == [] and vendor.state["creates"] == 2
    again = ingested.run("run", "--store", "s3", **rented(vendor))
    assert f"embedded 0, reused {TEXTS}" in again.stderr
    assert vendor.state["creates"] == 2
    (user,) = json.loads(ingested.run("status", "--json").stdout)["users"]
    assert user["spaces"][0]["stores"] == {"s3": TEXTS}
    kept = "".join(
        path.read_text(errors="replace")
        for path in Path(ingested.path).rglob("*")
        if path.is_file()
    )
    assert KEY not in kept and vendor.state["bodies"][0]["env"]["API_KEY"] not in kept


def test_two_commands_at_once_share_the_work_and_embed_no_text_twice(
    home: Path, vendor: Vendor
) -> None:
    both = Home(home)
    both.run("ingest", SAMPLE)
    vendor.fault("real")
    vendor.fault("dimension", 384)
    processes = [
        subprocess.Popen(
            [str(COMMAND), "run", "--store", "s3", "--json"],
            env=both.environment(**rented(vendor)), cwd=home.parent,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    try:
        told = [process.communicate(timeout=300) for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.wait()
    assert [process.returncode for process in processes] == [0, 0], told
    done = [json.loads(out.splitlines()[-1]) for out, _ in told]
    assert sorted((one["embedded"], one["reused"]) for one in done) == [(0, TEXTS), (TEXTS, 0)]
    assert vendor.running == [] and vendor.state["creates"] == 2
    assert rows(both) == TEXTS


def rows(home: Home) -> int:
    """Rows of all vector files, whose names end in their number."""
    files = home.path.glob("lake/vectors/**/*.parquet")
    return sum(int(path.stem.rpartition("-")[2]) for path in files)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminate"])
def test_what_an_interrupted_command_had_embedded_is_kept_and_the_next_does_the_rest(
    home: Path, vendor: Vendor, number: signal.Signals
) -> None:
    own = Home(home)
    own.run("ingest", SAMPLE)
    vendor.fault("dimension", 384)
    vendor.fault("pace", 0.05)
    known = rented(vendor, EMBED_SHARD_TOKENS="1000")
    process = subprocess.Popen(
        [str(COMMAND), "run", "--store", "s3"], env=own.environment(**known), cwd=home.parent,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        until(lambda: rows(own), 120)
        process.send_signal(number)
        _, told = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130 and "Traceback" not in told, told
    assert vendor.running == [] and not Ledger(home).open_rentals()
    before = rows(own)
    assert 0 < before < TEXTS
    done = own.json("run", "--store", "s3", **known)
    assert (done["embedded"], done["reused"]) == (TEXTS - before, before)
    assert rows(own) == TEXTS and vendor.running == []
