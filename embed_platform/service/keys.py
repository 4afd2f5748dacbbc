"""The service's keys: several, named, with scopes; what is kept of each is a hash."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from filelock import FileLock

from embed_platform.errors import SettingsError
from embed_platform.settings import Settings

SCOPES = ("read", "embed", "admin")
# Begins every key, so that a scanner of repositories knows a leaked one.
PREFIX = "epk_"
_NAME = re.compile(r"^[a-z0-9][a-z0-9_.-]{0,63}$")


class Key(msgspec.Struct, frozen=True):
    """What is kept of a key.

    Attributes:
        name: whose, or what for.
        sha256: of the key, 64 hex digits. No salt and no slow hash: the key has 256 random bits.
        scopes: what it may do; `admin` may do everything.
        created_at: UTC, ISO 8601.
    """

    name: str
    sha256: str
    scopes: tuple[str, ...]
    created_at: str

    def may(self, scope: str) -> bool:
        """Whether the key has a scope."""
        return scope in self.scopes or "admin" in self.scopes


class KeyFile:
    """`keys.json` in the home; read again when it changes, so that a removed key stops at once.

    Where EMBED_SERVE_KEYS holds what would be in it, there is no file.
    """

    def __init__(self, settings: Settings) -> None:
        self.path = settings.home / "keys.json"
        self._given = settings.serve_keys
        self._stamp: tuple[int, int] | None = None
        self._keys: tuple[Key, ...] = ()

    def keys(self) -> tuple[Key, ...]:
        """All keys, in the order they were made.

        Raises:
            SettingsError: the file cannot be read.
        """
        if self._given is not None:
            return _parsed(self._given.get_secret_value().encode(), "EMBED_SERVE_KEYS")
        try:
            found = self.path.stat()
        except FileNotFoundError:
            self._stamp, self._keys = None, ()
            return self._keys
        stamp = (found.st_mtime_ns, found.st_ino)
        if stamp != self._stamp:
            self._keys, self._stamp = _parse(self.path), stamp
        return self._keys

    def text(self) -> str:
        """All keys as EMBED_SERVE_KEYS takes them: hashes, no key; empty where there are none.

        Raises:
            SettingsError: the file cannot be read.
        """
        held = self.keys()
        return msgspec.json.encode(held).decode() if held else ""

    def find(self, secret: str) -> Key | None:
        """The key that somebody presents, or None.

        Compared with every key, each in constant time: how long it takes says nothing.
        """
        presented = _digest(secret)
        match = None
        for key in self.keys():
            if hmac.compare_digest(key.sha256, presented):
                match = key
        return match

    def add(self, name: str, scopes: Sequence[str]) -> str:
        """Make a key; returns it, for the only time.

        Raises:
            SettingsError: the name is taken or has odd characters, there is no such scope, or keys
                are given by EMBED_SERVE_KEYS.
        """
        unknown = [scope for scope in scopes if scope not in SCOPES]
        if unknown or not scopes:
            what = f"unknown scope {unknown[0]!r}" if unknown else "no scope is given"
            raise SettingsError(what, remedy=f"The scopes are {', '.join(SCOPES)}")
        if not _NAME.match(name):
            raise SettingsError(
                f"{name!r} is no valid name of a key",
                remedy="Up to 64 lower-case letters, digits, '_', '.', '-'",
            )
        secret = PREFIX + secrets.token_hex(32)
        made = Key(
            name,
            _digest(secret),
            tuple(dict.fromkeys(scopes)),
            datetime.now(UTC).isoformat(timespec="seconds"),
        )
        with self._writing():
            keys = self.keys()
            if any(key.name == name for key in keys):
                raise SettingsError(
                    f"there is a key {name!r} already", remedy=f"`keys rm {name}` removes it"
                )
            self._write((*keys, made))
        return secret

    def remove(self, name: str) -> None:
        """Remove a key; a running server refuses it from its next request on.

        Raises:
            SettingsError: there is none of that name.
        """
        with self._writing():
            keys = self.keys()
            left = tuple(key for key in keys if key.name != name)
            if len(left) == len(keys):
                raise SettingsError(
                    f"there is no key {name!r}", remedy="`keys list` shows those that are"
                )
            self._write(left)

    def _writing(self) -> FileLock:
        if self._given is not None:
            raise SettingsError(
                "the keys are given by the environment",
                where="EMBED_SERVE_KEYS",
                remedy="Change them where it is set",
            )
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(self.path.with_suffix(".lock"), timeout=10)

    def _write(self, keys: tuple[Key, ...]) -> None:
        draft = self.path.with_suffix(".draft")
        draft.touch(mode=0o600)
        draft.write_bytes(msgspec.json.format(msgspec.json.encode(keys), indent=1))
        draft.replace(self.path)


def _parse(path: Path) -> tuple[Key, ...]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _unreadable(str(path)) from error
    return _parsed(data, str(path))


def _parsed(data: bytes, where: str) -> tuple[Key, ...]:
    try:
        return msgspec.json.decode(data, type=tuple[Key, ...])
    except msgspec.MsgspecError:
        # without its cause: that may quote what it read
        raise _unreadable(where) from None


def _unreadable(where: str) -> SettingsError:
    return SettingsError(
        "the keys cannot be read, so nobody is let in",
        where=where,
        remedy="Remove them and make new ones with `embed-platform keys add`",
    )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
