"""What is sent to rent a pod, how it is called, and where it answers; pure functions."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from embed_platform.compute.runpod.api import Pod
from embed_platform.compute.runpod.choice import Candidate
from embed_platform.compute.runpod.ttl import pod_args
from embed_platform.settings import Settings

PROXY_URL = "https://{pod}-{port}.proxy.runpod.net"
MINUTES_VARIABLE = "EMBED_RENT_MINUTES"
_RUN_DIGITS = 10


@dataclass(frozen=True)
class Name:
    """What a pod's name says: `<prefix>-<run>-<number>`; a run begins with its home's mark."""

    run: str
    number: int

    @property
    def mark(self) -> str:
        """Of the home that rented it."""
        return self.run[:4]


def pod_name(prefix: str, run: str, number: int) -> str:
    """The name of a run's pod."""
    return f"{prefix}-{run}-{number}"


def parsed_name(prefix: str, name: str) -> Name | None:
    """What a name says; None for every pod that is not ours, however its name begins."""
    found = re.fullmatch(rf"{re.escape(prefix)}-([0-9a-f]{{{_RUN_DIGITS}}})-(\d+)", name)
    return Name(found[1], int(found[2])) if found else None


def create_body(
    name: str, candidate: Candidate, server_key: SecretStr, settings: Settings
) -> dict[str, Any]:
    """The body of `POST /pods`. Its `env` holds secrets: never log it.

    Only RunPod's own machines get the hub's token: those of the community cloud are somebody's.
    """
    image = candidate.image
    environment = {
        "PORT": str(image.port),
        MINUTES_VARIABLE: str(settings.rent_minutes),
        image.key_variable: server_key.get_secret_value(),
        **dict(image.environment),
    }
    if settings.hf_token and candidate.cloud == "SECURE":
        environment["HF_TOKEN"] = settings.hf_token.get_secret_value()
    return {
        "name": name,
        "image": image.reference,
        "gpu": {"id": candidate.gpu.id, "count": 1, "minCudaVersion": image.min_cuda},
        "cloud": candidate.cloud,
        "disk": image.disk_gb,
        "env": environment,
        "ports": [f"{image.port}/http"],
        "args": pod_args(image.server, settings.rent_minutes * 60, settings.runpod_url),
    }


def address_of(pod: Pod, port: int, proxy_url: str = PROXY_URL) -> str:
    """Base URL of a pod's server: RunPod's proxy, which speaks TLS.

    A port that is published directly is plain HTTP, so it is used only where it stays on this
    machine or in a private network.
    """
    for mapped in (pod.runtime and pod.runtime.ports) or ():
        is_direct = mapped.type == "tcp" and mapped.private == port and mapped.public
        if is_direct and _stays_inside(mapped.ip or ""):
            return f"http://{mapped.ip}:{mapped.public}"
    return proxy_url.format(pod=pod.id, port=port)


def _stays_inside(ip: str) -> bool:
    try:
        return ipaddress.ip_address(ip).is_private
    except ValueError:
        return False
