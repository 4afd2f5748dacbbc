"""The reaper: orphans of this home and pods past their time are ended, everybody else's stay."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from embed_platform.compute.ledger import Created, Ledger, Owner, Rental, now_text
from embed_platform.compute.runpod import reaper
from embed_platform.compute.runpod.api import Listing, Pod, PodEnvironment
from embed_platform.compute.runpod.reaper import opened, ours, reap_orphans
from embed_platform.errors import ComputeRefused
from embed_platform_tests.compute.runpod.vendor import KEY, Vendor, machine_of
from embed_platform_tests.compute.test_ledger import INTENT
from embed_platform_tests.road import Home

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
MARK = "ab12"
NAME = f"embed-platform-{MARK}000001-1"
STRANGERS = ("somebody-elses", "embed-platform-of-mine", "embed-platform-2-ab12000001-1")


def judged(
    name: str, minutes_old: float = 1.0, *, known: bool = True, alive: bool = True, own: str = ""
) -> str | None:
    """Why a pod is an orphan, empty when it is none; None when it is not ours at all."""
    created = NOW - timedelta(minutes=minutes_old)
    pod = Pod("id", name, "RUNNING", created, cost=0.5, env=PodEnvironment(own))
    rentals = {name: Rental(name, INTENT)} if known else {}

    def lives(_: Owner) -> bool:
        return alive

    found = ours(
        Listing((pod,), NOW), rentals, prefix="embed-platform", mark=MARK, minutes=120, lives=lives
    )
    return found[0].orphaned if found else None


def test_a_living_runs_pod_is_left_alone_until_it_is_too_old() -> None:
    assert judged(NAME) == "" and judged(NAME, 121) == ""
    assert judged(NAME, 126) == "its 120 minutes are over"


def test_a_pods_own_minutes_count_before_those_of_the_settings() -> None:
    assert judged(NAME, 200, own="240") == ""
    assert judged(NAME, 40, own="30") == "its 30 minutes are over"


def test_a_dead_runs_pod_and_one_that_nobody_wrote_down_are_orphans() -> None:
    assert judged(NAME, alive=False) == "its run has ended"
    assert judged(NAME, known=False) == "the ledger does not know it"


def test_another_homes_pod_is_its_own_business_until_it_is_too_old() -> None:
    other = "embed-platform-ffff000001-1"
    assert judged(other, known=False) == "" and judged(other, 125, known=False) == ""
    assert judged(other, 126, known=False) == "its 120 minutes are over"


@pytest.mark.parametrize("name", STRANGERS)
def test_a_pod_of_another_name_is_never_ours(name: str) -> None:
    assert judged(name, 10_000, known=False) is None


def left_behind(vendor: Vendor, home: Path) -> str:
    """A pod of this home whose run is dead, among strangers."""
    ledger = Ledger(home)
    name = f"embed-platform-{ledger.mark()}000001-1"
    owner = msgspec.structs.replace(INTENT.owner, mark="long ago")
    ledger.write(name, msgspec.structs.replace(INTENT, owner=owner))
    for each in (name, *STRANGERS):
        vendor.create(each, '{"entrypoint": ["/bin/sleep"], "cmd": ["99"]}')
    return name


def command(vendor: Vendor, home: Path, *words: str, check: bool = True) -> str:
    """`embed-platform pods …`: what it prints, for people and for programs."""
    given = {"RUNPOD_API_KEY": KEY, "EMBED_RUNPOD_URL": vendor.url}
    done = Home(home).run("pods", *words, check=check, **given)
    return done.stdout + done.stderr


@pytest.mark.slow
def test_pods_are_listed_with_their_owners_and_ended_with_their_reasons(
    vendor: Vendor, home: Path
) -> None:
    name = left_behind(vendor, home)
    (row,) = json.loads(command(vendor, home, "list", "--json"))["pods"]
    assert row["pod"] == name and row["orphaned"] == "its run has ended"
    assert row["dollars_per_hour"] == 0.25 and row["owner"] == "nobody"
    assert name in command(vendor, home, "list")
    (ended,) = json.loads(command(vendor, home, "reap", "--json"))["ended"]
    assert ended["pod"] == name and ended["reason"] == "its run has ended"
    assert vendor.running == sorted(STRANGERS)
    assert not Ledger(home).open_rentals()
    assert "No pod is rented" in command(vendor, home, "list")


@pytest.mark.slow
def test_what_a_dead_runs_pod_cost_is_written_down_also_when_nobody_saw_it_end(
    vendor: Vendor, home: Path
) -> None:
    vendor.fault("price", 360.0)
    name = left_behind(vendor, home)
    pod_id = vendor.state["ids"][name]
    Ledger(home).write(name, Created(pod_id, 360.0, now_text()))
    vendor.delete(pod_id)
    settings = vendor.settings(home)
    assert reap_orphans(opened(settings), settings) == []
    rental = next(one for one in Ledger(home).rentals() if one.name == name)
    run = name.rsplit("-", 1)[0]
    assert not rental.is_open
    assert rental.billed == pytest.approx(vendor.state["dollars_by_run"][run])
    assert rental.billed > 0


@pytest.mark.slow
def test_all_ends_what_others_use_too_but_no_stranger(vendor: Vendor, home: Path) -> None:
    left_behind(vendor, home)
    vendor.create("embed-platform-0123456789-1")
    with vendor.fleet(home) as fleet:
        machine_of(fleet)
        assert "also those in use" in command(vendor, home, "reap", "--all", check=False)
        command(vendor, home, "reap", "--all", "--yes")
        assert "embed-platform-0123456789-1" not in vendor.running
    assert vendor.running == sorted(STRANGERS)


def test_a_reaper_without_a_key_or_with_a_wrong_one_says_so_in_one_line(
    vendor: Vendor, home: Path
) -> None:
    settings = vendor.settings(home).model_copy(update={"runpod_key": None})
    with pytest.raises(ComputeRefused, match="RUNPOD_API_KEY: there is no key"):
        opened(settings)
    given = {"RUNPOD_API_KEY": "rpa_wrong", "EMBED_RUNPOD_URL": vendor.url}
    done = Home(home).run("pods", "reap", check=False, **given)
    assert done.returncode == 1 and done.stderr.count("\n") == 1
    assert "the key is not accepted" in done.stderr and "rpa_wrong" not in done.stderr


def test_what_would_not_go_is_said(
    vendor: Vendor, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reaper, "GONE_SECONDS", 0.5)
    name = left_behind(vendor, home)
    vendor.fault("answer", 403, call="delete")
    settings = vendor.settings(home)
    with pytest.raises(ComputeRefused, match=f"{name} would not go"):
        reap_orphans(opened(settings), settings)
    assert list(Ledger(home).open_rentals()) == [name]


@pytest.mark.slow
def test_deletes_that_fail_are_repeated(vendor: Vendor, home: Path) -> None:
    left_behind(vendor, home)
    vendor.fault("answer", 500, times=2, call="delete")
    settings = vendor.settings(home)
    assert len(reap_orphans(opened(settings), settings)) == 1
    assert vendor.running == sorted(STRANGERS)
