"""The HTTP service in the app: what travels to its containers, by which road, and that none is open to strangers."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest
from modal_proto import api_pb2
from packaging.requirements import Requirement

from embed_platform.compute.modal.deployment import IDLE_SECONDS, deployment_of, pinned
from embed_platform.compute.modal.serving import (
    FUNCTION_NAME,
    REQUIREMENTS,
    SERVE_INPUTS,
    left_at_home,
    registries,
    service_environment,
    service_settings,
)
from embed_platform.compute.modal.verify import verify_service
from embed_platform.errors import MachineUnavailable
from embed_platform.service.keys import KeyFile
from embed_platform.settings import load_settings
from embed_platform_tests.compute.modal.conftest import ROOT, MakeSettings, deploy
from embed_platform_tests.road import Home
from embed_platform_tests.standins.modal_server import ModalServer

S3 = {"s3_endpoint": "https://s3.example", "s3_key": "AKIA", "s3_secret": "very-secret"}
# Imports what the service imports, in what order requests do.
CLOSURE = """
import json, sys
before = set(sys.modules)
import embed_platform.service.hosted
import embed_platform.stores.pgvector.store, embed_platform.stores.publication
import embed_platform.stores.milvus.store, pymilvus
import embed_platform.stores.qdrant.store, qdrant_client
import embed_platform.compute.http.reranker
import embed_platform.compute.local.page_images, embed_platform.compute.local.cross_encoder
import importlib.metadata as metadata
names = {name.partition(".")[0] for name in set(sys.modules) - before} - sys.stdlib_module_names
owners = metadata.packages_distributions()
print(json.dumps(sorted({owners[name][0].lower().replace("_", "-") for name in names if name in owners})))
"""
# What packages import when it happens to be here, and do without when it is not.
OPTIONAL = {"embed-platform", "grpcio-health-checking", "pysocks", "pytz", "sniffio"}


def made(server: ModalServer) -> dict[str, Any]:
    """What was created, by name: the first of its definitions."""
    found = {}
    for request in server.asked("FunctionCreate"):
        data = request.function_data
        name = data.function_name or request.function.function_name
        ranked = data.ranked_functions
        found[name] = ranked[0].function if ranked else request.function
    return found


def test_a_container_reads_the_settings_as_they_were_meant_for_it(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    here = make_settings(
        **S3,
        lake_url="s3://bucket/lake",
        publish_url="s3://bucket/published",
        pg_dsn="postgresql://me:pass,word@db.example/x",
        stores=("pgvector", "s3"),
        models=("minilm",),
        serve_rate=7,
        serve_timeout=33.5,
        reranker_args={"model_name_or_path": "ms-marco-minilm", "batch_size": 2},
        embedded_parts=True,
        serve_host="10.0.0.1",
        compute="modal",
        query_compute="http",
        modal_token_secret="very-secret-token",
    )
    variables = service_environment(here, '[{"a": "hash"}]')
    assert "very-secret-token" not in repr(variables), "the container needs no token of ours"
    assert not set(variables) & {"EMBED_HOME", "EMBED_SERVE_HOST", "EMBED_COMPUTE"}
    monkeypatch.chdir(tmp_path)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    inside, meant = load_settings(), service_settings(here, '[{"a": "hash"}]')
    for name in ("lake_url", "publish_url", "s3_key", "s3_secret", "s3_endpoint", "pg_dsn"):
        assert getattr(inside, name) == getattr(here, name)
    for name in ("stores", "models", "serve_rate", "serve_timeout", "reranker_args"):
        assert getattr(inside, name) == getattr(here, name)
    assert inside.serve_keys == meant.serve_keys and not inside.embedded_parts
    assert (inside.compute, inside.query_compute) == ("local", "local"), "one copy of the weights"


def test_a_lake_in_a_folder_stays_here_and_so_do_keys_that_nothing_there_needs(
    make_settings: MakeSettings,
) -> None:
    here = make_settings(lake_url="/home/me/lake", publish_url="/home/me/out", **S3)
    assert set(service_environment(here, "[]")) == {"EMBED_SERVE_KEYS", "EMBED_EMBEDDED_PARTS"}
    assert left_at_home(here) == ["EMBED_LAKE_URL", "EMBED_PUBLISH_URL", "EMBED_PG_DSN"]
    whole = make_settings(
        lake_url="s3://b/lake", publish_url="s3://b/out", pg_dsn="postgresql://h/d", **S3
    )
    assert left_at_home(whole) == []


def test_the_reranker_of_the_app_is_the_services_own_model_there(
    make_settings: MakeSettings,
) -> None:
    here = make_settings(
        reranker_service="modal", modal_reranker="ms-marco-minilm", reranker_args={"seconds": 60}
    )
    inside = service_settings(here, "[]")
    assert inside.reranker_service == "crossencoder"
    assert inside.reranker_args["model_name_or_path"] == "cross-encoder/ms-marco-MiniLM-L6-v2"


def test_the_services_image_has_every_package_that_its_code_imports(
    make_settings: MakeSettings,
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CLOSURE], capture_output=True, text=True, check=True, cwd=ROOT
    )
    packages = (*deployment_of(make_settings()).packages, *pinned(REQUIREMENTS))
    installed = {Requirement(text).name for text in packages}
    assert set(json.loads(done.stdout)) - OPTIONAL <= installed


def test_without_a_key_the_app_is_deployed_without_the_service(
    server: ModalServer, tmp_path: Path
) -> None:
    deploy(server, tmp_path, EMBED_MODAL_APP="closed")
    app = server.state.app("closed", "main")
    assert app is not None and FUNCTION_NAME not in app.functions
    assert not any(request.function_data.web_url for request in server.asked("FunctionCreate"))


def test_the_service_is_deployed_as_decided_and_no_key_travels_but_its_hash(
    server: ModalServer, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    key = KeyFile(load_settings(home=home)).add("ann", ["embed"])
    (home / "models.yaml").write_text("models: {}\n")
    dsn = "postgresql://me:very-secret@db.example/x"
    deploy(server, tmp_path, EMBED_MODAL_APP="served", EMBED_PG_DSN=dsn, EMBED_GPU="L4,H100:2")
    found = made(server)[FUNCTION_NAME]
    assert found.webhook_config.type == api_pb2.WEBHOOK_TYPE_ASGI_APP
    assert found.max_concurrent_inputs == SERVE_INPUTS
    assert (found.warm_pool_size, found.concurrency_limit) == (0, 1), "nothing waits, one serves"
    assert found.task_idle_timeout_secs == IDLE_SECONDS
    assert found.resources.gpu_config.gpu_type == "L4"
    assert [mount.mount_path for mount in found.volume_mounts] == ["/weights"]
    (secret,) = (server.state.secrets[name] for name in found.secret_ids)
    assert secret["EMBED_PG_DSN"] == dsn
    assert [held["name"] for held in json.loads(secret["EMBED_SERVE_KEYS"])] == ["ann"]
    sent = [(name, str(message)) for name, message in server.state.requests]
    assert not any(key in text or key.removeprefix("epk_") in text for _, text in sent)
    assert not any("very-secret" in text for name, text in sent if name != "SecretGetOrCreate")
    mounted = {file.filename for mount in found.mount_ids for file in server.state.mounts[mount]}
    assert "/root/models.yaml" in mounted and "/root/keys.json" not in mounted
    embedder = made(server)["Embedder.*"]
    assert not set(embedder.mount_ids) & (
        set(found.mount_ids) - set(made(server)["Reranker.*"].mount_ids)
    )


def test_containers_are_kept_warm_by_a_setting(server: ModalServer, tmp_path: Path) -> None:
    KeyFile(load_settings(home=tmp_path / "home")).add("ann", ["embed"])
    deploy(server, tmp_path, EMBED_MODAL_APP="warm", EMBED_MODAL_SERVE_CONTAINERS="2")
    found = made(server)
    assert (found[FUNCTION_NAME].warm_pool_size, found[FUNCTION_NAME].concurrency_limit) == (2, 2)
    assert found["Embedder.*"].warm_pool_size == 0


def test_only_what_a_home_has_is_taken_along(tmp_path: Path) -> None:
    assert registries(tmp_path) == []
    (tmp_path / "rerankers.yaml").write_text("rerankers: {}\n")
    assert [path.name for path in registries(tmp_path)] == ["rerankers.yaml"]


@pytest.mark.slow
def test_the_command_line_says_where_it_is_asks_it_and_says_when_it_is_gone(
    server: ModalServer, tmp_path: Path
) -> None:
    vendor = server.environment() | {"EMBED_MODAL_APP": "told", "EMBED_MAX_DOLLARS": "3"}
    home = Home(tmp_path / "home")
    key = home.run("keys", "add", "ann").stdout.strip()
    told = " ".join(home.run("modal", "deploy", **vendor).stderr.split())
    address = server.web_url("told", FUNCTION_NAME)
    assert f"the HTTP service: {address}/v1" in told
    assert "EMBED_LAKE_URL, EMBED_PUBLISH_URL, EMBED_PG_DSN" in told
    # light models have vectors of their own, so that they do not agree with this machine
    said = home.json("modal", "verify", check=False, **vendor)["service"]
    assert said["address"] == address and said["ready"]
    assert (said["model"], said["lake"]) == ("ok", "none")
    assert 0 < said["dollars"] < 0.1
    asked = {"headers": {"Authorization": f"Bearer {key}"}, "timeout": 60}
    assert httpx2.get(f"{address}/v1/models", **asked).status_code == 200
    assert httpx2.get(f"{address}/v1/models", timeout=60).status_code == 401
    KeyFile(load_settings(home=home.path)).remove("ann")
    assert httpx2.get(f"{address}/v1/models", **asked).status_code == 200, "until the next deploy"
    closed = home.run("modal", "deploy", **vendor)
    assert "without the HTTP service, which needs a key" in " ".join(closed.stderr.split())
    assert httpx2.get(f"{address}/v1/models", **asked).status_code == 404


def test_a_model_that_cannot_be_loaded_is_said_and_no_container_crashes(
    server: ModalServer, tmp_path: Path, make_settings: MakeSettings
) -> None:
    home = tmp_path / "home"
    KeyFile(load_settings(home=home)).add("ann", ["embed"])
    (home / "models.yaml").write_text(
        "models:\n  /no/such/folder:\n    revision: '1'\n    dimension: 8\n    max_tokens: 8\n"
    )
    name = {"EMBED_MODAL_APP": "broken", "EMBED_SERVE_MODELS": "/no/such/folder"}
    deploy(server, tmp_path, **name)
    server.control.web_seconds = 2  # so that the container's start takes longer
    said = verify_service(make_settings(modal_app="broken"))
    assert said is not None and not said.ready
    assert "cannot be fetched" in said.model
    assert server.containers.failed_starts == 0


def test_nobody_is_asked_where_there_is_no_service(
    server: ModalServer, make_settings: MakeSettings
) -> None:
    assert verify_service(make_settings(modal_app="nobodys")) is None
    server.control.down = True
    with pytest.raises(MachineUnavailable):
        verify_service(make_settings(modal_app="nobodys"))
