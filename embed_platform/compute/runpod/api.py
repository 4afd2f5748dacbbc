"""RunPod's REST API v2: the few calls that renting needs; decides nothing."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import httpx2
import msgspec
import stamina
from pydantic import SecretStr
from stamina.instrumentation import set_on_retry_hooks

from embed_platform.compute.runpod.choice import Offer
from embed_platform.compute.runpod.problems import Refusal, Unanswered, missing, problem, unanswered

CONNECT_SECONDS = 10.0
READ_SECONDS = 30.0
# Creating may be slow; a create that was given up has to be looked for.
CREATE_SECONDS = 60.0
TRIES = 4
TRIES_SECONDS = 60.0

Answer = TypeVar("Answer")


class Port(msgspec.Struct, frozen=True):
    """A port of a running pod, and where it can be reached from outside."""

    private: int = 0
    public: int | None = None
    ip: str | None = None
    type: str = ""


class Runtime(msgspec.Struct, frozen=True):
    """What RunPod tells of a running container."""

    ports: tuple[Port, ...] | None = None


class PodGpu(msgspec.Struct, frozen=True):
    """The GPU of a pod."""

    id: str = ""


class PodEnvironment(msgspec.Struct, frozen=True, rename={"minutes": "EMBED_RENT_MINUTES"}):
    """The one variable of a pod's environment that is read back; the others are never decoded."""

    minutes: str = ""


class Pod(msgspec.Struct, frozen=True, rename={"created_at": "createdAt"}):
    """A pod as the API describes it.

    Attributes:
        id: RunPod's.
        name: ours.
        status: PROVISIONING, STARTING, RUNNING, EXITED, ERROR or TERMINATED.
        cost: dollars an hour at present; 0 when EXITED.
        created_at: by RunPod's clock.
        cloud: SECURE or COMMUNITY.
        gpu: None for a pod without one.
        runtime: None unless RUNNING.
        env: what is read of its environment.
    """

    id: str
    name: str
    status: str
    created_at: datetime
    cost: float = 0.0
    cloud: str = ""
    gpu: PodGpu | None = None
    runtime: Runtime | None = None
    env: PodEnvironment = PodEnvironment()


@dataclass(frozen=True)
class Listing:
    """All pods of the account, and the time by RunPod's clock."""

    pods: tuple[Pod, ...]
    now: datetime


class _Gpus(msgspec.Struct):
    gpus: list[Offer]


class _Pods(msgspec.Struct):
    pods: list[Pod]


class _Totals(msgspec.Struct, rename={"amount": "totalAmount"}):
    amount: float


class _Metadata(msgspec.Struct):
    totals: _Totals


class _Bill(msgspec.Struct):
    metadata: _Metadata


class _LogLine(msgspec.Struct):
    line: str = ""


