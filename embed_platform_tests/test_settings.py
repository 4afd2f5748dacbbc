"""Settings: their order, their errors, their secrets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from embed_platform.errors import SettingsError
from embed_platform.settings import Settings, environment_name, load_settings

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(environment_name(name), raising=False)
    monkeypatch.chdir(tmp_path)


def test_the_environment_wins_over_dotenv_and_dotenv_over_the_homes_yaml(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.yaml").write_text("ui_port: 1111\nbatch_tokens: 111\nshard_tokens: 11111\n")
    (tmp_path / ".env").write_text(
        f"EMBED_HOME={home}\nEMBED_UI_PORT=2222\nEMBED_BATCH_TOKENS=222\n"
    )
    monkeypatch.setenv("EMBED_UI_PORT", "3333")
    settings = load_settings()
    assert (settings.ui_port, settings.batch_tokens, settings.shard_tokens) == (3333, 222, 11111)
    assert settings.home == home


def test_an_impossible_value_names_the_variable_and_shows_no_secret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("EMBED_STORES", "s3,redis")
    with pytest.raises(SettingsError, match=r"EMBED_STORES.*redis"):
        load_settings()


def test_secrets_do_not_show_in_a_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBED_PG_DSN", "postgresql://me:very-secret@host/db")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "very-secret")
    assert "very-secret" not in repr(load_settings()) + str(load_settings())


def test_a_relative_home_becomes_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EMBED_HOME", "here")
    assert load_settings().home == tmp_path / "here"


def test_the_example_file_lists_every_setting_with_its_default() -> None:
    listed = dict(
        re.findall(r"^# ([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    )
    assert set(listed) == {environment_name(name) for name in Settings.model_fields}
    assert (
        listed["EMBED_DOCUMENT_MAX_CHARS"] == "2000"
        and listed["EMBED_STORES"] == "pgvector,milvus,s3"
    )
    assert listed["EMBED_DEAD_LETTER_LIMIT"] == "0.01" and listed["EMBED_AUTO_REPAIR"] == "false"
