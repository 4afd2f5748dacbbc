"""The stand-in: it refuses what the vendor's contract refuses, so that our requests are held to it."""

from __future__ import annotations

import time
from typing import Any

import httpx2
import pytest

from embed_platform_tests.compute.runpod.vendor import CHEAPEST, KEY, Vendor, until

BODY = {"name": "p-1", "image": "an/image", "gpu": {"id": CHEAPEST}}


def call(vendor: Vendor, method: str, path: str, **options: Any) -> httpx2.Response:
    headers = {"authorization": f"Bearer {KEY}"}
    return httpx2.request(method, vendor.url + path, headers=headers, **options)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"bogus": 1}, 422),
        ({"image": None}, 422),
        ({"name": ""}, 422),
        ({"cloud": "ANY"}, 422),
        ({"ports": "80/http"}, 422),
        ({"env": {"A": 1}}, 422),
        ({"disk": 0}, 422),
        ({"gpu": {"id": CHEAPEST, "vendor": "x"}}, 422),
        ({"gpu": {"id": CHEAPEST, "minCudaVersion": "12"}}, 422),
        ({"gpu": {"id": CHEAPEST, "minCudaVersion": "12.8", "allowedCudaVersions": ["12.8"]}}, 400),
        ({"cpu": {}}, 400),
        ({"gpu": {"id": "NVIDIA Unheard Of"}}, 400),
        ({}, 201),
    ],
)
def test_a_create_is_held_to_the_contract(
    vendor: Vendor, change: dict[str, Any], status: int
) -> None:
    body = {key: value for key, value in (BODY | change).items() if value is not None}
    answer = call(vendor, "POST", "/pods", json=body)
    assert answer.status_code == status
    if status != 201:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status and vendor.state["creates"] == 0


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("include=AVAILABILITY&product=POD", 200),
        ("include=AVAILABILITY&product=POD&cloud=COMMUNITY", 200),
        ("include=AVAILABILITY", 400),
        ("product=POD", 400),
        ("include=EVERYTHING&product=POD", 422),
        ("cloud=any", 422),
        ("gpu=L4", 422),
    ],
)
def test_a_query_is_held_to_the_contract(vendor: Vendor, query: str, status: int) -> None:
    assert call(vendor, "GET", f"/catalog/gpus?{query}").status_code == status


def test_without_a_key_there_is_nothing_to_see(vendor: Vendor) -> None:
    for key in ("", "Bearer wrong"):
        answer = httpx2.get(f"{vendor.url}/pods", headers={"authorization": key})
        assert (answer.status_code, answer.json()["title"]) == (401, "Unauthorized")


def test_pods_are_billed_by_time_and_no_longer_than_they_are(vendor: Vendor) -> None:
    vendor.fault("price", 3600.0)
    pod_id = call(vendor, "POST", "/pods", json=BODY).json()["id"]
    time.sleep(0.5)
    assert call(vendor, "DELETE", f"/pods/{pod_id}").status_code == 204
    bill = call(vendor, "GET", f"/billing/pods?podId={pod_id}&bucketSize=hour").json()
    time.sleep(0.3)
    assert 0.4 < bill["metadata"]["totals"]["totalAmount"] < 1.5
    assert bill["metadata"]["totals"]["totalAmount"] == vendor.state["dollars"]
    assert call(vendor, "DELETE", f"/pods/{pod_id}").status_code == 404


def test_a_pod_goes_from_provisioning_to_running_to_exited(vendor: Vendor) -> None:
    vendor.fault("slow", 0.4)
    vendor.fault("die", 0.6)
    args = '{"entrypoint": ["/bin/sleep"], "cmd": ["60"]}'
    pod_id = call(vendor, "POST", "/pods", json=BODY | {"args": args}).json()["id"]
    seen: list[str] = []

    def exited() -> bool:
        status = call(vendor, "GET", f"/pods/{pod_id}").json()["status"]
        seen.extend([status] if status not in seen else [])
        return bool(status == "EXITED")

    until(exited)
    assert seen == ["PROVISIONING", "RUNNING", "EXITED"]
    assert call(vendor, "GET", f"/pods/{pod_id}").json()["cost"] == 0
