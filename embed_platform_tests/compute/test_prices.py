"""What can be rented: dated tables without a key, the live catalogue with one."""

from __future__ import annotations

from pathlib import Path

from embed_platform.compute.modal.gpus import load_prices
from embed_platform.compute.prices import LIVE, cards, modal_offers, offers, runpod_offers
from embed_platform.compute.runpod.gpus import GPUS
from embed_platform.settings import Settings
from embed_platform_tests.compute.runpod.conftest import home, running_vendor, vendor  # noqa: F401
from embed_platform_tests.compute.runpod.vendor import KEY, Vendor


def test_every_price_has_its_day_and_every_card_its_figures() -> None:
    found = [*runpod_offers(), *modal_offers()]
    assert {offer.compute for offer in found} == {"runpod", "modal"}
    assert all(o.dated and o.memory_gb and o.tflops and o.dollars_per_hour for o in found)


def test_of_two_clouds_the_cheaper_counts_and_one_can_be_named() -> None:
    assert {o.gpu: o.dollars_per_hour for o in runpod_offers()}["RTX 4090"] == 0.34
    secure = {o.gpu: o.dollars_per_hour for o in runpod_offers("SECURE")}
    assert secure["RTX 4090"] == 0.60 and "RTX 5090" not in secure


def test_a_container_s_cores_and_memory_are_in_its_price() -> None:
    prices = load_prices()
    found = {o.gpu: o.dollars_per_hour for o in modal_offers()}
    assert found["L4"] > prices.gpus["L4"].dollars * 3600
    assert "T4" not in found, "it has no units for bfloat16, and no fleet rents it unasked"


def test_the_table_knows_the_cards_by_the_vendors_names() -> None:
    ours = {gpu.name for gpu in GPUS} | set(load_prices().gpus)
    assert set(cards()) <= ours, "nobody rents a card of that name"
    assert {g.name: g.memory_gb for g in GPUS if g.name in cards()} == {
        name: card.memory for name, card in cards().items() if name in {g.name for g in GPUS}
    }


def test_with_a_key_the_prices_are_those_of_this_moment(vendor: Vendor, home: Path) -> None:  # noqa: F811
    found, problem = offers(vendor.settings(home))
    live = {o.gpu: o for o in found if o.compute == "runpod"}
    assert problem == "" and {o.dated for o in live.values()} == {LIVE}
    assert {o.compute for o in found} == {"runpod", "modal"}
    secure, _ = offers(vendor.settings(home, runpod_cloud="SECURE"))
    for offer in secure:
        if offer.compute == "runpod":
            assert offer.dollars_per_hour >= live[offer.gpu].dollars_per_hour


def test_with_a_wrong_key_or_nobody_there_the_dated_prices_are_given_and_why(
    vendor: Vendor,  # noqa: F811
    home: Path,  # noqa: F811
) -> None:
    wrong = Settings(home=home, runpod_url=vendor.url, RUNPOD_API_KEY="rpa_wrong")
    found, problem = offers(wrong)
    assert "401" in problem or "key" in problem
    assert "rpa_wrong" not in problem
    assert found == offers(Settings(home=home))[0]
    assert KEY not in repr(vendor.settings(home))
