"""The reranker of the settings: one protocol, three services, their arguments checked in one place."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import msgspec

from embed_platform.compute.http.rerank_protocols import PLAIN_PAIR, RerankProtocolName
from embed_platform.embedding.rerankers import load_rerankers, may_run_its_code
from embed_platform.errors import SettingsError
from embed_platform.settings import Settings

if TYPE_CHECKING:
    from embed_platform.compute.http.reranker import HttpReranker
    from embed_platform.compute.local.cross_encoder import LocalCrossEncoder
    from embed_platform.compute.modal.reranker import ModalReranker

WHERE = "EMBED_RERANKER_ARGS"

Args = TypeVar("Args", bound="_Args")


class Reranker(Protocol):
    """A model that reads a query and a document together and says how well they fit."""

    def get_scores(self, query: str, documents: Sequence[str]) -> list[float]:
        """A score for each document, in the order of the documents; higher fits better.

        A blank document gets the lowest score of the others. The scale is the model's own: compare scores of one call only.

        Raises:
            BadRequest: an empty or endless query, or too many documents.
            MachineUnavailable: who reranks does not answer, or not with scores.
            ComputeRefused: it says no.
        """


class _Args(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Arguments of a service, as the settings hold them."""


class CrossEncoderArgs(_Args, frozen=True):
    """Of `crossencoder`, this machine.

    Attributes:
        model_name_or_path: name or alias in the registry, or a folder; empty for the default.
        batch_size: most passages of a batch; 0 for as many as the token budget holds.
        batch_tokens: padded tokens of a batch; 0 for the device's own number.
        trust_remote_code: whether a model's own code may run, at its pinned revision.
        compile: whether to compile it in the background on a CUDA device.
    """

    model_name_or_path: str = ""
    batch_size: int = 0
    batch_tokens: int = 0
    trust_remote_code: bool = False
    compile: bool = True


class ModalArgs(_Args, frozen=True):
    """Of `modal`: a deployed function by name.

    Attributes:
        app_name: the deployed app; empty for EMBED_MODAL_APP.
        api_name: its function, called with query, passages and batch size.
        batch_size: passages that it reads at a time.
        seconds: that a call may take, a cold start included.
    """

    app_name: str = ""
    api_name: str = "inference_api"
    batch_size: int = 256
    seconds: float = 600.0


class ServerArgs(_Args, frozen=True):
    """Of `local_service`, or `http`: a server.

    Attributes:
        url: its address.
        protocol: cohere (Cohere, Jina, vLLM, Infinity), tei, or auto to find out.
        model_name_or_path: its name there; empty for the only one.
        batch_size: most passages of a request.
    """

    url: str = "http://127.0.0.1:8080"
    protocol: RerankProtocolName = "auto"
    model_name_or_path: str = ""
    batch_size: int = 256


# two threads must not load one model twice
_opening = threading.Lock()
_opened: dict[tuple[object, ...], Reranker] = {}


def open_reranker(settings: Settings) -> Reranker:
    """The reranker that the settings name; each is opened once per process.

    Raises:
        SettingsError: an argument is unknown or makes no sense, or the reranker is not known.
        ModelUnavailable: its weights cannot be fetched or read.
    """
    name = settings.reranker_service
    key = (name, msgspec.json.encode(settings.reranker_args, order="sorted"), *_shared(settings))
    openers: dict[str, Callable[[Settings], Reranker]] = {"crossencoder": _local, "modal": _modal}
    with _opening:
        if key not in _opened:
            _opened[key] = openers.get(name, _server)(settings)
        return _opened[key]


def check_reranker(settings: Settings) -> str:
    """Ask whether the reranker of the settings is there, without loading or renting anything.

    Returns:
        Who reranks, in a sentence for people.

    Raises:
        EmbedError: it is not there, or its arguments make no sense.
    """
    reranker = settings.reranker_service
    if reranker == "crossencoder":
        return _check_local(settings)
    if reranker == "modal":
        _modal(settings).greet()
        return "the function is deployed on Modal"
    server = _server(settings)
    try:
        server.get_scores(*PLAIN_PAIR)
        return f"{server.name} answers with scores"
    finally:
        server.close()


def _check_local(settings: Settings) -> str:
    from embed_platform.compute.local.weights import cached_model, check_fetchable

    args = parse_args(CrossEncoderArgs, settings.reranker_args, "crossencoder")
    entry = load_rerankers(settings).get(args.model_name_or_path)
    may_run_its_code(entry, trusted=args.trust_remote_code)
    if Path(entry.name).is_dir() or cached_model(entry.name, entry.revision):
        return f"{entry.name} is on this machine"
    if {"reranker_service", "reranker_args"} & settings.model_fields_set:
        check_fetchable(entry.name, entry.revision, settings)
        return f"{entry.name} can be fetched; the first `--rerank` does it"
    return f"not set up; the first `--rerank` fetches {entry.name}"


def parse_args(kind: type[Args], given: dict[str, Any], service: str) -> Args:
    """Arguments of a service from the settings.

    Raises:
        SettingsError: one is unknown, of another type, or negative; lists those that are known.
    """
    try:
        found = msgspec.convert(given, kind)
    except msgspec.ValidationError as error:
        known = ", ".join(field.name for field in msgspec.structs.fields(kind))
        raise SettingsError(
            f"{error}; {service} takes {known}", where=WHERE, remedy="See .env.example"
        ) from None
    least = {"batch_size": 0 if kind is CrossEncoderArgs else 1, "batch_tokens": 0, "seconds": 1}
    for name, value in least.items():
        if getattr(found, name, value) < value:
            raise SettingsError(f"{name} is {value} at least", where=WHERE)
    return found


def _local(settings: Settings) -> LocalCrossEncoder:
    from embed_platform.compute.local.cross_encoder import open_cross_encoder

    args = parse_args(CrossEncoderArgs, settings.reranker_args, "crossencoder")
    return open_cross_encoder(
        load_rerankers(settings).get(args.model_name_or_path),
        settings,
        batch_tokens=args.batch_tokens,
        batch_size=args.batch_size,
        trust_remote_code=args.trust_remote_code,
        compiled=args.compile,
    )


def _modal(settings: Settings) -> ModalReranker:
    from embed_platform.compute.modal.reranker import ModalReranker

    args = parse_args(ModalArgs, settings.reranker_args, "modal")
    return ModalReranker(
        settings,
        app_name=args.app_name,
        api_name=args.api_name,
        batch_size=args.batch_size,
        seconds=args.seconds,
    )


def _server(settings: Settings) -> HttpReranker:
    from embed_platform.compute.http.reranker import HttpReranker

    args = parse_args(ServerArgs, settings.reranker_args, settings.reranker_service)
    return HttpReranker(
        args.url,
        settings,
        protocol=args.protocol,
        model=args.model_name_or_path,
        batch_size=args.batch_size,
    )


def _shared(settings: Settings) -> tuple[object, ...]:
    """What besides the arguments decides which reranker it is."""
    return (
        settings.home,
        settings.device,
        settings.dtype,
        settings.batch_tokens,
        settings.reranker_key,
        settings.http_timeout,
        settings.modal_app,
        settings.modal_environment,
        settings.modal_token_id,
        settings.modal_token_secret,
    )
