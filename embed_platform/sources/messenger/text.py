"""Texts as Messenger's export has them: mis-decoded strings, and lines that the system wrote."""

from __future__ import annotations

import re

SHORTEST_SYSTEM_LINE = 10
LONGEST_SYSTEM_LINE = 400
_WHO = ".{1,80}"
_THING = (
    r"(?:an? \w+ photos?|\d+ (?:photos|videos)|an? (?:photo|video|attachment|GIF|sticker|voice message|"
    r"audio file|file|link|location|live location|poll|contact))"
)
# Words without which a pattern cannot match, and the pattern. The whole text must match: a message
# that only begins like one of these is a message. Looking for the words first is what makes it cheap.
_SENTENCES = (
    # English
    (" sent ", rf"{_WHO} sent {_THING}\."),
    (" call", rf"{_WHO} (?:missed|declined) (?:your|a|the) (?:video |voice |audio )?call\."),
    (
        "You missed",
        rf"You missed an? (?:video |voice |audio )?(?:call|chat) (?:from|with) {_WHO}\.",
    ),
    (" called you", rf"{_WHO} called you\."),
    (" started a", rf"{_WHO} started a (?:video chat|video call|call|plan)\."),
    (" joined the", rf"{_WHO} joined the (?:call|video chat|video call|group)\."),
    (" ended.", r"The (?:video chat|video call|audio call|call) ended\."),
    (" named the group", rf"{_WHO} named the group .{{1,120}}\."),
    (
        " changed the",
        rf"{_WHO} changed the (?:group name|group photo|chat theme|theme|emoji|quick reaction).{{0,120}}\.",
    ),
    (" set the", rf"{_WHO} set the (?:emoji|quick reaction|nickname for) .{{0,120}}\."),
    (" set your nickname", rf"{_WHO} set your nickname to .{{1,120}}\."),
    (" the group", rf"{_WHO} (?:created|left) the group\."),
    (" to the group", rf"{_WHO} added {_WHO} to the group\."),
    (" from the group", rf"{_WHO} removed {_WHO} from the group\."),
    (" group admin", rf"{_WHO} (?:made|added|removed) {_WHO} as a group admin\."),
    ("now connected on", r"You are now connected on Messenger\.?"),
    ("now message and call", r"You can now message and call each other.{0,200}"),
    ("Say hi to your", rf"Say hi to your new Facebook friend, {_WHO}\."),
    ("end-to-end encrypt", r"Messages and calls are (?:secured with )?end-to-end encrypt.{0,200}"),
    ("unsent a message", rf"{_WHO} unsent a message\.?"),
    ("no longer available", r"This (?:message|poll) is no longer available.{0,80}"),
    ("to your message", r"Reacted .{1,24} to your message ?\.?"),
    (" reacted ", rf"{_WHO} reacted .{{1,24}} to {_WHO} message\.?"),
    ("in the poll", rf"{_WHO} (?:voted|changed \w+ vote) .{{0,120}}in the poll.{{0,200}}"),
    # German
    (
        " gesendet.",
        rf"{_WHO} (?:hat|haben|hast) (?:ein Foto|\d+ Fotos|ein Video|einen Anhang|einen Link|einen Sticker|"
        r"eine Sprachnachricht|ein GIF|eine Datei) gesendet\.",
    ),
    (" hat die Gruppe", rf"{_WHO} hat die Gruppe (?:verlassen|erstellt)\."),
    (" Gruppe hinzugefügt", rf"{_WHO} hat {_WHO} zur Gruppe hinzugefügt\."),
    (" Gruppe entfernt", rf"{_WHO} hat {_WHO} aus der Gruppe entfernt\."),
    (" verpasst.", rf"Du hast einen (?:Videoanruf|Sprachanruf|Anruf) von {_WHO} verpasst\."),
    ("deine Nachricht reagiert", r"Hat mit .{1,24} auf deine Nachricht reagiert ?\.?"),
    # Polish
    (
        "ysła",
        rf"{_WHO} wysła(?:ł|ła|ł\(a\)|łeś|łaś|no) (?:zdjęcie|film|wideo|załącznik|link|naklejkę|GIF|plik|"
        r"wiadomość głosową)\.",
    ),
    ("Wysłano ", r"Wysłano (?:zdjęcie|film|wideo|załącznik|link|naklejkę|GIF|plik)\."),
    (" grupę.", rf"{_WHO} opuści(?:ł|ła|ł\(a\)) grupę\."),
    (" wiadomość", r"Zareagowa(?:ł|ła|ł\(a\)|no) .{1,40} na [Tt]woją wiadomość ?\.?"),
    # Czech and Slovak
    (
        "osla",
        rf"{_WHO} (?:od|p)?[eo]sla(?:l|la|l\(a\)) (?:fotku|fotografii|video|přílohu|prílohu|odkaz|samolepku|"
        r"GIF|soubor|hlasovou zprávu)\.",
    ),
    # French
    (
        " envoyé ",
        rf"{_WHO} (?:a|avez) envoyé (?:une photo|\d+ photos|une vidéo|une pièce jointe|un lien|un GIF|"
        r"un autocollant|un message vocal|un fichier)\.",
    ),
    (" quitté le groupe", rf"{_WHO} a quitté le groupe\."),
    (" votre message", r"A réagi .{1,24} à votre message ?\.?"),
    # Spanish, Portuguese, Italian
    (
        "nvi",
        rf"{_WHO} (?:envió|enviaste|ha enviado) (?:una foto|\d+ fotos|un v[ií]deo|un archivo adjunto|un enlace|"
        r"un GIF|un sticker|un mensaje de voz|un archivo)\.",
    ),
    (
        " enviou ",
        rf"{_WHO} enviou (?:uma foto|\d+ fotos|um vídeo|um anexo|um link|um GIF|uma figurinha|"
        r"uma mensagem de voz|um ficheiro)\.",
    ),
    (
        " inviato ",
        rf"{_WHO} ha inviato (?:una foto|\d+ foto|un video|un allegato|un link|una GIF|un adesivo|"
        r"un messaggio vocale|un file)\.",
    ),
    (" a tu mensaje", r"(?:Reaccionó|Ha reaccionado) con .{1,24} a tu mensaje ?\.?"),
)
# One of these is in every sentence that does not end with a full stop.
_MAY_END_SO = re.compile("essag|iadomo|eagier|ensaj|ncrypt|ach oth|poll")
_COMPILED = tuple((words, re.compile(pattern)) for words, pattern in _SENTENCES)


def repaired(text: str) -> str:
    """A string whose UTF-8 bytes were read as Latin-1, read as what it is; a sound one as it is.

    The export does this to every string. What does not become valid UTF-8 was never broken.
    """
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


def is_system_line(text: str) -> bool:
    """Whether a whole text is a sentence that Messenger writes by itself, in a language known here."""
    if not SHORTEST_SYSTEM_LINE <= len(text) <= LONGEST_SYSTEM_LINE:
        return False
    line = text.strip()
    if not line.endswith(".") and not _MAY_END_SO.search(line):
        return False  # nearly every message ends here
    return any(words in line and pattern.fullmatch(line) for words, pattern in _COMPILED)
