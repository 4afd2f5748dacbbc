"""What is deployed: decided from the settings, and sent by the vendor's own command."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from embed_platform.compute.modal.deployment import (
    CLASS_NAME,
    IDLE_SECONDS,
    INPUTS_PER_CONTAINER,
    PAGES_CLASS_NAME,
    RERANKER_CLASS_NAME,
    STARTUP_SECONDS,
    app_file,
    deployment_of,
    left_out,
    pinned,
)
from embed_platform.compute.modal.reranker import API_NAME
from embed_platform.errors import ComputeRefused
from embed_platform_tests.compute.modal.conftest import ROOT, MakeSettings, deploy
from embed_platform_tests.standins.modal_server import ModalServer

# Imports what a container imports, without the vendor's package and without what is only in a checkout.
CLOSURE = """
import json, sys
before = set(sys.modules)
import embed_platform.compute.modal.container
import embed_platform.compute.modal.rerank_container
import embed_platform.compute.modal.deployment
import importlib.metadata as metadata
names = {name.partition(".")[0] for name in set(sys.modules) - before} - sys.stdlib_module_names
owners = metadata.packages_distributions()
print(json.dumps(sorted({owners[name][0].lower().replace("_", "-") for name in names if name in owners})))
"""


def embedder_of(server: ModalServer) -> Any:
    """The request that made the class that embeds."""
    made = server.asked("FunctionCreate")
    (found,) = [r for r in made if r.function_data.function_name == f"{CLASS_NAME}.*"]
    return found


def test_the_settings_decide_what_is_deployed(make_settings: MakeSettings) -> None:
    plan = deployment_of(
        make_settings(
            gpu="L40S, A100:2", pods=7, rent_minutes=30, dtype="bfloat16", modal_app="mine"
        )
    )
    assert (plan.app, plan.gpus) == ("mine", ("L40S", "A100:2"))
    assert (plan.max_containers, plan.timeout, plan.memory_snapshot) == (7, 1800, False)
    assert plan.environment["EMBED_DTYPE"] == "bfloat16"
    with pytest.raises(ComputeRefused, match="no GPU 'RTX4090'"):
        deployment_of(make_settings(gpu="RTX4090"))


def test_without_a_wish_two_gpus_are_tried(make_settings: MakeSettings) -> None:
    assert deployment_of(make_settings(gpu="")).gpus == ("L4", "A10")


def test_no_secret_is_in_the_environment_of_the_image(make_settings: MakeSettings) -> None:
    plan = deployment_of(
        make_settings(
            hf_token="hf_very-secret", s3_key="very-secret", modal_token_secret="very-secret"
        )
    )
    assert "secret" not in repr(plan)


def test_every_package_is_pinned_to_what_was_tested_here(make_settings: MakeSettings) -> None:
    packages = [Requirement(text) for text in deployment_of(make_settings()).packages]
    assert all(len(package.specifier) == 1 for package in packages)
    by_name = {package.name: str(package.specifier) for package in packages}
    assert {"tokenizers", "safetensors", "huggingface-hub"} <= set(by_name), "needs of needs too"
    assert "+" not in by_name["torch"], "the image takes CUDA's build of the same version"
    assert pinned(["no-such-package"]) == ("no-such-package",)


def test_a_container_has_every_package_that_its_code_imports(make_settings: MakeSettings) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CLOSURE], capture_output=True, text=True, check=True, cwd=ROOT
    )
    installed = {Requirement(text).name for text in deployment_of(make_settings()).packages}
    assert set(json.loads(done.stdout)) - {"embed-platform"} <= installed


def test_code_and_its_tables_go_into_the_container_and_nothing_else() -> None:
    kept = ("compute/local/engine.py", "embedding/models.yaml", "compute/modal/prices.yaml")
    gone = ("sample/export/tweets.js", "_dbt/models/a.sql", "cli/__pycache__/app.pyc", "a.parquet")
    assert not any(left_out(Path(name)) for name in kept)
    assert all(left_out(Path(name)) for name in gone)


def test_the_apps_file_is_found_and_its_class_has_the_name_that_is_looked_up() -> None:
    assert app_file() == ROOT / "deploy" / "modal_app.py"
    tree = ast.parse(app_file().read_text())
    assert [node.name for node in tree.body if isinstance(node, ast.ClassDef)] == [
        CLASS_NAME,
        PAGES_CLASS_NAME,
        RERANKER_CLASS_NAME,
    ]
    functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert functions == [API_NAME]


def test_importing_the_app_asks_nobody_anything(tmp_path: Path) -> None:
    no_network = (
        "import socket, runpy\n"
        "def refuse(*a, **k): raise AssertionError('the network was asked')\n"
        "socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse\n"
        f"found = runpy.run_path({str(app_file())!r})\n"
        "print(found['app'].name)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", no_network],
        env={
            "EMBED_HOME": str(tmp_path / "home"),
            "HOME": str(tmp_path),
            "EMBED_MODAL_APP": "mine",
        },
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "mine"), done.stderr
    assert not (tmp_path / "home").exists()


def test_the_vendors_own_command_deploys_it_as_decided(server: ModalServer, tmp_path: Path) -> None:
    deploy(
        server,
        tmp_path,
        EMBED_MODAL_APP="decided",
        EMBED_GPU="L4,H100:2",
        EMBED_PODS="3",
        EMBED_RENT_MINUTES="20",
        HF_TOKEN="hf_very-secret",
    )
    request = embedder_of(server)
    ranked = [ranked.function for ranked in request.function_data.ranked_functions]
    gpus = [(f.resources.gpu_config.gpu_type, f.resources.gpu_config.count) for f in ranked]
    assert gpus == [("L4", 1), ("H100", 2)]
    first = ranked[0]
    assert (first.concurrency_limit, first.timeout_secs) == (3, 1200)
    assert (first.task_idle_timeout_secs, first.startup_timeout_secs) == (
        IDLE_SECONDS,
        STARTUP_SECONDS,
    )
    assert (first.max_concurrent_inputs, first.target_concurrent_inputs) == (
        INPUTS_PER_CONTAINER,
        1,
    )
    assert first.retry_policy.retries == 0
    assert not first.checkpointing_enabled
    assert [mount.mount_path for mount in first.volume_mounts] == ["/weights"]
    assert "decided-weights" in server.state.volumes
    assert server.state.secrets[first.secret_ids[0]] == {"HF_TOKEN": "hf_very-secret"}
    others = [
        str(message) for name, message in server.state.requests if name != "SecretGetOrCreate"
    ]
    assert not any("very-secret" in text for text in others)


def test_the_image_has_our_code_and_not_our_data(server: ModalServer, tmp_path: Path) -> None:
    deploy(server, tmp_path, EMBED_MODAL_APP="image")
    app = server.state.app("image", "main")
    assert app is not None
    files = {
        file.filename
        for function in app.functions.values()
        for mount in server.state.functions[function].definition.mount_ids
        for file in server.state.mounts[mount]
    }
    assert "/root/modal_app.py" in files
    assert "/root/embed_platform/compute/local/engine.py" in files
    assert "/root/embed_platform/embedding/models.yaml" in files
    assert not any("/sample/" in name or name.endswith((".pyc", ".env")) for name in files)
    commands = [
        line
        for request in server.asked("ImageGetOrCreate")
        for line in request.image.dockerfile_commands
    ]
    assert any(line.startswith("FROM nvidia/cuda:") for line in commands)
    assert any("torch==" in line and "sentence-transformers==" in line for line in commands)


def test_memory_snapshots_are_an_option(server: ModalServer, tmp_path: Path) -> None:
    deploy(server, tmp_path, EMBED_MODAL_APP="snap", EMBED_MODAL_MEMORY_SNAPSHOT="true")
    request = embedder_of(server)
    assert request.function_data.ranked_functions[0].function.checkpointing_enabled


def test_deploying_again_keeps_the_app(server: ModalServer, tmp_path: Path) -> None:
    for _ in range(2):
        deploy(server, tmp_path, EMBED_MODAL_APP="again")
    apps = [app for app in server.state.apps.values() if app.name == "again"]
    assert len(apps) == 1
    assert set(apps[0].classes) == {CLASS_NAME, PAGES_CLASS_NAME, RERANKER_CLASS_NAME}
    assert set(apps[0].functions) == {"Embedder.*", "PageEmbedder.*", "Reranker.*", API_NAME}
