"""Renting for one run: walks the candidates, creates, finds again what was created unseen, ends.

Threads share one `Renting`. It never rents without an intent on the disk, nor above the cap.
"""

from __future__ import annotations

import itertools
import logging
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from pydantic import SecretStr

from embed_platform.compute.runpod.api import Pod, RunPodApi
from embed_platform.compute.runpod.books import Books, OverCap
from embed_platform.compute.runpod.choice import CLOUDS, Candidate, candidates
from embed_platform.compute.runpod.problems import Refusal, Unanswered
from embed_platform.compute.runpod.request import create_body, parsed_name, pod_name
from embed_platform.embedding.registry import ModelEntry
from embed_platform.errors import ComputeRefused, EmbedError
from embed_platform.settings import Settings

CATALOGUE_SECONDS = 60.0
TRIES_PER_CANDIDATE = 3
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Patience:
    """How long is waited for what, in seconds.

    Attributes:
        poll: between two looks at all pods; RunPod allows 60 requests a minute.
        provision: until a pod must have left PROVISIONING.
        ready: until its server must answer: an image of 10 GB and the weights are loaded first.
        words: between two looks at what a pod says that does not serve yet.
        create: that a create may take.
        adopt: in which a pod is looked for whose create was not answered.
        end: in which a pod must be deleted; then the next look takes over, or it is told again.
        close: in which everything must be gone when the fleet is left.
        settle: after a create that was never answered, before its pod is taken not to come.
        avoid: during which a GPU is passed over that came up badly.
        rounds: how often all candidates are tried.
        pause: between two rounds.
    """

    poll: float = 5.0
    provision: float = 300.0
    ready: float = 1200.0
    words: float = 20.0
    create: float = 60.0
    adopt: float = 20.0
    end: float = 20.0
    close: float = 180.0
    settle: float = 15.0
    avoid: float = 600.0
    rounds: int = 3
    pause: float = 20.0


@dataclass(eq=False)
class Rented:
    """A pod of this run, from the answer to its create until it is gone.

    Attributes:
        pod: as it was seen last.
        since: monotonic clock, before the create.
        seen: whether a listing showed it yet.
        over: set when it is of no more use; then `reason` says why.
        is_blamed: whether another of its kind is likely to be of no more use.
    """

    name: str
    candidate: Candidate
    pod: Pod
    since: float
    seen: bool = False
    over: threading.Event = field(default_factory=threading.Event)
    reason: str = ""
    is_blamed: bool = False

    def give_up(self, reason: str, *, blamed: bool = False) -> None:
        """It is of no more use; the first reason stays."""
        if not self.over.is_set():
            self.reason, self.is_blamed = reason, blamed
            self.over.set()


