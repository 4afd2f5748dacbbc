"""The pods of the RunPod stand-in: each a real process on the loopback, started by its own command and billed by time."""

from __future__ import annotations

import json
import os
import re
import secrets
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from embed_platform_tests.servers import free_port

LIGHT = Path(__file__).with_name("light_server.py")
REAL = "embed_platform_tests.standins.embedding_server"


def stamp(when: datetime) -> str:
    """A time as RunPod writes it."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass
class Plan:
    """What is to happen to a pod, decided when it is created; seconds.

    Attributes:
        running_after: when it is RUNNING; None for never.
        dies_after: when its process is killed; None for never.
        vanishes_after: when its host is lost; None for never.
        hidden_until: monotonic clock until which listings do not show it.
        healthy: whether its server is started.
        ends: whether its server ends at once.
        real: whether the embedding stand-in runs in it instead of the light server.
        dimension: of its vectors.
        pace: that the light server takes for a text.
        direct: whether its port is published directly.
    """

    running_after: float | None = 0.05
    dies_after: float | None = None
    vanishes_after: float | None = None
    hidden_until: float = 0.0
    healthy: bool = True
    ends: bool = False
    real: bool = False
    dimension: int = 8
    pace: float = 0.0
    direct: bool = False


@dataclass
class Pod:
    """One pod."""

    body: dict[str, Any]
    plan: Plan
    dollars_per_hour: float
    api_url: str
    id: str = field(default_factory=lambda: secrets.token_hex(7))
    key: str = field(default_factory=lambda: f"rpa_pod{secrets.token_hex(8)}")
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    begun: float = field(default_factory=time.monotonic)
    ended: float | None = None
    process: subprocess.Popen[bytes] | None = None
    ports: dict[int, int] = field(default_factory=dict)
    timers: list[threading.Timer] = field(default_factory=list)
    starting: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pod-"))
        if self.plan.running_after is not None:
            self._later(self.plan.running_after, self._start)

    @property
    def status(self) -> str:
        if self.plan.running_after is None or self.process is None:
            return "PROVISIONING"
        return "RUNNING" if self.process.poll() is None else "EXITED"

    @property
    def dollars(self) -> float:
        """Billed from the create on."""
        until = time.monotonic() if self.ended is None else self.ended
        return (until - self.begun) * self.dollars_per_hour / 3600

    @property
    def log(self) -> list[str]:
        path = self.folder / "log"
        return path.read_text(errors="replace").splitlines() if path.exists() else []

    def end(self) -> None:
        """Kill everything that it runs."""
        for timer in self.timers:
            timer.cancel()
        with self.starting:
            self.ended = time.monotonic() if self.ended is None else self.ended
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def view(self) -> dict[str, Any]:
        """As the API shows it."""
        body, status = self.body, self.status
        is_running = status == "RUNNING"
        return {
            "id": self.id,
            "name": body["name"],
            "status": status,
            "actions": ["stop", "restart", "terminate"] if is_running else ["start", "terminate"],
            "image": body["image"],
            "args": body.get("args", ""),
            "disk": body.get("disk", 50),
            "mounts": body.get("mounts", {}),
            "ports": body.get("ports", []),
            "env": body.get("env", {}),
            "registry": None,
            "gpu": {"id": body["gpu"]["id"], "count": body["gpu"].get("count", 1)},
            "cloud": body.get("cloud", "SECURE"),
            "dataCenterId": "EU-LO-1",
            "cudaVersion": "12.9",
            "ssh": {"proxy": None, "direct": None},
            "template": None,
            "cost": 0.0 if status == "EXITED" else self.dollars_per_hour,
            "locked": False,
            "globalNetworking": {"enabled": False},
            "runtime": self._runtime() if is_running else None,
            "createdAt": stamp(self.created),
            "startedAt": stamp(self.created) if is_running else None,
        }

    def _runtime(self) -> dict[str, Any]:
        kind = "tcp" if self.plan.direct else "http"
        ports = [
            {"private": inside, "public": outside, "type": kind, "ip": "127.0.0.1"}
            for inside, outside in self.ports.items()
        ]
        return {"uptime": int(time.monotonic() - self.begun), "ports": ports}

    def _later(self, seconds: float, action: Any) -> None:
        timer = threading.Timer(seconds, action)
        timer.daemon = True
        self.timers.append(timer)
        timer.start()

    def _start(self) -> None:
        """Run the start command as the container would, its ports moved to free ones."""
        with self.starting:
            if self.ended is None:
                self._run()
        if self.plan.dies_after is not None:
            self._later(self.plan.dies_after, self.kill)

    def _run(self) -> None:
        environment = self._environment()
        self._install()
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                self._command(), env=environment, cwd=self.folder, stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip

    def kill(self) -> None:
        """Its process dies, and the pod stays and is EXITED."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def _environment(self) -> dict[str, str]:
        given = {name: str(value) for name, value in self.body.get("env", {}).items()}
        for name, value in given.items():
            if name.endswith("PORT") and value.isdigit():
                self.ports[int(value)] = free_port()
                given[name] = str(self.ports[int(value)])
        return given | {
            "PATH": f"{self.folder}/bin:/usr/local/bin:/usr/bin:/bin",
            "PYTHONPATH": os.pathsep.join(sys.path),
            "STANDIN_PID": str(os.getpid()),
            "STANDIN_DIMENSION": str(self.plan.dimension),
            "STANDIN_PACE": str(self.plan.pace),
            "STANDIN_TALLY": os.environ.get("STANDIN_TALLY", ""),
            "RUNPOD_POD_ID": self.id,
            "RUNPOD_API_KEY": self.key,
        }

    def _command(self) -> list[str]:
        """`args` as RunPod reads it: words for the image's entry point, or JSON that replaces that."""
        args = self.body.get("args", "")
        if args.startswith("{"):
            given = json.loads(args)
            return [*given["entrypoint"], *given["cmd"]]
        return ["./entrypoint.sh", *shlex.split(args)]

    def _install(self) -> None:
        """The programs that the images have."""
        (self.folder / "bin").mkdir()
        for name, path in {
            "tei": self.folder / "entrypoint.sh",
            "vllm": self.folder / "bin" / "vllm",
            "ollama": self.folder / "bin" / "ollama",
        }.items():
            path.write_text(f"#!/bin/sh\n{self._program(name)}\n")
            path.chmod(0o755)

    def _program(self, name: str) -> str:
        if not self.plan.healthy:
            return "echo CUDA error: no kernel image is available for execution; sleep 1000"
        if self.plan.ends:
            return "exit 3"
        if not self.plan.real:
            return f'exec {sys.executable} -IS {LIGHT} {name} "$@"'
        protocol = {"tei": "tei", "vllm": "openai", "ollama": "ollama"}[name]
        port = "$OLLAMA_PORT" if name == "ollama" else "$PORT"
        return (
            f"test $1 = pull && exit; exec {sys.executable} -m {REAL} --port {port} "
            f"--protocol {protocol} --model hash --dimension {self.plan.dimension} "
            f'--key="$API_KEY$VLLM_API_KEY" --name {shlex.quote(self._model())}'
        )

    def _model(self) -> str:
        found = re.search(r"(?:--model-id|vllm serve|ollama pull) ([^ ;]+)", self.body["args"])
        return found[1] if found else "model"
