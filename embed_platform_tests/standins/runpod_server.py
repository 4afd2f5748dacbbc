"""A server that speaks RunPod's REST API v2 with real pods behind it, and faults on demand.

python -m embed_platform_tests.standins.runpod_server --port 8090
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, StreamingResponse
from jsonschema import Draft202012Validator

from embed_platform_tests.standins.runpod_faults import PAGE, Fault, No, World

SCHEMA = json.loads(Path(__file__).with_name("runpod_schema.json").read_text())
TITLES = {400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden"} | {
    404: "Not Found", 422: "Unprocessable Entity", 429: "Too Many Requests",
}  # fmt: skip
# Cloudflare in front of RunPod's proxy.
PROXY_SECONDS = 100.0


def checker(name: str) -> Draft202012Validator:
    """Of one of the schema's definitions."""
    return Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": SCHEMA["$defs"]})


CHECKERS = {name: checker(name) for name in SCHEMA["$defs"]}


def violations(name: str, value: Any) -> list[str]:
    """What of a value breaks the contract."""
    return [f"{error.json_path}: {error.message}" for error in CHECKERS[name].iter_errors(value)]


def answer(name: str, value: Any, status: int = 200) -> JSONResponse:
    """An answer, which must keep the contract too."""
    broken = violations(name, value)
    assert not broken, broken
    return JSONResponse(value, status)


