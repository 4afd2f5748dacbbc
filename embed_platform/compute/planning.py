"""The plan before the spend: what is left to embed, and what that takes on each machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from embed_platform.corpus.documents import read_documents
from embed_platform.embedding.embed import user_debt
from embed_platform.embedding.estimate import Estimate, Offer, estimate
from embed_platform.embedding.plan import CHARS_PER_TOKEN
from embed_platform.embedding.registry import ModelEntry
from embed_platform.embedding.speeds import read_speeds
from embed_platform.lake.lake import Lake

LOCAL = "local"


@dataclass(frozen=True)
class Plan:
    """What a run would do.

    Attributes:
        texts: distinct texts of each user without a vector, in all.
        tokens: to read for them, roughly.
        reused: texts that have their vector already.
        estimates: one for each kind of machine that can do it.
    """

    texts: int
    tokens: int
    reused: int
    estimates: tuple[Estimate, ...] = field(default=())


def make_plan(
    lake: Lake,
    entry: ModelEntry,
    users: Sequence[str],
    offers: Sequence[Offer],
    machines: int = 1,
) -> Plan:
    """What embedding the users' documents with a model would take.

    Args:
        lake: where.
        entry: the model.
        users: whose documents.
        offers: machines to compare; this one is added where its speed is known.
        machines: how many to rent at a time.
    """
    texts = tokens = reused = 0
    for user in users:
        debt = user_debt(lake, entry.space, entry.kinds, user)
        reused += debt.reused
        texts += len(debt.missing)
        tokens += _tokens(lake, entry, user, debt.missing)
    speeds = read_speeds(lake, entry.space.slug)
    own = [
        Offer(LOCAL, kind.removeprefix(f"{LOCAL} "), 0, 0, 0.0)
        for kind in speeds
        if kind.startswith(LOCAL)
    ]
    found = [
        estimate(
            offer,
            tokens,
            entry.parameters,
            machines if offer.compute != LOCAL else 1,
            speeds.get(f"{LOCAL} {offer.gpu}" if offer.compute == LOCAL else offer.gpu),
        )
        for offer in (*own, *offers)
    ]
    return Plan(texts, tokens, reused, tuple(one for one in found if one is not None))


def _tokens(lake: Lake, entry: ModelEntry, user: str, missing: set[str]) -> int:
    """Tokens of a user's missing texts, none longer than the model reads."""
    left, count = set(missing), 0
    prompt = len(entry.space.document_prompt)
    for kind in entry.kinds:
        table = read_documents(lake, user, kind, ["text_hash", "text"])
        for key, text in zip(
            table["text_hash"].to_pylist(), table["text"].to_pylist(), strict=True
        ):
            if key in left:
                left.remove(key)
                count += min(entry.space.max_tokens, (len(text) + prompt) // CHARS_PER_TOKEN + 2)
    return count
