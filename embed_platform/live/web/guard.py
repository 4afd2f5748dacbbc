"""Connections to public addresses only: a feed's link, or a redirect, must not reach into a private network."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from typing import Any

import httpcore2
from httpcore2._backends.sync import SyncBackend

from embed_platform.errors import SourceRefused, SourceUnavailable
from embed_platform.live.web.deadline import TimelyStream, left

# NAT64 and 6to4 carry an IPv4 address inside, which is the one that is reached.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class PublicNetwork(httpcore2.NetworkBackend):
    """Resolves a name itself, refuses private addresses, and connects to the address it looked at.

    So a name that resolves differently a moment later (DNS rebinding) gains nothing.
    """

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self._allowed = {host.lower() for host in allowed}
        self._plain = SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to a host at one of its public addresses.

        Raises:
            SourceRefused: it has a private one.
            SourceUnavailable: it has none, or none answers.
        """
        addresses = resolve(host, port)
        if not self.allows(host, port):
            for address in addresses:
                if not is_public(address):
                    raise SourceRefused(
                        "its address is private",
                        where=host,
                        remedy="EMBED_LIVE_PRIVATE_HOSTS names hosts that may be read nevertheless",
                    )
        last: Exception | None = None
        for address in addresses[:4]:
            try:
                return TimelyStream(
                    self._plain.connect_tcp(
                        address, port, left(timeout), local_address, socket_options
                    )
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                last = error
        assert last is not None
        raise last

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore2.NetworkStream:
        """Never."""
        raise SourceRefused("sockets of this machine are not read", where=path)

    def allows(self, host: str, port: int) -> bool:
        """Whether the settings name this host, with or without its port."""
        return host.lower() in self._allowed or f"{host.lower()}:{port}" in self._allowed


def resolve(host: str, port: int) -> list[str]:
    """Addresses of a host, each once.

    Raises:
        SourceUnavailable: it has none.
    """
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise SourceUnavailable("the name of this host is not known", where=host) from None
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """Whether an address is one of the whole world's: not loopback, private, link-local or reserved."""
    found = ipaddress.ip_address(address.split("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inside = found.ipv4_mapped or found.sixtofour
        if found in _NAT64:
            inside = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if found.teredo is not None:
            return False
        if inside is not None:
            found = inside
    return found.is_global and not found.is_multicast
