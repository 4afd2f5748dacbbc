"""Who answers at an address: which protocol it speaks, which models it has, and what it says of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from embed_platform.compute.http.faults import Reply, key_refused, plainly
from embed_platform.compute.http.protocols import (
    OLLAMA_MAX_INPUTS,
    OPENAI_MAX_INPUTS,
    TEI_MAX_INPUTS,
    OllamaProtocol,
    OpenAiProtocol,
    ProtocolName,
    ServerProtocol,
    TeiProtocol,
)
from embed_platform.compute.http.wire import Wire
from embed_platform.embedding.registry import ModelEntry
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import (
    ComputeRefused,
    MachineUnavailable,
    ModelUnavailable,
    SpaceMismatch,
)

UNKNOWN = "unknown"
# Which requests tell the protocols apart, in this order: several servers speak OpenAI's besides
# their own, whose requests say more. Answers count by what is in them, for LM Studio answers 200
# to everything.
ASKED: tuple[tuple[ProtocolName, str], ...] = (
    ("tei", "/info"),
    ("ollama", "/api/tags"),
    ("openai", "/v1/models"),
    ("openai", "/models"),
)
# Kinds of weights as GGUF names them.
_GGUF_QUANTISED = re.compile(r"I?Q\d", re.IGNORECASE)


@dataclass(frozen=True)
class ServedModel:
    """A model that a server has.

    Attributes:
        name: to ask for it.
        other_names: under which the server knows it too.
        dtype: of its weights, or their quantisation.
        max_tokens: that it reads there; None when the server does not tell.
    """

    name: str
    other_names: tuple[str, ...] = ()
    dtype: str = UNKNOWN
    max_tokens: int | None = None


@dataclass(frozen=True)
class Served:
    """What a server says of itself.

    Attributes:
        protocol: that it speaks.
        models: that it has; empty when it does not list them.
        version: of the server.
        max_inputs: texts that it takes in a request.
        prefix: of OpenAI's paths.
    """

    protocol: ProtocolName
    models: tuple[ServedModel, ...]
    version: str = UNKNOWN
    max_inputs: int = OPENAI_MAX_INPUTS
    prefix: str = ""

    @property
    def engine(self) -> str:
        """Name of the server for a vector's provenance."""
        return "openai-compatible" if self.protocol == "openai" else self.protocol


def describe(
    wire: Wire, protocol: Literal["auto"] | ProtocolName, *, named: bool = False
) -> Served:
    """Ask a server what it is.

    Args:
        wire: to the server.
        protocol: that it speaks; `auto` to find out.
        named: whether the model's name there is known, so that OpenAI's list is not needed.

    Raises:
        MachineUnavailable: it does not answer, or says that it is not ready.
        ComputeRefused: it wants a key, or no embedding server answers there.
    """
    tried: list[str] = []
    refused: int | None = None
    with plainly(wire.name):
        _check_health(wire)
        for name, path in ASKED:
            if protocol not in ("auto", name):
                continue
            reply = wire.get(path)
            if reply.status in (401, 403):
                refused = reply.status
            elif reply.status >= 500 or reply.status == 429:
                raise MachineUnavailable(f"GET {path} gives {reply.said}", where=wire.name)
            elif (found := _read(wire, name, path, reply)) is not None:
                return found
            tried.append(f"{path} gives {_kind(reply)}")
    if refused is not None:
        raise key_refused(wire.name, refused)
    if protocol == "openai" and named:
        return Served("openai", (), prefix="/v1")
    wanted = "embedding server" if protocol == "auto" else f"server that speaks {protocol!r}"
    raise ComputeRefused(
        f"no {wanted} answers there ({', '.join(tried)})",
        where=wire.url,
        remedy="Check EMBED_HTTP_URLS and EMBED_HTTP_PROTOCOL",
    )


def choose_model(entry: ModelEntry, served: Served, wanted: str, name: str) -> ServedModel:
    """The model of the registry as this server calls it.

    Args:
        entry: the model.
        served: what the server has.
        wanted: name to use there; empty to look for the entry's name and aliases.
        name: of the server, for people.

    Raises:
        ModelUnavailable: the server does not list it.
        SpaceMismatch: its weights are quantised otherwise.
    """
    if wanted:
        # what is not listed may still be served: gateways list only some of what they have
        chosen = _listed(served, [wanted]) or ServedModel(wanted)
    else:
        found = _listed(served, [entry.name, *entry.aliases])
        if found is None:
            names = ", ".join(model.name for model in served.models[:20]) or "none"
            raise ModelUnavailable(
                f"the server does not have {entry.name} (it lists: {names})",
                where=name,
                remedy="EMBED_HTTP_MODEL names the model there",
            )
        chosen = found
    _check_weights(entry.space, chosen, name)
    return chosen


def protocol_for(served: Served, model: ServedModel, space: EmbeddingSpace) -> ServerProtocol:
    """How to ask this server for vectors of a space."""
    if served.protocol == "tei":
        return TeiProtocol(normalise=space.normalised, max_inputs=served.max_inputs)
    if served.protocol == "ollama":
        return OllamaProtocol(model.name)
    return OpenAiProtocol(model.name, served.prefix)


