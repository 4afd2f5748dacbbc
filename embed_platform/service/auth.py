"""Who asks, and whether they may: `needs("read")` as a dependency of an endpoint."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from embed_platform.errors import SettingsError
from embed_platform.service.keys import Key, KeyFile
from embed_platform.service.problems import ApiError
from embed_platform.service.state import service_of

bearer = HTTPBearer(
    auto_error=False,
    scheme_name="key",
    description="A key of `embed-platform keys add`. Without any key the server answers on loopback only, and needs none.",
)
# headers by which a proxy says that it asks for somebody else, beside X-Forwarded-…
_PROXIES = {"forwarded", "via", "x-real-ip"}
Presented = Annotated[HTTPAuthorizationCredentials | None, Security(bearer)]


@dataclass(frozen=True)
class Caller:
    """Whoever asks.

    Attributes:
        name: of the key; `local` for somebody on this machine while there are no keys.
        key: None for `local`, who may do everything.
    """

    name: str
    key: Key | None = None

    def may(self, scope: str) -> bool:
        """Whether the caller has a scope."""
        return self.key is None or self.key.may(scope)

    def must(self, scope: str) -> None:
        """Refuse a caller that lacks a scope.

        Raises:
            ApiError: 403.
        """
        if not self.may(scope):
            raise _lacks(scope)


def needs(*scopes: str) -> Callable[..., Awaitable[Caller]]:
    """A dependency that lets in callers with one of these scopes, as often as their rate allows.

    It raises ApiError: 401 without a key, 403 for a wrong key or scope, 429 above the rate.
    """

    async def caller(request: Request, presented: Presented) -> Caller:
        service = service_of(request)
        found = identify(request, service.keys, presented)
        request.state.caller = found.name
        if not any(map(found.may, scopes)):
            raise _lacks(*scopes)
        seconds = service.rates.wait(found.name) if found.key else 0.0
        if seconds:
            raise ApiError(
                429,
                f"more requests than the key's {service.settings.serve_rate} a minute",
                code="rate_limit_exceeded",
                retry_after=seconds,
            )
        return found

    return caller


def _lacks(*scopes: str) -> ApiError:
    return ApiError(
        403, f"this key lacks the scope {' or '.join(scopes)}", code="insufficient_scope"
    )


def identify(
    request: Request, keys: KeyFile, presented: HTTPAuthorizationCredentials | None
) -> Caller:
    """Who asks.

    Raises:
        ApiError: 401 without a key where keys are needed, 403 for a wrong one, or where a web page
            that was not served from here asks a server without keys; 503 when the keys' file is damaged.
    """
    try:
        held = keys.keys()
    except SettingsError as error:
        raise ApiError(503, error.what, code="keys_unreadable") from error
    if not held:
        refuse_strangers(request)
        return Caller("local")
    if presented is None:
        raise ApiError(
            401,
            "a key is needed: send `Authorization: Bearer …`; `embed-platform keys add` makes one",
            code="missing_key",
        )
    key = keys.find(presented.credentials)
    if key is None:
        raise ApiError(403, "this key is not known here", code="unknown_key")
    return Caller(key.name, key)


def refuse_strangers(request: Request) -> None:
    """Without keys: only this machine, under a name of this machine, and no other site's page.

    A page that a browser opens elsewhere can reach loopback: by a name of its own that resolves to
    it (DNS rebinding), which the Host header shows, or directly, which the Origin header shows.
    A proxy on this machine connects from loopback too, for whoever asks it; most say so.

    Raises:
        ApiError: 401 for another machine or what a proxy passed on, 403 for another name or page.
    """
    server = request.scope.get("server")
    if server is None or not is_loopback(str(server[0])):
        raise ApiError(
            401,
            "without keys only this machine is answered; `embed-platform keys add` makes one",
            code="missing_key",
        )
    if any(name in _PROXIES or name.startswith("x-forwarded-") for name in request.headers):
        raise ApiError(
            401,
            "without keys nothing is answered that a proxy passed on; `embed-platform keys add` makes one",
            code="missing_key",
        )
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname
    if host is None or not is_loopback(host):
        raise ApiError(403, "the Host header names another machine", code="wrong_host")
    origin = request.headers.get("origin")
    if origin is not None and not is_loopback(urlsplit(origin).hostname or ""):
        raise ApiError(403, "pages of other sites are not answered", code="wrong_origin")


def is_loopback(host: str) -> bool:
    """Whether an address or name is this machine's own."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
