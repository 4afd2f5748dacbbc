"""What servers do wrong, each against a stand-in that does it."""

from __future__ import annotations

import time

import numpy as np
import pytest

from embed_platform.compute.http import batches as http_batches
from embed_platform.compute.http.faults import (
    Broken,
    Busy,
    Fault,
    Refused,
    Reply,
    TooMuch,
    hushed,
    judge,
    retry_after,
)
from embed_platform.errors import (
    ComputeRefused,
    MachineUnavailable,
    ModelUnavailable,
    SpaceMismatch,
)
from embed_platform_tests.compute.http.cases import (
    HASH,
    OPTIONS,
    expected,
    opened,
    some_texts,
)
from embed_platform_tests.standins.embedding_process import RunningStandin, running_standin


def test_a_poison_text_fails_alone(server: RunningStandin) -> None:
    engine, texts = opened(server), some_texts(50)
    texts[7] = texts[31] = "poison"
    server.fault("poison")
    found = engine.embed(texts, "")
    assert set(found.failed) == {7, 31}
    assert all("the text cannot be embedded" in reason for reason in found.failed.values())
    good = [i for i in range(50) if i not in found.failed]
    assert np.allclose(found.vectors[good], expected([texts[i] for i in good]), atol=1e-6)


def test_a_text_that_breaks_the_server_fails_alone(openai: RunningStandin) -> None:
    """Ollama before 0.13 answered 500 to a whole batch when a vector of it was NaN."""
    engine, texts = opened(openai), some_texts(6)
    texts[3] = "poison"
    openai.fault("poison=500")
    found = engine.embed(texts, "")
    assert list(found.failed) == [3]
    assert np.allclose(found.vectors[4:], expected(texts[4:]), atol=1e-6)


def test_a_server_that_refuses_everything_condemns_no_text(openai: RunningStandin) -> None:
    engine = opened(openai)
    openai.fault("status=400")
    with pytest.raises(ComputeRefused, match="refuses a plain text"):
        engine.embed(some_texts(5), "")


def test_a_busy_server_is_left_alone_for_as_long_as_it_asks(openai: RunningStandin) -> None:
    engine = opened(openai)
    openai.fault("busy=0.7@2")
    started = time.monotonic()
    found = engine.embed(["a", "b"], "")
    assert time.monotonic() - started > 1.4
    assert not found.failed
    assert openai.stats["statuses"] == [429, 429, 200]


def test_a_busy_server_that_names_no_time_is_asked_again(openai: RunningStandin) -> None:
    engine = opened(openai)
    openai.fault("busy@2")
    assert not engine.embed(["a"], "").failed


def test_a_server_that_wants_an_hour_is_given_up(openai: RunningStandin) -> None:
    engine = opened(openai)
    openai.fault("busy=3600")
    with pytest.raises(MachineUnavailable, match="stays busy"):
        engine.embed(["a"], "")
    assert openai.stats["requests"] == 1


@pytest.mark.parametrize("fault", ["status=500@2", "status=503@1", "cut@1", "html@1", "short@1"])
def test_what_passes_is_tried_again(openai: RunningStandin, fault: str) -> None:
    engine, texts = opened(openai), some_texts(20)
    openai.fault(fault)
    assert np.allclose(engine.embed(texts, "").vectors, expected(texts), atol=1e-6)


@pytest.mark.parametrize("fault", ["status=500", "status=503", "cut", "html", "short"])
def test_what_stays_ends_as_a_machine_that_is_gone(openai: RunningStandin, fault: str) -> None:
    engine = opened(openai)
    openai.fault(fault)
    with pytest.raises(MachineUnavailable) as caught:
        engine.embed(some_texts(20), "")
    assert engine.name in str(caught.value)
    assert "\n" not in str(caught.value)
    assert openai.stats["requests"] <= 9, "a broken server is not asked for ever"


@pytest.mark.parametrize("status", [524, 502, 504, 413])
def test_a_batch_that_is_too_much_is_halved(server: RunningStandin, status: int) -> None:
    engine, texts = opened(server), some_texts(16)
    server.fault(f"status={status}@3")
    assert np.allclose(engine.embed(texts, "").vectors, expected(texts), atol=1e-6)
    assert server.stats["sizes"][:4] == [16, 8, 4, 2]


