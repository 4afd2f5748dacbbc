"""Pods that nobody needs any more: found by their names and the ledger, ended; touches nothing else."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass

from embed_platform.compute.ledger import Billed, Ended, Ledger, Owner, Rental, is_alive, now_text
from embed_platform.compute.runpod.api import Listing, Pod, RunPodApi
from embed_platform.compute.runpod.books import VENDOR, billed
from embed_platform.compute.runpod.request import parsed_name
from embed_platform.errors import ComputeRefused, EmbedError
from embed_platform.settings import Settings

# A run ends its pods itself when their minutes are over, and a pod ends itself.
GRACE_SECONDS = 300.0
GONE_SECONDS = 60.0
# Between two listings, and before a pod that is still listed is told again.
LOOK_SECONDS = 1.0
AGAIN_SECONDS = 10.0
# So long it is asked what dead runs were billed for.
BILLING_SECONDS = 10.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ours:
    """A pod under our prefix, and what is to become of it.

    Attributes:
        pod: as listed.
        owner: who it belongs to, for people.
        age_seconds: by RunPod's clock.
        orphaned: why it is to be ended; empty when it is not.
    """

    pod: Pod
    owner: str
    age_seconds: float
    orphaned: str

    @property
    def dollars(self) -> float:
        """What it has cost by its present price."""
        return self.pod.cost * self.age_seconds / 3600


def ours(
    listing: Listing,
    rentals: Mapping[str, Rental],
    *,
    prefix: str,
    mark: str,
    minutes: int,
    lives: Callable[[Owner], bool] = is_alive,
) -> list[Ours]:
    """The pods of a listing that carry our prefix, each judged; pure but for asking who lives.

    A pod of this home is an orphan when no living run owns it. One of another home, that happens
    to use the same prefix, is none of our business until it has outlived its own minutes.

    Args:
        listing: all pods of the account, and the time there.
        rentals: of this home's ledger, by name.
        prefix: of our names.
        mark: of this home.
        minutes: that a pod may run which does not tell itself.
        lives: whether a process still runs.
    """
    found = []
    for pod in listing.pods:
        name = parsed_name(prefix, pod.name)
        if name is None:
            continue
        age = max(0.0, (listing.now - pod.created_at).total_seconds())
        allowed = float(pod.env.minutes) if pod.env.minutes.isdigit() else float(minutes)
        rental = rentals.get(pod.name)
        outlived = f"its {allowed:.0f} minutes are over"
        is_old = age > allowed * 60 + GRACE_SECONDS
        if name.mark != mark:
            found.append(Ours(pod, "another home", age, outlived if is_old else ""))
        elif rental is None:
            found.append(Ours(pod, "nobody", age, "the ledger does not know it"))
        elif not lives(rental.intent.owner):
            found.append(Ours(pod, "nobody", age, "its run has ended"))
        else:
            owner = f"process {rental.intent.owner.pid} on {rental.intent.owner.host}"
            found.append(Ours(pod, owner, age, outlived if is_old else ""))
    return found


def list_ours(api: RunPodApi, settings: Settings) -> list[Ours]:
    """The pods under our prefix at this moment.

    Raises:
        EmbedError: RunPod refuses or does not answer.
    """
    ledger = Ledger(settings.home)
    # the listing first: what is rented after it has its intent in the ledger by then
    listing = api.listing()
    return ours(
        listing,
        {rental.name: rental for rental in ledger.rentals()},
        prefix=settings.rent_prefix,
        mark=ledger.mark(),
        minutes=settings.rent_minutes,
    )


def reap_orphans(api: RunPodApi, settings: Settings, *, everything: bool = False) -> list[Ours]:
    """End what nobody needs any more, until it is gone; what was ended.

    Args:
        api: of the account.
        settings: of this home.
        everything: end also what a living run or another home uses.

    Raises:
        EmbedError: RunPod refuses or does not answer, or something would not go.
    """
    found = list_ours(api, settings)
    # what a living run rents from here on is not chased: it would rent again and again
    chosen = {one.pod.id for one in found if everything}
    ended: dict[str, Ours] = {}
    told: dict[str, float] = {}
    deadline = time.monotonic() + GONE_SECONDS
    while left := [one for one in found if one.orphaned or one.pod.id in chosen]:
        if time.monotonic() > deadline:
            raise ComputeRefused(
                f"{', '.join(one.pod.name for one in left)} would not go",
                where="RunPod",
                remedy="Try again, or end them in RunPod's console",
            )
        for one in left:
            ended.setdefault(one.pod.id, one)
            since = time.monotonic() - told.get(one.pod.id, float("-inf"))
            if since > AGAIN_SECONDS and _end(api, one):
                told[one.pod.id] = time.monotonic()
        time.sleep(LOOK_SECONDS)
        found = list_ours(api, settings)
    _settle(api, Ledger(settings.home), ended.values(), {one.pod.name for one in found})
    return list(ended.values())


def _end(api: RunPodApi, one: Ours) -> bool:
    _log.info("%s (%s) is ended: %s", one.pod.name, one.pod.id, one.orphaned or "as told")
    try:
        api.delete(one.pod.id)
    except EmbedError as error:
        _log.warning("%s cannot be ended yet: %s", one.pod.name, error)
        return False
    return True


def _settle(api: RunPodApi, ledger: Ledger, ended: Iterable[Ours], running: set[str]) -> None:
    """Close the ledger's accounts of dead runs whose pods are gone, with what they were billed for."""
    by_name = {one.pod.name: one for one in ended}
    deadline = time.monotonic() + BILLING_SECONDS
    for name, rental in ledger.open_rentals().items():
        if rental.intent.vendor != VENDOR or name in running or is_alive(rental.intent.owner):
            continue
        one = by_name.get(name)
        seconds, dollars = (one.age_seconds, one.dollars) if one else (0.0, 0.0)
        reason = (one.orphaned or "ended as told") if one else "found gone"
        ledger.write(name, Ended(reason, round(seconds, 1), round(dollars, 6), now_text()))
        if time.monotonic() < deadline:
            machines = {*rental.machine_ids, *([one.pod.id] if one else [])}
            _bill(api, ledger, name, machines, rental.intent.at)


def _bill(api: RunPodApi, ledger: Ledger, name: str, machines: set[str], since: str) -> None:
    """Write down what RunPod has billed: of a pod that nobody saw end, only it knows that."""
    with suppress(EmbedError):
        dollars = billed(api, machines, since)
        if dollars > 0:
            ledger.write(name, Billed(dollars, now_text()))


def opened(settings: Settings) -> RunPodApi:
    """The account of the settings.

    Raises:
        ComputeRefused: there is no key.
    """
    if settings.runpod_key is None:
        raise ComputeRefused("there is no key", where="RUNPOD_API_KEY")
    return RunPodApi(settings.runpod_url, settings.runpod_key)


def reap(settings: Settings, *, everything: bool = False) -> list[Ours]:
    """As `reap_orphans`, with the account of the settings."""
    with closing(opened(settings)) as api:
        return reap_orphans(api, settings, everything=everything)
