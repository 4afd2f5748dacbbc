"""The state of the RunPod stand-in: its pods, its stock, what it counts, and what is to go wrong."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from fastapi import Request

from embed_platform_tests.standins.runpod_pods import Plan, Pod, stamp

PAGE = "<!DOCTYPE html><html><body><h1>502 Bad gateway</h1></body></html>"
# id, name, memory, dollars an hour in the secure and the community cloud
STOCK = (
    ("NVIDIA RTX A4000", "RTX A4000", 16, 0.25, 0.17),
    ("NVIDIA GeForce RTX 4090", "RTX 4090", 24, 0.60, 0.34),
    ("NVIDIA GeForce RTX 5090", "RTX 5090", 32, 0.94, 0.69),
    ("NVIDIA L40S", "L40S", 48, 0.86, 0.79),
    ("NVIDIA H100 80GB HBM3", "H100 SXM", 80, 2.89, 1.99),
    ("AMD Instinct MI300X OAM", "MI300X", 192, 2.49, 0.0),
    ("NVIDIA Z9000", "Z9000", 96, 0.01, 0.01),
)
NO_CAPACITY = "There are no longer any instances available with the requested specifications."
# Faults, and what their value means.
NAMES = {
    "capacity": "no machine of these GPUs",
    "answer": "status of an answer to `call`; `retry_after` and `html` go with it",
    "hang_before": "seconds before a create begins",
    "hang_after": "seconds between a create and its answer",
    "stuck": "pods never leave PROVISIONING",
    "slow": "seconds that a pod is PROVISIONING",
    "die": "seconds after which a pod's process is killed",
    "unhealthy": "the server in a pod never comes up",
    "ends": "the server in a pod ends at once",
    "dearer": "factor between the catalogue's price and the pod's",
    "lag": "seconds during which a listing does not show a new pod",
    "real": "the embedding stand-in runs in the pods",
    "dimension": "of the vectors",
    "pace": "seconds that the light server takes for a text",
    "direct": "the pods' ports are published directly",
    "price": "dollars an hour of everything",
    "late_bill": "billing knows nothing yet",
}


class No(Exception):
    """An answer that is none of the wanted ones."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: list[str] | None = None,
        retry_after: int | None = None,
        html: bool = False,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors = status, detail, errors
        self.retry_after, self.html = retry_after, html


@dataclass
class Fault:
    """Something that goes wrong so many times; without `times` always.

    Attributes:
        gpus: only with these.
        call: only at this call: create, list, get, delete, gpus, bill, logs.
    """

    name: str
    value: float = 0.0
    times: int = 1_000_000
    gpus: list[str] = field(default_factory=list)
    call: str = ""
    retry_after: int | None = None
    html: bool = False

    def __post_init__(self) -> None:
        assert self.name in NAMES, self.name


