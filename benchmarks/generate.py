"""Make X exports of any size from a word list, for the benchmarks."""

import argparse
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

import numpy as np
import orjson

Record = dict[str, Any]
Where = str | Path
Opener = Callable[[str], AbstractContextManager[IO[bytes]]]

SNOWFLAKE_EPOCH_MS = 1288834974657
FIRST_MS = 1609459200000  # 2021-01-01
LAST_MS = 1790812800000  # 2026-10-01
CHUNK = 2000  # tweets drawn and written at once
PART_BYTES = 100_000_000  # X starts a new part near here
RETWEET, REPLY, THREAD, PLAIN = range(4)
SHARES = (0.25, 0.40, 0.08)  # retweets, replies to others, own-thread replies
THREAD_REPLIES = 2.0  # mean replies after a thread's first tweet
SIZES = (("small", "680", "453"), ("large", "1536", "1024"), ("medium", "1200", "800"))
SOURCE = '<a href="https://mobile.twitter.com" rel="nofollow">Twitter Web App</a>'
PROFILE = {"profile": {"description": {"bio": "made up", "website": "", "location": ""}}}

# Most frequent first: the rank is what makes the distribution Zipf's.
_WORD_LIST = """
the to a and i of in it is you that for my on this was with but so be have not at me just we are
like what if all as do they one from about or out up when an time your there get people how can no
by now more good day know don't think really it's had would them new because some then &amp; too
still going see only very much been even has who her his our off over where make here than did well
back way want got work always something life thing years little first long last morning after again
other into should feel great home read say said find found left help watch start open close walk
ride swim cook draw teach wait sleep dream hope almost suddenly 🙏 die der ein auf für aber schön
wieder house garden door table bed lamp bucket ladder butter onion garlic coffee salt lemon sea
wave tide bridge hill forest rain wind cloud fog summer autumn star cat dog hen duck robin owl crow
wasp badger otter frog salmon willow rose moss nettle carrot cabbage radish courgette thyme mint
platform ticket timetable delay pedal compass survey street corner tunnel museum school teacher
exam grammar novel poem diary cello drum rhythm concert rehearsal encore variable array string
database query keyboard battery printer password release branch meeting contract salary budget rent
savings dentist fever allergy medicine elbow breath brother aunt uncle stranger friend birthday
holiday parade council headline football tennis marathon trophy sprint training telescope planet
satellite gravity laboratory theory evidence noise question answer reason courage relief anger joy
pride comfort orange silver wooden hollow gentle crooked curious enormous grumpy lonely peculiar
reluctant ridiculous splendid unexpected wobbly borrow deliver discover hesitate juggle mend offer
"""
WORDS = _WORD_LIST.split()
# The rarer words also spell each tweet's number, which is what keeps every text unique.
DIGITS = WORDS[60:]
_WEIGHTS = 1.0 / np.arange(1, len(WORDS) + 1)
_CDF = np.cumsum(_WEIGHTS / _WEIGHTS.sum())
_FORMS = [*WORDS, *(w + "," for w in WORDS), *(w + "." for w in WORDS)]


def account(user: int) -> Record:
    """The record of made-up account number `user`, as in account.js."""
    created = _snowflake(FIRST_MS - 86_400_000, user)
    out = {"username": f"made_up_{user:06d}", "accountId": str(created)}
    out |= {"createdAt": "2020-12-31T00:00:00.000Z", "accountDisplayName": f"Made-up {user}"}
    return {"account": out}


