"""By which road a shard's texts and vectors travel: with the call itself, or through the lake's store."""

from __future__ import annotations

import ipaddress
import secrets
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Literal
from urllib.parse import urlsplit

from embed_platform.compute.modal.payload import Vectors
from embed_platform.compute.modal.stored import read_vectors_file, texts_file
from embed_platform.errors import LakeUnavailable, TransientError
from embed_platform.lake.storage import Storage, open_storage
from embed_platform.settings import Settings

# The vendor keeps what is larger in a store of its own, and a call's input for days. Below it a
# detour through the lake costs more than it saves.
INLINE_BYTES = 8 * 1024
FOLDER = "on_the_way/modal"

Road = Literal["call", "lake"]


def choose_road(text_bytes: int, lake_url: str, endpoint: str, vendor: str) -> Road:
    """The lake, when it is an object store that the containers reach and the texts are not few.

    Args:
        text_bytes: of the shard.
        lake_url: of the settings; empty for a folder.
        endpoint: of the lake's store; empty for the cloud's own.
        vendor: address of the vendor's API.
    """
    if text_bytes <= INLINE_BYTES or not lake_url.startswith("s3://"):
        return "call"
    return "lake" if reachable(endpoint, vendor) else "call"


def reachable(endpoint: str, vendor: str) -> bool:
    """Whether containers reach a store: one on this machine or in its network only when they run here too."""
    return not _is_near(endpoint) or _is_near(vendor)


@dataclass(frozen=True)
class Parcel:
    """A shard on its way through the lake: where its two files lie."""

    folder: str

    @property
    def texts(self) -> str:
        """Path of the texts."""
        return f"{self.folder}/texts.parquet"

    @property
    def vectors(self) -> str:
        """Path of the vectors."""
        return f"{self.folder}/vectors.parquet"


class Courier:
    """Carries shards through the lake, where that is the road.

    Args:
        settings: which lake.
        vendor: address of the vendor's API.
    """

    def __init__(self, settings: Settings, vendor: str) -> None:
        self._settings, self._vendor = settings, vendor

    def parcel(self, texts: Sequence[str], seconds: float) -> Parcel | None:
        """How texts travel that are needed for so long; None: with the call."""
        size = sum(len(text.encode()) for text in texts)
        lake, endpoint = self._settings.lake_url, self._settings.s3_endpoint
        if choose_road(size, lake, endpoint, self._vendor) == "call":
            return None
        return Parcel(f"{FOLDER}/{int(time.time() + seconds)}-{secrets.token_hex(8)}")

    def send(self, parcel: Parcel, texts: Sequence[str], seconds: float) -> tuple[str, str]:
        """Put texts into the lake; returns where the container reads them and where it writes.

        Raises:
            LakeUnavailable: the lake's store does not answer.
        """
        self._lake.put(parcel.texts, texts_file(texts))
        return (
            self._lake.signed("GET", parcel.texts, seconds),
            self._lake.signed("PUT", parcel.vectors, seconds),
        )

    def receive(self, parcel: Parcel) -> Vectors:
        """The vectors that the container wrote.

        Raises:
            TransientError: they are not there.
        """
        try:
            return read_vectors_file(self._lake.get(parcel.vectors))
        except FileNotFoundError:
            raise TransientError("the result is not in the lake", where=parcel.folder) from None

    def discard(self, folder: str) -> None:
        """Remove a parcel's files; one that cannot be removed now goes with the next sweep."""
        parcel = Parcel(folder)
        with suppress(LakeUnavailable):
            self._lake.delete([parcel.texts, parcel.vectors])

    def sweep(self) -> None:
        """Remove parcels that nobody waits for any more, whoever sent them."""
        if self._settings.lake_url.startswith("s3://"):
            with suppress(LakeUnavailable):
                now = time.time()
                self._lake.delete(
                    entry.path for entry in self._lake.list(FOLDER) if _until(entry.path) < now
                )

    @cached_property
    def _lake(self) -> Storage:
        return open_storage(self._settings.lake_url, self._settings)


def _until(path: str) -> float:
    stamp = path.removeprefix(f"{FOLDER}/").partition("-")[0]
    return float(stamp) if stamp.isdecimal() else 0.0


def _is_near(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    if host == "localhost" or host.endswith((".local", ".internal", ".localhost")):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host and host != ""