def test_a_slow_server_gets_batches_that_it_can_do_in_time(openai: RunningStandin) -> None:
    engine, texts = opened(openai, seconds=0.6), some_texts(32)
    openai.fault("slow_text=0.06")
    assert np.allclose(engine.embed(texts, "").vectors, expected(texts), atol=1e-6)
    sizes = openai.stats["sizes"]
    assert sizes[:3] == [32, 16, 8]
    assert max(sizes[3:]) <= 16


def test_a_server_that_never_answers_is_given_up(openai: RunningStandin) -> None:
    engine = opened(openai, seconds=0.2)
    openai.fault("slow=2")
    with pytest.raises(MachineUnavailable, match=r"no answer within 0\.2 s"):
        engine.embed(some_texts(300), "")


def test_a_server_that_dies_is_gone() -> None:
    with running_standin(*OPTIONS, "--protocol", "tei") as server:
        engine = opened(server)
        server.fault("die=2")
        with pytest.raises(MachineUnavailable):
            engine.embed(some_texts(200), "")


def test_a_limit_of_inputs_that_nobody_told_is_learned(openai: RunningStandin) -> None:
    engine = opened(openai)
    openai.fault("inputs=10")
    assert not engine.embed(["short"] * 64, "").failed
    openai.clear()
    openai.fault("inputs=10")
    assert not engine.embed(["short"] * 64, "").failed
    assert openai.stats["most_texts"] <= 8


@pytest.mark.parametrize("fault", ["nan", "zero"])
def test_a_server_whose_vectors_are_of_no_use_is_gone(openai: RunningStandin, fault: str) -> None:
    """The stand-in spoils the first row of each answer; what heals is no failure."""
    engine, texts = opened(openai), some_texts(8)
    openai.fault(f"{fault}@1")
    assert np.allclose(engine.embed(texts, "").vectors, expected(texts), atol=1e-6)
    openai.fault(fault)
    with pytest.raises(MachineUnavailable, match="zero or holds no numbers"):
        engine.embed(texts, "")


def test_a_text_whose_vector_is_no_number_fails_alone(server: RunningStandin) -> None:
    engine, texts = opened(server), some_texts(6)
    texts[5] = "odd"
    server.fault("nan=odd")
    found = engine.embed(texts, "")
    assert list(found.failed) == [5]
    assert np.allclose(found.vectors[:5], expected(texts[:5]), atol=1e-6)


def test_another_dimension_names_both(server: RunningStandin) -> None:
    engine = opened(server)
    server.fault("dimension=32")
    with pytest.raises(SpaceMismatch, match=r"gives 32 dimensions, the space has 48"):
        engine.embed(["a", "b"], "")


def test_items_in_another_order_are_put_back(openai: RunningStandin) -> None:
    engine, texts = opened(openai), some_texts(33)
    openai.fault("shuffle")
    assert np.allclose(engine.embed(texts, "").vectors, expected(texts), atol=1e-6)


def test_a_server_that_mixes_up_its_answers_is_not_opened(server: RunningStandin) -> None:
    server.fault("shift")
    with pytest.raises(SpaceMismatch, match="another vector in a list than alone"):
        opened(server)


def test_numbers_are_asked_for_where_base64_is_refused(openai: RunningStandin) -> None:
    openai.fault("nobase64")
    engine = opened(openai)
    openai.fault("nobase64")
    assert np.allclose(engine.embed(["a", "b"], "").vectors, expected(["a", "b"]), atol=1e-6)
    assert openai.stats["requests"] == 1


def test_letters_that_are_called_tokens_are_not_believed(openai: RunningStandin) -> None:
    """Infinity counts characters unless it is told to tokenise."""
    openai.fault("letters")
    engine = opened(openai)
    openai.fault("letters")
    found = engine.embed(["word " * 20], "")
    assert found.tokens[0] < 50
    assert not found.truncated.any()


