"""Vectors for a few texts of one user, nothing else of whom is looked at: what a feed's batch needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from embed_platform.embedding.debts import dead_step
from embed_platform.embedding.engine import Embedded, Engine
from embed_platform.embedding.fleet import Machine, OneMachine, TextFleet
from embed_platform.embedding.loop import embed_shards
from embed_platform.embedding.plan import Shard, Work, shards
from embed_platform.embedding.probe import admit, serve_kinds
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.embedding.text_modality import embed_checked
from embed_platform.embedding.vectors import append_vectors
from embed_platform.lake.dead_letters import DeadLetter, read_dead_letters, write_dead_letters
from embed_platform.lake.lake import Lake

Vector = np.ndarray[tuple[int], np.dtype[np.float32]]


@dataclass
class EmbeddedTexts:
    """Vectors by text hash, float32 of shape (dimension,), and why others have none."""

    vectors: dict[str, Vector] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


class TextEmbedder:
    """Embeds texts of one user in one space, batch after batch, and commits their vectors.

    An engine is compared with its space once, not at every batch.
    """

    def __init__(
        self,
        lake: Lake,
        space: EmbeddingSpace,
        user: str,
        kinds: Sequence[str],
        open_fleet: Callable[[], TextFleet],
    ) -> None:
        self._lake, self._space, self._user, self._kinds = lake, space, user, kinds
        self._open_fleet = open_fleet
        self._admitted: list[Engine] = []
        self._served = False

    def warm_up(self) -> None:
        """Load the model before the first text comes, where that rents nothing."""
        fleet = self._open_fleet()
        if isinstance(fleet, OneMachine):
            with fleet:
                machine = fleet.next_machine(0)
            if machine is not None:
                self._admit(machine.engine)

    def embed(self, texts: Mapping[str, str]) -> EmbeddedTexts:
        """Vectors of texts, each kept in the lake before this returns; texts by their hash.

        Texts that the model cannot embed become dead letters of the user.
        """
        found = EmbeddedTexts()
        if not texts:
            return found

        def commit(shard: Shard, answer: Embedded, machine: Machine[Engine], _: float) -> None:
            hashes = list(shard.texts())
            good = [row for row in range(len(hashes)) if row not in answer.failed]
            if good:
                names = [hashes[row] for row in good]
                with self._lake.writing(self._user):
                    append_vectors(
                        self._lake,
                        self._space,
                        self._user,
                        names,
                        answer.vectors[good],
                        [machine.engine.provenance],
                    )
                found.vectors.update(zip(names, answer.vectors[good], strict=True))
            found.failed.update({hashes[row]: why for row, why in answer.failed.items()})

        def give_up(shard: Shard, reason: str) -> None:
            found.failed.update(dict.fromkeys(shard.texts(), reason))

        work = (Work(self._user, key, text) for key, text in texts.items())
        fleet = self._open_fleet()
        with fleet:
            embed_shards(
                fleet,
                shards(work, self._lake.settings.shard_tokens),
                embed=lambda machine, shard: embed_checked(machine, self._space, shard),
                admit=self._admit,
                commit=commit,
                give_up=give_up,
            )
        if found.failed:
            self._set_aside(found.failed)
        return found

    def _admit(self, engine: Engine) -> None:
        if not any(engine is known for known in self._admitted):
            with self._lake.writing(self._user):
                admit(self._lake, self._space, engine, self._kinds)
            self._admitted.append(engine)
        if not self._served:
            serve_kinds(self._lake, self._space.slug, self._kinds)
            self._served = True

    def _set_aside(self, failed: Mapping[str, str]) -> None:
        step = dead_step(self._space.slug)
        with self._lake.writing(self._user):
            earlier = read_dead_letters(self._lake.storage, self._user).get(step, [])
            kept = [letter for letter in earlier if letter.where not in failed]
            fresh = [DeadLetter(key, why) for key, why in failed.items()]
            write_dead_letters(self._lake.storage, self._user, step, [*kept, *fresh])
