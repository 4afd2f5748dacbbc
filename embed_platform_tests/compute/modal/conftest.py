"""The stand-in for Modal with our app deployed to it, once per session; nothing reaches the vendor."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from embed_platform.compute.modal.fleet import ModalFleet
from embed_platform.embedding.fleet import Machine
from embed_platform.embedding.registry import ModelEntry, load_registry
from embed_platform.settings import Settings
from embed_platform_tests.embedding.machines import first_machine
from embed_platform_tests.standins.modal_server import ModalServer

ROOT = Path(__file__).resolve().parents[3]
MakeSettings = Callable[..., Settings]


@pytest.fixture(scope="session")
def standin() -> Iterator[ModalServer]:
    """One server for all tests; its containers load a model of no weights."""
    # sockets lie in it, and their paths may have 107 bytes
    folder = Path(tempfile.mkdtemp(prefix="modal"))
    with pytest.MonkeyPatch.context() as patch, ModalServer(folder) as server:
        for name, value in server.environment().items():
            patch.setenv(name, value)
        deploy(server, folder)
        yield server
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def server(standin: ModalServer) -> Iterator[ModalServer]:
    """The server without faults, and after the test without containers."""
    standin.reset()
    yield standin
    standin.reset()


@pytest.fixture
def make_settings(tmp_path: Path) -> MakeSettings:
    """Settings in a home of the test's own, that may spend ten dollars."""

    def make(**fields: object) -> Settings:
        chosen: dict[str, object] = {"max_dollars": 10.0, "gpu": "L4", "rent_minutes": 10}
        return Settings(home=tmp_path / "home", device="cpu", _env_file=None, **(chosen | fields))  # type: ignore[call-arg, arg-type]

    return make


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    return make_settings()


@pytest.fixture
def entry(settings: Settings) -> ModelEntry:
    """MiniLM, whose weights come with the product."""
    return load_registry(settings).get("minilm")


def deploy(server: ModalServer, folder: Path, **variables: str) -> str:
    """Deploy our app with the vendor's own command; returns what it printed."""
    done = deployment(server, folder, **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def deployment(
    server: ModalServer, folder: Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    """The vendor's own command that deploys our app, whatever comes of it."""
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("EMBED_", "AWS_", "MODAL_", "HF_"))
    }
    return subprocess.run(
        [sys.executable, "-m", "modal", "deploy", str(ROOT / "deploy" / "modal_app.py")],
        env=kept | server.environment() | {"EMBED_HOME": str(folder / "home")} | variables,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def machine_of(fleet: ModalFleet, seconds: float = 60.0) -> Machine:
    """The next machine of a fleet."""
    return first_machine(fleet, seconds)


def wait_until(is_so: Callable[[], object], seconds: float = 20.0) -> None:
    """Return once something is so."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.02)
