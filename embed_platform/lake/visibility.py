"""Whether strangers can read what is written to a storage; asked without keys, of the server itself."""

from __future__ import annotations

import re
import secrets
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import HTTPStore, S3Store

from embed_platform.errors import LakeUnavailable, SettingsError
from embed_platform.lake.storage import Storage
from embed_platform.settings import Settings

# Supabase serves public buckets here, beside the address of its S3 endpoint.
_SUPABASE_S3 = "/storage/v1/s3"
_SUPABASE_PUBLIC = "/storage/v1/object/public"
_SECONDS = "10s"
# An answer that a stranger gets nothing; of 408 and 429, "later", nothing follows.
_REFUSED = re.compile(r"status code: 4(?!08|29)\d\d")


def refuse_public(
    storage: Storage,
    settings: Settings,
    why: str = "messages belong to those who wrote them too",
) -> None:
    """Stop where strangers could read what is not for them.

    Args:
        storage: opened with keys.
        settings: endpoint and region.
        why: it is not for them.

    Raises:
        SettingsError: they could.
        LakeUnavailable: it cannot be told.
    """
    if is_public(storage, settings):
        raise SettingsError(
            f"everybody can read this bucket, and {why}",
            where=storage.url,
            remedy="Make the bucket private, or choose another with EMBED_LAKE_URL",
        )


def is_public(storage: Storage, settings: Settings) -> bool:
    """Whether a file that is put there can be read without a key.

    A small file is written, asked for as a stranger would, and removed again. A folder is not
    public: nothing here serves it.

    Args:
        storage: opened with keys.
        settings: endpoint and region.

    Raises:
        LakeUnavailable: the file cannot be written, or the server does not answer a stranger at all.
    """
    if storage.folder is not None:
        return False
    parts = urlsplit(storage.url)
    name = f".visibility-{secrets.token_hex(8)}"
    inside = f"{parts.path.strip('/')}/{name}".lstrip("/")
    storage.put(name, b"ok")
    strangers = _strangers(parts.netloc, settings)
    try:
        return any(_readable(stranger, inside, storage.url) for stranger in strangers)
    finally:
        storage.delete([name])


def supabase_address(storage: Storage, settings: Settings) -> str:
    """Where Supabase serves a public bucket's files; empty where the endpoint is not Supabase's."""
    endpoint = settings.s3_endpoint.rstrip("/")
    if storage.folder is not None or not endpoint.endswith(_SUPABASE_S3):
        return ""
    parts = urlsplit(storage.url)
    base = endpoint.removesuffix(_SUPABASE_S3) + _SUPABASE_PUBLIC
    return f"{base}/{parts.netloc}{parts.path}".rstrip("/")


def _strangers(bucket: str, settings: Settings) -> list[S3Store | HTTPStore]:
    """Clients without keys, for each address that a bucket may be served under."""
    endpoint = settings.s3_endpoint.rstrip("/")
    options = {"allow_http": endpoint.startswith("http://"), "timeout": _SECONDS}
    found: list[S3Store | HTTPStore] = [
        S3Store(
            bucket,
            region=settings.s3_region,
            skip_signature=True,
            client_options=options,
            retry_config={"max_retries": 2},
            **({"endpoint": endpoint} if endpoint else {}),
        )
    ]
    if endpoint.endswith(_SUPABASE_S3):
        base = endpoint.removesuffix(_SUPABASE_S3) + _SUPABASE_PUBLIC
        found.append(HTTPStore.from_url(f"{base}/{bucket}", client_options=options))
    return found


def _readable(stranger: S3Store | HTTPStore, path: str, url: str) -> bool:
    try:
        return bool(obstore.get(stranger, path).bytes())
    except (BaseError, OSError) as error:
        if isinstance(error, FileNotFoundError) or _REFUSED.search(str(error)):
            return False
        raise LakeUnavailable(
            "whether strangers can read it cannot be told",
            where=url,
            remedy="Check AWS_ENDPOINT_URL and AWS_REGION, then try again",
        ) from error
