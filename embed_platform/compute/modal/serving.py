"""The HTTP service in the app: what of the settings goes into its containers, and by which road; pure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from embed_platform.compute.modal.deployment import reranker_text
from embed_platform.embedding.rerankers import read_entry
from embed_platform.settings import Settings, environment_name

FUNCTION_NAME = "serve"
# As many as `embed-platform serve` takes at a time.
SERVE_INPUTS = 256
# A request is bounded by EMBED_SERVE_TIMEOUT; only a download of a large file takes longer.
SERVE_SECONDS = 3600

# Of the home, what says which models there are; beside the app's file in a container.
REGISTRIES = ("models.yaml", "rerankers.yaml")

# What the service's own code imports besides what every container has.
REQUIREMENTS = (
    "fastapi",
    "filelock",
    "httpx2",
    "obstore",
    "pillow",
    "prometheus-client",
    "psutil",
    "psycopg",
    "psycopg-binary",
    "pymilvus",
    "pypdfium2",
    "qdrant-client",
    "stamina",
    "tenacity",
)

_TRAVELS = (
    "embedded_parts",
    # models
    "hf_token",
    "models",
    "reranker_service",
    "reranker_args",
    "reranker_key",
    "rerank_candidates",
    # the service
    "serve_keys",
    "serve_models",
    "serve_rate",
    "serve_max_bytes",
    "serve_page_bytes",
    "serve_page_model",
    "serve_page_format",
    "serve_timeout",
    "serve_batch_tokens",
    "serve_queue_tokens",
    "page_dpi",
    "page_max_pixels",
    # the lake
    "lake_url",
    "publish_url",
    "public_url",
    "s3_endpoint",
    "s3_region",
    "s3_key",
    "s3_secret",
    "shard_tokens",
    "dead_letter_limit",
    # stores
    "stores",
    "pg_dsn",
    "milvus_uri",
    "milvus_token",
    "qdrant_url",
    "qdrant_api_key",
    "text_search_language",
)
_OF_S3 = ("s3_endpoint", "s3_region", "s3_key", "s3_secret")


def service_environment(settings: Settings, keys: str) -> dict[str, str]:
    """Variables of the service's containers, secrets among them: they travel as a secret of the vendor's.

    Args:
        settings: of the home.
        keys: names, scopes and hashes of its keys, as EMBED_SERVE_KEYS takes them.

    Raises:
        SettingsError: there is no reranker of the name in the settings.
    """
    inside = service_settings(settings, keys)
    changed = {name: getattr(inside, name) for name in _TRAVELS if _is_set(inside, name)}
    return {environment_name(name): _written(value) for name, value in changed.items()}


def service_settings(settings: Settings, keys: str) -> Settings:
    """The settings as they hold in a container, which has nothing of this machine.

    Whatever embeds or reranks there does it in the container, over one copy of the weights. A lake
    or publication in a folder stays here.

    Raises:
        SettingsError: there is no reranker of the name in the settings.
    """
    update: dict[str, Any] = {"embedded_parts": False, "serve_keys": SecretStr(keys)}
    urls = {name: _on_s3(getattr(settings, name)) for name in ("lake_url", "publish_url")}
    update |= urls
    if not any(urls.values()):
        update |= {name: _default(name) for name in _OF_S3}
    if settings.reranker_service == "modal":
        name = read_entry(reranker_text(settings)).name
        # whoever deploys it trusts its code, at its pinned revision
        args = {"model_name_or_path": name, "trust_remote_code": True}
        update |= {"reranker_service": "crossencoder", "reranker_args": args}
    return settings.model_copy(update=update)


def left_at_home(settings: Settings) -> list[str]:
    """Settings without which some endpoints of the deployed service answer 501; empty when it has all."""
    wanted = {
        "EMBED_LAKE_URL": _on_s3(settings.lake_url),
        "EMBED_PUBLISH_URL": _on_s3(settings.publish_url),
        "EMBED_PG_DSN": settings.pg_dsn,
    }
    return [name for name, value in wanted.items() if not value]


def registries(home: Path) -> list[Path]:
    """Files of a home that say which models there are."""
    return [path for name in REGISTRIES if (path := home / name).is_file()]


def _on_s3(url: str) -> str:
    return url if url.startswith("s3://") else ""


def _is_set(settings: Settings, name: str) -> bool:
    return bool(getattr(settings, name) != _default(name))


def _default(name: str) -> Any:
    return Settings.model_fields[name].get_default(call_default_factory=True)


def _written(value: Any) -> str:
    """A value as the environment holds it."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return json.dumps(value)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ",".join(map(str, value))
    return str(value)
