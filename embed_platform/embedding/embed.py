"""The shard loop: embed what has no vector yet, commit each unit of work, resume where it stopped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from embed_platform.corpus.documents import read_documents
from embed_platform.embedding.engine import Embedded, Engine
from embed_platform.embedding.fleet import Fleet, Machine, OneMachine, Salvaged
from embed_platform.embedding.importing.letters import import_step, settle_letters
from embed_platform.embedding.loop import embed_shards, usable
from embed_platform.embedding.meter import Meter, Progress
from embed_platform.embedding.multivectors import compact_multivectors
from embed_platform.embedding.plan import Debt, Shard, Work, anti_join, shards
from embed_platform.embedding.probe import admit, serve_kinds
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.embedding.speeds import Speeds
from embed_platform.embedding.vectors import append_vectors, compact, embedded_hashes
from embed_platform.errors import DamagedFile, EmbedError
from embed_platform.lake.dead_letters import DeadLetter, read_dead_letters, write_dead_letters
from embed_platform.lake.lake import Lake
from embed_platform.lake.suppressions import is_suppressed

TEXTS_PER_READ = 10_000
_DEAD_STEP = "embeddings_"


@dataclass
class UserResult:
    """What embedding did for one user: counts of distinct texts, tokens read, and machine seconds.

    Attributes:
        seconds: that machines were at work on the user's texts; eight machines for a minute are
            480. A shard of several users is shared among them by tokens.
    """

    embedded: int = 0
    reused: int = 0
    dead_letters: int = 0
    truncated: int = 0
    tokens: int = 0
    seconds: float = 0.0


def embed_users(
    lake: Lake,
    space: EmbeddingSpace,
    users: Sequence[str],
    kinds: Sequence[str],
    open_engine: Callable[[], Engine],
    *,
    on_progress: Progress = lambda state: None,
) -> dict[str, UserResult | EmbedError]:
    """As `embed_with`, on this machine; the engine is opened only when a text lacks its vector."""
    return embed_with(lake, space, users, kinds, OneMachine(open_engine), on_progress=on_progress)


def embed_with(
    lake: Lake,
    space: EmbeddingSpace,
    users: Sequence[str],
    kinds: Sequence[str],
    fleet: Fleet,
    *,
    on_progress: Progress = lambda state: None,
) -> dict[str, UserResult | EmbedError]:
    """Give every text of these users a vector in a space.

    The fleet is entered only when a text lacks its vector, and nothing of it is left running.
    Work is committed shard by shard and user by user, so that a killed run loses what is in the
    air at most.

    Args:
        lake: where.
        space: in which.
        users: whose documents.
        kinds: which kinds of document.
        fleet: the machines.
        on_progress: told after each shard.

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
            debt = user_debt(lake, space, kinds, user)
        except DamagedFile as error:
            unreadable[user] = error
            continue
        results[user] = UserResult(reused=debt.reused, dead_letters=debt.set_aside)
        if debt.missing:
            owed[user] = len(debt.missing)
    if not owed:
        return results | unreadable
    letters: dict[str, list[DeadLetter]] = defaultdict(list)
    meter = Meter(sum(owed.values()), fleet, on_progress)
    speeds = Speeds(lake, space.slug)

    def commit(shard: Shard, answer: Embedded, machine: Machine, seconds: float) -> None:
        _commit(lake, space, shard, answer, machine.engine, results, letters)
        _count_seconds(shard, seconds / machine.lanes, results)
        speeds.add(machine, int(answer.tokens.sum()), seconds)
        meter.add(len(shard.items), int(answer.tokens.sum()), seconds)

    def give_up(shard: Shard, reason: str) -> None:
        for item in shard.items:
            letters[item.user].append(DeadLetter(item.text_hash, reason))
            results[item.user].dead_letters += 1

    try:
        with fleet:
            for found in fleet.salvage():
                for user in owed:
                    missing = user_debt(lake, space, kinds, user).missing
                    kept = _keep_salvaged(lake, space, user, found, missing)
                    results[user].embedded += kept
                    meter.skip(kept)
            work = _work(lake, space, kinds, owed)
            embed_shards(
                fleet,
                space,
                shards(work, lake.settings.shard_tokens),
                admit=lambda engine: admit(lake, space, engine, kinds),
                commit=commit,
                give_up=give_up,
                tick=meter.tick,
            )
    finally:
        speeds.keep()
        for user in owed:
            set_aside(lake, space, user, letters[user])
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
        pack = compact_multivectors if space.multi_vector else compact
        return pack(lake, space, user, wanted, always=always)


def user_debt(lake: Lake, space: EmbeddingSpace, kinds: Sequence[str], user: str) -> Debt:
    """What a user's documents of some kinds still need in a space."""
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
        left = user_debt(lake, space, kinds, user).missing
        for kind in kinds:
            table = read_documents(lake, user, kind, ["text_hash", "text"])
            for batch in table.sort_by("text_hash").to_batches(max_chunksize=TEXTS_PER_READ):
                hashes, texts = batch["text_hash"].to_pylist(), batch["text"].to_pylist()
                for key, text in zip(hashes, texts, strict=True):
                    if key in left:
                        left.remove(key)
                        yield Work(user, key, text)


def _commit(
    lake: Lake,
    space: EmbeddingSpace,
    shard: Shard,
    answer: Embedded,
    engine: Engine,
    results: dict[str, UserResult],
    letters: dict[str, list[DeadLetter]],
) -> None:
    row_of = {key: row for row, key in enumerate(shard.texts())}
    for user, hashes in shard.hashes_by_user().items():
        rows = {key: row_of[key] for key in hashes}
        good = [key for key, row in rows.items() if row not in answer.failed]
        letters[user] += [
            DeadLetter(key, answer.failed[row]) for key, row in rows.items() if row in answer.failed
        ]
        if good:
            picked = [rows[key] for key in good]
            with lake.writing(user):
                if is_suppressed(lake.storage, user):
                    continue  # forgotten since the run began
                append_vectors(lake, space, user, good, answer.vectors[picked], [engine.provenance])
            results[user].tokens += int(answer.tokens[picked].sum())
            results[user].truncated += int(answer.truncated[picked].sum())
        results[user].embedded += len(good)
        results[user].dead_letters += len(hashes) - len(good)


def _count_seconds(shard: Shard, seconds: float, results: dict[str, UserResult]) -> None:
    whole = sum(item.tokens for item in shard.items)
    for item in shard.items:
        results[item.user].seconds += seconds * item.tokens / whole


def _keep_salvaged(
    lake: Lake, space: EmbeddingSpace, user: str, found: Salvaged, missing: set[str]
) -> int:
    """Commit what a killed run had embedded and a user lacks; returns how many texts that are."""
    answer = usable(found.answer)
    if answer.vectors.shape != (len(found.hashes), space.dimension):
        return 0
    rows = [
        row for row, key in enumerate(found.hashes) if key in missing and row not in answer.failed
    ]
    if rows:
        hashes = [found.hashes[row] for row in rows]
        with lake.writing(user):
            append_vectors(lake, space, user, hashes, answer.vectors[rows], [found.maker])
    return len(rows)


def set_aside(lake: Lake, space: EmbeddingSpace, user: str, fresh: list[DeadLetter]) -> None:
    """Add dead letters to a user's of a space."""
    if fresh:
        step = dead_step(space.slug)
        earlier = read_dead_letters(lake.storage, user).get(step, [])
        write_dead_letters(lake.storage, user, step, [*earlier, *fresh])
