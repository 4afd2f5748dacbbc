"""Runs over all users in the background: one at a time, a few waiting, the last ones remembered."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import Any, Literal

from embed_platform.embedding.debts import UserResult
from embed_platform.embedding.registry import ModelEntry
from embed_platform.errors import EmbedError, PartMissing
from embed_platform.lake.lake import Lake
from embed_platform.service.bulk import Bulk
from embed_platform.service.logs import log_error

MAX_WAITING = 8
REMEMBERED = 100
JobStatus = Literal["queued", "running", "completed", "failed", "stopped"]


class TooManyJobs(Exception):
    """As many jobs wait as may."""


class _Stopped(Exception):
    """The service is stopping."""


@dataclass
class Job:
    """One run over all users.

    Attributes:
        id: 16 hex digits.
        model: its name.
        space: slug of the space.
        status: how it stands; `completed` also when some users failed.
        created_at: UTC, ISO 8601.
        finished_at: when it ended.
        progress: one line for people.
        processed_users: those whose documents all have vectors now, or dead letters.
        failed_users: why, for each of the others.
        summary: texts embedded, reused and set aside, tokens, seconds.
        error: why the whole job failed.
    """

    id: str
    model: str
    space: str
    status: JobStatus = "queued"
    created_at: str = field(default_factory=lambda: _now())
    finished_at: str | None = None
    progress: str = ""
    processed_users: list[str] = field(default_factory=list)
    failed_users: dict[str, str] = field(default_factory=dict)
    summary: dict[str, int | float] = field(default_factory=dict)
    error: str | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.status not in ("queued", "running")

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        return asdict(self)


class Jobs:
    """Jobs of this process; they survive nothing, for a run can be repeated at no cost.

    Args:
        lake: whose users.
        bulk: does the work.
        remembered: how many are, those that ended included.
    """

    def __init__(self, lake: Lake, bulk: Bulk, remembered: int = REMEMBERED) -> None:
        self._lake, self._bulk, self._remembered = lake, bulk, remembered
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = Lock()
        self._stopping = False
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="job")

    def start(self, entry: ModelEntry) -> Job:
        """Begin a run over all users with a model; one that waits or runs already is returned.

        Raises:
            TooManyJobs: as many wait as may.
            PartMissing: there is no lake to run over.
        """
        if self._lake.storage.problem:
            raise PartMissing(self._lake.storage.problem)
        with self._lock:
            open_jobs = [job for job in self._jobs.values() if not job.ended]
            for job in open_jobs:
                if job.space == entry.space.slug:
                    return job
            if len(open_jobs) > MAX_WAITING:
                raise TooManyJobs
            job = Job(secrets.token_hex(8), entry.name, entry.space.slug)
            self._jobs[job.id] = job
            ended = [key for key, old in self._jobs.items() if old.ended]
            for key in ended[: max(0, len(self._jobs) - self._remembered)]:
                del self._jobs[key]
        self._pool.submit(self._run, job, entry)
        return job

    def get(self, job_id: str) -> Job | None:
        """The job of an id, while it is remembered."""
        return self._jobs.get(job_id)

    def all(self) -> list[Job]:
        """All that are remembered, the newest first."""
        with self._lock:
            return list(reversed(self._jobs.values()))

    def close(self) -> None:
        """Stop the running job after its current piece of work, and those that wait."""
        self._stopping = True
        self._pool.shutdown(wait=True)

    def _run(self, job: Job, entry: ModelEntry) -> None:
        if self._stopping:
            self._end(job, "stopped")
            return
        job.status = "running"
        started = time.monotonic()
        try:
            results = self._bulk.embed(entry, self._lake.users(), entry.kinds, self._teller(job))
        except _Stopped:
            self._end(job, "stopped")
        except EmbedError as error:
            job.error = str(error)
            self._end(job, "failed")
        except Exception as error:  # noqa: BLE001 - the thread must not end; what it was is logged
            log_error("job", error, job=job.id)
            job.error = "an unexpected error; the log has its type"
            self._end(job, "failed")
        else:
            job.processed_users, job.failed_users = _told_apart(results)
            job.summary = _summary(results) | {"seconds": round(time.monotonic() - started, 3)}
            self._end(job, "completed")

    def _teller(self, job: Job) -> Callable[[str], None]:
        def tell(line: str) -> None:
            job.progress = line
            if self._stopping:
                raise _Stopped

        return tell

    def _end(self, job: Job, status: JobStatus) -> None:
        job.finished_at = _now()
        job.status = status


def _told_apart(
    results: Mapping[str, UserResult | EmbedError],
) -> tuple[list[str], dict[str, str]]:
    """Users that are done, and the others with their reasons."""
    done = sorted(user for user, found in results.items() if isinstance(found, UserResult))
    failed = {user: str(e) for user, e in sorted(results.items()) if isinstance(e, EmbedError)}
    return done, failed


def _summary(results: Mapping[str, UserResult | EmbedError]) -> dict[str, int | float]:
    """Sums over the users that are done."""
    done = [found for found in results.values() if isinstance(found, UserResult)]
    names = ("embedded", "reused", "dead_letters", "truncated", "tokens")
    sums: dict[str, int | float] = {name: sum(getattr(one, name) for one in done) for name in names}
    return {"users": len(results), **sums}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
