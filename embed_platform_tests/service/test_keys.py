"""Keys: what is kept of them, how they are compared, how often they may ask."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from embed_platform.errors import SettingsError
from embed_platform.service.keys import KeyFile
from embed_platform.service.limits import BURST_SECONDS, RateLimiter
from embed_platform.settings import load_settings


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    return KeyFile(load_settings(home=tmp_path / "home"))


def test_a_key_is_kept_as_a_hash_in_a_file_for_its_owner_alone(file: KeyFile) -> None:
    secret = file.add("ann", ["read"])
    content = file.path.read_text()
    assert secret not in content
    assert secret.removeprefix("epk_") not in content
    assert len(secret) == len("epk_") + 64  # 256 bits in hex
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600


def test_a_key_is_found_by_its_secret_only(file: KeyFile) -> None:
    secret = file.add("ann", ["read"])
    file.add("bob", ["embed"])
    found = file.find(secret)
    assert found is not None
    assert found.name == "ann"
    assert found.may("read")
    assert not found.may("embed")
    for wrong in ("", "ann", secret[:-1], secret.upper(), "epk_" + "0" * 64, "ü\udcff"):
        assert file.find(wrong) is None


def test_admin_may_do_everything(file: KeyFile) -> None:
    found = file.find(file.add("root", ["admin"]))
    assert found is not None
    assert all(map(found.may, ("read", "embed", "admin")))


def test_another_process_sees_a_new_key_and_a_removed_one(file: KeyFile) -> None:
    other = KeyFile(load_settings(home=file.path.parent))
    assert other.keys() == ()
    secret = file.add("ann", ["read"])
    assert other.find(secret) is not None
    file.remove("ann")
    assert other.find(secret) is None


@pytest.mark.parametrize(
    ("name", "scopes", "message"),
    [
        ("ann", ["write"], "unknown scope 'write'"),
        ("ann", [], "no scope"),
        ("Ann!", ["read"], "no valid name"),
        ("taken", ["read"], "already"),
    ],
)
def test_a_key_that_makes_no_sense_is_refused(
    file: KeyFile, name: str, scopes: list[str], message: str
) -> None:
    file.add("taken", ["read"])
    with pytest.raises(SettingsError, match=message):
        file.add(name, scopes)


def test_a_key_that_is_not_there_cannot_be_removed(file: KeyFile) -> None:
    with pytest.raises(SettingsError, match="no key 'ann'"):
        file.remove("ann")


def test_a_damaged_file_lets_nobody_in_and_says_so(file: KeyFile) -> None:
    file.add("ann", ["read"])
    file.path.write_text("{")
    with pytest.raises(SettingsError, match="nobody is let in"):
        KeyFile(load_settings(home=file.path.parent)).keys()


def test_a_rate_allows_a_burst_then_one_at_a_time() -> None:
    now = [0.0]
    limiter = RateLimiter(60, lambda: now[0])
    assert [limiter.wait("ann") for _ in range(int(BURST_SECONDS))] == [0.0] * int(BURST_SECONDS)
    assert limiter.wait("ann") == pytest.approx(1.0)
    assert limiter.wait("bob") == 0.0
    now[0] = 1.0
    assert limiter.wait("ann") == 0.0
    assert limiter.wait("ann") > 0


def test_a_rate_of_nothing_is_no_limit() -> None:
    limiter = RateLimiter(0)
    assert not any(limiter.wait("ann") for _ in range(1000))


def test_a_container_without_a_file_reads_hashes_from_its_environment_and_changes_none(
    file: KeyFile, tmp_path: Path
) -> None:
    assert file.text() == "", "without keys nothing is handed on"
    secret = file.add("ann", ["read"])
    text = file.text()
    assert secret.removeprefix("epk_") not in text
    elsewhere = KeyFile(load_settings(home=tmp_path / "container", serve_keys=text))
    assert elsewhere.find(secret) == file.find(secret) is not None
    assert elsewhere.find("epk_wrong") is None and elsewhere.text() == text
    for change in (lambda: elsewhere.add("bob", ["read"]), lambda: elsewhere.remove("ann")):
        with pytest.raises(SettingsError, match="given by the environment"):
            change()
    assert not (tmp_path / "container").exists()


@pytest.mark.parametrize("text", ["no json", "{}", '[{"name": "ann"}]'])
def test_keys_of_the_environment_that_make_no_sense_let_nobody_in(
    tmp_path: Path, text: str
) -> None:
    broken = KeyFile(load_settings(home=tmp_path, serve_keys=text))
    with pytest.raises(SettingsError, match=r"EMBED_SERVE_KEYS.*nobody is let in") as said:
        broken.find("epk_any")
    assert text not in str(said.value)