def tweets(seed: int, count: int, user: int = 0, change: float = 0.0) -> Iterator[Record]:
    """Yield `count` records `{"tweet": {...}}` of one account, newest first.

    The same arguments give the same records; `change` (0 to 1) is the share whose text differs
    from that of `change=0`, ids and dates staying. Texts are unique, across users of equal
    `count` too, while users times count stays below the cube of the number of DIGITS.
    """
    step, me = (LAST_MS - FIRST_MS) / max(count, 1), account(user)["account"]
    for start in range(0, count, CHUNK):
        n = min(CHUNK, count - start)
        rng = np.random.default_rng([seed, user, start])
        kinds = _kinds(rng, n)
        # Characters of the text proper; the logs match the quartiles of a real export.
        lengths = np.clip(rng.lognormal(4.5, 0.75, n), 12, 275).astype(int).tolist()
        words = np.maximum(lengths, 18) // 5
        drawn = np.searchsorted(_CDF, rng.random(int(words.sum()))).clip(max=len(WORDS) - 1)
        drawn += len(WORDS) * rng.choice(3, drawn.size, p=(0.87, 0.06, 0.07))
        forms, ends = drawn.tolist(), [0, *np.cumsum(words).tolist()]
        at = np.arange(start, start + n) * step + rng.random(n) * step * 0.9
        stamps = (LAST_MS - at).astype(np.int64).tolist()
        low = (((user & 0xFFF) << 10) + rng.integers(0, 1 << 10, n)).tolist()
        ids = [_snowflake(ms, bits) for ms, bits in zip(stamps, low, strict=True)]
        dice = rng.integers(0, 1 << 39, n).tolist()
        for i in range(n):
            number = start + i
            altered = int((number + 1) * change) > int(number * change)
            body = forms[ends[i] : ends[i + 1]]
            text = _text(user * count + number, body, lengths[i], altered)
            parent = ids[i + 1] if kinds[i] == THREAD else 0
            yield {"tweet": _tweet(ids[i], kinds[i], text, parent, me, dice[i])}


def _snowflake(ms: int, low: int) -> int:
    return ((ms - SNOWFLAKE_EPOCH_MS) << 22) | low


def _kinds(rng: np.random.Generator, n: int) -> list[int]:
    """Kinds of n tweets; each run of THREAD is followed (so: preceded in time) by its root."""
    # What threads take, they take from all kinds: draw the others larger by as much.
    retweets, replies = (share / (1 - 1.4 * SHARES[2]) for share in SHARES[:2])
    kinds = rng.choice((RETWEET, REPLY, PLAIN), n, p=(retweets, replies, 1 - retweets - replies))
    starts = np.flatnonzero(rng.random(n) < SHARES[2] / THREAD_REPLIES)
    for at, run in zip(starts, rng.geometric(1 / THREAD_REPLIES, starts.size), strict=True):
        end = min(at + run, n - 1)
        kinds[at:end] = THREAD
        # An earlier run may already pass through here; its own root comes later.
        if kinds[end] != THREAD:
            kinds[end] = PLAIN
    return list(map(int, kinds))


