"""`embed-platform run --compute modal` from nothing to the publication, interrupted, and the token's whereabouts."""

from __future__ import annotations

import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from embed_platform.compute.modal.ledger import CallLedger
from embed_platform.embedding.registry import load_registry
from embed_platform.embedding.vectors import read_vectors
from embed_platform.lake.lake import open_lake
from embed_platform.lake.layout import vectors as vectors_folder
from embed_platform.settings import Settings
from embed_platform_tests.compute.modal.conftest import wait_until
from embed_platform_tests.road import COMMAND, SAMPLE, Home
from embed_platform_tests.standins.modal_grpc import TOKEN
from embed_platform_tests.standins.modal_server import ModalServer

pytestmark = pytest.mark.slow
TEXTS = 240
RUN = ("run", "--store", "s3", "--compute", "modal", "--max-dollars", "3")


@pytest.fixture(scope="module")
def own_standin() -> Iterator[ModalServer]:
    """One of our own, for it is deployed to and taken down; light models."""
    with tempfile.TemporaryDirectory(prefix="modal") as folder, ModalServer(Path(folder)) as server:
        yield server


@pytest.fixture
def server(own_standin: ModalServer) -> Iterator[ModalServer]:
    own_standin.reset()
    yield own_standin
    own_standin.reset()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path / "home")
    home.run("ingest", SAMPLE)
    yield home


def rented(server: ModalServer, **more: str) -> dict[str, str]:
    """What a person sets to embed on Modal; shards are so small that there are many."""
    return server.environment() | {"EMBED_SHARD_TOKENS": "1000"} | more


def rows_and_texts(home: Home) -> tuple[int, int]:
    """Rows of the vector files, and how many texts they are of."""
    settings = Settings(home=home.path, _env_file=None)  # type: ignore[call-arg]
    lake, space = open_lake(settings), load_registry(settings).get("minilm").space
    (user,) = lake.users()
    files = [entry.path for entry in lake.storage.list(vectors_folder(space.slug, user))]
    rows = sum(int(path.removesuffix(".parquet").rpartition("-")[2]) for path in files)
    return rows, len(read_vectors(lake, space, user)[0])


def everything_under(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_an_archive_is_embedded_on_modal_once_and_the_token_stays_where_it_is(
    home: Home, server: ModalServer
) -> None:
    vendor = rented(server)
    deployed = home.run("modal", "deploy", **vendor)
    assert "embed-platform is deployed in main: L4, A10" in deployed.stderr
    first = home.run(*RUN, **vendor)
    assert f"embedded {TEXTS}, reused 0" in first.stderr
    assert rows_and_texts(home) == (TEXTS, TEXTS)
    assert server.unfinished() == [] and server.pids == []
    calls = len(server.asked("FunctionMap"))
    again = home.run(*RUN, **vendor)
    assert f"embedded 0, reused {TEXTS}" in again.stderr
    assert len(server.asked("FunctionMap")) == calls, "nothing was asked of Modal"
    (user,) = home.json("status")["users"]
    assert user["spaces"][0]["stores"] == {"s3": TEXTS}

    logs = home.run("modal", "logs", **vendor)
    gone = home.run("modal", "undeploy", "--yes", **vendor)
    assert "embed-platform is stopped" in gone.stderr
    refused = home.run("modal", "verify", check=False, **vendor, EMBED_MAX_DOLLARS="3")
    assert refused.returncode == 1
    assert "is not deployed" in " ".join(refused.stderr.split())
    secret = TOKEN[1]
    for done in (deployed, first, again, logs, gone, refused):
        assert secret not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
    assert secret.encode() not in everything_under(home.path)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminate"])
def test_an_interrupted_run_leaves_no_call_and_no_container_and_is_completed_by_the_next(
    home: Home, server: ModalServer, number: signal.Signals
) -> None:
    home.run("modal", "deploy", **rented(server))
    results: list[bytes] = []

    def pause_after_some(data: bytes) -> bytes:
        results.append(data)
        if len(results) == 4:  # the probes, and shards of which some are asked again
            server.pause(on=True)
        return data

    server.control.rewrite = pause_after_some
    process = subprocess.Popen(
        [str(COMMAND), *RUN], env=home.environment(**rented(server)), cwd=home.path.parent,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:

        def is_under_way() -> bool:
            assert process.poll() is None, process.communicate()
            files = list(home.path.glob("lake/vectors/**/*.parquet"))
            return len(results) >= 4 and bool(server.unfinished() and files)

        wait_until(is_under_way, 120)
        process.send_signal(number)
        _, told = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130 and "Stopped. What was done is kept" in told, told
    assert "Traceback" not in told
    assert server.unfinished() == [] and server.pids == []
    assert list(CallLedger(home.path / "rentals" / "modal").entries()) == []
    before, texts = rows_and_texts(home)
    assert 0 < before == texts < TEXTS
    server.pause(on=False)
    server.control.rewrite = None
    done = home.json(*RUN, **rented(server))
    assert (done["embedded"], done["reused"]) == (TEXTS - before, before)
    assert rows_and_texts(home) == (TEXTS, TEXTS)
    assert TOKEN[1] not in told and TOKEN[1].encode() not in everything_under(home.path)
