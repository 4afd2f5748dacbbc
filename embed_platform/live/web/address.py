"""Addresses as messages may show them."""

from __future__ import annotations

import re

_SCHEME = re.compile(r"[\w.+-]*://")
_SHOWN_CHARS = 200


def shown(url: str) -> str:
    """An address without user, password, query and fragment, any of which may be a secret."""
    address = re.split(r"[?#]", url, maxsplit=1)[0]
    scheme = address[: address.find("://") + 3] if _SCHEME.match(address) else ""
    host, slash, path = address.removeprefix(scheme).partition("/")
    return f"{scheme}{host.rpartition('@')[2]}{slash}{path}"[:_SHOWN_CHARS]
