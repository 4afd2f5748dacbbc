"""What runs in a pod of the stand-in: TEI, vLLM or Ollama to look at, hashes inside; the standard library only.

It starts in a few hundredths of a second, which a hundred pods in a test run need.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import sys
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

# What TEI tells besides its model.
TEI = {"model_dtype": "float32", "max_client_batch_size": 32, "version": "1.9.3"}


def vector(text: str, dimension: int) -> list[float]:
    """Unit length, and another one for every text."""
    digest = hashlib.shake_256(text.encode()).digest(dimension)
    raw = [byte / 127.5 - 1 for byte in digest]
    length = sum(x * x for x in raw) ** 0.5
    return [x / length for x in raw]


def tokens(text: str) -> list[dict[str, Any]]:
    """A token for each word, as TEI tells of them: where it ends, in bytes."""
    words = re.finditer(rb"\S+", text.encode())
    return [
        {"id": 0, "special": False, "start": word.start(), "stop": word.end()} for word in words
    ]


def tally_name(text: str) -> str:
    """What stands for a text in the list of those that were answered."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Server(ThreadingHTTPServer):
    """One model, which TEI tells the name of; `pulled` holds what Ollama fetched."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], key: str, dimension: int, model: str = "") -> None:
        super().__init__(address, Handler)
        self.key, self.dimension, self.model = key, dimension, model
        self.pulled: list[str] = []
        self.seconds_per_text = float(os.environ.get("STANDIN_PACE", "0"))
        self.tally = os.environ.get("STANDIN_TALLY", "")
        self.healthy_at = time.monotonic() + float(os.environ.get("STANDIN_LOADING", "0"))


class Handler(BaseHTTPRequestHandler):
    """`/health` and Ollama's list to everybody who may come in, vectors with the key."""

    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, format: str, *args: Any) -> None:
        sys.stderr.write(f"{self.command} {self.path}\n")

    def do_GET(self) -> None:
        ready = time.monotonic() >= self.server.healthy_at
        if self.path in ("/health", "/v1/models"):
            self.answer(200 if ready else 503, {})
        elif self.path == "/info" and self.server.model:
            self.answer(200, {"model_id": self.server.model, "max_input_length": 512} | TEI)
        elif self.path == "/api/tags":
            self.answer(200, {"models": [{"name": name} for name in self.server.pulled]})
        else:
            self.answer(404, {})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.server.key and self.headers["authorization"] != f"Bearer {self.server.key}":
            self.answer(401, {"error": "Unauthorized"})
        elif self.path == "/tokenize":
            self.answer(200, [tokens(text) for text in body["inputs"]])
        elif self.path == "/api/pull":
            self.server.pulled.append(body["model"])
            self.answer(200, {"status": "success"})
        else:
            texts = body.get("inputs", body.get("input"))
            time.sleep(self.server.seconds_per_text * len(texts))
            vectors = [vector(text, self.server.dimension) for text in texts]
            self.answer(200, {"embeddings": vectors} if self.path == "/api/embed" else vectors)
            self.count(texts)

    def answer(self, status: int, content: Any) -> None:
        text = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def count(self, texts: list[str]) -> None:
        """Write down which texts were answered, a line for each request."""
        if self.server.tally:
            with Path(self.server.tally).open("a") as file:
                file.write(" ".join(map(tally_name, texts)) + "\n")


def main(program: str, words: list[str]) -> None:
    """Do as the program of that name does."""
    dimension = int(os.environ.get("STANDIN_DIMENSION", "8"))
    if program != "ollama":
        port = int(words[words.index("--port") + 1])
        key = os.environ.get("VLLM_API_KEY") or os.environ.get("API_KEY", "")
        sys.stderr.write(f"{program} serves {words} with the key {key}\n")
        model = words[words.index("--model-id") + 1] if program == "tei" else ""
        Server(("127.0.0.1", port), key, dimension, model).serve_forever()
    host, _, port_text = os.environ["OLLAMA_HOST"].rpartition(":")
    if words[0] == "serve":
        Server((host, int(port_text)), "", dimension).serve_forever()
    body = json.dumps({"model": words[1]}).encode()
    urllib.request.urlopen(f"http://{host}:{port_text}/api/pull", body, timeout=5).close()


def end_with(standin: int) -> None:
    """A stand-in that is killed must leave no pod: neither this server nor the shell that started it."""
    try:
        while True:
            os.kill(standin, 0)
            time.sleep(0.5)
    except ProcessLookupError:
        os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    standin = int(os.environ["STANDIN_PID"])
    threading.Thread(target=end_with, args=(standin,), daemon=True).start()
    main(sys.argv[1], sys.argv[2:])
