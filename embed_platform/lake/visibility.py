"""Whether strangers can read what is written to a storage; asked without keys, of the server itself."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import HTTPStore, S3Store

from embed_platform.errors import SettingsError
from embed_platform.lake.storage import Storage
from embed_platform.settings import Settings

# Supabase serves public buckets here, beside the address of its S3 endpoint.
_SUPABASE_S3 = "/storage/v1/s3"
_SUPABASE_PUBLIC = "/storage/v1/object/public"
_SECONDS = "10s"


def refuse_public(storage: Storage, settings: Settings) -> None:
    """Stop where strangers could read what belongs to others too.

    Raises:
        SettingsError: they could.
        LakeUnavailable: it cannot be told.
    """
    if is_public(storage, settings):
        raise SettingsError(
            "everybody can read this bucket, and messages belong to those who wrote them too",
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
        LakeUnavailable: the file cannot be written.
    """
    if storage.folder is not None:
        return False
    parts = urlsplit(storage.url)
    name = f".visibility-{secrets.token_hex(8)}"
    inside = f"{parts.path.strip('/')}/{name}".lstrip("/")
    storage.put(name, b"ok")
    try:
        return any(_readable(stranger, inside) for stranger in _strangers(parts.netloc, settings))
    finally:
        storage.delete([name])


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
            retry_config={"max_retries": 0},
            **({"endpoint": endpoint} if endpoint else {}),
        )
    ]
    if endpoint.endswith(_SUPABASE_S3):
        base = endpoint.removesuffix(_SUPABASE_S3) + _SUPABASE_PUBLIC
        found.append(HTTPStore.from_url(f"{base}/{bucket}", client_options=options))
    return found


def _readable(stranger: S3Store | HTTPStore, path: str) -> bool:
    try:
        return bool(obstore.get(stranger, path).bytes())
    except (BaseError, OSError):
        return False