def _listed(served: Served, names: Sequence[str]) -> ServedModel | None:
    for wanted in map(_plain, names):
        for model in served.models:
            if wanted in {_plain(known) for known in (model.name, *model.other_names)}:
                return model
    return None


def _plain(name: str) -> str:
    """A name to compare by: Ollama writes `:latest` behind a name, and TEI a folder before it."""
    plain = name.lower().removesuffix(":latest")
    return plain.rstrip("/").rsplit("/", 1)[-1] if plain.startswith(("/", ".")) else plain


def _check_weights(space: EmbeddingSpace, model: ServedModel, name: str) -> None:
    """Refuse weights that the server says are quantised otherwise than the space's."""
    if model.dtype == UNKNOWN:
        return
    served = model.dtype if _GGUF_QUANTISED.match(model.dtype) else ""
    stated = space.quantisation if _GGUF_QUANTISED.match(space.quantisation) else ""
    if served.lower() != stated.lower():
        raise SpaceMismatch(
            f"{model.name} has {model.dtype} weights there, the space has "
            f"{stated or 'weights that are not quantised'}",
            where=name,
            remedy="Another quantisation is another space: add the model to models.yaml with its quantisation",
        )


def _check_health(wire: Wire) -> None:
    """TEI, vLLM, Infinity and llama.cpp say at /health that they are still loading; the others know no such path."""
    reply = wire.get("/health")
    if reply.status >= 500:
        raise MachineUnavailable(f"the server is not ready ({reply.said})", where=wire.name)


def _kind(reply: Reply) -> str:
    if "location" in reply.headers:
        return f"{reply.status}, moved to {reply.headers['location']}"
    if reply.is_page:
        return f"{reply.status} and an HTML page"
    return str(reply.status) if reply.status != 200 else "another answer"


def _read(wire: Wire, name: ProtocolName, path: str, reply: Reply) -> Served | None:
    """What an answer says; None when it is not of that protocol."""
    content = reply.json() if reply.status == 200 else None
    if not isinstance(content, dict):
        return None
    if name == "tei":
        return _read_tei(content)
    if name == "ollama":
        return _read_ollama(wire, content)
    return _read_openai(wire, content, path.removesuffix("/models"))


def _read_tei(content: dict[str, Any]) -> Served | None:
    if not isinstance(content.get("model_id"), str) or "max_input_length" not in content:
        return None
    model = ServedModel(
        content["model_id"],
        other_names=tuple(_words([content.get("served_model_name")])),
        dtype=str(content.get("model_dtype") or UNKNOWN),
        max_tokens=_number(content["max_input_length"]),
    )
    inputs = _number(content.get("max_client_batch_size")) or TEI_MAX_INPUTS
    return Served("tei", (model,), str(content.get("version") or UNKNOWN), inputs)


def _read_ollama(wire: Wire, content: dict[str, Any]) -> Served | None:
    """Only Ollama itself has /api/version besides; llama.cpp answers /api/tags as well."""
    version = wire.get("/api/version").json()
    if not isinstance(content.get("models"), list) or not isinstance(version, dict):
        return None
    if not isinstance(version.get("version"), str):
        return None
    models = []
    for item in _dicts(content["models"]):
        details = item.get("details")
        details = details if isinstance(details, dict) else {}
        models += [
            ServedModel(
                name,
                dtype=str(details.get("quantization_level") or UNKNOWN),
                max_tokens=_number(details.get("context_length")),
            )
            for name in _words([item.get("name")])
        ]
    return Served("ollama", tuple(models), version["version"], OLLAMA_MAX_INPUTS)


def _read_openai(wire: Wire, content: dict[str, Any], prefix: str) -> Served | None:
    if not isinstance(content.get("data"), list):
        return None
    items = list(_dicts(content["data"]))
    models = tuple(
        ServedModel(
            name,
            other_names=tuple(_words(_list(item.get("aliases")))),
            dtype=_dtype(item),
            max_tokens=_number(item.get("max_model_len")),
        )
        for item in items
        for name in _words([item.get("id")])
    )
    makers = list(_words([item.get("owned_by") for item in items]))
    maker = makers[0] if makers else UNKNOWN
    if maker == "vllm":
        told = wire.get("/version").json()
        number = told.get("version") if isinstance(told, dict) else None
        maker = f"vllm {number}" if isinstance(number, str) else maker
    return Served("openai", models, maker, OPENAI_MAX_INPUTS, prefix)


def _dtype(item: dict[str, Any]) -> str:
    """Infinity says `dtype`, llama.cpp `ftype`: `Q4_K - Medium` is what others call Q4_K_M."""
    meta = item.get("meta")
    kind = item.get("dtype") or (meta.get("ftype") if isinstance(meta, dict) else None) or UNKNOWN
    return re.sub(r" - ([SML])\w+$", r"_\1", str(kind))


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _dicts(items: list[Any]) -> Iterator[dict[str, Any]]:
    return (item for item in items if isinstance(item, dict))


def _words(items: Sequence[object]) -> Iterator[str]:
    return (item for item in items if isinstance(item, str) and item)


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and value > 0 else None