class Renting:
    """The pods of one run.

    Attributes:
        closing: set when the fleet is being left: nothing more is rented.
        server_key: that the pods' servers ask for; of this run alone.
    """

    def __init__(
        self, entry: ModelEntry, settings: Settings, api: RunPodApi, patience: Patience
    ) -> None:
        self.settings, self.api, self.patience = settings, api, patience
        self.books = Books(settings)
        # hexadecimal: what begins with a dash is no key to a server that takes it as an argument
        self.server_key = SecretStr(secrets.token_hex(32))
        self.closing = threading.Event()
        self._entry = entry
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._held: dict[str, Rented] = {}
        self._creating: set[str] = set()
        self._unsettled_until = 0.0
        self._avoid: dict[tuple[str, str], float] = {}
        self._told: dict[str, float] = {}
        self._catalogue_lock = threading.Lock()
        self._catalogue: tuple[float, list[Candidate]] = (float("-inf"), [])

    def rent(self) -> Rented | None:
        """The next pod, by walking through the candidates; None when the fleet is being left.

        Raises:
            EmbedError: none can be had; the reason.
        """
        why: EmbedError = ComputeRefused("every GPU that fits came up badly", where="RunPod")
        for _ in range(self.patience.rounds):
            refused: list[EmbedError] = []
            for candidate in self._candidates():
                outcome = self._persist(candidate)
                if not isinstance(outcome, EmbedError):
                    return outcome
                refused.append(outcome)
            if refused:
                why = next((one for one in refused if not isinstance(one, OverCap)), refused[0])
            if isinstance(why, OverCap) or self.closing.wait(self.patience.pause):
                break
        if self.closing.is_set():
            return None
        raise why

    def end(self, rented: Rented, reason: str) -> None:
        """Terminate a pod and account for it; what fails here the next look does."""
        rented.give_up(reason)
        deadline = time.monotonic() + self.patience.end
        pause = 0.1
        while True:
            try:
                self.terminate(rented.pod.id)
            except EmbedError as error:
                if isinstance(error, Refusal) or time.monotonic() > deadline:
                    _log.warning("%s cannot be ended yet: %s", rented.name, error)
                    break
                time.sleep(pause)
                pause = min(2 * pause, 3.0)
            else:
                self.books.gone(rented.name, rented.reason)
                break
        with self._lock:
            self._held.pop(rented.name, None)

    def terminate(self, pod_id: str) -> None:
        """Tell RunPod to delete a pod; told a short while ago, it is still at it.

        Raises:
            EmbedError: it refuses or does not answer.
        """
        if not self.is_ending(pod_id):
            self.api.delete(pod_id)
            self._told[pod_id] = time.monotonic()

    def is_ending(self, pod_id: str) -> bool:
        """Whether RunPod said yes to its end not long ago: it may still be listed."""
        return time.monotonic() - self._told.get(pod_id, float("-inf")) < self.patience.end

    def avoid(self, candidate: Candidate, seconds: float) -> None:
        """Pass a candidate over for a while."""
        self._avoid[candidate.key] = time.monotonic() + seconds

    def give_up_all(self, reason: str) -> None:
        """Wake everybody who holds a pod."""
        for rented in self.held().values():
            rented.give_up(reason)

    def held(self) -> dict[str, Rented]:
        """The pods that somebody holds, by name."""
        with self._lock:
            return dict(self._held)

    def being_created(self) -> set[str]:
        """Names of pods that may appear at any moment; empty only when none is to be expected."""
        with self._lock:
            is_unsettled = time.monotonic() < self._unsettled_until
            return self._creating | ({"a create without an answer"} if is_unsettled else set())

    def mine(self, pods: tuple[Pod, ...]) -> list[Pod]:
        """Those of a listing that this run rented, by their names."""
        prefix, run = self.settings.rent_prefix, self.books.run
        return [pod for pod in pods if (name := parsed_name(prefix, pod.name)) and name.run == run]

    def _candidates(self) -> Iterator[Candidate]:
        """What may be tried now; an entry that was refused meanwhile is left out."""
        with self._catalogue_lock:
            read_at, found = self._catalogue
            if time.monotonic() - read_at > CATALOGUE_SECONDS:
                wanted = self.settings.runpod_cloud
                clouds = CLOUDS if wanted == "any" else (wanted,)
                offers = {cloud: self.api.offers(cloud) for cloud in clouds}
                found = candidates(self._entry, offers, self.settings.gpu)
                self._catalogue = (time.monotonic(), found)
        return (c for c in found if time.monotonic() >= self._avoid.get(c.key, 0.0))

    def _persist(self, candidate: Candidate) -> Rented | EmbedError | None:
        """One candidate, again while RunPod does not answer; None when the fleet is being left."""
        outcome: Rented | EmbedError | None = None
        for attempt in range(TRIES_PER_CANDIDATE):
            if isinstance(outcome, Unanswered):
                told = outcome.retry_after
                self.closing.wait(self.patience.pause * 2**attempt / 20 if told is None else told)
            if self.closing.is_set():
                return None
            outcome = self._try(candidate)
            if not isinstance(outcome, Unanswered):
                break
        return outcome

    def _try(self, candidate: Candidate) -> Rented | EmbedError:
        """One create. What it raises ends the renting; what it returns is about the candidate."""
        name = pod_name(self.settings.rent_prefix, self.books.run, next(self._numbers))
        with self._while_creating(name):
            try:
                self.books.intend(name, candidate)
            except OverCap as error:
                return error
            since = time.monotonic()
            pod = self._created(name, candidate)
            if isinstance(pod, EmbedError):
                return pod
            rented = Rented(name, candidate, pod, since)
            with self._lock:
                self._held[name] = rented
            if self.closing.is_set():  # set after this, whoever set it finds the pod among the held
                rented.give_up("the run ended")
        try:
            self.books.created(name, candidate, pod)
        except OverCap as error:
            self.end(rented, str(error))
            return error
        return rented

    def _created(self, name: str, candidate: Candidate) -> Pod | EmbedError:
        try:
            return self.api.create(create_body(name, candidate, self.server_key, self.settings))
        except Refusal as error:
            self.books.never_was(name, str(error))
            if not error.only_this_candidate:
                raise
            self.avoid(candidate, self.patience.pause / 2)
            return error
        except Unanswered as error:
            pod = self._adopted(name) if error.may_be_done else None
            if pod is None:
                self.books.never_was(name, str(error))
            return pod or error

    def _adopted(self, name: str) -> Pod | None:
        """The pod of a create that was not answered, if it turns up."""
        deadline = time.monotonic() + self.patience.adopt
        while True:
            with suppress(EmbedError):
                for pod in self.api.listing().pods:
                    if pod.name == name:
                        _log.info("%s was created although no answer came; it is taken on", name)
                        return pod
            if time.monotonic() > deadline:
                self._unsettled_until = time.monotonic() + self.patience.settle
                return None
            time.sleep(min(self.patience.poll, 1.0))

    @contextmanager
    def _while_creating(self, name: str) -> Iterator[None]:
        with self._lock:
            self._creating.add(name)
        try:
            yield
        finally:
            with self._lock:
                self._creating.discard(name)
