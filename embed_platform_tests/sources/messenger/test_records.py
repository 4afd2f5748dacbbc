"""A message file of either export, whatever shape its messages have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embed_platform.errors import BadRecord
from embed_platform.sources.jsonstream import Bad
from embed_platform.sources.messenger.records import Parsed, ThreadFile, parse_file

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "facebook-messenger"
AT = 1_600_000_000_000
LATEST = 1_800_000_000_000


def broken(text: str) -> str:
    return text.encode().decode("latin-1")


def standard(*messages: dict[str, Any], **fields: Any) -> bytes:
    made = [{"sender_name": "Ann", "timestamp_ms": AT} | message for message in messages]
    file = {"participants": [{"name": "Ann"}], "title": "T", "messages": made} | fields
    return json.dumps(file).encode()


def parsed(data: bytes) -> ThreadFile:
    return parse_file(data, "message_1.json", latest_ms=LATEST)


def only(data: bytes) -> Parsed:
    (message,) = parsed(data).messages
    assert isinstance(message, Parsed), message
    return message


def test_strings_are_repaired_and_sound_ones_pass() -> None:
    file = parsed(
        standard(
            {"content": broken("žluťoučký 🐴"), "sender_name": broken("Žofie")},
            {"content": "already sound: Žofie 🐴"},
            participants=[{"name": broken("Žofie")}, {}],
            title=broken("Výlet"),
        )
    )
    first, second = file.messages
    assert isinstance(first, Parsed) and isinstance(second, Parsed)
    assert (first.sender, first.text) == ("Žofie", "žluťoučký 🐴")
    assert second.text == "already sound: Žofie 🐴"
    assert (file.participants, file.title, file.encrypted) == (("Žofie", ""), "Výlet", False)


def test_the_shared_text_stands_on_a_line_of_its_own() -> None:
    share = {"link": "https://example.org", "share_text": "An article"}
    both = only(standard({"content": "read this", "share": share, "type": "Share"}))
    assert both.text == "read this\nAn article" and not both.system
    assert both.extra == {"link": "https://example.org"}
    assert only(standard({"share": share})).text == "An article"


@pytest.mark.parametrize(
    "message",
    [
        {"type": "Call", "call_duration": 12, "content": "Ann called you."},
        {"call_duration": 0, "missed": True},
        {"type": "Unsubscribe", "content": "Whatever it says"},
        {"content": "You sent a photo.", "photos": [{"uri": "a/b.jpg"}]},
    ],
)
def test_what_the_system_wrote_is_marked(message: dict[str, Any]) -> None:
    assert only(standard(message)).system


def test_without_a_type_a_message_is_a_message() -> None:
    assert not only(standard({"content": "hello"})).system


def test_attachments_are_named_without_their_folders() -> None:
    message = only(
        standard(
            {
                "photos": [{"uri": "messages/inbox/ann_X/photos/1.jpg", "creation_timestamp": 1}],
                "audio_files": [{"uri": "elsewhere/2.mp4"}],
                "sticker": {"uri": "messages/stickers_used/3.png"},
                "reactions": [{"reaction": broken("❤"), "actor": broken("Žofie")}],
            }
        )
    )
    assert message.attachments == ("1.jpg", "2.mp4") and message.text == ""
    assert message.extra == {"sticker": "3.png", "reactions": [["Žofie", "❤"]]}


def test_unsent_wins_over_content() -> None:
    message = only(standard({"content": "oops", "is_unsent": True}))
    assert message.unsent


@pytest.mark.parametrize(
    ("time", "reason"),
    [
        (None, "no time"),
        (-5, "negative"),
        (LATEST + 1, "future"),
        ("yesterday", "int"),
        (str(AT), "int"),
        (1.5, "int"),
        (True, "int"),
        (10**40, "future"),
        (AT * 1000, "future"),
    ],
)
def test_a_time_that_cannot_be_is_set_aside_and_the_rest_goes_on(time: Any, reason: str) -> None:
    bad, good = parsed(standard({"timestamp_ms": time}, {"content": "fine"})).messages
    assert isinstance(bad, Bad) and reason in bad.reason and bad.index == 0
    assert isinstance(good, Parsed) and good.text == "fine"


def test_seconds_are_read_as_seconds() -> None:
    assert only(standard({"timestamp_ms": AT // 1000})).timestamp_ms == AT


def test_half_characters_and_nul_do_not_stop_anything() -> None:
    data = standard({"content": "a\x00b"}, {"content": "X"}).replace(b'"X"', b'"\\ud83d cut"')
    first, second = parsed(data).messages
    assert isinstance(first, Parsed) and first.text == "ab"
    assert isinstance(second, Parsed) and second.text == "? cut"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"]
)
def test_the_encrypted_export_is_read_in_its_encoding(encoding: str) -> None:
    file = {
        "participants": ["Ann", "Bob"],
        "threadName": "Café",
        "messages": [
            {"senderName": "Ann", "text": "à bientôt", "timestamp": AT, "type": "text"},
            {"senderName": "Bob", "text": "x", "timestamp": AT, "isUnsent": True},
            {
                "senderName": "Bob",
                "timestamp": AT,
                "type": "media",
                "media": [{"uri": "./m/p.jpg"}],
            },
            {"senderName": "", "text": "", "timestamp": AT, "type": "placeholder"},
        ],
    }
    found = parsed(json.dumps(file, ensure_ascii=False).encode(encoding))
    assert (found.encrypted, found.title, found.participants) == (True, "Café", ("Ann", "Bob"))
    first, unsent, media, placeholder = found.messages
    assert isinstance(first, Parsed) and first.text == "à bientôt" and not first.system
    assert isinstance(unsent, Parsed) and unsent.unsent
    assert isinstance(media, Parsed) and media.attachments == ("p.jpg",)
    assert isinstance(placeholder, Parsed) and placeholder.system


def test_one_stray_byte_makes_no_other_encoding_of_a_file() -> None:
    file = {"participants": ["Ann"], "threadName": "Café", "messages": [
        {"senderName": "Ann", "text": text, "timestamp": AT} for text in ("à bientôt – “oui”", "STRAY")
    ]}  # fmt: skip
    data = json.dumps(file, ensure_ascii=False).encode().replace(b"STRAY", b"st\xffray")
    first, second = (one for one in parsed(data).messages if isinstance(one, Parsed))
    assert (first.text, second.text) == ("à bientôt – “oui”", "st\ufffdray")


@pytest.mark.parametrize(
    ("odd", "text"),
    [
        (rb"\udc00", "?"),
        (rb"\ud83d\u0041", "?A"),
        (b"two\nlines", "two\nlines"),
        (b"a\x00b", "ab"),
        (rb"\ud83d\udc34", "\U0001f434"),
    ],
)
def test_what_a_strict_reader_refuses_is_read(odd: bytes, text: str) -> None:
    assert only(standard({"content": "ODD"}).replace(b"ODD", odd)).text == text


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity", b"1e999", b"9" * 400])
def test_a_number_that_is_none_does_not_cost_a_file(number: bytes) -> None:
    data = standard({"content": "fine", "zzz": "ODD"}).replace(b'"ODD"', number)
    assert only(data).text == "fine"


@pytest.mark.parametrize(
    "fields",
    [
        {"participants": None},
        {"participants": 5},
        {"participants": {"name": "Ann"}},
        {"participants": [None, 5, [], {"name": None}, {}]},
        {"title": 5},
        {"title": None, "participants": "Ann"},
    ],
)
def test_messages_count_whatever_else_of_their_file_is_odd(fields: dict[str, Any]) -> None:
    file = parsed(standard({"content": "here"}, **fields))
    (message,) = file.messages
    assert isinstance(message, Parsed) and message.text == "here" and not file.encrypted


def test_a_file_without_participants_is_a_message_file() -> None:
    data = json.dumps({"messages": [{"sender_name": "A", "timestamp_ms": AT, "content": "x"}]})
    assert only(data.encode()).text == "x"


DEEP = 100_000


@pytest.mark.parametrize(
    "data",
    [
        standard({"content": "x", "zzz": "DEEP"}),
        standard({"content": "x", "reactions": "DEEP"}),
        standard({"content": "x"}, zzz="DEEP"),
        standard({"content": "x"}, participants="DEEP"),
        standard({"content": "x"}, messages="DEEP"),
    ],
)
def test_a_file_that_is_nested_too_deeply_is_named(data: bytes) -> None:
    deep = data.replace(b'"DEEP"', b"[" * DEEP + b"]" * DEEP)
    with pytest.raises(BadRecord, match=r"message_1\.json: .*nested too deeply"):
        parsed(deep)
    with pytest.raises(BadRecord, match=r"message_1\.json"):
        parsed(data.replace(b'"DEEP"', b'[{"a":' * DEEP))


@given(st.binary(max_size=200), st.integers(0, 400), st.integers(0, 50))
def test_whatever_the_bytes_are_a_file_is_read_or_named(noise: bytes, at: int, cut: int) -> None:
    data = standard({"content": "žluťoučký 🐴", "photos": [{"uri": "a"}]}, {"content": "x"})
    try:
        found = parsed(data[:at] + noise + data[at + cut :])
    except BadRecord:
        return
    for one in found.messages:
        text = one.raw + one.reason if isinstance(one, Bad) else one.text + one.sender
        assert text.encode() is not None


@pytest.mark.parametrize(
    "data",
    [b"", b"{this is not json", b"[1,2]", b'{"participants": []}', b'{"participants": [], "messages": 5}',
     standard({"content": "x"})[:-40], b"\xff\xfe\x00"],
)  # fmt: skip
def test_what_is_no_message_file_is_named(data: bytes) -> None:
    with pytest.raises(BadRecord, match=r"message_1\.json"):
        parsed(data)


@pytest.mark.skipif(not DATA.exists(), reason="shared/data/facebook-messenger is not there")
def test_every_real_shape_is_read() -> None:
    files = sorted(DATA.rglob("*.json"))
    good = [path for path in files if "broken_BAD" not in str(path)]
    assert len(good) == len(files) - 1 > 10
    for path in good:
        found = parse_file(path.read_bytes(), path.name, latest_ms=LATEST)
        assert found.messages and all(isinstance(m, Parsed) for m in found.messages), path
    (nontext,) = DATA.glob("json_nontext/**/message_1.json")
    kinds = [m.system for m in parsed(nontext.read_bytes()).messages if isinstance(m, Parsed)]
    assert kinds == [False, False, True, True, False, True]
    (simple,) = DATA.glob("json_simple/**/alice_ABC123/message_1.json")
    texts = [m.text for m in parsed(simple.read_bytes()).messages if isinstance(m, Parsed)]
    assert texts == ["See you soon", "café time?", "Hello"]
