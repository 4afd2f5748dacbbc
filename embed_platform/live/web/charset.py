"""Bytes of the web to text: what the server says, what the page says, or what fits."""

from __future__ import annotations

import codecs
import re

import webencodings

_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_META = re.compile(
    rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w.:-]+)|encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE
)
_HEAD_BYTES = 4096
# Labels of the standard for what browsers do not read as text.
_NO_TEXT = {"replacement", "x-user-defined"}


def decoded(body: bytes, content_type: str = "") -> str:
    """Text of a body. A charset that does not fit the bytes is not believed."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if body.startswith(mark):
            return body.decode(name, "replace")
    for name in _candidates(body, content_type):
        try:
            return body.decode(name)
        except UnicodeError:
            continue
    return body.decode("cp1252", "replace")


def _candidates(body: bytes, content_type: str) -> list[str]:
    said = _HEADER.search(content_type)
    meta = _META.search(body[:_HEAD_BYTES])
    named = [said.group(1)] if said else []
    if meta:
        named.append((meta.group(1) or meta.group(2)).decode("ascii", "replace"))
    known = [found for name in named if (found := _known(name))]
    # nearly everything fits a one-byte charset, while UTF-8 fits by chance hardly ever
    return sorted(dict.fromkeys([*known, "utf-8"]), key=lambda name: name != "utf-8")


def _known(label: str) -> str:
    """Python's name of an encoding of the web (WHATWG Encoding); empty for any other codec."""
    found = webencodings.lookup(label)
    if found is None or found.name in _NO_TEXT:
        return ""
    return str(found.codec_info.name)
