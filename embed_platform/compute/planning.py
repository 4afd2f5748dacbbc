"""The plan before the spend: what is left to embed, and what that takes on each machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from embed_platform.compute.modal.gpus import load_prices, parse_gpus
from embed_platform.compute.runpod.gpus import named
from embed_platform.corpus.documents import read_documents
from embed_platform.embedding.debts import user_debt
from embed_platform.embedding.estimate import Estimate, Offer, cheapest, estimate
from embed_platform.embedding.page_modality import TOKENS_PER_PAGE
from embed_platform.embedding.plan import CHARS_PER_TOKEN
from embed_platform.embedding.registry import ModelEntry
from embed_platform.embedding.speeds import read_speeds
from embed_platform.errors import ComputeRefused
from embed_platform.lake.lake import Lake
from embed_platform.settings import Settings

LOCAL = "local"
# Machines of a vendor that are rented for texts only.
REFUSES_PAGES = ("runpod",)


@dataclass(frozen=True)
class Plan:
    """What a run would do.

    Attributes:
        texts: distinct texts of each user without a vector, in all.
        tokens: to read for them, roughly.
        reused: texts that have their vector already.
        estimates: one for each kind of machine that can do it.
        unit: what is embedded: texts, or pages.
    """

    texts: int
    tokens: int
    reused: int
    estimates: tuple[Estimate, ...] = field(default=())
    unit: str = "texts"


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
        if offer.compute not in REFUSES_PAGES or not entry.space.multi_vector
    ]
    known = tuple(one for one in found if one is not None)
    return Plan(texts, tokens, reused, known, "pages" if entry.space.multi_vector else "texts")


def approve(plan: Plan, settings: Settings) -> str:
    """One line that says what a rented run is expected to cost; refuses what is surely above the cap.

    Args:
        plan: with estimates of the machines that may be rented.
        settings: where to rent, on what, and the cap.

    Raises:
        ComputeRefused: there is no cap, no such machine, or even the least is above the cap.
    """
    cap = settings.max_dollars
    if cap is None:
        raise ComputeRefused(
            "nothing is rented without a cap",
            where=settings.compute,
            remedy="Pass --max-dollars, or set EMBED_MAX_DOLLARS",
        )
    chosen = names_of(settings)
    best = cheapest(
        [
            one
            for one in plan.estimates
            if one.offer.compute == settings.compute and (not chosen or one.offer.gpu in chosen)
        ]
    )
    if best is None or not plan.texts:
        return (
            f"{plan.texts:,} {plan.unit}; what they take is not known" if plan.texts else "nothing"
        )
    low, high = best.dollars
    line = (
        f"{plan.texts:,} {plan.unit}, about {plan.tokens:,} tokens, "
        f"{low:.2f} to {high:.2f} dollars on {best.offer.gpu}"
    )
    if low > cap:
        raise ComputeRefused(
            f"{line}: more than the cap of {cap:.2f}",
            where=settings.compute,
            remedy="`embed-platform plan` compares machines; --max-dollars moves the cap",
        )
    return line


def names_of(settings: Settings) -> set[str]:
    """The GPUs that EMBED_GPU means, by the vendor's names; empty for any.

    Raises:
        ComputeRefused: the vendor has no such GPU; says which come near.
    """
    if not settings.gpu.strip():
        return set()
    if settings.compute == "modal":
        return {wanted.name for wanted in parse_gpus(settings.gpu, load_prices())}
    return {gpu.name for gpu in named(settings.gpu)}


def _tokens(lake: Lake, entry: ModelEntry, user: str, missing: set[str]) -> int:
    """Tokens of a user's missing texts, none longer than the model reads, or of missing pages."""
    if entry.space.multi_vector:
        return TOKENS_PER_PAGE * len(missing)
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
