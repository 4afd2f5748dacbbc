"""Fields that several routes take, and what their values mean."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from embed_platform.corpus.kinds import KINDS
from embed_platform.lake.lake import Lake
from embed_platform.service.problems import ApiError
from embed_platform.sources.times import utc_time


def _time(value: str) -> str:
    try:
        utc_time(value)
    except ValueError:
        raise PydanticCustomError(
            "time", "no day and no time; write 2024-05-31 or 2024-05-31T18:00:00Z"
        ) from None
    return value


def _kind(value: str) -> str:
    if value not in KINDS:
        raise PydanticCustomError(
            "unknown_kind", "the kinds are {kinds}", {"kinds": ", ".join(KINDS)}
        )
    return value


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


# JSON has one kind of number: 5.0 is the integer 5, in JSON Schema too
Whole = Annotated[int, BeforeValidator(_whole)]
Time = Annotated[
    str,
    AfterValidator(_time),
    WithJsonSchema({"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}),
]
KindName = Annotated[
    str, AfterValidator(_kind), WithJsonSchema({"type": "string", "enum": list(KINDS)})
]
# the domain checks it, and has a sentence for each case
Question = Annotated[
    str,
    Field(min_length=1, json_schema_extra={"pattern": "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$"}),
]


def period(since: str | None, until: str | None) -> tuple[datetime | None, datetime | None]:
    """The dates of a request in UTC; those that name no zone are in UTC already.

    Raises:
        ApiError: 400 where nothing lies between them.
    """
    first = None if since is None else utc_time(since)
    end = None if until is None else utc_time(until)
    if first is not None and end is not None and end <= first:
        raise ApiError(
            400,
            f"since, until: nothing lies from {first.isoformat()} until {end.isoformat()}",
            param="since",
            code="empty_period",
        )
    return first, end


def known_user(lake: Lake, name: str, param: str) -> str:
    """A user as the lake writes the name.

    Raises:
        ApiError: 404 for an unknown user.
    """
    user = lake_name(name)
    if user not in lake.users():
        raise no_such_user(param)
    return user


def lake_name(name: str) -> str:
    """A user's name as the lake writes it."""
    return name.strip().lower()


def no_such_user(param: str) -> ApiError:
    """The answer to who names somebody who is not here."""
    return ApiError(404, "there is no such user here", param=param, code="user_not_found")


def no_such_model(what: str, name: str, known: Iterable[str]) -> ApiError:
    """The answer to who names a model that is not known.

    Args:
        what: kind of model.
        name: that was asked for.
        known: names of those that there are.
    """
    return ApiError(
        404,
        f"no {what} is called {name!r}; these are: {', '.join(known)}",
        param="model",
        code="model_not_found",
    )
