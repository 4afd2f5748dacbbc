"""The client: what RunPod answers becomes one line and one decision; the key goes nowhere."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from pydantic import SecretStr

from embed_platform.compute.runpod import api as api_module
from embed_platform.compute.runpod.api import Pod, Port, RunPodApi, Runtime, _time_of
from embed_platform.compute.runpod.problems import Refusal, Unanswered, problem
from embed_platform.compute.runpod.request import address_of, parsed_name, pod_name
from embed_platform.errors import EmbedError
from embed_platform_tests.compute.runpod.vendor import CHEAPEST, KEY, Vendor, until

JSON = {"content-type": "application/problem+json"}
BODY = {"name": "p-1", "image": "an/image", "gpu": {"id": CHEAPEST}, "env": {"SECRET": "s3cret"}}


@pytest.fixture
def api(vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunPodApi]:
    monkeypatch.setattr(api_module, "TRIES_SECONDS", 10.0)
    api = RunPodApi(vendor.url, SecretStr(KEY), create_seconds=1.0)
    yield api
    api.close()


@pytest.mark.parametrize(
    ("status", "line"),
    [
        (400, "RunPod: it has no such machine now, or a rule forbids it (told so)"),
        (401, "RUNPOD_API_KEY: the key is not accepted (told so). The console's Credentials page"),
        (402, "RunPod: the account's balance is too low (told so). Add credit"),
        (403, "RunPod: the key or the account may not do this (told so)"),
        (422, "RunPod: the request breaks its contract ($.gpu: bogus; told so)"),
        (500, "RunPod: answered 500 (told so)"),
    ],
)
def test_each_status_becomes_one_line(status: int, line: str) -> None:
    errors = b',"errors":["$.gpu: bogus"]' if status == 422 else b""
    body = b'{"title":"T","status":%d,"detail":"told\\n so"%s}' % (status, errors)
    error = problem(status, JSON, body)
    assert str(error).startswith(line) and "\n" not in str(error)
    assert isinstance(error, Unanswered if status == 500 else Refusal)


@pytest.mark.parametrize(
    ("headers", "body", "told"),
    [
        ({"content-type": "text/html"}, b"\n<!DOCTYPE html><html>", "a page of HTML"),
        ({}, b"", "no JSON"),
        (JSON, b"[1, 2", "JSON of another shape"),
        (JSON, b"{}", "without a reason"),
        (JSON, b'{"detail":"key rpa_ABCdef123 is unknown"}', "key (key) is unknown"),
    ],
)
def test_whatever_comes_instead_of_a_problem_is_told_in_words(
    headers: dict[str, str], body: bytes, told: str
) -> None:
    assert f"({told})" in str(problem(502, headers, body))
    assert f"({told})" in str(problem(403, headers, body))


def test_a_wait_is_read_from_retry_after_and_bounded() -> None:
    def wait(text: str) -> float | None:
        error = problem(429, {"retry-after": text}, b"")
        assert isinstance(error, Unanswered)
        return error.retry_after

    assert [wait("12"), wait("99999"), wait("-3"), wait("soon")] == [12.0, 300.0, 0.0, 5.0]


def test_a_pod_is_rented_seen_and_ended(api: RunPodApi) -> None:
    pod = api.create(BODY)
    assert pod.status == "PROVISIONING" and pod.cost == 0.25
    until(lambda: (api.pod(pod.id) or pod).status == "RUNNING")
    listing = api.listing()
    assert [one.id for one in listing.pods] == [pod.id]
    assert abs(listing.now - datetime.now(UTC)) < timedelta(seconds=5)
    api.delete(pod.id)
    api.delete(pod.id)
    assert api.pod(pod.id) is None and api.listing().pods == ()
    assert 0 < api.billed(pod.id, datetime.now(UTC)) < 0.01


def test_ages_are_told_by_the_vendors_clock_where_it_shows() -> None:
    theirs = httpx2.Response(200, headers={"date": "Sun, 01 Nov 2026 12:00:00 GMT"})
    assert _time_of(theirs) == datetime(2026, 11, 1, 12, tzinfo=UTC)
    for headers in ({}, {"date": "noon"}):
        ours = _time_of(httpx2.Response(200, headers=headers))
        assert abs(ours - datetime.now(UTC)) < timedelta(seconds=5)


def test_an_environment_is_never_read_back(api: RunPodApi) -> None:
    pod = api.create(BODY | {"env": {"SECRET": "s3cret", "EMBED_RENT_MINUTES": "30"}})
    assert pod.env.minutes == "30"
    assert "s3cret" not in repr(pod) + repr(api.listing())


def test_the_catalogue_tells_prices_and_drivers(api: RunPodApi) -> None:
    offers = {offer.id: offer for offer in api.offers("COMMUNITY")}
    cheapest = offers[CHEAPEST]
    assert (cheapest.price.community, cheapest.memory, cheapest.availability) == (0.17, 16, "HIGH")
    assert "12.9" in {one.version for one in cheapest.cuda_versions}


@pytest.mark.parametrize("html", [False, True])
def test_reading_is_tried_again_while_runpod_does_not_answer(
    vendor: Vendor, api: RunPodApi, html: bool
) -> None:
    vendor.fault("answer", 502, times=2, call="list", html=html)
    assert api.listing().pods == ()
    assert vendor.state["calls"]["list"] == 3


def test_a_page_of_html_with_200_is_no_answer(vendor: Vendor, api: RunPodApi) -> None:
    vendor.fault("answer", 200, times=1, call="list", html=True)
    assert api.listing().pods == ()


def test_the_wait_that_runpod_asks_for_is_kept(vendor: Vendor, api: RunPodApi) -> None:
    vendor.fault("answer", 429, times=1, call="gpus", retry_after=1)
    started = time.monotonic()
    assert api.offers("SECURE")
    assert 1.0 <= time.monotonic() - started < 4


def test_a_refusal_is_not_tried_again(vendor: Vendor, api: RunPodApi) -> None:
    vendor.fault("answer", 403, call="list")
    with pytest.raises(Refusal, match="may not do this"):
        api.listing()
    assert vendor.state["calls"]["list"] == 1


@pytest.mark.parametrize("status", [400, 402, 403, 500])
def test_a_create_is_tried_once_whatever_comes(vendor: Vendor, api: RunPodApi, status: int) -> None:
    vendor.fault("answer", status, call="create")
    with pytest.raises(EmbedError):
        api.create(BODY)
    assert vendor.state["calls"]["create"] == 1 and vendor.running == []


def test_a_create_that_times_out_may_have_succeeded(vendor: Vendor, api: RunPodApi) -> None:
    vendor.fault("hang_after", 2, times=1)
    with pytest.raises(Unanswered, match=r"does not answer \(ReadTimeout\)"):
        api.create(BODY)
    assert vendor.running == ["p-1"]


def test_a_body_that_breaks_the_contract_is_our_error(api: RunPodApi) -> None:
    with pytest.raises(Refusal, match=r"breaks its contract \(\$: .*'bogus'.*please report it"):
        api.create(BODY | {"bogus": 1})
    with pytest.raises(Refusal, match="mutually exclusive"):
        gpu = {"id": CHEAPEST, "minCudaVersion": "12.8", "allowedCudaVersions": ["12.8"]}
        api.create(BODY | {"gpu": gpu})


def test_a_wrong_key_is_one_line_and_never_shown(
    vendor: Vendor, caplog: pytest.LogCaptureFixture
) -> None:
    api = RunPodApi(vendor.url, SecretStr("rpa_wrong"))
    with caplog.at_level(logging.DEBUG), pytest.raises(Refusal) as refused:
        api.listing()
    line = str(refused.value)
    assert line.startswith("RUNPOD_API_KEY: the key is not accepted") and "\n" not in line
    shown = line + repr(refused.value) + repr(api) + repr(vars(api)) + caplog.text
    assert "rpa_wrong" not in shown


def test_nobody_there_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    api = RunPodApi("http://127.0.0.1:9/v2", SecretStr(KEY))
    with caplog.at_level(logging.DEBUG), pytest.raises(Unanswered, match=r"\(ConnectError\)"):
        api.create(BODY)
    assert KEY not in caplog.text and "s3cret" not in caplog.text


def test_the_last_lines_of_a_log_come_although_the_stream_has_no_end(
    vendor: Vendor, api: RunPodApi
) -> None:
    pod_id = vendor.create("p-1", "").json()["id"]
    vendor.create(
        "p-2", '{"entrypoint": ["/bin/sh"], "cmd": ["-c", "echo one; echo two; sleep 9"]}'
    )
    talking = vendor.state["ids"]["p-2"]
    until(lambda: api.log_lines(talking, seconds=0.5) == ["one", "two"])
    assert api.log_lines(talking, count=1, seconds=0.5) == ["two"]
    assert isinstance(api.log_lines(pod_id, seconds=0.5), list)
    assert api.log_lines("gone", seconds=0.5) == []


def test_a_name_says_whose_pod_it_is_and_strangers_have_none() -> None:
    name = pod_name("embed-platform", "ab12cd34ef", 7)
    parsed = parsed_name("embed-platform", name)
    assert parsed is not None and (parsed.mark, parsed.run, parsed.number) == (
        "ab12",
        "ab12cd34ef",
        7,
    )
    for strange in ("embed-platform", "embed-platform-mine", "embed-platform-2-ab12cd34ef-7",
                    "x-embed-platform-ab12cd34ef-7", "embed-platform-ab12cd34ef-7-old",
                    "embed-platform-AB12CD34EF-7"):  # fmt: skip
        assert parsed_name("embed-platform", strange) is None


def test_servers_are_reached_through_tls_unless_they_are_within_reach() -> None:
    def pod(kind: str, ip: str | None) -> Pod:
        ports = (Port(private=8080, public=40123, ip=ip, type=kind),)
        return Pod("abc", "n", "RUNNING", datetime.now(UTC), runtime=Runtime(ports))

    proxy = "https://abc-8080.proxy.runpod.net"
    assert address_of(pod("http", "127.0.0.1"), 8080) == proxy
    assert address_of(pod("tcp", "45.23.12.1"), 8080) == proxy  # plain HTTP over the internet
    assert address_of(pod("tcp", None), 8080) == proxy
    assert address_of(pod("tcp", "10.0.0.4"), 9090) == "https://abc-9090.proxy.runpod.net"
    assert address_of(pod("tcp", "10.0.0.4"), 8080) == "http://10.0.0.4:40123"
    assert address_of(Pod("abc", "n", "STARTING", datetime.now(UTC)), 8080) == proxy
