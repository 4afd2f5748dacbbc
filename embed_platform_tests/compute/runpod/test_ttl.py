"""The start command: it survives its way to the pod, serves, and ends the pod with whatever tool is there."""

from __future__ import annotations

import http.server
import json
import os
import shutil
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embed_platform.compute.runpod.gpus import GPUS
from embed_platform.compute.runpod.images import image_for
from embed_platform.compute.runpod.ttl import pod_args, start_script
from embed_platform_tests.compute.runpod.test_choice import GGUF, MINILM, QWEN
from embed_platform_tests.compute.runpod.vendor import KEY, Vendor, until

API = "https://api.runpod.io/v2"
MODELS = (MINILM, QWEN, GGUF)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_every_start_command_is_one_plain_line_of_shell(model: object) -> None:
    images = {i.server for gpu in GPUS if (i := image_for(model, gpu))}  # type: ignore[arg-type]
    for server in images:
        script = start_script(server, 7200, API)
        assert not set(script) & set('"\\`\n\r') and "{{" not in script and "}}" not in script
        subprocess.run(["sh", "-n", "-c", script], check=True)


@given(st.sampled_from(MODELS), st.integers(300, 86_400))
def test_a_start_command_survives_json_within_json(model: object, seconds: int) -> None:
    image = image_for(model, GPUS[-4])  # type: ignore[arg-type]
    assert image is not None
    body = json.dumps({"args": pod_args(image.server, seconds, API)})
    command = json.loads(json.loads(body)["args"])
    assert command["entrypoint"] == ["/bin/sh", "-c"]
    assert command["cmd"] == [start_script(image.server, seconds, API)]


@pytest.mark.parametrize(
    "server", ['echo "quoted"', "echo `ls`", "echo {{ SECRET }}", "a\nb", "a\\b"]
)
def test_a_command_that_something_on_the_way_could_read_is_refused(server: str) -> None:
    with pytest.raises(ValueError, match="read as its own"):
        start_script(server, 60, API)


def test_a_pod_deletes_itself_when_its_time_is_over(vendor: Vendor) -> None:
    vendor.create("mine", pod_args("sleep 100", 1, vendor.url))
    until(lambda: vendor.running == ["mine"], 2)
    until(lambda: vendor.running == [], 5)
    assert vendor.state["deletes"] == 1


def test_a_pod_whose_server_ends_deletes_itself_after_a_while(vendor: Vendor) -> None:
    script = start_script("exit 3", 100, vendor.url, grace_seconds=1)
    vendor.create("mine", json.dumps({"entrypoint": ["/bin/sh", "-c"], "cmd": [script]}))
    until(lambda: vendor.running == [], 5)


def test_a_pod_whose_delete_fails_tries_again(
    vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("embed_platform.compute.runpod.ttl.RETRY_SECONDS", 0.2)
    vendor.fault("answer", 500, times=8, call="delete")
    vendor.create("mine", pod_args("sleep 100", 1, vendor.url))
    until(lambda: vendor.running == [], 10)


def test_a_pods_own_key_ends_that_pod_and_no_other(vendor: Vendor) -> None:
    vendor.create("mine", pod_args("echo $RUNPOD_API_KEY; sleep 100", 100, vendor.url))
    other = vendor.create("other").json()["id"]
    mine = vendor.state["ids"]["mine"]
    until(lambda: pod_key(vendor, mine))
    header = {"authorization": f"Bearer {pod_key(vendor, mine)}"}
    assert httpx2.delete(f"{vendor.url}/pods/{other}", headers=header).status_code == 403
    assert httpx2.get(f"{vendor.url}/pods", headers=header).status_code == 403
    assert httpx2.delete(f"{vendor.url}/pods/{mine}", headers=header).status_code == 204


def pod_key(vendor: Vendor, pod_id: str) -> str:
    """As the pod itself printed it."""
    with httpx2.stream(
        "GET",
        f"{vendor.url}/pods/{pod_id}/logs",
        headers={"authorization": f"Bearer {KEY}"},
        timeout=3,
    ) as answer:
        try:
            for line in answer.iter_lines():
                if "rpa_pod" in line:
                    return str(json.loads(line.removeprefix("data:"))["line"])
        except httpx2.ReadTimeout:
            pass
    return ""


def only(tools: tuple[str, ...], folder: Path) -> str:
    """A PATH with these programs alone."""
    folder.mkdir()
    for tool in ("sleep", "grep", *tools):
        found = shutil.which(tool, path="/usr/bin:/bin")
        assert found is not None
        (folder / tool).symlink_to(found)
    return str(folder)


class Deletes(http.server.BaseHTTPRequestHandler):
    """Says 204 to a delete with the right key."""

    seen: list[tuple[str, str | None]]

    def do_DELETE(self) -> None:
        self.seen.append((self.path, self.headers["authorization"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "key.pem",
         "-out", folder / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    return folder


@pytest.fixture
def secure_api(certificate: Path) -> Iterator[tuple[str, list[tuple[str, str | None]]]]:
    """RunPod's address, with TLS, as far as a delete goes."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    handler = type("Handler", (Deletes,), {"seen": []})
    server = http.server.ThreadingHTTPServer(("localhost", 0), handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://localhost:{server.server_port}/v2", handler.seen
    server.shutdown()


@pytest.mark.parametrize("tool", ["curl", "openssl"])
def test_each_images_own_tool_sends_the_delete_over_tls(
    tool: str,
    secure_api: tuple[str, list[tuple[str, str | None]]],
    certificate: Path,
    tmp_path: Path,
) -> None:
    url, seen = secure_api
    environment = {
        "PATH": only((tool,), tmp_path / "bin"),
        "RUNPOD_POD_ID": "abc123",
        "RUNPOD_API_KEY": "rpa_of_the_pod",
        "SSL_CERT_FILE": str(certificate / "cert.pem"),
        "CURL_CA_BUNDLE": str(certificate / "cert.pem"),
    }
    script = start_script("sleep 60", 1, url)
    process = subprocess.Popen(["/bin/sh", "-c", script], env=environment, start_new_session=True)
    try:
        until(lambda: seen, 10)
    finally:
        os.killpg(process.pid, 9)
        process.wait()
    assert seen[0] == ("/v2/pods/abc123", "Bearer rpa_of_the_pod")


def test_openssl_trusts_nobody_but_the_vendor(
    secure_api: tuple[str, list[tuple[str, str | None]]], tmp_path: Path
) -> None:
    url, seen = secure_api
    environment = {"PATH": only(("openssl",), tmp_path / "bin"), "RUNPOD_API_KEY": "rpa_secret"}
    process = subprocess.Popen(
        ["/bin/sh", "-c", start_script("sleep 3; exit", 1, url)], env=environment,
        start_new_session=True,
    )  # fmt: skip
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(3)
    os.killpg(process.pid, 9)
    process.wait()
    assert seen == []


def test_python_sends_the_delete_where_there_is_no_curl(vendor: Vendor, tmp_path: Path) -> None:
    folder = tmp_path / "bin"
    path = only((), folder)
    (folder / "python3").symlink_to(Path(sys.executable).resolve())
    pod_id = vendor.create("mine", "").json()["id"]
    environment = {"PATH": path, "RUNPOD_POD_ID": pod_id, "RUNPOD_API_KEY": KEY}
    script = start_script("sleep 60", 1, vendor.url)
    process = subprocess.Popen(["/bin/sh", "-c", script], env=environment, start_new_session=True)
    try:
        until(lambda: vendor.running == [], 10)
    finally:
        os.killpg(process.pid, 9)
        process.wait()
