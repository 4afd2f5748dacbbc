"""Looking at a run's pods: what became of them, what nobody holds, what is left at the end."""

from __future__ import annotations

import logging
import time

from embed_platform.compute.runpod.api import Pod
from embed_platform.compute.runpod.renting import Rented, Renting
from embed_platform.errors import EmbedError

# Between two listings at the end; RunPod allows 60 requests a minute.
LOOK_SECONDS = 2.0
_log = logging.getLogger(__name__)


def look(renting: Renting) -> None:
    """One look at all pods: those that ended are given up, those that nobody holds are ended.

    Raises:
        EmbedError: RunPod does not answer; the next look makes good for it.
    """
    # the order matters: what is created while the listing is under way is in `creating` or `held`
    listed = renting.mine(renting.api.listing().pods)
    creating, held, known = renting.being_created(), renting.held(), renting.books.open
    by_id = {pod.id: pod for pod in listed}
    for rented in held.values():
        _see(renting, rented, by_id.get(rented.pod.id))
    kept = {rented.pod.id for rented in held.values()}
    for pod in listed:
        if not (pod.id in kept or pod.name in creating or renting.is_ending(pod.id)):
            _log.warning("%s (%s) is held by nobody and is ended", pod.name, pod.id)
            renting.books.appeared(pod)
            renting.terminate(pod.id)
    names = {pod.name for pod in listed}
    for name in known:
        if name not in names and name not in held and name not in creating:
            renting.books.gone(name, "it is gone")


def sweep(renting: Renting) -> list[str]:
    """End every pod of the run until a listing shows none; the names of those that would not go."""
    deadline = time.monotonic() + renting.patience.close
    left: list[Pod] = []
    while True:
        to_come = renting.being_created()
        try:
            left = renting.mine(renting.api.listing().pods)
        except EmbedError as error:
            _log.warning("what is left of %s cannot be seen yet: %s", renting.books.run, error)
        else:
            if not left and not to_come:
                break
            for pod in left:
                renting.books.appeared(pod)
                _delete(renting, pod)
        if time.monotonic() > deadline:
            return sorted({pod.name for pod in left} | set(renting.books.open) | to_come)
        time.sleep(min(renting.patience.poll, LOOK_SECONDS))
    for name in renting.books.open:
        renting.books.gone(name, "the run ended")
    return []


def _see(renting: Renting, rented: Rented, pod: Pod | None) -> None:
    minutes = renting.settings.rent_minutes
    if pod is not None:
        rented.pod, rented.seen = pod, True
        if pod.status in ("EXITED", "ERROR"):
            rented.give_up(f"the pod is {pod.status}")
    elif rented.seen and renting.api.pod(rented.pod.id) is None:
        rented.give_up("the pod is gone")
    if time.monotonic() - rented.since > minutes * 60:
        rented.give_up(f"its {minutes} minutes are over")


def _delete(renting: Renting, pod: Pod) -> None:
    try:
        renting.terminate(pod.id)
    except EmbedError as error:
        _log.warning("%s cannot be ended yet: %s", pod.name, error)
