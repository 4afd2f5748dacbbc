"""Which reranker the settings name, and what they may say of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import huggingface_hub.constants
import pytest

from embed_platform.compute.http.reranker import HttpReranker
from embed_platform.compute.local.cross_encoder import LocalCrossEncoder
from embed_platform.compute.modal.reranker import ModalReranker
from embed_platform.errors import EmbedError, ModelUnavailable, SettingsError
from embed_platform.search.rerank import check_reranker, open_reranker
from embed_platform.settings import Settings, load_settings
from embed_platform_tests.standins.cross_encoders import write_cross_encoder
from embed_platform_tests.standins.rerank_server import rerank_server


def settings(home: Path, service: str, **args: Any) -> Settings:
    return Settings(
        home=home, reranker_service=service, reranker_args=args, device="cpu", _env_file=None
    )  # type: ignore[call-arg, arg-type]


def test_each_service_is_opened_by_its_name_and_once(tmp_path: Path) -> None:
    folder = write_cross_encoder(tmp_path / "model")
    local = settings(tmp_path, "crossencoder", model_name_or_path=str(folder), batch_size=32)
    assert isinstance(open_reranker(local), LocalCrossEncoder)
    assert open_reranker(local) is open_reranker(local), "one copy of the weights"
    guides = {"app_name": "solaceai-reranker", "api_name": "inference_api", "batch_size": 256}
    modal = open_reranker(settings(tmp_path, "modal", **guides))
    assert isinstance(modal, ModalReranker) and "solaceai-reranker::inference_api" in repr(modal)
    for name in ("local_service", "http"):
        with rerank_server() as (url, _):
            found = open_reranker(settings(tmp_path, name, url=url, model_name_or_path=""))
            assert isinstance(found, HttpReranker)
            assert len(found.get_scores("boats", ["boats leave", "bread"])) == 2


def test_threads_that_come_at_once_share_one_copy_of_the_weights(tmp_path: Path) -> None:
    folder = write_cross_encoder(tmp_path / "model")
    local = settings(tmp_path, "crossencoder", model_name_or_path=str(folder))
    together = Barrier(8)

    def opened(_: int) -> object:
        together.wait()
        return open_reranker(local)

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(opened, range(8)))) == 1


@pytest.mark.parametrize(
    ("service", "args", "says"),
    [
        ("crossencoder", {"batch": 3}, r"unknown field `batch`.*takes model_name_or_path, batch_s"),
        ("crossencoder", {"batch_size": "many"}, r"Expected `int`, got `str`.*batch_size"),
        ("crossencoder", {"batch_size": -1}, "batch_size is 0 at least"),
        ("crossencoder", {"model_name_or_path": "gpt-9"}, r"no reranker is called 'gpt-9'; known"),
        ("modal", {"model_name_or_path": "x"}, r"unknown field.*app_name, api_name, batch_size"),
        ("modal", {"batch_size": 0}, "batch_size is 1 at least"),
        ("http", {"protocol": "smtp"}, "Invalid enum value 'smtp'"),
        ("local_service", {"url": "nonsense://x"}, "EMBED_RERANKER_ARGS"),
        ("http", {"key": "very-secret"}, "unknown field `key`"),
    ],
)
def test_arguments_that_make_no_sense_are_one_line_that_names_the_setting(
    tmp_path: Path, service: str, args: dict[str, Any], says: str
) -> None:
    with pytest.raises(SettingsError, match=says) as said:
        open_reranker(settings(tmp_path, service, **args))
    assert "\n" not in str(said.value) and "very-secret" not in str(said.value)


def test_the_arguments_come_from_json_in_the_environment_or_yaml_in_the_home(
    clean_environment: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.yaml").write_text(
        "reranker_service: modal\nreranker_args:\n  app_name: mine\n  batch_size: 64\n"
    )
    found = load_settings(home=home)
    assert (found.reranker_service, found.reranker_args["batch_size"]) == ("modal", 64)
    monkeypatch.setenv("EMBED_RERANKER_ARGS", '{"batch_size": 8}')
    assert load_settings(home=home).reranker_args == {"batch_size": 8}
    for value, says in (("{batch", "no valid JSON"), ("[1]", "valid dictionary")):
        monkeypatch.setenv("EMBED_RERANKER_ARGS", value)
        with pytest.raises(SettingsError, match=f"EMBED_RERANKER_ARGS.*{says}"):
            load_settings(home=home)


def test_a_check_says_who_reranks_without_loading_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_cross_encoder(tmp_path / "model")
    local = settings(tmp_path, "crossencoder", model_name_or_path=str(folder))
    assert check_reranker(local) == f"{folder} is on this machine"
    with rerank_server() as (url, _):
        assert "answers with scores" in check_reranker(settings(tmp_path, "http", url=url))
    with pytest.raises(EmbedError, match="EMBED_RERANKER_ARGS"):
        check_reranker(settings(tmp_path, "http", url=url))


def test_weights_that_were_asked_for_must_be_to_be_had_and_the_default_need_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", "http://127.0.0.1:9")
    nobody = Settings(home=tmp_path, _env_file=None)  # type: ignore[call-arg]
    assert check_reranker(nobody).startswith("not set up; the first `--rerank` fetches cross-enc")
    with pytest.raises(ModelUnavailable, match="cannot be fetched"):
        check_reranker(settings(tmp_path, "crossencoder", model_name_or_path="mxbai-rerank-large"))
