"""The instance of a home: its configuration, and its storage in SQLite or PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
import yaml

from embed_platform.defs.instance import open_instance, prepare_instance, register_users
from embed_platform.settings import load_settings
from embed_platform.stores.servers import start_postgres
from embed_platform_tests.servers import servers_home as servers_home


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("DAGSTER_HOME", "EMBED_DAGSTER_PG_DSN"):
        monkeypatch.setenv(name, "")  # so that what the code sets is undone
        monkeypatch.delenv(name)
    monkeypatch.setenv("EMBED_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_a_new_instance_sends_no_telemetry_and_has_pools(home: Path) -> None:
    config = yaml.safe_load((prepare_instance(load_settings()) / "dagster.yaml").read_text())
    assert config["telemetry"] == {"enabled": False}
    assert config["run_monitoring"]["enabled"] is True
    assert config["concurrency"]["pools"]["default_limit"] == 1


def test_the_owners_changes_stay(home: Path) -> None:
    config = prepare_instance(load_settings()) / "dagster.yaml"
    config.write_text("telemetry: {enabled: false}\n# mine\n")
    prepare_instance(load_settings())
    assert config.read_text() == "telemetry: {enabled: false}\n# mine\n"


def test_a_postgres_storage_named_in_dotenv_is_used_until_it_is_unset(
    home: Path, tmp_path: Path, servers_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = prepare_instance(load_settings()) / "dagster.yaml"
    before = config.read_text()
    with monkeypatch.context() as patch:
        patch.setenv("EMBED_HOME", str(servers_home))
        dsn = start_postgres(load_settings())
    (tmp_path / ".env").write_text(f"EMBED_DAGSTER_PG_DSN={dsn}\n")
    with open_instance(load_settings()) as instance:
        register_users(instance, ["ann"])
    assert dsn not in config.read_text()
    with psycopg.connect(dsn) as connection:
        assert connection.execute("select partition from dynamic_partitions").fetchall() == [
            ("ann",)
        ]
        connection.execute("delete from dynamic_partitions")
    (tmp_path / ".env").unlink()
    monkeypatch.delenv("EMBED_DAGSTER_PG_DSN")
    with open_instance(load_settings()) as instance:
        assert instance.get_dynamic_partitions("user") == []
    assert config.read_text() == before
