"""Requests that block: those of one route hold up no other, and too many are told to come again."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from embed_platform.service import threads as limits
from embed_platform.service.erasures import Erasures
from embed_platform.service.problems import ApiError
from embed_platform.service.threads import THREADS, Threads
from embed_platform.upkeep.forget_receipts import Receipt
from embed_platform_tests.service.conftest import new_home, serving, until


@contextmanager
def server_that_never_answers() -> Iterator[str]:
    """Takes connections, reads nothing, says nothing."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(100)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_a_reranker_that_hangs_holds_up_nothing_else_and_refuses_when_too_many_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "WAITING", 4)
    body = {"query": "a", "documents": ["a"]}
    with server_that_never_answers() as url:
        lake = new_home(
            tmp_path,
            reranker_service="http",
            reranker_args={"url": url},
            http_timeout=6.0,
            serve_timeout=4.0,
        )
        with serving(lake.settings) as served, served.client() as client:
            until(lambda: client.get("/readyz").status_code == 200)
            answers: list[httpx2.Response] = []

            def ask() -> None:
                with served.client() as asking:
                    answers.append(asking.post("/v1/rerank", json=body))

            asked = [threading.Thread(target=ask) for _ in range(THREADS + 4 + 3)]
            for thread in asked:
                thread.start()
            until(lambda: len(answers) == 3, seconds=3)
            assert {answer.status_code for answer in answers} == {429}
            assert int(answers[0].headers["retry-after"]) >= 1
            assert client.get("/readyz").status_code == 200
            assert client.get("/v1/exports").status_code == 200
            for thread in asked:
                thread.join(20)
    late = [answer for answer in answers if answer.status_code != 429]
    assert {answer.status_code for answer in late} == {504}
    assert {answer.json()["error"]["message"] for answer in late} == {"no answer within 4 s"}


class OfASlowLake(Erasures):
    """Receipts that take until somebody says so."""

    go_on = threading.Event()

    def all(self) -> list[Receipt]:
        assert self.go_on.wait(20)
        return super().all()


@pytest.mark.parametrize("path", ["/v1/erasures", "/v1/erasures/0123456789abcdef"])
def test_a_lake_that_is_slow_with_receipts_holds_up_nothing_else(tmp_path: Path, path: str) -> None:
    lake = new_home(tmp_path)
    with serving(lake.settings) as served, served.client() as client:
        slow = OfASlowLake(lake)
        object.__setattr__(served.service, "erasures", slow)
        slow.go_on.clear()
        answers: list[int] = []
        asking = threading.Thread(target=lambda: answers.append(client.get(path).status_code))
        asking.start()
        with served.client() as another:
            assert another.get("/healthz", timeout=5).status_code == 200
        assert not answers
        slow.go_on.set()
        asking.join(20)
    assert answers == [200 if path.endswith("erasures") else 404]


def test_what_nobody_waits_for_any_more_is_never_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WAITING", 1)
    threads, go_on, begun = Threads(), threading.Event(), []

    async def crowd() -> None:
        busy = [asyncio.create_task(threads.run("/a", go_on.wait)) for _ in range(THREADS)]
        await asyncio.sleep(0)
        waits = asyncio.create_task(threads.run("/a", lambda: begun.append("waits")))
        await asyncio.sleep(0)
        with pytest.raises(ApiError, match="wait already"):
            await threads.run("/a", lambda: None)
        assert await threads.run("/b", lambda: "another") == "another"
        waits.cancel()
        await asyncio.sleep(0)
        kept = asyncio.create_task(threads.run("/a", lambda: begun.append("kept")))
        await asyncio.sleep(0)
        go_on.set()
        await asyncio.gather(*busy, kept)

    asyncio.run(crowd())
    threads.close()
    assert begun == ["kept"]
