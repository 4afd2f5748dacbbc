"""A Supabase project: PostgREST and Storage over HTTP as they really answer, and faults on demand.

python -m embed_platform_tests.standins.supabase_server --port 8091

`POST /control/fault` `{"path": "/rest/v1/tweets", "times": 1, "status": 503}` makes an answer fail:
`status` and `html` replace it, `cut` ends a download after so many bytes, `drop` closes the connection.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from embed_platform_tests.standins.supabase_rows import Refused, Row, select

KEY = "sb_secret_stand-in"
PAGE = b"<!DOCTYPE html><html><body>Project paused</body></html>"


@dataclass
class Fault:
    """What goes wrong with the next `times` requests whose path begins so."""

    path: str
    times: int = 1
    status: int = 0
    html: bool = False
    cut: int = -1
    drop: bool = False


@dataclass
class Stored:
    """One object of a bucket."""

    data: bytes
    metadata: dict[str, Any] = field(default_factory=dict)
    etag: str = ""

    def __post_init__(self) -> None:
        self.etag = self.etag or hashlib.md5(self.data, usedforsecurity=False).hexdigest()


@dataclass
class Bucket:
    """Objects by path."""

    public: bool = False
    objects: dict[str, Stored] = field(default_factory=dict)


@dataclass
class Table:
    """Rows and the names of their columns."""

    columns: set[str]
    rows: list[Row] = field(default_factory=list)


class World:
    """The project's content, which tests change as they like, also between two requests."""

    def __init__(self, key: str = KEY) -> None:
        self.key, self.max_rows = key, 1000
        self.tables: dict[str, Table] = {}
        self.buckets: dict[str, Bucket] = {}
        self.faults: list[Fault] = []
        self.asked: list[str] = []
        # called with each request's path before it is answered
        self.before: Callable[[str], None] = lambda path: None
        # called after so many bytes of a download were sent
        self.during: Callable[[str, int], None] = lambda path, sent: None

    def fault(self, path: str) -> Fault | None:
        for fault in self.faults:
            if path.startswith(fault.path) and fault.times > 0:
                fault.times -= 1
                return fault
        return None

    def token(self, path: str, until: int) -> str:
        """Signs an address; the real one is a JWT."""
        return f"{until}.{hmac.new(self.key.encode(), f'{path}{until}'.encode(), 'sha256').hexdigest()}"