def _text(number: int, forms: list[int], length: int, altered: bool) -> str:
    """A text of about `length` characters that begins with three words spelling `number`."""
    base = len(DIGITS)
    # A multiplier coprime to base**3 scatters neighbours without ever repeating.
    spelled = number * 7_368_787 % base**3
    head = [DIGITS[spelled % base], DIGITS[spelled // base % base], DIGITS[spelled // base**2]]
    if altered:
        head.append("rather")
    text = " ".join(head + [_FORMS[f] for f in forms[3:]]).capitalize()
    # A cut falls between words, and never inside the words that spell the number.
    cut = len(text) if len(text) <= length else text.rfind(" ", 0, length)
    return text[: max(cut, len(" ".join(head)))]


def _tweet(tweet_id: int, kind: int, text: str, parent: int, me: Record, die: int) -> Record:
    """One tweet object as X writes it: every number a string."""
    name, ms = str(tweet_id), (tweet_id >> 22) + SNOWFLAKE_EPOCH_MS
    other = die % 997
    handle, other_id = f"someone_{other}", str(100_000_000 + other * 7919)
    entities: Record = {"hashtags": [], "symbols": [], "user_mentions": [], "urls": []}
    if kind in (RETWEET, REPLY):
        text = f"RT @{handle}: {text}" if kind == RETWEET else f"@{handle} {text}"
        if kind == RETWEET and len(text) > 140:
            text = text[:139].rsplit(" ", 1)[0] + "…"
        span = _span(text, f"@{handle}")
        mention = {"name": f"Someone {other}", "screen_name": handle, "indices": span}
        entities["user_mentions"].append({**mention, "id_str": other_id, "id": other_id})
    # A link takes 24 characters with its space; two must fit, and a cut text takes none.
    room = len(text) <= 232 and text[-1] != "…"
    if room and die % 100 < 16:
        url, page = f"https://t.co/{die * 2:010x}", f"example.org/page/{die % 99991}"
        text = f"{text} {url}"
        link = {"url": url, "expanded_url": f"https://{page}", "display_url": page}
        entities["urls"].append({**link, "indices": _span(text, url)})
    if room and die // 100 % 100 < 25:
        url, page = f"https://t.co/{die * 2 + 1:010x}", f"x.com/{me['username']}/status/{name}"
        text = f"{text} {url}"
        entities["media"] = [_photo(page, url, _span(text, url), str(tweet_id - (9000 << 22)))]
    at = ms // 1000
    until = f"{datetime.fromtimestamp(at + 3600, UTC):%Y-%m-%dT%H:%M:%S}.{ms % 1000:03d}Z"
    edits: Record = {"editTweetIds": [name], "editableUntil": until, "editsRemaining": "5"}
    edits["isEditEligible"] = kind == PLAIN
    out: Record = {"edit_info": {"initial": edits}, "retweeted": False, "source": SOURCE}
    out |= {"entities": entities, "display_text_range": ["0", str(len(text))]}
    out |= {"favorite_count": str(die % 7) if kind != RETWEET else "0", "retweet_count": "0"}
    if kind in (REPLY, THREAD):
        # A parent elsewhere is up to some hours older, with low bits that ours have not.
        reply = str(parent or _snowflake(ms - 60_000 - die % 9_000_000, 0x3FFFFF))
        if kind == THREAD:
            handle, other_id = me["username"], me["accountId"]
        out |= {"in_reply_to_status_id_str": reply, "in_reply_to_status_id": reply}
        out |= {"in_reply_to_user_id_str": other_id, "in_reply_to_user_id": other_id}
        out["in_reply_to_screen_name"] = handle
    if entities["urls"] or "media" in entities:
        out["possibly_sensitive"] = False
    created = f"{datetime.fromtimestamp(at, UTC):%a %b %d %H:%M:%S +0000 %Y}"
    out |= {"id_str": name, "truncated": False, "id": name, "created_at": created}
    out |= {"favorited": False, "full_text": text, "lang": "en"}
    if "media" in entities:
        out["extended_entities"] = {"media": entities["media"]}
    return out


def _span(text: str, part: str) -> list[str]:
    """Where `part` first stands in `text`: first character and the one after the last."""
    return [str(text.index(part)), str(text.index(part) + len(part))]


def _photo(page: str, url: str, span: list[str], media_id: str) -> Record:
    """One media entity; its sizes are most of what a tweet with a picture weighs."""
    image = f"pbs.twimg.com/media/Example{media_id}.jpg"
    out: Record = {"expanded_url": f"https://{page}/photo/1", "indices": span, "url": url}
    out |= {"media_url": f"http://{image}", "id_str": media_id, "id": media_id}
    out["media_url_https"] = f"https://{image}"
    out["sizes"] = {k: {"w": w, "h": h, "resize": "fit"} for k, w, h in SIZES}
    out |= {"type": "photo", "display_url": url.replace("https://t.co", "pic.x.com")}
    return out


def _pretty(records: list[Record]) -> bytes:
    """The records as X prints them, without the brackets around the list."""
    raw = orjson.dumps(records, option=orjson.OPT_INDENT_2)
    # No text of ours holds `": ` or `[]`, so the bytes can be replaced blindly.
    return raw.replace(b'": ', b'" : ').replace(b"[]", b"[ ]")[2:-2]


def _chunks(records: Iterator[Record]) -> Iterator[list[Record]]:
    while chunk := list(islice(records, CHUNK)):
        yield chunk


def _write_export(opener: Opener, count: int, seed: int, user: int, change: float) -> None:
    """Write the data/*.js files of one export, tweets split into parts near 100 MB."""
    few: dict[str, list[Record]] = {"account": [account(user)], "profile": [PROFILE]}
    for name, records in {**few, "note-tweet": [], "community-tweet": []}.items():
        with opener(f"data/{name}.js") as out:
            start = f"window.YTD.{name.replace('-', '_')}.part0 = ["
            out.write(start.encode() + (b"\n" + _pretty(records) + b"\n]" if records else b" ]"))
    chunks = _chunks(tweets(seed, count, user, change))
    chunk, part = next(chunks, None), 0
    while chunk is not None or part == 0:
        with opener(f"data/tweets{f'-part{part}' if part else ''}.js") as out:
            written = out.write(f"window.YTD.tweets.part{part} = [".encode())
            comma = b"\n"
            while chunk is not None and written < PART_BYTES:
                written += out.write(comma + _pretty(chunk))
                comma, chunk = b",\n", next(chunks, None)
            out.write(b"\n]")
        part += 1


def write_zip(path: Where, count: int, seed: int = 7, user: int = 0, change: float = 0) -> None:
    """Write a zip as X hands it out: data/account.js, data/tweets.js and so on."""
    with zipfile.ZipFile(path, "w") as archive:

        def opener(name: str) -> IO[bytes]:
            # A fixed date, so that the same arguments give the same bytes.
            info = zipfile.ZipInfo(name, (2026, 10, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info._compresslevel = 1  # type: ignore[attr-defined]
            return archive.open(info, "w", force_zip64=True)

        _write_export(opener, count, seed, user, change)


def write_folder(path: Where, count: int, seed: int = 7, user: int = 0, change: float = 0) -> None:
    """Write the unpacked form of the same export: `path`/data/*.js."""
    root = Path(path)
    (root / "data").mkdir(parents=True, exist_ok=True)
    _write_export(lambda name: (root / name).open("wb"), count, seed, user, change)


def write_archive_json(
    path: Where, count: int, seed: int = 7, user: int = 0, change: float = 0
) -> None:
    """Write one Community Archive `archive.json` (compact JSON, one object)."""
    options: Record = {"keepPrivate": False, "uploadLikes": False}
    options |= {"startDate": "2021-01-01", "endDate": "2026-10-01"}
    head = {"upload-options": options, "profile": [PROFILE], "account": [account(user)]}
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with Path(path).open("wb") as out:
        out.write(orjson.dumps(head)[:-1] + b',"tweets":[')
        comma = b""
        for chunk in _chunks(tweets(seed, count, user, change)):
            out.write(comma + orjson.dumps(chunk)[1:-1])
            comma = b","
        out.write(b'],"follower":[],"following":[],"like":[],"note-tweet":[],"community-tweet":[]}')


def write_users(
    folder: Where, users: int, tweets_each: int, seed: int = 7, change: float = 0.0
) -> None:
    """Write `folder`/<username>/archive.json for each of `users` accounts."""
    for user in range(users):
        path = Path(folder, account(user)["account"]["username"], "archive.json")
        write_archive_json(path, tweets_each, seed, user, change)


def main() -> None:
    """Parse the command line, write, and print the rate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--tweets", type=int, default=100_000, help="tweets of each user")
    parser.add_argument("--users", type=int, default=1, help="more than 1: OUT/<user>/archive.json")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--form", choices=("zip", "folder", "archive-json"), default="zip")
    parser.add_argument("--change", type=float, default=0.0, help="share of texts to alter, 0 to 1")
    args = parser.parse_args()
    began = time.perf_counter()
    if args.users > 1:
        write_users(args.out, args.users, args.tweets, args.seed, args.change)
    else:
        writers = {"zip": write_zip, "folder": write_folder, "archive-json": write_archive_json}
        writers[args.form](args.out, args.tweets, args.seed, change=args.change)
    total, took = args.tweets * args.users, time.perf_counter() - began
    print(f"{total} tweets in {took:.1f} s ({total / took:.0f} a second)")


if __name__ == "__main__":
    main()
