"""Which texts the documents of some users hold, and which of them lack a vector in a space."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embed_platform.corpus.documents import read_documents
from embed_platform.embedding.vectors import embedded_hashes
from embed_platform.lake.lake import Lake

Keys = NDArray[np.bytes_]
Positions = NDArray[np.int64]
_KEY = "S32"
_DIGITS = 32


@dataclass(frozen=True)
class Texts:
    """The texts of some users; as arrays they take a tenth of the memory of Python's own.

    A text is named by its position in `hashes`; -1 is none.

    Attributes:
        users: whose.
        hashes: of each text, sorted.
        ids: of each document, sorted.
        text_of: text of each document, in the order of `ids`.
        held: for each user in turn the texts of the user's documents.
        has_vector: for each of `held` whether the space holds that user's vector of it.
        begins: where each user begins in `held`, and its end; shape (users + 1,).
        holders: number of users who hold a text; shape (texts,).
        owing: number of them who lack its vector; shape (texts,).
    """

    users: tuple[str, ...]
    hashes: Keys
    ids: Keys
    text_of: Positions
    held: Positions
    has_vector: NDArray[np.bool_]
    begins: Positions
    holders: Positions
    owing: Positions

    def find(self, keys: Sequence[str]) -> Positions:
        """The texts that keys mean, a document's id or a text's hash; shape (keys,)."""
        asked = _keys(keys)
        document = _search(self.ids, asked)
        text = _search(self.hashes, asked)
        return np.where(document < 0, text, self.text_of[document] if len(self.ids) else -1)

    def find_hashes(self, hashes: Sequence[str]) -> Positions:
        """The texts of these hashes; shape (hashes,)."""
        return _search(self.hashes, _keys(hashes))

    def of(self, user: int, *, with_vector: bool | None = None) -> Positions:
        """Texts of a user, counted from 0: all, those that have a vector, or those that lack it."""
        part = slice(self.begins[user], self.begins[user + 1])
        texts = self.held[part]
        return texts if with_vector is None else texts[self.has_vector[part] == with_vector]

    def names(self, texts: Positions) -> list[str]:
        """Hashes of some texts."""
        return [key.decode() for key in self.hashes[texts].tolist()]


def read_texts(lake: Lake, slug: str, users: Sequence[str], kinds: Sequence[str]) -> Texts:
    """Look up the documents of users, and their vectors in a space.

    Raises:
        DamagedFile: a file of the lake cannot be read.
    """
    nothing = np.empty(0, _KEY)
    ids, hashes, held, present, begins = [nothing], [nothing], [nothing], [np.empty(0, bool)], [0]
    for user in users:
        mine = [nothing]
        for kind in kinds:
            table = read_documents(lake, user, kind, ["id", "text_hash"])
            ids.append(_keys(table["id"].to_pylist()))
            mine.append(_keys(table["text_hash"].to_pylist()))
        hashes += mine
        distinct = np.unique(np.concatenate(mine))
        held.append(distinct)
        begins.append(begins[-1] + len(distinct))
        present.append(np.isin(distinct, _keys(list(embedded_hashes(lake, slug, user)))))
    all_ids, all_hashes = np.concatenate(ids), np.concatenate(hashes)
    distinct, text_of = np.unique(all_hashes, return_inverse=True)
    order = np.argsort(all_ids)
    texts, has_vector = _search(distinct, np.concatenate(held)), np.concatenate(present)
    return Texts(
        tuple(users),
        distinct,
        all_ids[order],
        text_of[order],
        texts,
        has_vector,
        np.array(begins, np.int64),
        np.bincount(texts, minlength=len(distinct)),
        np.bincount(texts[~has_vector], minlength=len(distinct)),
    )


def _keys(names: Sequence[str]) -> Keys:
    """Names as fixed-width bytes; what is no key of ours becomes empty and is found nowhere."""
    fitting = [name if len(name) == _DIGITS and name.isascii() else "" for name in names]
    return np.array(fitting, dtype=_KEY)


def _search(keys: Keys, asked: Keys) -> Positions:
    """Position of each asked key among sorted ones, -1 where it is not among them."""
    if not len(keys):
        return np.full(len(asked), -1, np.int64)
    at = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
    return np.where(keys[at] == asked, at, -1)
