"""The shard loop: embed what has no vector yet, commit each unit of work, resume where it stopped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

from embed_platform.embedding.debts import (
    Debts,
    UserResult,
    dead_step,
    debts,
    set_aside,
    user_debt,
    wanted_hashes,
)
from embed_platform.embedding.engine import (
    AnyEngine,
    Embedded,
    EmbeddedPages,
    Engine,
    Provenance,
)
from embed_platform.embedding.fleet import Fleet, Machine, OneMachine, PageFleet, TextFleet
from embed_platform.embedding.importing.letters import import_step, settle_letters
from embed_platform.embedding.loop import embed_shards
from embed_platform.embedding.meter import Meter, Progress
from embed_platform.embedding.modality import Modality
from embed_platform.embedding.multivectors import compact_multivectors
from embed_platform.embedding.page_modality import PageModality
from embed_platform.embedding.plan import Shard, Work, shards
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.embedding.speeds import Speeds
from embed_platform.embedding.text_modality import TextModality
from embed_platform.embedding.vectors import compact
from embed_platform.errors import DamagedFile, EmbedError, SpaceMismatch
from embed_platform.lake.dead_letters import DeadLetter, read_dead_letters, write_dead_letters
from embed_platform.lake.lake import Lake
from embed_platform.lake.suppressions import is_suppressed

E = TypeVar("E", bound=AnyEngine)
A = TypeVar("A", bound=Embedded | EmbeddedPages)


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
    fleet: TextFleet,
    *,
    on_progress: Progress = lambda state: None,
) -> dict[str, UserResult | EmbedError]:
    """Give every text of these users a vector in a space.

    The fleet is entered only when a text lacks its vector, and nothing of it is left running.
    Whoever embeds one of these users in the space at the same time is waited for, so that no text
    is paid for twice. Work is committed shard by shard and user by user, so that a killed run
    loses what is in the air at most.

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

    Raises:
        EmbedError: no machine is there or left; what was embedded before is kept.
        SpaceMismatch: none gives the space's vectors.
    """
    with debts(lake, space, users, kinds) as due:
        if due.owed:
            _Run(lake, space, TextModality(lake, space, kinds), due).through(fleet, on_progress)
    return due.results


def embed_pages(
    lake: Lake,
    space: EmbeddingSpace,
    users: Sequence[str],
    kinds: Sequence[str],
    open_fleet: Callable[[], PageFleet],
    *,
    on_progress: Progress = lambda state: None,
) -> dict[str, UserResult | EmbedError]:
    """Give every page of these users its vectors in a space of images; as `embed_with` for texts.

    The fleet is opened once, and only when a page lacks its vectors.
    """
    with debts(lake, space, users, kinds) as due:
        if due.owed:
            run = _Run(lake, space, PageModality(lake, space, kinds), due)
            run.through(open_fleet(), on_progress)
    return due.results


class _Run(Generic[E, A]):
    """What is owed, and what comes of it; all in the calling thread but `Modality.embed`."""

    def __init__(
        self, lake: Lake, space: EmbeddingSpace, modality: Modality[E, A], due: Debts
    ) -> None:
        self._lake, self._space, self._modality, self._due = lake, space, modality, due
        self._letters: dict[str, list[DeadLetter]] = defaultdict(list)
        self._speeds = Speeds(lake, space.slug)

    def through(self, fleet: Fleet[E, A], on_progress: Progress) -> None:
        """Embed what is owed, less what an earlier run's machines have already."""
        modality, due = self._modality, self._due
        owed = sum(due.owed.values())
        meter = Meter(owed, fleet, on_progress, modality.unit)

        def commit(shard: Shard, answer: A, machine: Machine[E], seconds: float) -> None:
            self._commit(shard, answer, answer.maker or machine.engine.provenance)
            self._count_seconds(shard, seconds / machine.lanes)
            tokens = modality.tokens_read(shard, answer)
            self._speeds.add(machine, tokens, seconds)
            meter.add(len(shard.items), tokens, seconds)

        try:
            with fleet:
                kept = self._take_salvage(fleet)
                meter.skip(kept)
                if kept == owed:
                    return
                embed_shards(
                    fleet,
                    shards(self._work(), modality.shard_tokens),
                    embed=lambda machine, shard: modality.embed(machine, shard, due.unreadable),
                    admit=modality.admit,
                    commit=commit,
                    give_up=self._give_up,
                    tick=meter.tick,
                )
        finally:
            self._speeds.keep()
            self._write_letters()

    def _work(self) -> Iterator[Work]:
        """What users owe, read when their turn comes: that of all would fill the memory."""
        for user in self._due.owed:
            try:
                yield from self._modality.work(user)
            except DamagedFile as error:
                self._due.unreadable[user] = error

    def _commit(self, shard: Shard, answer: A, maker: Provenance) -> None:
        row_of = {key: row for row, key in enumerate(shard.texts())}
        for user, hashes in shard.hashes_by_user().items():
            if user in self._due.unreadable:
                continue
            good = [key for key in hashes if row_of[key] not in answer.failed]
            rows = [row_of[key] for key in good]
            if not self._keep(user, good, answer, rows, maker):
                continue
            result = self._due.done[user]
            result.tokens += int(answer.tokens[rows].sum())
            result.truncated += int(answer.truncated[rows].sum())
            for key in hashes:
                if (reason := answer.failed.get(row_of[key])) is not None:
                    self._set_aside(user, key, reason)

    def _keep(
        self, user: str, hashes: Sequence[str], answer: A, rows: Sequence[int], maker: Provenance
    ) -> bool:
        """Commit vectors; returns False when the user was forgotten since the run began."""
        with self._lake.writing(user):
            if is_suppressed(self._lake.storage, user):
                return False
            if hashes:
                self._modality.keep(user, hashes, answer, rows, maker)
        self._due.done[user].embedded += len(hashes)
        return True

    def _give_up(self, shard: Shard, reason: str) -> None:
        for item in shard.items:
            self._set_aside(item.user, item.text_hash, reason)

    def _set_aside(self, user: str, key: str, reason: str) -> None:
        self._letters[user].append(DeadLetter(key, reason))
        self._due.done[user].dead_letters += 1

    def _write_letters(self) -> None:
        for user, letters in self._letters.items():
            with self._lake.writing(user):
                if not is_suppressed(self._lake.storage, user):
                    set_aside(self._lake, self._space, user, letters)

    def _count_seconds(self, shard: Shard, seconds: float) -> None:
        whole = sum(item.tokens for item in shard.items)
        for item in shard.items:
            self._due.done[item.user].seconds += seconds * item.tokens / whole

    def _take_salvage(self, fleet: Fleet[E, A]) -> int:
        """Keep what an earlier run's machines had finished and users still owe; returns how much."""
        missing: dict[str, set[str]] = {}
        kept = 0
        for found in fleet.salvage():
            try:
                answer = self._modality.usable(found.answer, len(found.hashes))
            except SpaceMismatch:
                continue
            for user in self._due.owed:
                if user not in missing:
                    missing[user] = self._missing(user)
                rows = [
                    row
                    for row, key in enumerate(found.hashes)
                    if key in missing[user] and row not in answer.failed
                ]
                keys = [found.hashes[row] for row in rows]
                if keys and self._keep(user, keys, answer, rows, found.maker):
                    missing[user] -= set(keys)
                    kept += len(keys)
        return kept

    def _missing(self, user: str) -> set[str]:
        return user_debt(self._lake, self._space, self._modality.kinds, user).missing


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