def build(world: World) -> FastAPI:
    """The application of a world."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        world.end_all()

    app = FastAPI(lifespan=lifespan, redirect_slashes=False)

    @app.exception_handler(No)
    async def refuse(_: Request, error: No) -> Response:
        if error.html:
            return HTMLResponse(PAGE, error.status)
        value: dict[str, Any] = {
            "title": TITLES.get(error.status, "Error"), "status": error.status, "detail": error.detail,
        }  # fmt: skip
        if error.errors:
            value["errors"] = error.errors
        headers = {} if error.retry_after is None else {"retry-after": str(error.retry_after)}
        assert not violations("Problem", value)
        return JSONResponse(value, error.status, headers, "application/problem+json")

    add_pods(app, world)
    add_catalogue(app, world)
    add_proxy(app, world)
    add_control(app, world)
    return app


def query(request: Request, name: str) -> dict[str, str]:
    """A query that keeps the contract."""
    given = dict(request.query_params)
    if broken := violations(name, given):
        raise No(422, "Request validation failed.", errors=broken)
    return given


def add_pods(app: FastAPI, world: World) -> None:
    @app.post("/v2/pods")
    async def create(request: Request) -> Response:
        world.authorise(request, "create")
        text = await request.body()
        try:
            body = json.loads(text)
        except ValueError:
            raise No(400, "the body is no JSON") from None
        if broken := violations("CreatePod", body):
            raise No(422, "Request validation failed.", errors=broken)
        check_rules(body)
        before, after = world.seconds("hang_before"), world.seconds("hang_after")
        await asyncio.sleep(before)
        pod = world.create(body)
        await asyncio.sleep(after)
        return answer("Pod", pod.view(), 201)

    @app.get("/v2/pods")
    def listing(request: Request) -> Response:
        world.authorise(request, "list")
        query(request, "PodsQuery")
        return answer("Pods", {"pods": [pod.view() for pod in world.listed()]})

    @app.get("/v2/pods/{pod_id}")
    def one(request: Request, pod_id: str) -> Response:
        world.authorise(request, "get", pod_id)
        return answer("Pod", world.pod(pod_id).view())

    @app.delete("/v2/pods/{pod_id}")
    def delete(request: Request, pod_id: str) -> Response:
        world.authorise(request, "delete", pod_id)
        world.delete(pod_id)
        return Response(status_code=204)

    @app.get("/v2/pods/{pod_id}/logs")
    def logs(request: Request, pod_id: str) -> Response:
        world.authorise(request, "logs", pod_id)
        tail = int(query(request, "LogsQuery").get("tail", "100"))
        lines = world.pod(pod_id).log[-tail:]
        return StreamingResponse(log_stream(lines), media_type="text/event-stream")


async def log_stream(lines: list[str]) -> AsyncIterator[str]:
    """Lines that are there, then silence: the stream has no end."""
    for number, line in enumerate(lines):
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        data = json.dumps({"ts": now, "source": "container", "line": line})
        yield f"id: {now}/{number:012d}\ndata: {data}\n\n"
    await asyncio.sleep(3600)


def check_rules(body: dict[str, Any]) -> None:
    """Rules that are not in the schema."""
    if ("gpu" in body) == ("cpu" in body):
        raise No(400, "exactly one of gpu or cpu must be set")
    gpu = body.get("gpu", {})
    if gpu.get("allowedCudaVersions") and "minCudaVersion" in gpu:
        raise No(400, "allowedCudaVersions and minCudaVersion are mutually exclusive")
    if len(body.get("env", {})) > 50:
        raise No(400, "at most 50 environment variables")


def add_catalogue(app: FastAPI, world: World) -> None:
    @app.get("/v2/catalog/gpus")
    def gpus(request: Request) -> Response:
        world.authorise(request, "gpus")
        given = query(request, "GpusQuery")
        if ("include" in given) != ("product" in given):
            raise No(400, "include=AVAILABILITY and product go together")
        return answer("Gpus", {"gpus": world.catalogue(given.get("cloud", "SECURE"))})

    @app.get("/v2/billing/pods")
    def billing(request: Request) -> Response:
        world.authorise(request, "bill")
        return answer("Bill", world.bill(query(request, "BillQuery")))


def add_proxy(app: FastAPI, world: World) -> None:
    client = httpx2.AsyncClient(timeout=PROXY_SECONDS)

    @app.api_route("/proxy/{pod_id}/{port}/{path:path}", methods=["GET", "POST"])
    async def proxy(request: Request, pod_id: str, port: int, path: str) -> Response:
        pod = world.pods.get(pod_id)
        if pod is None or port not in pod.ports or f"{port}/http" not in pod.body["ports"]:
            return HTMLResponse(PAGE, 404)
        kept = {k: v for k, v in request.headers.items() if k in ("authorization", "content-type")}
        url = f"http://127.0.0.1:{pod.ports[port]}/{path}"
        try:
            told = await client.request(
                request.method, url, headers=kept, content=await request.body()
            )
        except httpx2.TimeoutException:
            return HTMLResponse(PAGE, 524)
        except httpx2.HTTPError:
            return HTMLResponse(PAGE, 502)
        return Response(told.content, told.status_code, media_type=told.headers.get("content-type"))


def add_control(app: FastAPI, world: World) -> None:
    @app.post("/control/fault")
    def switch_on(fault: dict[str, Any]) -> None:
        world.faults.append(Fault(**fault))

    @app.post("/control/clear")
    def clear() -> None:
        world.clear()

    @app.post("/control/clear_faults")
    def clear_faults() -> None:
        world.faults.clear()

    @app.post("/control/kill")
    def kill(which: dict[str, str]) -> None:
        world.pod(which["id"]).kill()

    @app.get("/control/state")
    def state() -> Any:
        return world.state()


def end_with(parent: int, then: Callable[[], None]) -> None:
    """A test run that is killed must leave no stand-in."""
    while os.getppid() == parent:
        time.sleep(0.5)
    then()
    os._exit(0)


def main() -> None:
    """Serve until the process ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--key", default="rpa_standin")
    given = parser.parse_args()
    world = World(given.key, f"http://127.0.0.1:{given.port}/v2")
    watch = threading.Thread(target=end_with, args=(os.getppid(), world.end_all), daemon=True)
    watch.start()
    uvicorn.run(build(world), host="127.0.0.1", port=given.port, log_level="critical")


if __name__ == "__main__":
    main()
