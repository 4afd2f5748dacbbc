"""Servers that rerank on the loopback: Cohere's form and TEI's, with their limits, and faults on demand."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PAGE = b"<!DOCTYPE html><html><body><h1>Bad gateway</h1></body></html>"


def relevance(query: str, document: str) -> float:
    """What a document's score is here: the share of its words that the query has, and a little of its length."""
    words = document.lower().split()
    shared = sum(word in query.lower().split() for word in words)
    return shared / max(1, len(words)) - len(document) * 1e-6


@dataclass
class RerankState:
    """What a server is, what it saw, and what goes wrong.

    Attributes:
        form: cohere or tei.
        path: of its requests.
        models: that it lists; TEI has one.
        key: that it wants; empty for none.
        most_inputs: of a request; more are refused as TEI does.
        most_bytes: of a request; more are refused with 413.
        kind: what TEI says its model is.
        fault: html, short, nan, null, twice, or a status; empty for none.
        left: how often the fault still happens; None for always.
        sizes: documents of each request that was answered.
    """

    form: str = "cohere"
    path: str = "/v1/rerank"
    models: Sequence[str] = ("test/reranker",)
    key: str = ""
    most_inputs: int = 10_000
    most_bytes: int = 2_000_000
    kind: str = "reranker"
    fault: str = ""
    left: int | None = None
    sizes: list[int] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)

    def take_fault(self) -> str:
        if not self.fault or self.left == 0:
            return ""
        if self.left is not None:
            self.left -= 1
        return self.fault


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    state: RerankState

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""

    def do_GET(self) -> None:
        if self.state.key and self.headers["authorization"] != f"Bearer {self.state.key}":
            self.give(401, {"message": "invalid api token"})
        elif self.state.form == "tei" and self.path == "/info":
            kind = {self.state.kind: {"id2label": {"0": "LABEL_0"}}}
            self.give(
                200,
                {
                    "model_id": "test/tei",
                    "model_type": kind,
                    "max_client_batch_size": self.state.most_inputs,
                },
            )
        elif self.state.form == "cohere" and self.path == "/v1/models" and self.state.models:
            self.give(200, {"object": "list", "data": [{"id": name} for name in self.state.models]})
        else:
            self.give(404, {"detail": "Not Found"})

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["content-length"]))
        state, fault = self.state, self.state.take_fault()
        if self.path != state.path:
            self.give(404, {"detail": "Not Found"})
        elif state.key and self.headers["authorization"] != f"Bearer {state.key}":
            self.give(401, {"message": "invalid api token"})
        elif len(raw) > state.most_bytes:
            self.give(413, {"error": "Payload Too Large"})
        elif fault == "html":
            self.give(200, PAGE, "text/html")
        elif fault.isdecimal():
            self.give(int(fault), {"message": f"broken, and so: {json.loads(raw)['query']}"})
        else:
            self.rerank(json.loads(raw), fault)

    def rerank(self, asked: dict[str, Any], fault: str) -> None:
        state = self.state
        documents = asked["texts" if state.form == "tei" else "documents"]
        if len(documents) > state.most_inputs:
            words = f"batch size {len(documents)} > maximum allowed batch size {state.most_inputs}"
            self.give(422, {"error": words, "error_type": "Validation"})
            return
        if state.form == "cohere" and asked.get("model") not in (None, *state.models):
            self.give(404, {"message": f"The model `{asked.get('model')}` does not exist."})
            return
        state.sizes.append(len(documents))
        state.bodies.append({k: v for k, v in asked.items() if k not in ("documents", "texts")})
        scores: list[Any] = [relevance(asked["query"], text) for text in documents]
        if fault in ("nan", "null"):
            scores[0] = float("nan") if fault == "nan" else None
        name = "score" if state.form == "tei" else "relevance_score"
        items = [{"index": index, name: score} for index, score in enumerate(scores)]
        if fault == "twice":
            items[-1]["index"] = 0
        if fault == "short":
            items = items[:-1]
        items.sort(key=lambda item: -(item[name] or 0))  # as all of them do
        self.give(200, items if state.form == "tei" else {"results": items})

    def give(self, status: int, content: Any, kind: str = "application/json") -> None:
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def rerank_server(**fields: Any) -> Iterator[tuple[str, RerankState]]:
    """Address and state of a server that ends with the block."""
    state = RerankState(**fields)
    handler = type("Bound", (Handler,), {"state": state})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", state
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
