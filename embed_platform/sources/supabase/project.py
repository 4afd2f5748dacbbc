"""The `supabase` client behind our own errors; what the rows and files mean is not known here."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx2

from embed_platform.errors import EmbedError, SettingsError, SourceUnavailable
from embed_platform.settings import Settings
from embed_platform.sources.partial import Changed, Version

Row = dict[str, Any]
# Narrows a query: takes the client's builder and gives it back.
Narrow = Callable[[Any], Any]

SECONDS = 60
# A signed address must outlive the wait for its first byte only; each part asks for a new one.
SIGNED_SECONDS = 600
_MD5 = re.compile(r"[0-9a-f]{32}")
# PostgREST: no such table, no such column; PostgreSQL: the same.
_ABSENT = {"PGRST205", "PGRST204", "42P01", "42703"}
# PostgREST: the token is none, is not valid, has no right; PostgreSQL: not allowed.
_REFUSED = {"PGRST301", "PGRST302", "PGRST303", "42501", "401", "403"}


class Absent(Exception):
    """The project has no such table, column or file."""


class Project:
    """One Supabase project, read with one key."""

    def __init__(self, settings: Settings) -> None:
        self.url, self._key = _address(settings), _key(settings)
        self.page = settings.supabase_page
        self._client, self._http = _open(self.url, self._key)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def rows(self, table: str, columns: str, narrow: Narrow, limit: int = 0) -> list[Row]:
        """One page of a table, at most `limit` rows, or `page`.

        Raises:
            Absent: there is no such table or column.
            SettingsError: the key is refused.
            SourceUnavailable: the project does not answer, or not with rows.
        """
        query = narrow(self._client.table(table).select(columns)).limit(limit or self.page)
        with self._answering(f"table {table}"):
            found = query.execute().data
        # a page of HTML with status 200 is what a gateway or a paused project sends
        if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
            raise SourceUnavailable(
                "the answer is no list of rows",
                where=f"{self.url}, table {table}",
                remedy="Check EMBED_SUPABASE_URL; a paused project answers with a web page",
            )
        return found

    def all_rows(self, table: str, columns: str, key: str, narrow: Narrow) -> Iterator[Row]:
        """Every row in order of a unique column.

        Each page begins after the last key of the one before, so that rows which are inserted
        meanwhile shift nothing: none comes twice, none that was there is passed over. The server
        may give less than was asked for; only an empty page is the end.
        """
        after: Any = None
        while True:
            found = self.rows(table, columns, _after(narrow, key, after))
            if not found:
                return
            yield from found
            after = found[-1][key]

    def count(self, table: str, column: str, narrow: Narrow) -> int:
        """Rows of a table, counted by the server; raises as `rows` does."""
        query = narrow(self._client.table(table).select(column, count="exact", head=True))
        with self._answering(f"table {table}"):
            found = query.execute().count
        if found is None:
            raise SourceUnavailable("the answer has no count", where=f"{self.url}, table {table}")
        return int(found)

    def version(self, bucket: str, path: str) -> Version:
        """Which version of a stored file is there at present.

        Raises:
            Absent: there is no such file.
            SettingsError: there is no such bucket, or the key is refused.
            SourceUnavailable: Storage does not answer, or not with what a file has.
        """
        with self._answering(f"bucket {bucket}, {path}"):
            found = self._client.storage.from_(bucket).info(path)
            tag = _tag(str(found.get("etag") or found.get("eTag") or ""))
            named = (found.get("metadata") or {}).get("sha256", "")
            md5 = tag if _MD5.fullmatch(tag) else ""
            return Version(int(found["size"]), tag, str(named).lower(), md5)

    def read(self, bucket: str, path: str, version: Version, start: int) -> Iterator[bytes]:
        """The bytes of one version of a stored file from an offset on, by a signed address.

        Raises:
            Changed: another version is there by now.
            SourceUnavailable: it breaks off.
        """
        where = f"bucket {bucket}, {path}"
        try:
            with self._answering(where):
                signed = self._client.storage.from_(bucket).create_signed_url(path, SIGNED_SECONDS)
                address = str(signed["signedURL"])
        except Absent:
            raise Changed from None
        # as it is stored: a packed answer would have neither its size nor its ranges
        headers = {"accept-encoding": "identity"} | ({"range": f"bytes={start}-"} if start else {})
        try:
            with (
                httpx2.Client(timeout=SECONDS, follow_redirects=True) as client,
                client.stream("GET", address, headers=headers) as answer,
            ):
                _check_part(answer, version, start, f"{self.url}, {where}")
                yield from answer.iter_raw()
        except httpx2.HTTPError as error:
            # its text may hold the address, and with it the token
            raise SourceUnavailable(
                f"the download broke off ({type(error).__name__})",
                where=f"{self.url}, {where}",
                remedy="Pull again; it goes on from there",
            ) from None

    def is_public(self, bucket: str) -> bool:
        """Whether a bucket is served to everybody; raises as `version` does."""
        with self._answering(f"bucket {bucket}"):
            return bool(self._client.storage.get_bucket(bucket).public)

    @contextmanager
    def _answering(self, what: str) -> Iterator[None]:
        """The client's errors as ours; never with the key or a signed address."""
        from httpx import HTTPError
        from postgrest import APIError
        from storage3.utils import StorageException

        where = f"{self.url}, {what}"
        try:
            yield
        except APIError as error:
            raise _rest_error(error, where) from None
        except StorageException as error:
            raise _storage_error(error, where) from None
        except (HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise SourceUnavailable(
                f"no answer that can be used ({type(error).__name__})",
                where=where,
                remedy="Check EMBED_SUPABASE_URL, then pull again",
            ) from None


def _after(narrow: Narrow, key: str, after: Any) -> Narrow:
    def narrowed(query: Any) -> Any:
        found = narrow(query).order(key)
        return found if after is None else found.gt(key, after)

    return narrowed


def _rest_error(error: Any, where: str) -> EmbedError | Absent:
    code, text = str(error.code or ""), str(error.message or "")
    if code in _ABSENT:
        return Absent(where)
    if code in _REFUSED or "api key" in text.lower():
        return _refused(where)
    return SourceUnavailable(
        f"PostgREST answers {code or 'an error'}: {text[:120]}", where=where, remedy="Pull again"
    )


def _storage_error(error: Any, where: str) -> EmbedError | Absent:
    status, code = str(getattr(error, "status", "")), str(getattr(error, "code", ""))
    text = str(getattr(error, "message", error))
    if "bucket not found" in f"{code} {text}".lower():
        return SettingsError(
            "there is no such bucket, or this key may not see it",
            where=where,
            remedy="Check EMBED_SUPABASE_BUCKET; private buckets need the secret key",
        )
    if status == "404" and code in ("not_found", "NoSuchKey"):
        return Absent(where)
    if status in ("401", "403") or "api key" in text.lower():
        return _refused(where)
    return SourceUnavailable(
        f"Storage answers {status}: {_line(text)}", where=where, remedy="Pull again"
    )


def _refused(where: str) -> SettingsError:
    return SettingsError(
        "the key is refused",
        where=where,
        remedy="Set EMBED_SUPABASE_KEY to a key of this project; private data need the secret one",
    )


def _check_part(answer: Any, version: Version, start: int, where: str) -> None:
    """That these are the bytes we asked for, of the version we began with."""
    if answer.status_code in (404, 412, 416):
        raise Changed
    if answer.status_code not in (200, 206):
        raise SourceUnavailable(
            f"the download is answered with {answer.status_code}", where=where, remedy="Pull again"
        )
    whole = answer.headers.get("content-range", "").rpartition("/")[2] if start else ""
    size = whole or answer.headers.get("content-length", "")
    if start and answer.status_code == 200:
        raise Changed  # the server ignores ranges: begin anew rather than append a beginning
    tag = _tag(answer.headers.get("etag", ""))
    if (tag and version.tag and tag != version.tag) or (size and int(size) != version.size):
        raise Changed


def _tag(text: str) -> str:
    return text.removeprefix("W/").strip('"')


def _line(text: str) -> str:
    return "a web page" if "<html" in text.lower() else " ".join(text.split())[:120]


def _address(settings: Settings) -> str:
    url = settings.supabase_url.rstrip("/")
    if not re.fullmatch(r"https?://[^\s/]+.*", url):
        raise SettingsError(
            "no address of a project" if not url else "no address",
            where="EMBED_SUPABASE_URL",
            remedy="Set it to https://PROJECT.supabase.co",
        )
    return url


def _key(settings: Settings) -> str:
    if settings.supabase_key is None:
        raise SettingsError(
            "no key of the project",
            where="EMBED_SUPABASE_KEY",
            remedy="The project's API settings show its secret (service_role) key",
        )
    return settings.supabase_key.get_secret_value()


def _open(url: str, key: str) -> tuple[Any, Any]:
    try:
        from httpx import Client
        from supabase import ClientOptions, create_client
    except ImportError as error:
        raise SettingsError(
            "the supabase package is not installed", remedy="pip install 'embed-platform[supabase]'"
        ) from error
    # their lines hold whole addresses, and signed ones open the file to whoever reads them
    for name in ("httpx", "httpx2"):
        logging.getLogger(name).setLevel(logging.WARNING)
    http = Client(timeout=SECONDS, follow_redirects=True)
    options = ClientOptions(httpx_client=http, auto_refresh_token=False, persist_session=False)
    return create_client(url, key, options), http
