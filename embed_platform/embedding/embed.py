"""The shard loop: embed what has no vector yet, commit each unit of work, resume where it stopped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from embed_platform.corpus.documents import read_documents
from embed_platform.embedding.engine import Embedded, Engine
from embed_platform.embedding.importing.letters import import_step, settle_letters
from embed_platform.embedding.plan import Debt, Shard, Work, anti_join, shards
from embed_platform.embedding.probe import admit, serve_kinds
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.embedding.vectors import append_vectors, compact, embedded_hashes
from embed_platform.errors import DamagedFile, EmbedError
from embed_platform.lake.dead_letters import DeadLetter, read_dead_letters, write_dead_letters
from embed_platform.lake.lake import Lake

TEXTS_PER_READ = 10_000
_DEAD_STEP = "embeddings_"


@dataclass
class UserResult:
    """What embedding did for one user: counts of distinct texts, and tokens read."""

    embedded: int = 0
    reused: int = 0
    dead_letters: int = 0
    truncated: int = 0
    tokens: int = 0


Progress = Callable[[int, int], None]


def embed_users(
    lake: Lake,
    space: EmbeddingSpace,
    users: Sequence[str],
    kinds: Sequence[str],
    open_engine: Callable[[], Engine],
    *,
    on_progress: Progress = lambda done, total: None,
) -> dict[str, UserResult | EmbedError]:
    """Give every text of these users a vector in a space.

    The engine is opened only when a text lacks its vector. Work is committed shard by shard
    and user by user, so that a killed run loses one shard at most.

    Args:
        lake: where.
        space: in which.
        users: whose documents.
        kinds: which kinds of document.
        open_engine: gives the loaded model.
        on_progress: called with (texts done, texts in all) after each shard.

    Returns:
        What was done for each user; the error where a user's files cannot be read, which stops
        nobody else.
    """
    serve_kinds(lake, space.slug, kinds)
    results: dict[str, UserResult] = {}
    unreadable: dict[str, UserResult | EmbedError] = {}
    owed: dict[str, int] = {}
    for user in users:
        try:
            debt = _debt(lake, space, kinds, user)
        except DamagedFile as error:
            unreadable[user] = error
            continue
        results[user] = UserResult(reused=debt.reused, dead_letters=debt.set_aside)
        if debt.missing:
            owed[user] = len(debt.missing)
    if not owed:
        return results | unreadable
    engine = open_engine()
    admit(lake, space, engine, kinds)
    done = 0
    letters: dict[str, list[DeadLetter]] = defaultdict(list)
    work = _work(lake, space, kinds, owed)
    for shard in shards(work, lake.settings.shard_tokens):
        _embed_shard(lake, space, engine, shard, results, letters)
        done += len(shard.items)
        on_progress(done, sum(owed.values()))
    for user in owed:
        _set_aside(lake, space, user, letters[user])
    return results | unreadable


def wanted_hashes(lake: Lake, user: str, kinds: Iterable[str]) -> set[str]:
    """Hashes of the texts of all documents of a user; equal texts count once."""
    wanted: set[str] = set()
    for kind in kinds:
        wanted.update(read_documents(lake, user, kind, ["text_hash"])["text_hash"].to_pylist())
    return wanted


def dead_step(slug: str) -> str:
    """Name under which a space's dead letters are kept."""
    return f"{_DEAD_STEP}{slug}"


def clear_dead_letters(lake: Lake, user: str) -> int:
    """Let the next run try again the texts that no vector came of; returns how many."""
    cleared = 0
    for step, letters in read_dead_letters(lake.storage, user).items():
        if step.startswith(_DEAD_STEP):
            write_dead_letters(lake.storage, user, step, [])
            cleared += len(letters)
    return cleared


def dead_hashes(lake: Lake, slug: str, user: str) -> set[str]:
    """Text hashes that were set aside in a space."""
    return {
        letter.where for letter in read_dead_letters(lake.storage, user).get(dead_step(slug), [])
    }


def tidy(
    lake: Lake, space: EmbeddingSpace, user: str, kinds: Sequence[str], *, always: bool = False
) -> bool:
    """Compact the user's vectors when that pays; returns whether it did.

    Dead letters of texts that are gone go too, and those of imports whose texts were embedded.
    """
    wanted = wanted_hashes(lake, user, kinds)
    step = dead_step(space.slug)
    with lake.writing(user):
        by_step = read_dead_letters(lake.storage, user)
        letters = by_step.get(step, [])
        alive = [letter for letter in letters if letter.where in wanted]
        if len(alive) < len(letters):
            write_dead_letters(lake.storage, user, step, alive)
        if import_step(space.slug) in by_step:
            settle_letters(lake, space.slug, user, wanted)
        return compact(lake, space, user, wanted, always=always)


def _debt(lake: Lake, space: EmbeddingSpace, kinds: Sequence[str], user: str) -> Debt:
    return anti_join(
        wanted_hashes(lake, user, kinds),
        embedded_hashes(lake, space.slug, user),
        dead_hashes(lake, space.slug, user),
    )


def _work(
    lake: Lake, space: EmbeddingSpace, kinds: Sequence[str], users: Iterable[str]
) -> Iterator[Work]:
    """The texts that users owe, read when their turn comes: those of all would fill the memory."""
    for user in users:
        left = _debt(lake, space, kinds, user).missing
        for kind in kinds:
            table = read_documents(lake, user, kind, ["text_hash", "text"])
            for batch in table.sort_by("text_hash").to_batches(max_chunksize=TEXTS_PER_READ):
                hashes, texts = batch["text_hash"].to_pylist(), batch["text"].to_pylist()
                for key, text in zip(hashes, texts, strict=True):
                    if key in left:
                        left.remove(key)
                        yield Work(user, key, text)


def _embed_shard(
    lake: Lake,
    space: EmbeddingSpace,
    engine: Engine,
    shard: Shard,
    results: dict[str, UserResult],
    letters: dict[str, list[DeadLetter]],
) -> None:
    texts = shard.texts()
    row_of = {key: row for row, key in enumerate(texts)}
    answer = _checked(engine.embed(list(texts.values()), space.document_prompt))
    for user, hashes in shard.hashes_by_user().items():
        rows = {key: row_of[key] for key in hashes}
        good = [key for key, row in rows.items() if row not in answer.failed]
        letters[user] += [
            DeadLetter(key, answer.failed[row]) for key, row in rows.items() if row in answer.failed
        ]
        if good:
            picked = [rows[key] for key in good]
            with lake.writing(user):
                append_vectors(lake, space, user, good, answer.vectors[picked], [engine.provenance])
            results[user].tokens += int(answer.tokens[picked].sum())
            results[user].truncated += int(answer.truncated[picked].sum())
        results[user].embedded += len(good)
        results[user].dead_letters += len(hashes) - len(good)


def _checked(answer: Embedded) -> Embedded:
    """Vectors that are not finite or have no direction become failures, not rows."""
    useless = ~np.isfinite(answer.vectors).all(axis=1) | (np.abs(answer.vectors).sum(axis=1) == 0)
    failed = {int(i): "the model gave no usable vector" for i in np.flatnonzero(useless)}
    return Embedded(answer.vectors, answer.tokens, answer.truncated, failed | answer.failed)


def _set_aside(lake: Lake, space: EmbeddingSpace, user: str, fresh: list[DeadLetter]) -> None:
    if fresh:
        step = dead_step(space.slug)
        earlier = read_dead_letters(lake.storage, user).get(step, [])
        write_dead_letters(lake.storage, user, step, [*earlier, *fresh])
