"""Embedding pages: each image that has no vectors yet, committed batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec

from embed_platform.corpus.documents import read_documents
from embed_platform.corpus.pages import page_image_path
from embed_platform.embedding.embed import UserResult, set_aside, user_debt
from embed_platform.embedding.engine import PageEngine
from embed_platform.embedding.multivectors import append_multivectors
from embed_platform.embedding.page_probe import admit_pages
from embed_platform.embedding.probe import serve_kinds
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import DamagedFile, EmbedError
from embed_platform.lake.dead_letters import DeadLetter
from embed_platform.lake.lake import Lake
from embed_platform.lake.suppressions import is_suppressed

# A commit: at some seconds a page on a processor, what a killed run loses is minutes.
PAGES_PER_COMMIT = 32
OnPages = Callable[[int, int], None]


def embed_pages(
    lake: Lake,
    space: EmbeddingSpace,
    users: Sequence[str],
    kinds: Sequence[str],
    open_engine: Callable[[], PageEngine],
    *,
    on_progress: OnPages = lambda done, total: None,
) -> dict[str, UserResult | EmbedError]:
    """Give every page of these users its vectors in a space; as `embed_with` does for texts.

    Args:
        lake: where.
        space: in which, of images.
        users: whose documents.
        kinds: which kinds of document.
        open_engine: called once, and only when a page lacks its vectors.
        on_progress: told after each commit how many pages of how many are done.

    Returns:
        What was done for each user (`tokens` counts vectors); the error where a user's files
        cannot be read, which stops nobody else.
    """
    serve_kinds(lake, space.slug, kinds)
    results: dict[str, UserResult | EmbedError] = {}
    owed: dict[str, set[str]] = {}
    for user in users:
        try:
            debt = user_debt(lake, space, kinds, user)
        except DamagedFile as error:
            results[user] = error
            continue
        results[user] = UserResult(reused=debt.reused, dead_letters=debt.set_aside)
        if debt.missing:
            owed[user] = debt.missing
    if not owed:
        return results
    engine = open_engine()
    admit_pages(lake, space, engine, kinds)
    done, total = 0, sum(map(len, owed.values()))
    for user, missing in owed.items():
        result = results[user]
        assert isinstance(result, UserResult)
        try:
            for batch in _batches(lake, user, kinds, missing):
                _embed(lake, space, user, batch, engine, result)
                done += len(batch)
                on_progress(done, total)
        except DamagedFile as error:
            results[user] = error
    return results


def _batches(
    lake: Lake, user: str, kinds: Sequence[str], missing: set[str]
) -> Iterator[dict[str, str]]:
    """Path of each image that lacks its vectors by its hash, a commit's worth at a time."""
    left, batch = set(missing), dict[str, str]()
    for kind in kinds:
        table = read_documents(lake, user, kind, ["text_hash", "metadata"]).sort_by("text_hash")
        hashes, metadata = table["text_hash"].to_pylist(), table["metadata"].to_pylist()
        for key, text in zip(hashes, metadata, strict=True):
            if key in left:
                left.remove(key)
                batch[key] = page_image_path(user, msgspec.json.decode(text))
                if len(batch) == PAGES_PER_COMMIT:
                    yield batch
                    batch = {}
    if batch:
        yield batch


def _embed(
    lake: Lake,
    space: EmbeddingSpace,
    user: str,
    batch: dict[str, str],
    engine: PageEngine,
    result: UserResult,
) -> None:
    hashes = list(batch)
    answer = engine.embed_images([_image(lake, user, path) for path in batch.values()])
    letters = [DeadLetter(hashes[row], reason) for row, reason in answer.failed.items()]
    good = [row for row in range(len(hashes)) if row not in answer.failed]
    with lake.writing(user):
        if is_suppressed(lake.storage, user):
            return  # forgotten since the run began
        if good:
            keys, pages = [hashes[row] for row in good], [answer.vectors[row] for row in good]
            append_multivectors(lake, space, user, keys, pages, [engine.provenance])
        set_aside(lake, space, user, letters)
    result.embedded += len(good)
    result.tokens += sum(len(answer.vectors[row]) for row in good)
    result.dead_letters += len(letters)


def _image(lake: Lake, user: str, path: str) -> bytes:
    try:
        return lake.storage.get(path)
    except FileNotFoundError as error:
        raise DamagedFile(
            f"an image of a page of {user!r} is gone",
            where=path,
            remedy="Run again; it is rendered anew",
        ) from error
