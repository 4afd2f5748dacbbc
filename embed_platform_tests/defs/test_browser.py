"""The real UI in a real browser: the lineage shows the assets, a materialised partition is green."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from embed_platform.defs.selection import CORPUS
from embed_platform_tests.road import SAMPLE, Home
from embed_platform_tests.ui import serving

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(
        not (CHROMIUM and DRIVER), reason="needs Debian's packages chromium and chromium-driver"
    ),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = Home(tmp_path_factory.mktemp("ui") / "home")
    home.run("ingest", SAMPLE)
    home.launch("s3")
    with serving(home) as url:
        yield url


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    profile = tmp_path_factory.mktemp("profile")
    for flag in (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-sync",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-dev-shm-usage",
        "--window-size=1700,900",
        f"--user-data-dir={profile}",
    ):
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(DRIVER)))
    yield driver
    driver.quit()


def test_the_lineage_page_shows_every_asset_of_the_default_space(
    address: str, browser, tmp_path: Path
) -> None:
    browser.get(f"{address}/asset-groups")
    wanted = list(CORPUS)
    browser.get(f"{address}/locations/embed_platform.definitions/asset-groups/corpus/lineage")
    text = page_text(browser, lambda text: all(name in text for name in wanted[2:]))
    assert all(name in text for name in wanted[2:])


def test_a_materialised_partition_is_green(address: str, browser) -> None:
    browser.get(f"{address}/assets/documents?view=partitions")
    text = page_text(browser, lambda text: "tilda_marrowby" in text and "Materialized (1)" in text)
    assert "tilda_marrowby" in text and "Materialized (1)" in text and "Failed (0)" in text


def test_the_sensors_are_on(address: str, browser) -> None:
    browser.get(f"{address}/automation")
    text = page_text(browser, lambda text: "inbox" in text and "nightly_audit" in text)
    assert "inbox" in text and "nightly_audit" in text


def page_text(browser, complete, seconds: float = 60) -> str:
    """The page's text once it is complete, or as it is in the end."""
    deadline = time.monotonic() + seconds
    text = ""
    while time.monotonic() < deadline:
        text = browser.find_element("tag name", "body").text
        if complete(text):
            break
        time.sleep(0.5)
    return text
