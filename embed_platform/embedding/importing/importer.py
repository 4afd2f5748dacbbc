"""Vectors that somebody has already, taken into the lake through the checks that fresh ones pass."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from embed_platform.embedding.engine import Matrix
from embed_platform.embedding.importing.files import find_files, read_records
from embed_platform.embedding.importing.intake import OTHER_TEXT, Counts, Intake
from embed_platform.embedding.importing.letters import import_letter, set_letters, settle_letters
from embed_platform.embedding.importing.texts import Positions, Texts, read_texts
from embed_platform.embedding.probe import MIN_COSINE, cosines, note_import
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.embedding.vectors import append_vectors, vector_blocks
from embed_platform.errors import LakeUnavailable, SpaceMismatch
from embed_platform.lake.dead_letters import check_limit
from embed_platform.lake.lake import Lake
from embed_platform.lake.suppressions import refuse_erased

# 82 MB in 4,096 dimensions; a killed import loses the file that it was writing.
ROWS_PER_APPEND = 5_000


@dataclass(frozen=True)
class Imported:
    """What an import did.

    Attributes:
        counts: of the records.
        taken: vectors by user.
        missing: texts, for each of their users, whose only vectors were set aside.
        compared: texts on which the files were compared with vectors of the lake.
    """

    counts: Counts
    taken: dict[str, int]
    missing: int
    compared: int


def import_vectors(
    lake: Lake,
    space: EmbeddingSpace,
    paths: Sequence[Path],
    users: Sequence[str],
    kinds: Sequence[str],
    *,
    ids: Path | None = None,
    on_file: Callable[[str], None] = lambda file: None,
) -> Imported:
    """Give texts of documents the vectors that files hold for them.

    All files are read and judged before the lake changes. An import that was killed while it
    wrote goes on where it stopped when it is repeated.

    Args:
        lake: where.
        space: of the vectors.
        paths: files, and folders of them.
        users: whose documents.
        kinds: which kinds of document; those that the space serves.
        ids: file of the ids of the one .npy among the files.
        on_file: called with the name of each file before it is read.

    Raises:
        BadArchive: a file is damaged.
        SpaceMismatch: a vector has another length, or the vectors are of another model.
        TooManyDeadLetters: too many vectors are of no use.
        LakeUnavailable: the disk is full.
    """
    files = find_files(paths, ids)
    texts = read_texts(lake, space.slug, users, kinds)
    with _spool(lake) as spool:
        intake = Intake(texts, space, spool)
        for file in files:
            on_file(str(file))
            intake.take_file(str(file), read_records(file, space, ids))
        compared = _compare(lake, space, texts, intake.overlap)
        missing = _set_aside(lake, space, texts, intake)
        if intake.makers:
            note_import(lake, space, kinds, intake.makers[0], compared=compared > 0)
        return Imported(intake.counts, _append(lake, space, texts, intake), missing, compared)


def _compare(lake: Lake, space: EmbeddingSpace, texts: Texts, overlap: dict[int, Matrix]) -> int:
    """Compare the files' vectors with those of the lake; returns on how many texts."""
    found: dict[int, float] = {}
    for number, user in enumerate(texts.users):
        held = texts.of(number, with_vector=True)
        left = np.array([text for text in held[np.isin(held, list(overlap))] if text not in found])
        if not len(left):
            continue
        text_of = dict(zip(texts.names(left), left.tolist(), strict=True))
        for names, block in vector_blocks(lake, space, user, text_of):
            given = np.stack([overlap[text_of[name]] for name in names])
            for name, cosine in zip(names, cosines(block, given).tolist(), strict=True):
                found[text_of[name]] = cosine
            if len(found) == len(overlap):
                break
    middle = float(np.median(list(found.values()))) if found else 1.0
    if middle < MIN_COSINE:
        raise SpaceMismatch(
            f"the files' vectors disagree with those of the lake (median cosine {middle:.3f} over "
            f"{len(found)} texts that both hold, at least {MIN_COSINE} is needed)",
            where=space.model,
            remedy="They are of another model or quantisation: pass its --model; nothing was imported",
        )
    return len(found)


def _set_aside(lake: Lake, space: EmbeddingSpace, texts: Texts, intake: Intake) -> int:
    """Keep a dead letter for each text that is left without a vector; returns how many."""
    concerned = np.array([reject.text for reject in intake.rejects], np.int64)
    is_left = intake.rows_of(concerned) < 0
    missing = 0
    for number, user in enumerate(texts.users):
        mine = np.flatnonzero(is_left & np.isin(concerned, texts.of(number, with_vector=False)))
        rejects = [intake.rejects[i] for i in mine]
        names = texts.names(concerned[mine])
        if rejects:
            fresh = [
                import_letter(reject.where, reject.reason, name)
                for reject, name in zip(rejects, names, strict=True)
            ]
            with _writing(lake, user):
                set_letters(lake, space.slug, user, fresh)
            missing += len(set(names))
    # a vector of another text says nothing about the rest: documents change, files do not
    useless = [reject for reject in intake.rejects if reject.reason != OTHER_TEXT]
    check_limit(
        len(useless),
        intake.counts.matched,
        lake.settings.dead_letter_limit,
        where=f"{useless[0].where} and others" if useless else space.slug,
    )
    return missing


def _append(lake: Lake, space: EmbeddingSpace, texts: Texts, intake: Intake) -> dict[str, int]:
    """Commit the kept vectors user by user, in files of bounded size; returns how many each got."""
    vectors, maker_of = intake.vectors(), np.array(intake.maker_of, np.int64)
    taken: dict[str, int] = {}
    for number, user in enumerate(texts.users):
        owed = texts.of(number, with_vector=False)
        rows = intake.rows_of(owed)
        owed, rows = owed[rows >= 0], rows[rows >= 0]
        order = np.argsort(rows)
        for part in _parts(order):
            makers = [intake.makers[i] for i in np.unique(maker_of[rows[part]])]
            block = np.asarray(vectors[rows[part]])
            with _writing(lake, user):
                append_vectors(lake, space, user, texts.names(owed[part]), block, makers)
            taken[user] = taken.get(user, 0) + len(part)
        if user in taken:
            with _writing(lake, user):
                settle_letters(lake, space.slug, user, set(texts.names(texts.of(number))))
    return taken


def _parts(order: Positions) -> Iterator[Positions]:
    for start in range(0, len(order), ROWS_PER_APPEND):
        yield order[start : start + ROWS_PER_APPEND]


@contextmanager
def _spool(lake: Lake) -> Iterator[BinaryIO]:
    """A file for the vectors on their way; it has no name, so that a killed import leaves none."""
    try:
        with lake.scratch("import") as folder, tempfile.TemporaryFile(dir=folder) as file:
            yield file
    except OSError as error:
        raise LakeUnavailable(
            error.strerror or str(error),
            where=str(lake.settings.home),
            remedy="The files' vectors are gathered there: free some disk space, then run again",
        ) from error


@contextmanager
def _writing(lake: Lake, user: str) -> Iterator[None]:
    """Hold the user's lock; somebody who was erased since the files were read stays so."""
    with lake.writing(user):
        refuse_erased(lake.storage, user, where=user)
        yield
