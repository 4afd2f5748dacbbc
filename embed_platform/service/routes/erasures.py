"""People who leave: opening an erasure, and the receipts of all."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from embed_platform.service.auth import needs
from embed_platform.service.erasures import ErasureStatus, NobodyThere, UserBusy
from embed_platform.service.fields import lake_name, no_such_user
from embed_platform.service.problems import ApiError, refusals
from embed_platform.service.state import Service, ServiceOf
from embed_platform.service.waiting import in_thread
from embed_platform.upkeep.forget_receipts import Receipt
from embed_platform.upkeep.quotes import Quote, quotes

BUSY_SECONDS = 30
router = APIRouter(prefix="/v1", tags=["erasures"], dependencies=[Depends(needs("admin"))])
Name = Annotated[str, Field(min_length=1, max_length=200)]


class ForgetRequest(BaseModel):
    """Whom, and what others know the person by."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"username": "ann_smith"},
                {"username": "ann_smith", "aliases": ["Ann Smith"], "including_quotes": True},
            ]
        },
    )
    username: str = Field(min_length=1, max_length=100, description="Whom.")
    aliases: list[Name] = Field(
        [], max_length=50, description="Names by which other people's messages know the person."
    )
    including_quotes: bool = Field(
        False,
        strict=True,
        description="Leave what these names say out of others' conversations too.",
    )


class QuoteCard(BaseModel):
    """A piece of another user's conversation that quotes the person, without its text."""

    user: str
    kind: str
    id: str
    created_at: str
    messages: int


class ErasureCard(BaseModel):
    """The receipt of an erasure: counts, and nothing of the content."""

    id: str
    status: ErasureStatus = Field(
        description="`owed`: something could not be reached; the next run, ingest or audit goes on."
    )
    status_url: str
    username: str
    asked_at: str
    finished_at: str | None
    rows: dict[str, int] = Field(description="Rows removed, by store that was read back.")
    files: dict[str, int] = Field(description="Files removed, by place.")
    runs: int = Field(description="Runs of Dagster that were removed.")
    owed: list[str] = Field(
        description="What is not read back as gone yet: stores, and `dagster` with the partition and the runs."
    )
    including_quotes: bool
    quotes: int = Field(description="Pieces of others' conversations that were made anew.")
    quoted_by: list[str] = Field(description="Whose they are.")
    originals: int = Field(
        description="Kept exports of those people: theirs, so not altered; when parsed, the person is left out."
    )
    note: str
    error: str | None = Field(description="Why this server could not go on.")


class ForgetAnswer(ErasureCard):
    """The receipt as it is opened, and what others' conversations quote."""

    quotes_found: list[QuoteCard] = Field(description="For the aliases; they stay unless asked.")


class ErasureList(BaseModel):
    """Receipts: the open ones, then those that are done."""

    data: list[ErasureCard]


@router.post("/forget", status_code=202, responses=refusals(404, 409, 501, 504))
async def forget(
    body: ForgetRequest, request: Request, response: Response, service: ServiceOf
) -> ForgetAnswer:
    """Erase a user from every store and from the lake, read back, in the background.

    From the answer on nobody takes the person in again. The partition and the runs of Dagster stay
    `owed` until Dagster's sensor, or the next run, ingest or audit on the command line, has removed
    them. Asked again, the same erasure goes on.
    """
    found, receipt = await in_thread(request, lambda: _started(service, body))
    listed = [QuoteCard(**vars(quote)) for quote in found]
    card = _card(service, receipt)
    response.headers["Location"] = card.status_url
    return ForgetAnswer(**card.model_dump(), quotes_found=listed)


@router.get("/erasures", responses=refusals(501, 504))
async def list_erasures(request: Request, service: ServiceOf) -> ErasureList:
    """The receipts of all erasures, whoever began them."""
    found = await in_thread(request, service.erasures.all)
    return ErasureList(data=[_card(service, receipt) for receipt in found])


@router.get("/erasures/{erasure_id}", responses=refusals(404, 501, 504))
async def get_erasure(erasure_id: str, request: Request, service: ServiceOf) -> ErasureCard:
    """How an erasure stands."""
    receipt = await in_thread(request, lambda: service.erasures.get(erasure_id))
    if receipt is None:
        raise ApiError(404, "there is no such erasure", code="erasure_not_found")
    return _card(service, receipt)


def _started(service: Service, body: ForgetRequest) -> tuple[list[Quote], Receipt]:
    user = lake_name(body.username)
    found = quotes(service.lake, body.aliases, user)
    try:
        receipt = service.erasures.start(user, body.aliases, including_quotes=body.including_quotes)
    except NobodyThere:
        raise no_such_user("username") from None
    except UserBusy as error:
        raise ApiError(
            409,
            f"this user is being worked on: {error}",
            code="user_busy",
            retry_after=BUSY_SECONDS,
        ) from None
    return found, receipt


def _card(service: Service, receipt: Receipt) -> ErasureCard:
    return ErasureCard(
        id=receipt.id,
        status=service.erasures.status(receipt),
        status_url=f"/v1/erasures/{receipt.id}",
        username=receipt.user,
        asked_at=receipt.asked_at,
        finished_at=receipt.finished_at or None,
        rows=receipt.stores,
        files=receipt.files,
        runs=receipt.runs,
        owed=receipt.owed,
        including_quotes=receipt.including_quotes,
        quotes=receipt.quotes,
        quoted_by=receipt.quoted_by,
        originals=receipt.originals,
        note=receipt.note,
        error=service.erasures.error(receipt),
    )
