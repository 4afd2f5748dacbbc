"""What was rented: a file per rental that is only added to, written before the money is spent.

No file holds a secret. Wall-clock times in it are for people; no decision is made from them.
"""

from __future__ import annotations

import os
import platform
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import psutil

FOLDER = "rentals"


class Owner(msgspec.Struct, frozen=True):
    """A process.

    Attributes:
        host: machine that it runs on.
        pid: its number there.
        mark: so that another with its number is not taken for it.
    """

    host: str
    pid: int
    mark: str


class Intent(msgspec.Struct, tag="intent", tag_field="event", frozen=True):
    """Somebody is about to rent; nothing may be there yet.

    Attributes:
        vendor: whose machine.
        run: of which run; part of the machine's name.
        gpu: as the vendor calls it.
        cloud: which of the vendor's clouds.
        image: what it runs.
        dollars_per_hour: as the vendor's catalogue says.
        minutes: after which the machine ends itself.
        owner: process that rents.
        at: time, for people.
    """

    vendor: str
    run: str
    gpu: str
    cloud: str
    image: str
    dollars_per_hour: float
    minutes: int
    owner: Owner
    at: str


class Created(msgspec.Struct, tag="created", tag_field="event", frozen=True):
    """The vendor said yes, or the machine was found under its name."""

    machine_id: str
    dollars_per_hour: float
    at: str


class Ended(msgspec.Struct, tag="ended", tag_field="event", frozen=True):
    """It is gone, or never came; dollars are our own count."""

    reason: str
    seconds: float
    dollars: float
    at: str


class Billed(msgspec.Struct, tag="billed", tag_field="event", frozen=True):
    """What the vendor's billing says."""

    dollars: float
    at: str


Event = Intent | Created | Ended | Billed
_decoder = msgspec.json.Decoder(Event)


@dataclass(frozen=True)
class Rental:
    """What a file says, folded.

    Attributes:
        name: of the machine and of the file.
        intent: the last one.
        machine_ids: every machine that was created under the name.
        is_open: whether something may still be running.
        dollars: our own count.
        billed: the vendor's count, None until it was asked.
    """

    name: str
    intent: Intent
    machine_ids: tuple[str, ...] = ()
    is_open: bool = True
    dollars: float = 0.0
    billed: float | None = None


@dataclass
class Ledger:
    """The rentals of a home."""

    home: Path
    folder: Path = field(init=False)

    def __post_init__(self) -> None:
        self.folder = self.home / FOLDER

    def write(self, name: str, event: Event) -> None:
        """Add an event to a rental's file; returns when it is on the disk.

        Raises:
            OSError: it cannot be written; then nothing may be rented.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{name}.json"
        is_new = not path.exists()
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            # a line that a crash cut short must not swallow the next one
            os.write(descriptor, b"\n" + msgspec.json.encode(event) + b"\n")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if is_new:
            _sync_folder(self.folder)

    def rentals(self) -> Iterator[Rental]:
        """Every rental, by name; lines that a crash cut short are skipped."""
        for path in sorted(self.folder.glob("*.json")):
            rental = fold(path.stem, path.read_bytes().splitlines())
            if rental is not None:
                yield rental

    def open_rentals(self) -> dict[str, Rental]:
        """Rentals of which something may still be running, by name."""
        return {rental.name: rental for rental in self.rentals() if rental.is_open}

    def spent_by(self, owner: Owner) -> float:
        """Dollars that a process has spent; what may still be running counts until its last minute."""
        found = 0.0
        for rental in self.rentals():
            if rental.intent.owner == owner:
                found += max(rental.dollars, rental.billed or 0.0)
                if rental.is_open:
                    found += rental.intent.dollars_per_hour * rental.intent.minutes / 60
        return found

    def mark(self) -> str:
        """Four hex digits that tell this home's machines from those of another installation.

        Two installations may share an account and a prefix; neither may end the other's machines.
        """
        path = self.folder / "mark"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            draft = self.folder / f".mark-{secrets.token_hex(8)}"
            draft.write_text(secrets.token_hex(2), encoding="ascii")
            try:
                os.link(draft, path)  # the first process wins; rename would let the last
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return path.read_text(encoding="ascii")


def fold(name: str, lines: list[bytes]) -> Rental | None:
    """A rental from its lines; None when none of them is an intent."""
    rental: Rental | None = None
    for line in filter(None, lines):
        try:
            event = _decoder.decode(line)
        except msgspec.MsgspecError:
            continue
        if isinstance(event, Intent):
            before = rental or Rental(name, event)
            rental = replace(before, intent=event, is_open=True)
        elif rental is not None:
            rental = _after(rental, event)
    return rental


def _after(rental: Rental, event: Created | Ended | Billed) -> Rental:
    if isinstance(event, Created):
        ids = tuple(dict.fromkeys((*rental.machine_ids, event.machine_id)))
        return replace(rental, machine_ids=ids, is_open=True)
    if isinstance(event, Ended):
        return replace(rental, is_open=False, dollars=rental.dollars + event.dollars)
    return replace(rental, billed=event.dollars)


def within_cap(cap: float, spent: float, committed: float, candidate: float) -> bool:
    """Whether one more machine may be rented; all in dollars.

    Args:
        cap: most that the run may spend; 0 refuses everything.
        spent: until now.
        committed: what the machines that run can still cost until they end themselves.
        candidate: what the next one can cost until it ends itself.
    """
    return cap > 0 and spent + committed + candidate <= cap


def this_process() -> Owner:
    """The process that asks."""
    return Owner(platform.node(), os.getpid(), process_mark(os.getpid()))


def is_alive(owner: Owner) -> bool:
    """Whether a process still runs; one of another host is taken to."""
    return owner.host != platform.node() or process_mark(owner.pid) == owner.mark


def process_mark(pid: int) -> str:
    """What tells a process from a later one with its number; empty when there is none.

    On Linux the boot and the clock ticks since: a wall clock that jumps changes neither, where
    the start time that psutil computes would move with it.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        state, ticks = (stat.rpartition(")")[2].split()[i] for i in (0, 19))
        return "" if state in "ZX" else f"{boot}:{ticks}"
    except FileNotFoundError:
        pass
    try:
        return f"{psutil.Process(pid).create_time():.0f}" if not Path("/proc/self").exists() else ""
    except psutil.Error:
        return ""


def now_text() -> str:
    """Time in UTC, for people."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
