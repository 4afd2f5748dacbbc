"""What RunPod's answers mean: which error, and whether another try or another candidate may do; pure.

A request that RunPod refuses for good is a `Refusal`; one that was not answered, or with an
answer that says nothing about it, is `Unanswered`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from embed_platform.errors import ComputeRefused, MachineUnavailable

WHERE = "RunPod"
_MAX_DETAIL = 200
_MAX_RETRY_AFTER = 300.0
# RunPod's keys begin so; an answer may quote the one that it was sent.
_KEY = re.compile(r"\brpa?_\w+")


class Refusal(ComputeRefused):
    """RunPod says no.

    Attributes:
        status: of the answer.
    """

    status: int

    @property
    def only_this_candidate(self) -> bool:
        """Whether another GPU or cloud may be had: no capacity (400), or no access to it (403)."""
        return self.status in (400, 403)


class Unanswered(MachineUnavailable):
    """RunPod did not answer, or not to the question; what was asked may have been done.

    Attributes:
        retry_after: seconds to wait, where it said so.
        may_be_done: whether what was asked may have been done all the same.
    """

    retry_after: float | None = None
    may_be_done: bool = True


class _Problem(msgspec.Struct):
    title: str = ""
    detail: str = ""
    errors: list[str] = []


def problem(status: int, headers: Mapping[str, str], body: bytes) -> Refusal | Unanswered:
    """The error of an answer that is none of the wanted ones (RFC 9457, or whatever came instead)."""
    told = _told(headers, body)
    if status in _REFUSALS:
        what, remedy = _REFUSALS[status]
        where = "RUNPOD_API_KEY" if status == 401 else WHERE
        refusal = Refusal(f"{what} ({told})", where=where, remedy=remedy)
        refusal.status = status
        return refusal
    error = Unanswered(f"answered {status} ({told})", where=WHERE)
    if status == 429:
        error.retry_after, error.may_be_done = _retry_after(headers), False
    return error


def unanswered(why: str, *, sent: bool) -> Unanswered:
    """The error of a request that no answer came to, or that could not even be sent."""
    error = Unanswered(f"does not answer ({why})", where=WHERE)
    error.may_be_done = sent
    return error


def missing(status: int) -> bool:
    """Whether a pod is not there: for one that is to be gone this is success."""
    return status == 404


_REFUSALS: dict[int, tuple[str, str | None]] = {
    400: ("it has no such machine now, or a rule forbids it", None),
    401: (
        "the key is not accepted",
        "The console's Credentials page makes one; it needs to read and write pods",
    ),
    402: ("the account's balance is too low", "Add credit, then run again"),
    403: ("the key or the account may not do this", None),
    404: ("it knows nothing of this", None),
    405: ("the request is not of its API", "EMBED_RUNPOD_URL should end in /v2"),
    422: (
        "the request breaks its contract",
        "This is an error of embed-platform; please report it",
    ),
}


def _told(headers: Mapping[str, str], body: bytes) -> str:
    """The answer's own words on one line."""
    if "json" not in headers.get("content-type", ""):
        is_page = body.lstrip()[:1] == b"<"
        return "a page of HTML" if is_page else "no JSON"
    try:
        found = msgspec.json.decode(body, type=_Problem)
    except msgspec.MsgspecError:
        return "JSON of another shape"
    parts = [*found.errors[:2], found.detail] if found.errors else [found.detail or found.title]
    words = re.sub(r"\s+", " ", "; ".join(filter(None, parts)))
    return _KEY.sub("(key)", words)[:_MAX_DETAIL] or "without a reason"


def _retry_after(headers: Mapping[str, str]) -> float:
    """Seconds, bounded; RunPod gives a whole number of them."""
    try:
        return min(max(float(headers.get("retry-after", "5")), 0.0), _MAX_RETRY_AFTER)
    except ValueError:
        return 5.0
