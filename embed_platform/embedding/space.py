"""The embedding space: what makes vectors comparable, and the name that follows from it."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from hashlib import blake2b

import msgspec

SLUG_MAX = 40
# What the default branch of a model on the hub is called.
FLOATING = ("main", "master")


@dataclass(frozen=True)
class EmbeddingSpace:
    """Identity of a set of vectors that may be compared with one another.

    Attributes:
        model: name on the Hugging Face hub, or a folder.
        revision: commit of the model, or the digest of a folder's weights.
        dimension: length of a vector.
        normalised: whether the model's own modules give unit vectors.
        query_prompt: put before a query's text.
        document_prompt: put before a document's text.
        pooling: how token vectors become one.
        max_tokens: tokens after which the model truncates.
        quantisation: of the weights; empty for none.
        matryoshka: whether the model was trained so that the beginning of a vector is a vector too.
        modality: of documents: `text`, or `image` for pages. Questions are text in both.
        multi_vector: whether a document has a vector for each of its patches, compared by MaxSim.
    """

    model: str
    revision: str
    dimension: int
    normalised: bool = True
    query_prompt: str = ""
    document_prompt: str = ""
    pooling: str = "mean"
    max_tokens: int = 512
    quantisation: str = ""
    matryoshka: bool = False
    modality: str = "text"
    multi_vector: bool = False

    @property
    def is_floating(self) -> bool:
        """Whether the revision is a branch, which may be another model tomorrow."""
        return self.revision in FLOATING

    @property
    def slug(self) -> str:
        """Name for files, tables and assets: `[a-z][a-z0-9_]*`, 8 hex digits last, 40 characters at most.

        Fields at their default are not hashed, so that a field added later renames nothing.
        """
        stem = re.sub(r"[^a-z0-9]+", "_", self.model.rstrip("/").rsplit("/", 1)[-1].lower()).strip(
            "_"
        )
        stem = stem if stem[:1].isalpha() else f"m_{stem}"
        return f"{stem[: SLUG_MAX - 9].rstrip('_')}_{self._digest()}"

    def identity(self) -> dict[str, object]:
        """The fields that are not at their default, by name."""
        return {
            f.name: value for f in fields(self) if (value := getattr(self, f.name)) != f.default
        }

    def _digest(self) -> str:
        return blake2b(
            msgspec.json.encode(self.identity(), order="sorted"), digest_size=4
        ).hexdigest()