class World:
    """One account."""

    def __init__(self, key: str, api_url: str) -> None:
        self._key, self._api_url = key, api_url
        self._lock = threading.RLock()
        self.pods: dict[str, Pod] = {}
        self.clear()

    def clear(self) -> None:
        """No pods, no faults, and counting from zero."""
        self.end_all()
        with self._lock:
            self.faults: list[Fault] = []
            self.gone: list[Pod] = []
            self.calls: dict[str, int] = {}
            self.creates = self.deletes = self.peak = 0
            self.bodies: list[dict[str, Any]] = []

    def end_all(self) -> None:
        with self._lock:
            pods, self.pods = list(self.pods.values()), {}
        for pod in pods:
            pod.end()

    def take(self, name: str, *, gpu: str = "", call: str = "") -> Fault | None:
        """A fault of that name, once."""
        with self._lock:
            for fault in self.faults:
                fits = (not fault.gpus or gpu in fault.gpus) and fault.call in ("", call)
                if fault.name == name and fault.times > 0 and fits:
                    fault.times -= 1
                    return fault
        return None

    def seconds(self, name: str) -> float:
        found = self.take(name)
        return found.value if found else 0.0

    def authorise(self, request: Request, call: str, pod_id: str = "") -> None:
        """The account's key may everything, a pod's key only read and delete that pod."""
        with self._lock:
            self.calls[call] = self.calls.get(call, 0) + 1
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        pod = self.pods.get(pod_id)
        if given != self._key and not (pod and given == pod.key and call in ("get", "delete")):
            known = given in {pod.key for pod in self.pods.values()}
            if given.startswith("rpa_pod") and known:
                raise No(403, "access denied")
            raise No(401, "invalid bearer token" if given else "missing bearer token")
        if fault := self.take("answer", call=call):
            status = int(fault.value)
            raise No(
                status, f"told to answer {status}", retry_after=fault.retry_after, html=fault.html
            )

    def create(self, body: dict[str, Any]) -> Pod:
        gpu = body["gpu"]["id"]
        if gpu not in {row[0] for row in STOCK} or self.take("capacity", gpu=gpu):
            raise No(400, NO_CAPACITY)
        price = self._price(gpu, body.get("cloud", "SECURE"))
        if not price:
            raise No(400, NO_CAPACITY)
        dearer = self.take("dearer", gpu=gpu)
        pod = Pod(body, self._plan(gpu), price * (dearer.value if dearer else 1), self._api_url)
        with self._lock:
            self.pods[pod.id] = pod
            self.creates += 1
            self.bodies.append(body)
            self.peak = max(self.peak, len(self.pods))
        return pod

    def pod(self, pod_id: str) -> Pod:
        with self._lock:
            if pod_id not in self.pods:
                raise No(404, "pod not found")
            return self.pods[pod_id]

    def listed(self) -> list[Pod]:
        with self._lock:
            return [p for p in self.pods.values() if time.monotonic() >= p.plan.hidden_until]

    def delete(self, pod_id: str) -> None:
        with self._lock:
            pod = self.pod(pod_id)
            del self.pods[pod_id]
            self.gone.append(pod)
            self.deletes += 1
        pod.end()

    def catalogue(self, cloud: str) -> list[dict[str, Any]]:
        found = []
        for gpu, name, memory, secure, community in STOCK:
            has = self._price(gpu, cloud) > 0
            found.append(
                {
                    "id": gpu, "name": name, "pool": None, "memory": memory,
                    "manufacturer": gpu.split()[0], "secure": secure > 0, "community": community > 0,
                    "price": {"secure": self._price(gpu, "SECURE") if secure else 0.0,
                              "community": self._price(gpu, "COMMUNITY") if community else 0.0},
                    "maxCount": {"secure": 8, "community": 4},
                    "availability": "HIGH" if has else "NONE",
                    "cudaVersions": [{"version": v, "available": True} for v in ("12.8", "12.9", "13.0")],
                }
            )  # fmt: skip
        return found

    def bill(self, query: dict[str, str]) -> dict[str, Any]:
        wanted = query.get("podId")
        with self._lock:
            pods = [p for p in (*self.gone, *self.pods.values()) if wanted in (None, p.id)]
        pods = [] if self.take("late_bill") else pods
        day = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        window = {
            "startTime": query.get("startTime", stamp(day)),
            "endTime": stamp(datetime.now(UTC)),
        }
        records = [window | {"podId": pod.id} | amounts(pod.dollars) for pod in pods]
        return {
            "records": records,
            "metadata": {
                "query": window | {"bucketSize": query.get("bucketSize", "day"), "podId": wanted},
                "recordCount": len(records),
                "uniquePodCount": len(pods),
                "totals": amounts(sum(pod.dollars for pod in pods)),
            },
        }

    def state(self) -> dict[str, Any]:
        with self._lock:
            every = [*self.gone, *self.pods.values()]
            return {
                "creates": self.creates,
                "deletes": self.deletes,
                "calls": self.calls,
                "peak": self.peak,
                "dollars": sum(pod.dollars for pod in every),
                "dollars_by_run": self._by_run(every),
                "running": sorted(pod.body["name"] for pod in self.pods.values()),
                "ids": {pod.body["name"]: pod.id for pod in self.pods.values()},
                "bodies": self.bodies,
            }

    def _by_run(self, pods: list[Pod]) -> dict[str, float]:
        found: dict[str, float] = {}
        for pod in pods:
            run = pod.body["name"].rsplit("-", 1)[0]
            found[run] = found.get(run, 0.0) + pod.dollars
        return found

    def _price(self, gpu: str, cloud: str) -> float:
        row = next(row for row in STOCK if row[0] == gpu)
        listed = row[3] if cloud == "SECURE" else row[4]
        set_to = next((f.value for f in self.faults if f.name == "price"), None)
        return listed if set_to is None or not listed else set_to

    def _plan(self, gpu: str) -> Plan:
        plan = Plan()
        if fault := self.take("slow", gpu=gpu):
            plan.running_after = fault.value
        if self.take("stuck", gpu=gpu):
            plan.running_after = None
        if fault := self.take("die", gpu=gpu):
            plan.dies_after = fault.value
        if fault := self.take("pace", gpu=gpu):
            plan.pace = fault.value
        if fault := self.take("lag", gpu=gpu):
            plan.hidden_until = time.monotonic() + fault.value
        if fault := self.take("dimension", gpu=gpu):
            plan.dimension = int(fault.value)
        plan.ends = self.take("ends", gpu=gpu) is not None
        plan.healthy = self.take("unhealthy", gpu=gpu) is None
        plan.real = self.take("real", gpu=gpu) is not None
        plan.direct = self.take("direct", gpu=gpu) is not None
        return plan


def amounts(dollars: float) -> dict[str, float]:
    """Of a bill."""
    return {"totalAmount": dollars, "gpuAmount": dollars, "cpuAmount": 0, "diskAmount": 0}