def reply(status: int, body: bytes = b"{}", **headers: str) -> Reply:
    return Reply(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


@pytest.mark.parametrize(
    ("answer", "several", "alone"),
    [
        (reply(413), TooMuch, Refused),
        (reply(524, b"<html>"), TooMuch, Broken),
        (reply(502), TooMuch, Broken),
        (reply(504), TooMuch, Broken),
        (reply(408), TooMuch, Broken),
        (reply(400), Refused, Refused),
        (reply(422), Refused, Refused),
        (reply(424), Refused, Refused),
        (reply(429), Busy, Busy),
        (reply(503, retry_after="3"), Busy, Busy),
        (reply(503), Broken, Broken),
        (reply(500), Broken, Broken),
        (reply(522), Broken, Broken),
        (reply(404, b"<html>the model is not here</html>"), Broken, Broken),
        (reply(404, b'{"error": "model \'x\' not found"}'), ModelUnavailable, ModelUnavailable),
        (reply(401), ComputeRefused, ComputeRefused),
        (reply(403), ComputeRefused, ComputeRefused),
        (reply(402), ComputeRefused, ComputeRefused),
        (reply(307, location="https://elsewhere"), ComputeRefused, ComputeRefused),
        (reply(200, b"<!DOCTYPE html>", content_type="text/html"), Broken, Broken),
    ],
)
def test_each_status_has_its_meaning(
    answer: Reply, several: type[Exception], alone: type[Exception]
) -> None:
    for kind, by_itself in ((several, False), (alone, True)):
        with pytest.raises(kind):
            judge(answer, "host", alone=by_itself)


@pytest.mark.parametrize(
    "body",
    [
        b'{"error": "the input length exceeds the context length"}',
        b'{"error": "`inputs` must have less than 512 tokens. Given: 785", "error_type": "Validation"}',
        b'{"error": {"message": "This model\'s maximum context length is 512 tokens."}}',
        b'{"error": {"code": 500, "message": "input (992 tokens) is too large to process. increase the physical batch size"}}',
    ],
)
def test_servers_words_for_too_long_are_known(body: bytes) -> None:
    for status in (400, 422, 500):
        with pytest.raises(Refused) as caught:
            judge(reply(status, body), "host", alone=True)
        assert caught.value.too_long


def test_a_key_that_is_refused_names_the_setting() -> None:
    with pytest.raises(ComputeRefused, match="EMBED_HTTP_KEY"):
        judge(reply(401), "host", alone=True)


def test_retry_after_is_seconds_or_a_date() -> None:
    assert retry_after("3") == 3
    assert retry_after("-1") == 0
    assert retry_after(None) is retry_after("soon") is None
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert (retry_after("Wed, 21 Oct 2099 07:28:00 GMT") or 0) > 1e9


def test_words_that_repeat_a_text_are_not_passed_on() -> None:
    secret = "my letter to Anna of last summer"
    assert "Anna" not in hushed(f"422: bad input '{secret}'", [secret])
    assert "Anna" not in hushed("422: bad input 'letter to Anna of", [secret * 50])
    assert hushed("422: bad input", [secret]) == "422: bad input"


def test_a_fault_shows_its_words_to_nobody_by_accident() -> None:
    assert "Anna" not in repr(Broken("500: letter to Anna"))
    assert isinstance(Broken("x"), Fault)


def test_reasons_of_failed_texts_hold_no_text(openai: RunningStandin) -> None:
    engine = opened(openai)
    openai.fault("poison")
    found = engine.embed(["poison: the text cannot be embedded", "b"], "")
    assert found.failed == {0: "the server's words repeat the text"}


def test_the_first_batch_is_small_enough_to_learn_from(server: RunningStandin) -> None:
    engine = opened(server)
    engine.embed(["word " * 12] * 2000, "")
    sizes = server.stats["sizes"]
    assert sizes[0] * 17 <= http_batches.FIRST_TOKENS
    assert server.stats["most_bytes"] < 2_000_000
    assert HASH.space.dimension * server.stats["most_texts"] <= http_batches.MOST_NUMBERS