class RunPodApi:
    """One account. Threads may share it.

    Every call raises `Refusal` when RunPod says no, and `Unanswered` when it does not answer in
    spite of some tries; a create and a delete are tried once, for their callers know better.

    Args:
        url: address of the API, with its version.
        key: of the account; only ever sent in the header.
        create_seconds: that a create may take.
    """

    def __init__(self, url: str, key: SecretStr, *, create_seconds: float = CREATE_SECONDS) -> None:
        self._create_seconds = create_seconds
        # Both write a line for each request otherwise, stamina even to standard output.
        logging.getLogger("httpx2").setLevel(logging.WARNING)
        set_on_retry_hooks([])
        self._client = httpx2.Client(
            base_url=url.rstrip("/"),
            headers={"Authorization": f"Bearer {key.get_secret_value()}"},
            timeout=httpx2.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            # RunPod's own address only: the key must not follow a redirect to somebody else's
            follow_redirects=False,
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def offers(self, cloud: str) -> list[Offer]:
        """GPU types with their prices and stock in one cloud."""
        query = {"include": "AVAILABILITY", "product": "POD", "cloud": cloud}
        return _retried(lambda: self._get("/catalog/gpus", _Gpus, query)).gpus

    def create(self, body: dict[str, Any]) -> Pod:
        """Rent a pod. After `Unanswered` it may be there, where that says so."""
        answer = self._send("POST", "/pods", json=body, timeout=self._create_seconds)
        if answer.status_code != 201:
            raise _problem_of(answer)
        return _decoded(answer, Pod)

    def listing(self) -> Listing:
        """Every pod of the account; those of clusters are not among them."""
        return _retried(self._listing)

    def pod(self, pod_id: str) -> Pod | None:
        """One pod; None when it is gone."""
        return _retried(lambda: self._pod(pod_id))

    def delete(self, pod_id: str) -> None:
        """Terminate a pod; one that is gone already is no error."""
        answer = self._send("DELETE", f"/pods/{pod_id}")
        if not (answer.is_success or missing(answer.status_code)):
            raise _problem_of(answer)

    def log_lines(self, pod_id: str, count: int = 20, seconds: float = 2.0) -> list[str]:
        """The last lines of a pod's container, as far as they come in so many seconds.

        The answer is a stream without an end, so it is left once it falls silent.
        """
        lines: list[str] = []
        deadline = time.monotonic() + seconds
        query = {"source": "container", "tail": str(count)}
        with (
            suppress(httpx2.HTTPError),
            self._client.stream(
                "GET", f"/pods/{pod_id}/logs", params=query, timeout=seconds
            ) as answer,
        ):
            for line in answer.iter_lines():
                if line.startswith("data:"):
                    with suppress(msgspec.MsgspecError):
                        lines.append(msgspec.json.decode(line[5:], type=_LogLine).line)
                if len(lines) >= count or time.monotonic() > deadline:
                    break
        return lines

    def billed(self, pod_id: str, since: datetime) -> float:
        """Dollars that RunPod has billed for a pod until now."""
        query = {
            "podId": pod_id,
            "bucketSize": "hour",
            "startTime": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        return self._get("/billing/pods", _Bill, query).metadata.totals.amount

    def _listing(self) -> Listing:
        answer = self._wanted("/pods")
        found = _decoded(answer, _Pods)
        alive = tuple(pod for pod in found.pods if pod.status != "TERMINATED")
        return Listing(alive, _time_of(answer))

    def _pod(self, pod_id: str) -> Pod | None:
        answer = self._send("GET", f"/pods/{pod_id}")
        if missing(answer.status_code):
            return None
        if answer.status_code != 200:
            raise _problem_of(answer)
        return _decoded(answer, Pod)

    def _get(self, path: str, shape: type[Answer], query: dict[str, str]) -> Answer:
        return _decoded(self._wanted(path, query), shape)

    def _wanted(self, path: str, query: dict[str, str] | None = None) -> httpx2.Response:
        answer = self._send("GET", path, params=query)
        if answer.status_code != 200:
            raise _problem_of(answer)
        return answer

    def _send(self, method: str, path: str, **options: Any) -> httpx2.Response:
        try:
            return self._client.request(method, path, **options)
        except httpx2.HTTPError as error:
            sent = not isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout)
            # without its cause: a traceback of the library's would show the request
            raise unanswered(type(error).__name__, sent=sent) from None


def _retried(call: Callable[[], Answer]) -> Answer:
    """A call that changes nothing, tried again while RunPod does not answer."""
    for attempt in stamina.retry_context(
        on=_wait_before_next, attempts=TRIES, timeout=TRIES_SECONDS, wait_initial=0.5
    ):
        with attempt:
            return call()
    raise AssertionError("stamina raises the last error")


def _wait_before_next(error: Exception) -> bool | float:
    """Seconds to wait where RunPod says so, else whether to try again."""
    if not isinstance(error, Unanswered):
        return False
    return True if error.retry_after is None else error.retry_after


def _decoded(answer: httpx2.Response, shape: type[Answer]) -> Answer:
    try:
        return msgspec.json.decode(answer.content, type=shape)
    except msgspec.MsgspecError:
        raise _problem_of(answer) from None


def _problem_of(answer: httpx2.Response) -> Refusal | Unanswered:
    return problem(answer.status_code, answer.headers, answer.content)


def _time_of(answer: httpx2.Response) -> datetime:
    """RunPod's clock, so that ages are differences of one clock; ours where it does not tell."""
    with suppress(KeyError, ValueError, TypeError):
        told: datetime = parsedate_to_datetime(answer.headers["date"])
        return told if told.tzinfo else told.replace(tzinfo=UTC)
    return datetime.now(UTC)
