"""The RunPod stand-in as tests hold it, and what they rent with."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import numpy as np

from embed_platform.compute.runpod.fleet import RunPodFleet
from embed_platform.compute.runpod.images import Image
from embed_platform.compute.runpod.renting import Patience
from embed_platform.embedding.engine import Embedded, Engine, Provenance
from embed_platform.embedding.fleet import Machine
from embed_platform.embedding.registry import ModelEntry
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import MachineUnavailable, PermanentError
from embed_platform.settings import Settings
from embed_platform_tests.embedding.machines import first_machine
from embed_platform_tests.servers import free_port

KEY = "rpa_standin"
MODEL = ModelEntry(EmbeddingSpace("test/tiny-bert", "a" * 40, 8), parameters=20_000_000)
CHEAPEST = "NVIDIA RTX A4000"
QUICK = Patience(
    poll=0.1, provision=8.0, ready=20.0, create=1.0, adopt=1.0, end=3.0, close=20.0, settle=1.0,
    avoid=30.0, words=0.3, rounds=2, pause=0.4,
)  # fmt: skip


@dataclass(frozen=True)
class Vendor:
    """A stand-in that answers."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v2"

    @property
    def proxy(self) -> str:
        return f"http://127.0.0.1:{self.port}/proxy/{{pod}}/{{port}}"

    def fault(self, name: str, value: float = 0.0, **more: Any) -> None:
        self._control("fault", {"name": name, "value": value, **more})

    def clear(self) -> None:
        self._control("clear", {})

    def clear_faults(self) -> None:
        """Nothing goes wrong any more; the pods stay."""
        self._control("clear_faults", {})

    @property
    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = httpx2.get(f"http://127.0.0.1:{self.port}/control/state").json()
        return found

    @property
    def running(self) -> list[str]:
        names: list[str] = self.state["running"]
        return names

    def create(self, name: str, args: str = "", **more: Any) -> httpx2.Response:
        """As somebody else would rent: by hand."""
        body = {"name": name, "image": "an/image", "gpu": {"id": CHEAPEST}, "args": args} | more
        return httpx2.post(
            f"{self.url}/pods", json=body, headers={"authorization": f"Bearer {KEY}"}
        )

    def delete(self, pod_id: str) -> httpx2.Response:
        """As somebody else would end it: by hand."""
        return httpx2.delete(
            f"{self.url}/pods/{pod_id}", headers={"authorization": f"Bearer {KEY}"}
        )

    def kill(self, pod_id: str) -> None:
        """The process in a pod dies: it is EXITED."""
        self._control("kill", {"id": pod_id})

    def settings(self, home: Path, **more: Any) -> Settings:
        given = {"max_dollars": 5.0, "http_in_flight": 2} | more
        return Settings(home=home, runpod_url=self.url, RUNPOD_API_KEY=KEY, **given)

    def fleet(self, home: Path, patience: Patience = QUICK, **more: Any) -> RunPodFleet:
        settings = self.settings(home, **more)
        return RunPodFleet(
            MODEL, settings, engine_of=LightEngine, proxy_url=self.proxy, patience=patience
        )

    def _control(self, verb: str, content: dict[str, Any]) -> None:
        url = f"http://127.0.0.1:{self.port}/control/{verb}"
        httpx2.post(url, json=content).raise_for_status()


class LightEngine(Engine):
    """Speaks to the light server in a pod."""

    provenance = Provenance("light", "1", "float32", "none")

    def __init__(self, address: str, key: str, image: Image) -> None:
        self._address, self._key = address, key

    def embed(self, texts: Sequence[str], prompt: str) -> Embedded:
        try:
            answer = httpx2.post(
                f"{self._address}/embed",
                json={"inputs": [prompt + text for text in texts]},
                headers={"authorization": f"Bearer {self._key}"},
                timeout=5,
            )
        except httpx2.HTTPError as error:
            raise MachineUnavailable(str(error)) from error
        if answer.status_code != 200:
            raise MachineUnavailable(f"answered {answer.status_code}")
        ones = np.ones(len(texts), dtype=np.int64)
        return Embedded(np.array(answer.json(), dtype=np.float32), ones, ones > 1)


def started(key: str = KEY, *, tally: Path | None = None) -> tuple[Vendor, subprocess.Popen[bytes]]:
    """A stand-in in a process of its own; its light servers write into `tally` what they embed."""
    port = free_port()
    module = "embed_platform_tests.standins.runpod_server"
    process = subprocess.Popen(
        [sys.executable, "-m", module, "--port", str(port), "--key", key],
        env=os.environ | ({"STANDIN_TALLY": str(tally)} if tally else {}),
    )
    vendor = Vendor(port)
    until(lambda: answers(vendor), 60)
    return vendor, process


def answers(vendor: Vendor) -> bool:
    try:
        return bool(vendor.state)
    except httpx2.TransportError:
        return False


def until(is_so: Callable[[], object], seconds: float = 10.0) -> None:
    """Return once it is so.

    Raises:
        AssertionError: it did not become so in time.
    """
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come to pass in time"
        time.sleep(0.02)


def machine_of(fleet: RunPodFleet, seconds: float = 40.0) -> Machine:
    """The next machine, however long it takes."""
    return first_machine(fleet, seconds)


def refusal_of(fleet: RunPodFleet, seconds: float = 60.0) -> PermanentError:
    """Why no machine will ever come."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            assert fleet.next_machine(0.1) is None
        except PermanentError as error:
            return error
    raise AssertionError("it neither came nor was refused")
