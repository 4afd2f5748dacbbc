"""A web server with bad habits: pages change, move, hide, end late or never; it notes what it was asked."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ARTICLE = """<!doctype html><html><head><title>{title}</title></head><body><nav>Home About Contact</nav>
<article><h1>{title}</h1><p>{text}</p><p>A second paragraph which is long enough to be taken for a main text
by a reader, since it goes on for a while about nothing in particular and then ends.</p></article>
<footer>{tick}</footer></body></html>"""


class Web(ThreadingHTTPServer):
    """Pages by path: text, (status, headers, body), or a function of the handler."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.pages: dict[str, Any] = {}
        self.asked: Counter[str] = Counter()
        self.times: list[float] = []
        self.sent: list[dict[str, str]] = []
        self.statuses: list[int] = []
        self.robots = ""

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def article(self, path: str, title: str, text: str) -> str:
        """A page that shows another number in its footer each time, and has an ETag for its text."""
        etag = f'"{abs(hash((title, text)))}"'

        def page(handler: Handler) -> None:
            if handler.headers.get("if-none-match") == etag:
                handler.answer(304, {"etag": etag})
                return
            body = ARTICLE.format(title=title, text=text, tick=self.asked[path])
            handler.answer(200, {"etag": etag, "content-type": "text/html; charset=utf-8"}, body)

        self.pages[path] = page
        return self.url + path

    def json(self, path: str, value: Any) -> None:
        self.pages[path] = (200, {"content-type": "application/json"}, json.dumps(value))


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    server: Web

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""

    def do_GET(self) -> None:
        web = self.server
        web.asked[self.path] += 1
        web.times.append(time.monotonic())
        web.sent.append({name.lower(): value for name, value in self.headers.items()})
        if self.path == "/robots.txt":
            status = 200 if web.robots else 404
            self.answer(status, {"content-type": "text/plain"}, web.robots)
            return
        page = web.pages.get(self.path)
        with suppress(ConnectionError):
            if page is None:
                self.answer(404)
            elif callable(page):
                page(self)
            elif isinstance(page, tuple):
                self.answer(*page)
            else:
                self.answer(200, {"content-type": "text/html; charset=utf-8"}, page)

    def answer(
        self, status: int, headers: dict[str, str] | None = None, body: str | bytes = b""
    ) -> None:
        data = body.encode() if isinstance(body, str) else body
        self.server.statuses.append(status)
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("content-length", str(len(data)))
        self.end_headers()
        if status != 304:
            self.wfile.write(data)


def endless(handler: Handler) -> None:
    """A body without an end, a little at a time."""
    handler.send_response(200)
    handler.send_header("content-type", "text/html")
    handler.send_header("connection", "close")
    handler.end_headers()
    with suppress(OSError):
        while True:
            handler.wfile.write(b"<p>and so on</p>")
            time.sleep(0.05)


def dripping(handler: Handler) -> None:
    """Headers without an end, one at a time."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    with suppress(OSError):
        for number in range(60):
            handler.wfile.write(f"x-{number}: drop\r\n".encode())
            time.sleep(0.1)


def hollow(handler: Handler) -> None:
    """A packed body without an end that holds nothing."""
    handler.send_response(200)
    handler.send_header("content-encoding", "gzip")
    handler.send_header("connection", "close")
    handler.end_headers()
    with suppress(OSError):
        handler.wfile.write(b"\x1f\x8b\x08" + bytes(7))
        for _ in range(60):
            handler.wfile.write(b"\x00\x00\x00\xff\xff")  # a stored block of no bytes
            time.sleep(0.1)


def fifty_megabytes(handler: Handler) -> None:
    """More than anybody wants, without saying so before."""
    handler.send_response(200)
    handler.send_header("content-type", "text/html")
    handler.send_header("connection", "close")
    handler.end_headers()
    with suppress(OSError):
        for _ in range(800):
            handler.wfile.write(b"x" * 65536)


def silent(handler: Handler) -> None:
    """No answer for longer than anybody waits in a test."""
    time.sleep(4)


@contextmanager
def serving() -> Iterator[Web]:
    """A server on a free port."""
    web = Web()
    thread = threading.Thread(target=web.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield web
    web.shutdown()
    web.server_close()
