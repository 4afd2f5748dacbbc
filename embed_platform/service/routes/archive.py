"""All users as a job, and how jobs stand."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from embed_platform.service.auth import needs
from embed_platform.service.jobs import Job, JobStatus, TooManyJobs
from embed_platform.service.problems import ApiError, refusals
from embed_platform.service.state import ServiceOf

router = APIRouter(prefix="/v1", tags=["archives"], dependencies=[Depends(needs("admin"))])


class EmbedArchiveRequest(BaseModel):
    """Which model."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"model_name": "all-MiniLM-L6-v2"}]}
    )
    model_name: str = Field(description="Name or alias of a model of `GET /v1/models`.")


class JobCard(BaseModel):
    """How a job stands."""

    id: str
    status: JobStatus
    status_url: str
    model: str
    space: str
    created_at: str
    finished_at: str | None
    progress: str = Field(description="One line for people while it runs.")
    processed_users: list[str]
    failed_users: dict[str, str] = Field(description="Why, for each.")
    summary: dict[str, int | float] = Field(
        description="users, embedded, reused, dead_letters, truncated, tokens, seconds; empty until the end."
    )
    error: str | None


class JobList(BaseModel):
    """Jobs, the newest first."""

    data: list[JobCard]


@router.post("/embed-archive", status_code=202, responses=refusals(404, 501))
async def embed_archive(
    body: EmbedArchiveRequest, response: Response, service: ServiceOf
) -> JobCard:
    """Embed what documents of all users lack, in the background; ask the status URL how it goes.

    A job that waits or runs for the model already is returned instead of a second one. Jobs end with
    the server; the same request goes on where one stopped.
    """
    entry = service.models.get(body.model_name, param="model_name")
    try:
        card = _card(service.jobs.start(entry))
    except TooManyJobs:
        raise ApiError(
            429, "as many jobs wait as may", code="too_many_jobs", retry_after=60
        ) from None
    response.headers["Location"] = card.status_url
    return card


@router.get("/jobs", responses=refusals())
async def list_jobs(service: ServiceOf) -> JobList:
    """The jobs since the server began, the newest first; a hundred are remembered."""
    return JobList(data=[_card(job) for job in service.jobs.all()])


@router.get("/jobs/{job_id}", responses=refusals(404))
async def get_job(job_id: str, service: ServiceOf) -> JobCard:
    """How a job stands."""
    job = service.jobs.get(job_id)
    if job is None:
        raise ApiError(404, "there is no such job; they end with the server", code="job_not_found")
    return _card(job)


def _card(job: Job) -> JobCard:
    return JobCard(status_url=f"/v1/jobs/{job.id}", **job.as_json())
