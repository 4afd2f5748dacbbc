"""A space of page images: each image read when a machine is there for it, many vectors a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import msgspec
import numpy as np

from embed_platform.corpus.documents import read_documents
from embed_platform.corpus.pages import page_image_path
from embed_platform.embedding.debts import user_debt
from embed_platform.embedding.engine import EmbeddedPages, MultiVector, PageEngine, Provenance
from embed_platform.embedding.fleet import Machine
from embed_platform.embedding.modality import Unreadable
from embed_platform.embedding.multivectors import append_multivectors
from embed_platform.embedding.page_probe import admit_pages
from embed_platform.embedding.plan import Shard, Work
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import DamagedFile, SpaceMismatch
from embed_platform.lake.lake import Lake

# A commit: at some seconds a page on a processor, what a killed run loses is minutes.
PAGES_PER_COMMIT = 32
# What reading a page takes, as so many tokens of the whole model. ColQwen2.5 sees 768 patches at
# most through its 3.1 billion parameters of language, and four times as many smaller ones through
# its 0.67 billion of vision (its processor's max_num_visual_tokens; Qwen2.5-VL,
# https://arxiv.org/abs/2502.13923, 2.1): (3.1 x 768 + 0.67 x 3,072) / 3.75.
TOKENS_PER_PAGE = 1_200


@dataclass(frozen=True)
class PageModality:
    """Page images of some kinds of document in one space; the methods are those of `Modality`."""

    lake: Lake
    space: EmbeddingSpace
    kinds: Sequence[str]
    unit = "pages"
    shard_tokens = PAGES_PER_COMMIT * TOKENS_PER_PAGE

    def work(self, user: str) -> Iterator[Work]:
        """Each image that lacks its vectors once, by its path."""
        left = user_debt(self.lake, self.space, self.kinds, user).missing
        for kind in self.kinds:
            table = read_documents(self.lake, user, kind, ["text_hash", "metadata"])
            table = table.sort_by("text_hash")
            hashes, metadata = table["text_hash"].to_pylist(), table["metadata"].to_pylist()
            for key, text in zip(hashes, metadata, strict=True):
                if key in left:
                    left.remove(key)
                    path = page_image_path(user, msgspec.json.decode(text))
                    yield Work(user, key, path, size=TOKENS_PER_PAGE)

    def admit(self, engine: PageEngine) -> None:
        """On drawn pages and questions."""
        admit_pages(self.lake, self.space, engine, self.kinds)

    def embed(
        self, machine: Machine[PageEngine], shard: Shard, unreadable: Unreadable
    ) -> EmbeddedPages:
        """Those images that are there; a user with one that is gone is unreadable."""
        images: dict[str, bytes] = {}
        for item in shard.items:
            try:
                images[item.text_hash] = self._image(item.user, item.text)
            except DamagedFile as error:
                unreadable[item.user] = error
        if not images:
            return self._in_place(EmbeddedPages([]), shard, {})
        answer = self.usable(machine.engine.embed_images(list(images.values())), len(images))
        return self._in_place(answer, shard, {key: row for row, key in enumerate(images)})

    def usable(self, answer: EmbeddedPages, count: int) -> EmbeddedPages:
        """Pages whose vectors are none, not finite or all zero are failures."""
        shapes = {page.shape[1:] for page in answer.vectors}
        if len(answer.vectors) != count or shapes - {(self.space.dimension,)}:
            raise SpaceMismatch(
                f"{len(answer.vectors)} pages came for {count} images in {self.space.dimension} dimensions",
                where=self.space.slug,
            )
        useless = {
            row: "the model gave no usable vectors"
            for row, page in enumerate(answer.vectors)
            if not len(page) or not np.isfinite(page).all() or not page.any(axis=1).all()
        }
        return replace(answer, failed=useless | answer.failed)

    def keep(
        self,
        user: str,
        hashes: Sequence[str],
        answer: EmbeddedPages,
        rows: Sequence[int],
        maker: Provenance,
    ) -> None:
        """In one file."""
        pages = [answer.vectors[row] for row in rows]
        append_multivectors(self.lake, self.space, user, hashes, pages, [maker])

    def tokens_read(self, shard: Shard, answer: EmbeddedPages) -> int:
        """As plans count them: the same for every page."""
        return TOKENS_PER_PAGE * len(answer.vectors)

    def _image(self, user: str, path: str) -> bytes:
        try:
            return self.lake.storage.get(path)
        except FileNotFoundError as error:
            raise DamagedFile(
                f"an image of a page of {user!r} is gone",
                where=path,
                remedy="Run again; it is rendered anew",
            ) from error

    def _in_place(
        self, answer: EmbeddedPages, shard: Shard, row_of: dict[str, int]
    ) -> EmbeddedPages:
        """An answer to those images of a shard that are there as one to all of them."""
        nothing: MultiVector = np.empty((0, self.space.dimension), np.float16)
        vectors, failed = [], {}
        for place, key in enumerate(shard.texts()):
            row = row_of.get(key)
            vectors.append(nothing if row is None else answer.vectors[row])
            if row is None or row in answer.failed:
                failed[place] = "its image is gone" if row is None else answer.failed[row]
        return EmbeddedPages(vectors, failed, answer.maker)
