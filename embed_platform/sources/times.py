"""Dates as X writes them, one at a time and by the thousand; exact, and whatever the locale."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from embed_platform.errors import BadRecord

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
EARLIEST, LATEST = -(2**63), 2**63 - 1  # of what 64 bits hold

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NUMBER = {name: number for number, name in enumerate(_MONTHS, 1)}
_X_TIME = re.compile(
    r"[A-Za-z]{3} ([A-Z][a-z]{2}) (\d\d?) (\d\d):(\d\d):(\d\d) ([+-]\d\d)(\d\d) (\d{4})",
    re.ASCII,
)
# `Sat Feb 18 12:33:11 +0000 2023`, with 0 where any digit may stand and a where any letter may.
_PATTERN = np.frombuffer(b"aaa aaa 00 00:00:00 +0000 0000", dtype=np.uint8)
_LENGTH = len(_PATTERN)
_DIGITS = np.array([8, 9, 11, 12, 14, 15, 17, 18, 26, 27, 28, 29])
_FIXED = np.array([3, 7, 10, 13, 16, 19, 20, 21, 22, 23, 24, 25])
_MONTH_CODES = np.array([int.from_bytes(name.encode(), "big") for name in _MONTHS])
_BY_CODE = np.argsort(_MONTH_CODES)


def parse_time(text: str) -> datetime:
    """`Sat Feb 18 12:33:11 +0000 2023` or ISO 8601, in UTC.

    Raises:
        BadRecord: it is neither.
    """
    try:
        if match := _X_TIME.fullmatch(text):
            month, day, hour, minute, second, hours, minutes, year = match.groups()
            text = f"{year}-{_NUMBER[month]:02}-{int(day):02}T{hour}:{minute}:{second}{hours}:{minutes}"
        return utc_time(text)
    except (ValueError, KeyError):
        raise BadRecord("the date does not parse") from None


def utc_time(text: str) -> datetime:
    """An ISO 8601 day or time in UTC, which it is in already unless it says otherwise.

    Raises:
        ValueError: it is none, or lies outside the years 1 to 9999 of UTC.
    """
    time = datetime.fromisoformat(text)
    try:
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{text} is outside the years 1 to 9999 of UTC") from None


def to_micros(time: datetime) -> int:
    """Microseconds since 1970, exactly."""
    return (time - EPOCH) // MICROSECOND


def iso_micros(text: str) -> int:
    """An ISO 8601 date or time in microseconds since 1970; UTC unless it says otherwise.

    Raises:
        ValueError: it is none.
    """
    time = datetime.fromisoformat(text)
    return to_micros(time if time.tzinfo else time.replace(tzinfo=UTC))


def parse_times(texts: Sequence[str]) -> npt.NDArray[np.int64] | None:
    """Microseconds since 1970 of many dates in X's own form.

    Returns None when one of them has another form or names no real time; `parse_time` then says
    which. A hundred times as fast as one call each.
    """
    joined = "".join(texts)
    if not joined.isascii() or any(len(text) != _LENGTH for text in texts):
        return None
    chars = np.frombuffer(joined.encode(), dtype=np.uint8).reshape(-1, _LENGTH)
    digits = chars[:, _DIGITS].astype(np.int64) - ord("0")
    weekday = chars[:, :3] | 0x20
    if (chars[:, _FIXED] != _PATTERN[_FIXED]).any() or (digits < 0).any() or (digits > 9).any():
        return None
    if (weekday < ord("a")).any() or (weekday > ord("z")).any():
        return None
    day, hour, minute, second = (digits[:, i] * 10 + digits[:, i + 1] for i in (0, 2, 4, 6))
    year = digits[:, 8:12] @ np.array([1000, 100, 10, 1])
    month = _month_numbers(chars[:, 4:7].astype(np.int64))
    if month is None or (hour > 23).any() or (minute > 59).any() or (second > 59).any():
        return None
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    dates = months.astype("datetime64[D]") + (day - 1)
    if (day < 1).any() or (year < 1).any() or (dates.astype("datetime64[M]") != months).any():
        return None
    seconds = dates.astype(np.int64) * 86_400 + hour * 3600 + minute * 60 + second
    micros: npt.NDArray[np.int64] = seconds * 1_000_000
    return micros


def _month_numbers(letters: npt.NDArray[np.int64]) -> npt.NDArray[np.int64] | None:
    codes = letters @ np.array([1 << 16, 1 << 8, 1])
    places = np.searchsorted(_MONTH_CODES[_BY_CODE], codes).clip(max=11)
    if (_MONTH_CODES[_BY_CODE][places] != codes).any():
        return None
    numbers: npt.NDArray[np.int64] = _BY_CODE[places] + 1
    return numbers
