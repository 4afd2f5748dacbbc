"""Reading the web: limits hold, private networks stay private, servers are not pressed."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from embed_platform.errors import EmbedError, SourceRefused, SourceUnavailable
from embed_platform.live.web.address import shown
from embed_platform.live.web.charset import decoded
from embed_platform.live.web.fetcher import Fetcher, retry_after
from embed_platform.live.web.guard import is_public
from embed_platform.live.web.robots import Robots
from embed_platform.settings import Settings
from embed_platform_tests.standins.web_server import (
    Web,
    dripping,
    endless,
    fifty_megabytes,
    hollow,
    silent,
)


@pytest.fixture
def fetcher(web_settings: Settings) -> Iterator[Fetcher]:
    found = Fetcher(web_settings)
    yield found
    found.close()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "172.16.5.5",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
    ],
)
def test_private_addresses_are_told_apart_however_they_are_written(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::808:808"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f000001", "[::1]", "2130706433"])
def test_a_private_host_is_refused_before_anything_is_sent(web: Web, host: str) -> None:
    port = web.server_address[1]
    with pytest.raises(SourceRefused, match="its address is private"):
        Fetcher(Settings()).get(f"http://{host}:{port}/")
    assert not web.asked


def test_a_redirect_into_a_private_network_is_refused(web: Web, fetcher: Fetcher) -> None:
    port = web.server_address[1]
    web.pages["/out"] = (302, {"location": f"http://localhost:{port}/secret"}, "")
    web.pages["/meta"] = (301, {"location": "http://169.254.169.254/latest/meta-data"}, "")
    web.pages["/secret"] = "secret"
    for path in ("/out", "/meta"):
        with pytest.raises(SourceRefused, match="its address is private"):
            fetcher.get(web.url + path)
    assert not web.asked["/secret"]


def test_a_name_is_resolved_once_and_that_address_is_connected_to(
    web: Web, web_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([[(2, 1, 6, "", ("8.8.8.8", 80))], [(2, 1, 6, "", ("127.0.0.1", 80))]])
    tried: list[str] = []

    def connect(address: tuple[str, int], *args: object, **kwargs: object) -> None:
        tried.append(address[0])
        raise OSError("not today")

    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: next(answers))
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(SourceUnavailable):
        Fetcher(web_settings).get("http://rebinding.example/")
    assert tried == ["8.8.8.8"]


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://x/y", "http://", "gopher://x", "http://[x/"]
)
def test_only_the_web_is_read(fetcher: Fetcher, url: str) -> None:
    with pytest.raises(EmbedError):
        fetcher.get(url)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://bob:hunter2@x.example/a/b?token=tok3n#c", "http://x.example/a/b"),
        ("https://x.example/@bob/1", "https://x.example/@bob/1"),
        ("http://bob:hunter2@[::1", "http://[::1"),
        ("http://x.example?next=http://bob:hunter2@y", "http://x.example"),
        ("http://bob:hunter2@x.example/of/http://y", "http://x.example/of/http://y"),
        ("bob:hunter2@x.example", "x.example"),
        ("", ""),
    ],
)
def test_an_address_is_shown_without_what_may_be_secret(url: str, said: str) -> None:
    assert shown(url) == said


@pytest.mark.parametrize(
    "path", ["/403", "/500", "/out", "/round", "/large", "/silent", "/private"]
)
def test_no_error_tells_a_password_or_a_token(web: Web, fetcher: Fetcher, path: str) -> None:
    secret = f"http://bob:hunter2@{web.host}{path}?token=tok3n"
    asked = f"{path}?token=tok3n"
    web.robots = "User-agent: *\nDisallow: /private"
    web.pages |= {
        "/403?token=tok3n": (403, {}, ""),
        "/500?token=tok3n": (500, {}, ""),
        "/out?token=tok3n": (302, {"location": "ftp://bob:hunter2@x/?token=tok3n"}, ""),
        "/round?token=tok3n": (302, {"location": secret}, ""),
        "/large?token=tok3n": (200, {}, b"x" * 1_000_001),
        "/silent?token=tok3n": silent,
    }
    with pytest.raises(EmbedError) as told:
        fetcher.get(secret, check=Robots(fetcher).check)
    assert "hunter2" not in str(told.value) and "tok3n" not in str(told.value)
    assert path == "/private" or web.asked[asked]


def test_no_log_tells_a_token(
    web: Web, web_settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("httpx2").setLevel(logging.NOTSET)
    caplog.set_level(logging.INFO)
    with pytest.raises(SourceRefused):
        web.pages["/a?token=tok3n"] = (403, {}, "")
        Fetcher(web_settings).get(f"{web.url}/a?token=tok3n")
    assert "tok3n" not in caplog.text


def test_a_page_that_moved_is_followed_and_a_circle_is_not(web: Web, fetcher: Fetcher) -> None:
    web.pages["/old"] = (308, {"location": "/new"}, "")
    web.pages["/new"] = "here"
    web.pages["/round"] = (302, {"location": "/round"}, "")
    page = fetcher.get(f"{web.url}/old")
    assert (page.url, page.text) == (f"{web.url}/new", "here")
    with pytest.raises(SourceRefused, match="redirects"):
        fetcher.get(f"{web.url}/round")


def test_a_body_that_is_too_large_or_never_ends_is_left(web: Web, fetcher: Fetcher) -> None:
    web.pages["/large"] = fifty_megabytes
    web.pages["/endless"] = endless
    web.pages["/stated"] = (200, {}, b"x" * 1_000_001)
    for path in ("/large", "/stated"):
        with pytest.raises(SourceRefused, match="larger than 1,000,000 bytes"):
            fetcher.get(web.url + path)
    started = time.monotonic()
    with pytest.raises(SourceUnavailable, match="did not end"):
        fetcher.get(f"{web.url}/endless")
    assert time.monotonic() - started < 4


@pytest.mark.parametrize("habit", [dripping, hollow])
def test_the_limit_holds_for_headers_and_for_a_packed_body_of_nothing(
    web: Web, fetcher: Fetcher, habit: object
) -> None:
    web.pages["/slow"] = habit
    started = time.monotonic()
    with pytest.raises(SourceUnavailable):
        fetcher.get(f"{web.url}/slow")
    assert time.monotonic() - started < 4


def test_a_server_that_says_nothing_is_left(web: Web, fetcher: Fetcher) -> None:
    web.pages["/silent"] = silent
    with pytest.raises(SourceUnavailable, match="in time"):
        fetcher.get(f"{web.url}/silent")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_that_says_later_is_not_asked_again_before(
    web: Web, fetcher: Fetcher, status: int
) -> None:
    web.pages["/busy"] = (status, {"retry-after": "30"}, "")
    with pytest.raises(SourceUnavailable, match=str(status)):
        fetcher.get(f"{web.url}/busy")
    with pytest.raises(SourceUnavailable, match="asked to wait"):
        fetcher.get(f"{web.url}/other")
    assert web.asked.total() == 1


def test_retry_after_is_seconds_or_a_date_within_bounds() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert retry_after("20", now) == 20
    assert retry_after("Thu, 01 Jan 2026 00:01:00 GMT", now) == 60
    assert retry_after("nonsense", now) == retry_after("0", now) == retry_after("", now) == 5
    assert retry_after("999999", now) == 3600


def test_requests_to_a_host_keep_their_distance(web: Web, web_settings: Settings) -> None:
    web.pages["/a"] = "a"
    fetcher = Fetcher(web_settings.model_copy(update={"live_host_seconds": 0.2}))
    for _ in range(3):
        fetcher.get(f"{web.url}/a")
    # the server notes when it got round to them: only the whole is exact
    assert web.times[-1] - web.times[0] >= 0.35


def test_robots_txt_is_obeyed_also_behind_a_redirect_and_asked_once(
    web: Web, fetcher: Fetcher
) -> None:
    web.robots = "User-agent: *\nDisallow: /private\n"
    web.pages["/go"] = (302, {"location": "/private/x"}, "")
    web.pages["/private/x"] = "x"
    robots = Robots(fetcher)
    for path in ("/private/x", "/go"):
        with pytest.raises(SourceRefused, match=r"robots\.txt forbids"):
            fetcher.get(web.url + path, check=robots.check)
    assert web.asked["/robots.txt"] == 1 and not web.asked["/private/x"]


def test_a_robots_txt_that_cannot_be_read_forbids_and_one_that_is_not_there_does_not(
    web: Web, fetcher: Fetcher
) -> None:
    assert Robots(fetcher).check(f"{web.url}/a") is None
    web.robots = "User-agent: embed-platform\nCrawl-delay: 3\n"
    assert Robots(fetcher).check(f"{web.url}/a") == 3
    fetcher._closed_until[web.host] = time.monotonic() + 9
    with pytest.raises(SourceUnavailable, match=r"robots\.txt"):
        Robots(fetcher).check(f"{web.url}/a")


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("Disallow: /*.pdf$", "/a/b.pdf", False),
        ("Disallow: /*.pdf$", "/a/b.pdf?page=1", True),
        ("Allow: /\nDisallow: /private", "/private/x", False),
        ("Disallow: /\nAllow: /open", "/open/x", True),
        ("Disallow: /a\nAllow: /a", "/a", True),
        ("Disallow: /ü", "/%C3%BC", False),
        ("Disallow:", "/a", True),
        ("Disallow: /a\n\nUser-agent: Embed-Platform\nDisallow: /b", "/a", True),
        ("Disallow: /a\n\nUser-agent: Embed-Platform\nDisallow: /b", "/b", False),
        (f"Disallow: {'/*a' * 40}b", "/" + "a" * 2000, True),
    ],
)
def test_the_longest_rule_of_robots_txt_counts(
    web: Web, fetcher: Fetcher, rules: str, path: str, allowed: bool
) -> None:
    web.robots = f"User-agent: *\n{rules}\n"
    if allowed:
        Robots(fetcher).check(web.url + path)
        return
    with pytest.raises(SourceRefused, match=r"robots\.txt forbids"):
        Robots(fetcher).check(web.url + path)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("Müller".encode(), "text/html; charset=iso-8859-1"),
        ("Müller".encode("latin-1"), "text/html; charset=utf-8"),
        ("Müller".encode("latin-1"), "text/html"),
        ("Müller".encode("utf-16"), "text/html; charset=ascii"),
        ("Müller".encode(), "text/html; charset=x-unknown"),
        ("Müller".encode("utf-8-sig"), ""),
        ("Müller".encode("latin-1"), "text/html; charset=hex"),
    ],
)
def test_a_charset_that_does_not_fit_is_not_believed(body: bytes, said: str) -> None:
    assert decoded(body, said) == "Müller"
    assert decoded("Привет".encode("cp1251"), "text/html; charset=windows-1251") == "Привет"
    meta = b'<meta charset="shift_jis">' + "日本".encode("shift_jis")
    assert decoded(meta, "text/html").endswith("日本")


@pytest.mark.parametrize(
    "name",
    [
        "undefined",
        "unicode_escape",
        "raw_unicode_escape",
        "idna",
        "punycode",
        "utf-7",
        "replacement",
    ],
)
def test_only_charsets_of_the_web_are_read(name: str) -> None:
    body = "C:\\new Müller..".encode("latin-1")
    for said in (f"text/html; charset={name}", ""):
        page = body if said else f'<meta charset="{name}">'.encode() + body
        assert decoded(page, said).endswith("C:\\new Müller..")
