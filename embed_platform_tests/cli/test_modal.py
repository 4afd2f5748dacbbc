"""The modal commands as a person uses them."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from embed_platform_tests.road import Home
from embed_platform_tests.standins.modal_grpc import TOKEN
from embed_platform_tests.standins.modal_server import ModalServer

pytestmark = pytest.mark.slow
CAP = {"EMBED_MAX_DOLLARS": "1"}


@pytest.fixture(scope="module")
def modal() -> Iterator[ModalServer]:
    """Containers with real weights: what they give is compared with this machine."""
    with (
        tempfile.TemporaryDirectory(prefix="modal") as folder,
        ModalServer(Path(folder), light=False) as server,
    ):
        yield server


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_from_nothing_to_a_verified_app_and_back(modal: ModalServer, home: Home) -> None:
    vendor = modal.environment()
    refused = home.run("modal", "verify", check=False, **vendor, **CAP)
    assert refused.returncode == 1
    assert "`embed-platform modal deploy` does it" in refused.stderr.replace("\n", " ")

    assert "L4, A10, at most 1 containers" in home.run("modal", "deploy", **vendor).stderr

    found = json.loads(home.run("modal", "verify", "--json", **vendor, **CAP).stdout)
    assert found["cosine"] > 0.999
    assert found["agrees"]
    assert found["gpu_seconds"] > 0
    assert found["price_of"]
    assert modal.pids == []

    told = home.run("modal", "verify", **vendor, **CAP).stdout
    assert "GPU seconds" in told
    assert "Modal's prices of" in told

    home.run("modal", "logs", **vendor)
    home.run("modal", "undeploy", "--yes", **vendor)
    assert home.run("modal", "verify", check=False, **vendor, **CAP).returncode == 1
    assert modal.unfinished() == []


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({"MODAL_TOKEN_SECRET": "as-very-wrong"}, "the token is refused"),
        ({"MODAL_TOKEN_ID": "", "MODAL_TOKEN_SECRET": ""}, "there is no token"),
        ({"EMBED_GPU": "RTX5090"}, "Modal has no GPU 'RTX5090'; the nearest are"),
        ({"EMBED_MAX_DOLLARS": ""}, "nothing is rented without a cap"),
    ],
)
def test_what_is_wrong_is_one_line(
    modal: ModalServer, home: Home, variables: dict[str, str], reason: str
) -> None:
    done = home.run("modal", "verify", check=False, **(modal.environment() | CAP | variables))
    assert done.returncode == 1
    assert reason in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert "as-very-wrong" not in done.stderr + done.stdout


def test_the_token_that_the_vendors_own_command_keeps_is_found(
    modal: ModalServer, home: Home, tmp_path: Path
) -> None:
    kept = tmp_path / "modal.toml"
    kept.write_text(f'[default]\ntoken_id = "{TOKEN[0]}"\ntoken_secret = "{TOKEN[1]}"\n')
    variables = modal.environment() | CAP | {"MODAL_CONFIG_PATH": str(kept)}
    del variables["MODAL_TOKEN_ID"], variables["MODAL_TOKEN_SECRET"]
    done = home.run("modal", "verify", "--model", "minilm", check=False, **variables)
    assert "is not deployed" in " ".join(done.stderr.split())
