"""Rankings: made of hits, fused, ordered anew; pure functions that remember what each stage said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from embed_platform.search.retrieve import collapse
from embed_platform.stores.base import Hit

# Cormack, Clarke and Büttcher, Reciprocal Rank Fusion outperforms Condorcet and individual Rank
# Learning Methods, SIGIR 2009: 60 was found in a pilot and is not critical.
RRF_K = 60


@dataclass(frozen=True)
class Stage:
    """What one stage of a search said of a document.

    Attributes:
        name: dense, lexical, hybrid or rerank.
        rank: from 1.
        score: cosine, ts_rank, the fusion's sum, or the reranker's own scale.
    """

    name: str
    rank: int
    score: float


@dataclass(frozen=True)
class Ranked:
    """A hit at its place; its score is that of the last stage."""

    hit: Hit
    stages: tuple[Stage, ...]


def ranking(name: str, hits: Sequence[Hit]) -> list[Ranked]:
    """Hits of one stage, best first, with their ranks."""
    return [Ranked(hit, (Stage(name, rank, hit.score),)) for rank, hit in enumerate(hits, 1)]


def fuse(rankings: Sequence[Sequence[Ranked]], k: int = RRF_K) -> list[Ranked]:
    """Several rankings as one by reciprocal rank fusion: the sum of 1 / (k + rank) over those it is in.

    Documents with equal sums stand in the order of the first ranking that has them.
    """
    score: dict[str, float] = {}
    hits: dict[str, Hit] = {}
    stages: dict[str, tuple[Stage, ...]] = {}
    for found in rankings:
        for rank, item in enumerate(found, 1):
            key = item.hit.id
            score[key] = score.get(key, 0.0) + 1 / (k + rank)
            hits.setdefault(key, item.hit)
            stages[key] = (*stages.get(key, ()), *item.stages)
    order = sorted(score, key=lambda key: -score[key])
    return [
        Ranked(
            replace(hits[key], score=score[key]),
            (*stages[key], Stage("hybrid", rank, score[key])),
        )
        for rank, key in enumerate(order, 1)
    ]


def reorder(name: str, found: Sequence[Ranked], scores: Sequence[float]) -> list[Ranked]:
    """A ranking by new scores, one for each of its documents; equal ones keep their order."""
    order = sorted(zip(found, scores, strict=True), key=lambda pair: -pair[1])
    return [
        Ranked(replace(item.hit, score=score), (*item.stages, Stage(name, rank, score)))
        for rank, (item, score) in enumerate(order, 1)
    ]


def best_of_conversations(found: Sequence[Ranked]) -> list[Ranked]:
    """The best piece of each user's conversation, in the same order."""
    kept = {hit.id for hit in collapse([item.hit for item in found])}
    return [item for item in found if item.hit.id in kept]
