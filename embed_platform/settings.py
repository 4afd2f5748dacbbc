"""Typed settings: environment over ./.env over the home's settings.yaml over the default.

Read once at an edge (`Settings()`) and passed on; nothing reads the environment at import.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    YamlConfigSettingsSource,
)

from embed_platform.errors import SettingsError

STORE_NAMES = ("pgvector", "milvus", "s3", "qdrant")
# Those that `run` loads unless told otherwise; the others cost nothing until they are named.
DEFAULT_STORES = ("pgvector", "milvus", "s3")
StoreName = Literal["pgvector", "milvus", "s3", "qdrant"]
ComputeName = Literal["local", "http", "runpod", "modal"]
RerankerName = Literal["crossencoder", "modal", "local_service", "http"]


class Settings(BaseSettings):
    """Everything that can be configured; `.env.example` lists each with its default.

    Every field is set by `EMBED_<NAME>` unless an alias says otherwise. Secrets are
    `SecretStr`, so that neither a log line nor a repr shows them.
    """

    model_config = SettingsConfigDict(
        env_prefix="EMBED_",
        env_file=".env",
        extra="ignore",
        frozen=True,
        populate_by_name=True,
        env_ignore_empty=True,
    )

    home: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("embed_platform", appauthor=False)),
        description="The one folder that holds everything of this installation.",
    )
    embedded_parts: bool = Field(
        True,
        description="Whether the home may hold a lake and servers of its own; false where it is thrown away, as in a container.",
    )
    lake_url: str = Field(
        "", description="Lake: empty for a folder in the home, or s3://bucket/prefix."
    )
    publish_url: str = Field(
        "",
        description="Publication of the s3 store: empty for a folder in the home, or s3://bucket/prefix.",
    )
    public_url: str = Field(
        "",
        description="Base address under which the publication is served; written into its manifest.",
    )
    inbox: Path | None = Field(
        None, description="Folder watched for new archives; default <home>/inbox."
    )
    inbox_url: str = Field(
        "", description="S3 prefix watched for new archives: s3://bucket/prefix; empty for none."
    )
    supabase_url: str = Field(
        "",
        description="Supabase project to pull archives from: https://PROJECT.supabase.co; empty for none.",
    )
    supabase_key: SecretStr | None = Field(
        None, description="Key of that project; private buckets need its secret (service_role) key."
    )
    supabase_bucket: str = Field(
        "archives", description="Its Storage bucket that holds <username>/archive.json."
    )
    supabase_page: int = Field(
        1000, ge=1, le=1000, description="Rows that one request asks of it; it gives 1,000 at most."
    )

    s3_endpoint: str = Field(
        "", validation_alias="AWS_ENDPOINT_URL", description="Endpoint of an S3-compatible server."
    )
    s3_region: str = Field(
        "us-east-1", validation_alias="AWS_REGION", description="Region of the bucket."
    )
    s3_key: SecretStr | None = Field(
        None, validation_alias="AWS_ACCESS_KEY_ID", description="Access key."
    )
    s3_secret: SecretStr | None = Field(
        None, validation_alias="AWS_SECRET_ACCESS_KEY", description="Secret key."
    )

    pg_dsn: SecretStr | None = Field(
        None, description="PostgreSQL with pgvector; empty for the embedded server."
    )
    milvus_uri: str = Field("", description="Milvus or Zilliz; empty for the embedded server.")
    milvus_token: SecretStr | None = Field(None, description="Token of that Milvus.")
    qdrant_url: str = Field(
        "",
        description="Qdrant server; empty for the embedded one, which one process at a time opens.",
    )
    qdrant_api_key: SecretStr | None = Field(None, description="Key of that Qdrant.")
    dagster_pg_dsn: SecretStr | None = Field(
        None, description="PostgreSQL for Dagster's own storage; empty for SQLite in the home."
    )

    stores: tuple[StoreName, ...] | str = Field(  # type: ignore[assignment]
        DEFAULT_STORES,
        description="Stores that `run` loads, separated by commas: pgvector, milvus, s3, qdrant.",
    )
    models: tuple[str, ...] | str = Field(
        (),
        description="Models that `run` embeds with, separated by commas; empty for the registry's default and those switched on.",
    )

    include_retweets: bool = Field(False, description="Fold retweets into the documents.")
    include_replies: bool = Field(False, description="Fold replies to others into the documents.")
    document_max_chars: int = Field(
        2000,
        ge=200,
        description="Longest document in characters; threads are split between tweets.",
    )

    chunk_coalesce_seconds: float = Field(
        120, ge=0, description="Longest pause within what one sender says in one go, in seconds."
    )
    chunk_coalesce_chars: int = Field(
        500, ge=1, description="Most characters of messages that are put together so."
    )
    chunk_session_seconds: float = Field(
        7200, ge=0, description="A longer pause begins a new session of a conversation, in seconds."
    )
    chunk_window_messages: int = Field(
        30, ge=1, description="Most messages of a chunk, those put together counted once."
    )
    chunk_overlap_messages: int = Field(
        10,
        ge=0,
        description="Most of them that the next chunk repeats; a third of a chunk at most.",
    )
    chunk_max_chars: int = Field(
        6000, ge=50, description="Longest chunk of a conversation in characters."
    )
    chunk_drop_system: bool = Field(
        True, description="Leave out lines that Messenger writes by itself."
    )
    message_documents: bool = Field(
        False, description="Make each message a document of its own too, besides the chunks."
    )

    page_dpi: int = Field(
        144,
        ge=36,
        le=600,
        description="Resolution at which pages are rendered; larger sheets get the pixels of A4 at it.",
    )
    page_max_pixels: int = Field(
        100_000_000,
        ge=1,
        le=178_956_970,
        description="Most pixels of an image that is unpacked, and of all of a request together; more is refused.",
    )

    batch_tokens: int = Field(
        0,
        ge=0,
        description="Padded tokens per batch of the local engine; 0 for 4,096 on a CPU and 65,536 on a GPU.",
    )
    shard_tokens: int = Field(
        200_000, ge=1000, description="Tokens per unit of work; one commit each."
    )
    device: str = Field("auto", description="auto, cpu, cuda or mps.")
    dtype: Literal["auto", "float32", "bfloat16"] = Field(
        "auto", description="auto takes bfloat16 where the processor or GPU has units for it."
    )
    hf_token: SecretStr | None = Field(
        None, validation_alias="HF_TOKEN", description="Token for gated models."
    )

    compute: ComputeName = Field(
        "local",
        description="Where texts and pages are embedded: local, http, runpod (texts) or modal.",
    )
    query_compute: Literal["local", "http", "modal"] = Field(
        "local", description="Who embeds the questions of a search: local, http or modal."
    )
    http_urls: tuple[str, ...] | str = Field(
        (),
        description="Servers for EMBED_COMPUTE=http, of texts or of pages, separated by commas: http://127.0.0.1:11434.",
    )
    http_protocol: Literal["auto", "ollama", "openai", "tei"] = Field(
        "auto", description="What they speak; auto asks them."
    )
    http_model: str = Field(
        "", description="Name of the model there; empty to find it among the registry's names."
    )
    http_key: SecretStr | None = Field(None, description="Bearer key of those servers.")
    http_in_flight: int = Field(4, ge=1, le=64, description="Requests to one server at a time.")
    http_timeout: float = Field(
        90, gt=0, description="Seconds that a request may take; RunPod's proxy ends it at 100."
    )
    gpu: str = Field(
        "", description="GPU to rent, as the vendor calls it; empty for the cheapest that fits."
    )
    pods: int = Field(1, ge=1, le=100, description="Machines to rent at a time.")
    max_dollars: float | None = Field(
        None, ge=0, description="Most that one run may spend; nothing is rented without a cap."
    )
    runpod_key: SecretStr | None = Field(
        None, validation_alias="RUNPOD_API_KEY", description="Key of RunPod."
    )
    runpod_url: str = Field("https://api.runpod.io/v2", description="Address of RunPod's REST API.")
    runpod_cloud: Literal["any", "SECURE", "COMMUNITY"] = Field(
        "any", description="Whose machines to rent there."
    )
    rent_prefix: str = Field(
        "embed-platform",
        pattern=r"^[a-z0-9][a-z0-9-]{2,30}$",
        description="Names of what this installation rents begin with it; nothing else is touched.",
    )
    rent_minutes: int = Field(
        120,
        ge=5,
        le=1440,
        description="A rented machine ends itself after this long, whatever happens.",
    )
    modal_app: str = Field("embed-platform", description="Name of the app on Modal.")
    modal_environment: str = Field("main", description="Modal's environment that it is in.")
    modal_token_id: SecretStr | None = Field(
        None,
        validation_alias="MODAL_TOKEN_ID",
        description="Token of Modal; empty for the one that `modal token new` keeps.",
    )
    modal_token_secret: SecretStr | None = Field(
        None, validation_alias="MODAL_TOKEN_SECRET", description="Secret of that token."
    )
    modal_memory_snapshot: bool = Field(
        False,
        description="Deploy with memory snapshots: containers start faster from the second on.",
    )
    modal_flash_attention: bool = Field(
        False, description="Deploy with flash attention, for GPUs and models that have it."
    )

    text_search_language: str = Field(
        "simple",
        pattern=r"^[a-z_]{1,40}$",
        description="PostgreSQL's text search configuration: simple takes words as they are, english or german know stems.",
    )
    reranker_service: RerankerName = Field(
        "crossencoder",
        description="Who reranks: crossencoder (this machine), modal, or local_service (alias http): a server.",
    )
    reranker_args: Annotated[dict[str, Any], NoDecode] = Field(
        default_factory=dict,
        description='Its arguments as JSON: {"model_name_or_path": "mixedbread-ai/mxbai-rerank-large-v1", "batch_size": 32}.',
    )
    reranker_key: SecretStr | None = Field(
        None, description="Bearer key of the server that reranks."
    )
    rerank_candidates: int = Field(
        50,
        ge=1,
        le=1000,
        description="How many of the best results are read again by the reranker.",
    )
    modal_reranker: str = Field(
        "mixedbread-ai/mxbai-rerank-large-v1",
        description="Reranker that the app on Modal is deployed with.",
    )
    modal_reranker_containers: int = Field(
        0, ge=0, le=20, description="Containers that keep it loaded, paid for all the time."
    )
    serve_host: str = Field(
        "127.0.0.1",
        description="Address that `serve` listens on; another than loopback needs keys.",
    )
    serve_port: int = Field(8000, ge=1, le=65535, description="Port of `serve`.")
    serve_keys: SecretStr | None = Field(
        None,
        description="Keys of `serve` as <home>/keys.json holds them (names, scopes, hashes), for a container without that file.",
    )
    modal_serve_containers: int = Field(
        0,
        ge=0,
        le=20,
        description="Containers on Modal that keep `serve` loaded, paid for all the time.",
    )
    serve_models: tuple[str, ...] | str = Field(
        (),
        description="Models that `serve` embeds with, by commas; empty for those that `run` uses or that hold vectors.",
    )
    serve_rate: int = Field(3000, ge=0, description="Requests a minute of one key; 0 for no limit.")
    serve_max_bytes: int = Field(
        2 * 2**20, ge=1000, description="Largest body of a request, in bytes."
    )
    serve_page_bytes: int = Field(
        32 * 2**20, ge=1000, description="Largest body of a request with page images, in bytes."
    )
    serve_page_model: str = Field(
        "", description="Model that `POST /embeddings` embeds pages with; empty for the first."
    )
    serve_page_format: Literal["json", "npz"] = Field(
        "json", description="What it answers clients that do not say: json, or npz."
    )
    serve_timeout: float = Field(
        120, gt=0, description="Seconds that a request may take until its answer."
    )
    serve_batch_tokens: int = Field(
        8192, ge=1, description="Tokens that requests share in one pass of a model, about."
    )
    serve_queue_tokens: int = Field(
        400_000, ge=1, description="Tokens that may wait for a model, about; beyond it answers 429."
    )
    live_folder: Path | None = Field(
        None, description="Folder of pipelines (.yaml, .py) that Dagster runs; default <home>/live."
    )
    live_max_bytes: int = Field(
        5 * 2**20, gt=0, description="Largest body of a web page or feed, in bytes, unpacked."
    )
    live_timeout: float = Field(
        30, gt=0, description="Seconds that a page may take, from the request to its last byte."
    )
    live_host_seconds: float = Field(
        1.0, ge=0, description="Least seconds between two requests to one host."
    )
    live_private_hosts: tuple[str, ...] | str = Field(
        (),
        description="Private hosts that feeds may read, separated by commas: intranet.example, 127.0.0.1:8080.",
    )
    live_pg_dsn: SecretStr | None = Field(
        None, description="PostgreSQL whose tables are sources of feeds."
    )
    hacker_news_url: str = Field(
        "https://hacker-news.firebaseio.com", description="Address of Hacker News' API."
    )

    dead_letter_limit: float = Field(
        0.01, ge=0, le=1, description="Share of a source's records that may become dead letters."
    )
    archive_max_bytes: int = Field(
        64 * 2**30, gt=0, description="Largest unpacked size of an archive, in bytes."
    )
    archive_max_ratio: float = Field(
        200.0, gt=1, description="Largest ratio of unpacked to packed size of a member."
    )
    auto_repair: bool = Field(
        False, description="Apply the nightly repair plan instead of only writing it."
    )
    inbox_per_tick: int = Field(20, ge=1, description="Most archives that one sensor tick starts.")
    ui_port: int = Field(3000, ge=1, le=65535, description="Port of the Dagster UI.")

    @field_validator("home", "inbox", "live_folder")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        return None if path is None else path.expanduser().absolute()

    @field_validator("stores", "models", "http_urls", "serve_models", "live_private_hosts")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            value = tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("reranker_args", mode="before")
    @classmethod
    def _mapping(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except json.JSONDecodeError as error:
            raise ValueError(f"no valid JSON ({error.msg})") from None

    @field_validator("stores")
    @classmethod
    def _known_stores(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [name for name in value if name not in STORE_NAMES]
        if unknown:
            raise ValueError(
                f"unknown store {unknown[0]!r}; the stores are {', '.join(STORE_NAMES)}"
            )
        return tuple(value)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order of the sources; the YAML file lies in the home, wherever that is."""
        given = (
            init_settings.init_kwargs.get("home") if hasattr(init_settings, "init_kwargs") else None
        )
        home = given or os.environ.get("EMBED_HOME") or dotenv_values(".env").get("EMBED_HOME")
        folder = Path(home).expanduser() if home else cls.default_home()
        yaml_settings = YamlConfigSettingsSource(settings_cls, yaml_file=folder / "settings.yaml")
        return init_settings, env_settings, dotenv_settings, yaml_settings

    @staticmethod
    def default_home() -> Path:
        """The user's data folder, as the operating system names it."""
        return Path(platformdirs.user_data_dir("embed_platform", appauthor=False))

    @property
    def inbox_folder(self) -> Path:
        """Folder that the inbox sensor watches."""
        return self.inbox or self.home / "inbox"

    @property
    def pipelines_folder(self) -> Path:
        """Folder of the pipelines that Dagster runs."""
        return self.live_folder or self.home / "live"

    @property
    def dagster_home(self) -> Path:
        """Folder of Dagster's instance."""
        return self.home / "dagster"


def load_settings(**overrides: object) -> Settings:
    """Read the settings; flags of the command line come in as overrides.

    Raises:
        SettingsError: a value does not fit; names the setting and the reason.
    """
    try:
        return Settings(**{k: v for k, v in overrides.items() if v is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        name = str(first["loc"][0]) if first["loc"] else "settings"
        raise SettingsError(
            first["msg"], where=environment_name(name), remedy="See .env.example"
        ) from None


def environment_name(field: str) -> str:
    """Name of the environment variable that sets a field."""
    known = Settings.model_fields.get(field)
    alias = known.validation_alias if known else field if field.isupper() else None
    return str(alias) if alias else f"EMBED_{field.upper()}"