class NoStorage(Exception):
    """An error of Storage: HTTP 400 with its own status inside."""

    def __init__(self, status: str, error: str, message: str) -> None:
        super().__init__(message)
        self.body = {"statusCode": status, "error": error, "message": message}


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    world: World

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on the terminal."""

    def do_GET(self) -> None:
        self.handle_one()

    def do_HEAD(self) -> None:
        self.handle_one()

    def do_POST(self) -> None:
        self.handle_one()

    def handle_one(self) -> None:
        self.address = urlsplit(self.path)
        self.route = unquote(self.address.path)
        self.body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.query = parse_qsl(self.address.query, keep_blank_values=True)
        if self.route == "/control/fault":
            self.world.faults.append(Fault(**json.loads(self.body)))
            self.answer(200, {})
            return
        self.world.asked.append(f"{self.command} {self.path}")
        self.world.before(self.route)
        self.failing = self.world.fault(self.route)
        if self.failing and self.failing.drop:
            self.close_connection = True
        elif self.failing and self.failing.html:
            self.send(self.failing.status or 200, PAGE, {"content-type": "text/html"})
        elif self.failing and self.failing.status:
            self.answer(self.failing.status, {"message": "upstream says no"})
        else:
            self.respond()

    def respond(self) -> None:
        try:
            if self.route.startswith("/rest/v1/"):
                self.authorise()
                self.rows(self.route.removeprefix("/rest/v1/"))
            elif self.route.startswith("/storage/v1/"):
                self.storage(self.route.removeprefix("/storage/v1/"))
            else:
                self.answer(404, {"message": "no Route matched with those values"})
        except Refused as error:
            self.answer(error.status, error.body)
        except NoStorage as error:
            self.answer(400, error.body)
        except PermissionError as error:
            self.answer(401, {"message": str(error), "hint": "Double check your API key."})

    def authorise(self) -> None:
        """As the gateway does, for both services."""
        given = self.headers.get("apikey")
        if not given:
            raise PermissionError("No API key found in request")
        if given != self.world.key or self.headers.get("authorization") != f"Bearer {given}":
            raise PermissionError("Invalid API key")

    def rows(self, name: str) -> None:
        table = self.world.tables.get(name)
        if table is None:
            text = f"Could not find the table 'public.{name}' in the schema cache"
            raise Refused(404, "PGRST205", text)
        given = dict(self.query)
        found = select(list(table.rows), table.columns, name, self.query)
        start = int(given.get("offset", 0))
        most = min(int(given.get("limit", self.world.max_rows)), self.world.max_rows)
        page = found[start : start + most]
        counted = "count=exact" in self.headers.get("prefer", "")
        total = str(len(found)) if counted else "*"
        if counted and start > len(found):
            raise Refused(416, "PGRST103", "Requested range not satisfiable")
        span = f"{start}-{start + len(page) - 1}" if page else "*"
        status = 206 if counted and len(page) < len(found) else 200
        self.answer(status, page, {"content-range": f"{span}/{total}"})

    def storage(self, route: str) -> None:
        signed = re.fullmatch(r"object/sign/([^/]+)/(.+)", route)
        public = re.fullmatch(r"object/public/([^/]+)/(.+)", route)
        if signed and self.command == "GET":
            self.signed(*signed.groups())
            return
        if public:
            if not self.bucket(public[1]).public:
                raise NoStorage("404", "Bucket not found", "Bucket not found")
            self.file(route, self.stored(*public.groups()))
            return
        self.authorise()
        if named := re.fullmatch(r"bucket/([^/]+)", route):
            bucket = self.bucket(named[1])
            self.answer(200, {
                "id": named[1], "name": named[1], "owner": "", "public": bucket.public,
                "created_at": "2026-01-01T00:00:00.000Z", "updated_at": "2026-01-01T00:00:00.000Z",
                "file_size_limit": None, "allowed_mime_types": None,
            })  # fmt: skip
        elif signed:
            bucket, path = signed.groups()
            self.stored(bucket, path)
            until = int(time.time()) + int(json.loads(self.body)["expiresIn"])
            token = self.world.token(f"{bucket}/{path}", until)
            self.answer(200, {"signedURL": f"/object/sign/{bucket}/{path}?token={token}"})
        elif named := re.fullmatch(r"object/info/([^/]+)/(.+)", route):
            stored = self.stored(*named.groups())
            self.answer(200, {
                "name": named[2], "bucket_id": named[1], "size": len(stored.data),
                "content_type": "application/json", "etag": f'"{stored.etag}"',
                "metadata": stored.metadata, "version": stored.etag,
                "created_at": "2026-01-01T00:00:00.000Z", "last_modified": "2026-01-01T00:00:00.000Z",
            })  # fmt: skip
        else:
            raise NoStorage("404", "not_found", "Route not found")

    def bucket(self, name: str) -> Bucket:
        if name not in self.world.buckets:
            raise NoStorage("404", "Bucket not found", "Bucket not found")
        return self.world.buckets[name]

    def stored(self, bucket: str, path: str) -> Stored:
        found = self.bucket(bucket).objects.get(path)
        if found is None:
            raise NoStorage("404", "not_found", "Object not found")
        return found

    def signed(self, bucket: str, path: str) -> None:
        token = dict(self.query).get("token", "")
        until = token.partition(".")[0]
        if not until.isdigit() or token != self.world.token(f"{bucket}/{path}", int(until)):
            raise NoStorage("400", "InvalidJWT", "invalid signature")
        if int(until) < time.time():
            raise NoStorage("400", "InvalidJWT", '"exp" claim timestamp check failed')
        self.file(self.route, self.stored(bucket, path))

    def file(self, route: str, stored: Stored) -> None:
        size = len(stored.data)
        headers = {"etag": f'"{stored.etag}"', "accept-ranges": "bytes"}
        start, end, status = 0, size, 200
        if asked := re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("range", "")):
            start, end, status = int(asked[1]), min(int(asked[2] or size) + 1, size), 206
            if start >= size:
                self.send(416, b"", {"content-range": f"bytes */{size}"})
                return
            headers["content-range"] = f"bytes {start}-{end - 1}/{size}"
        self.send_response(status)
        for name, text in {**headers, "content-length": str(end - start)}.items():
            self.send_header(name, text)
        self.end_headers()
        cut = self.failing.cut if self.failing else -1
        with suppress(BrokenPipeError, ConnectionResetError):
            for at in range(start, end, 4096):
                block = stored.data[at : min(at + 4096, end)]
                if 0 <= cut < at - start + len(block):
                    self.wfile.write(block[: cut - (at - start)])
                    self.close_connection = True
                    return
                self.wfile.write(block)
                self.world.during(route, at + len(block))

    def answer(self, status: int, content: Any, headers: dict[str, str] | None = None) -> None:
        kind = {"content-type": "application/json"}
        self.send(status, json.dumps(content).encode(), kind | (headers or {}))

    def send(self, status: int, data: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, text in {**headers, "content-length": str(len(data))}.items():
            self.send_header(name, text)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)


def serve(world: World, port: int = 0) -> ThreadingHTTPServer:
    """Serve a world on the loopback, in threads of this process."""
    server = ThreadingHTTPServer(
        ("127.0.0.1", port), type("WorldHandler", (Handler,), {"world": world})
    )
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8091)
    serve(World(), parser.parse_args().port)
    threading.Event().wait()
