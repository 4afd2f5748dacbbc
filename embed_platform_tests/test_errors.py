"""Errors: one line each, saying where, what, and what to do."""

from __future__ import annotations

import pytest

from embed_platform.errors import BadArchive, EmbedError, PermanentError, TransientError


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (EmbedError("it broke"), "it broke"),
        (EmbedError("it broke", where="a.zip"), "a.zip: it broke"),
        (EmbedError("it broke", remedy="Mend it"), "it broke. Mend it"),
        (BadArchive("it broke", where="a.zip", remedy="Mend it"), "a.zip: it broke. Mend it"),
    ],
)
def test_an_error_reads_as_one_line(error: EmbedError, text: str) -> None:
    assert str(error) == text


def test_each_error_is_either_worth_another_try_or_not() -> None:
    found = {EmbedError}
    while more := {sub for kind in found for sub in kind.__subclasses__()} - found:
        found |= more
    for kind in found - {EmbedError, PermanentError, TransientError}:
        assert issubclass(kind, PermanentError) != issubclass(kind, TransientError), kind
