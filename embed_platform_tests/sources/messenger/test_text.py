"""Mis-decoded strings are read as what they are; lines of the system are told from messages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embed_platform.sources.messenger.text import is_system_line, repaired


def broken(text: str) -> str:
    """What the export makes of a text."""
    return text.encode().decode("latin-1")


@given(st.text())
def test_every_broken_text_is_repaired(text: str) -> None:
    assert repaired(broken(text)) == text


@given(st.text(st.characters(min_codepoint=0x100, exclude_categories=["Cs"]), min_size=1))
def test_a_sound_text_passes_through(text: str) -> None:
    assert repaired(text) == text
    assert repaired("café " + text) == "café " + text


@pytest.mark.parametrize("text", ["café", "Übung", "\ud83d", "naïve ☕", "plain", ""])
def test_what_was_never_broken_stays(text: str) -> None:
    assert repaired(text) == text


@pytest.mark.parametrize(
    "line",
    [
        "You sent a photo.",
        "Ann Example sent an attachment.",
        "Ann sent 3 photos.",
        "Ann missed your video call.",
        "You missed a call from Ann.",
        "The video chat ended.",
        "Ann named the group Trip to Oslo.",
        "Ann changed the theme to Ocean.",
        "Ann added Bob to the group.",
        "You left the group.",
        "Reacted 👍 to your message ",
        "Ann reacted ❤ to your message",
        "You unsent a message",
        "Ann hat ein Foto gesendet.",
        "Anna wysłała zdjęcie.",
        "Wysłano załącznik.",
        "Zareagował(a) 😆 na Twoją wiadomość",
        "Jana poslala fotku.",
        "Anne a envoyé une photo.",
        "Ana envió un archivo adjunto.",
        "Ana enviou uma foto.",
        "Anna ha inviato un allegato.",
    ],
)
def test_a_line_of_the_system_is_known(line: str) -> None:
    assert is_system_line(line)


@pytest.mark.parametrize(
    "line",
    [
        "You sent a photo. Who is it?",
        "I sent an attachment to your work address yesterday",
        "he sent a letter.",
        "You missed a great evening.",
        "Ann left the group chat early because of the train.",
        "ich habe dir das gesendet.",
        "The call ended badly.",
        "Anna wysłała mi kartkę.",
        "set the table.",
        "You sent a photo.\nlook at it",
        "",
        "." * 10_000,
    ],
)
def test_what_a_person_wrote_is_a_message(line: str) -> None:
    assert not is_system_line(line)
