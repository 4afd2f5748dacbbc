"""What rerankers speak over HTTP: Cohere's request and TEI's behind one shape, and who speaks which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Literal, Protocol

import msgspec

from embed_platform.compute.http.faults import Broken, Reply, key_refused
from embed_platform.compute.http.protocols import TEI_MAX_INPUTS, decoded
from embed_platform.compute.http.wire import Wire
from embed_platform.errors import ComputeRefused, ModelUnavailable

RerankProtocolName = Literal["auto", "cohere", "tei"]

# Cohere's own limit; vLLM and Infinity take what memory holds.
COHERE_MAX_DOCUMENTS = 1000
# Jina, Cohere and vLLM have the first; Infinity without a prefix has the second.
COHERE_PATHS = ("/v1/rerank", "/rerank")
MODEL_PATHS = ("/v1/models", "/models")
# How the reason of a fault begins where there is no such path.
_MISSING = re.compile(r"(status )?(404|410)\b")
# Any reranker can say how well the one answers the other.
PLAIN_PAIR = ("When did the boats leave?", ("The boats left the harbour before sunrise.",))


class RerankProtocol(Protocol):
    """How one kind of server is asked for scores."""

    path: str
    max_documents: int

    def body(self, query: str, documents: Sequence[str]) -> bytes:
        """The request: JSON for `POST path`."""

    def read(self, reply: Reply, count: int) -> list[float]:
        """Scores in the order of `count` documents.

        Raises:
            Broken: the answer is not what this kind of server gives.
        """


class CohereProtocol:
    """`POST /v1/rerank`; the answer is sorted by score and each item names its document.

    Args:
        model: its name there; empty where the server does not ask for one.
        path: on the server.
    """

    max_documents = COHERE_MAX_DOCUMENTS

    def __init__(self, model: str, path: str = COHERE_PATHS[0]) -> None:
        self._model, self.path = model, path

    def body(self, query: str, documents: Sequence[str]) -> bytes:
        """The request; `top_n` is all of them, for some servers give fewer unless asked."""
        named = {"model": self._model} if self._model else {}
        return msgspec.json.encode(
            named
            | {
                "query": query,
                "documents": documents,
                "top_n": len(documents),
                "return_documents": False,
            }
        )

    def read(self, reply: Reply, count: int) -> list[float]:
        """See `RerankProtocol.read`."""
        items = decoded(reply, _CohereAnswer).results
        return in_order([(item.index, item.relevance_score) for item in items], count)


class TeiRerankProtocol:
    """`POST /rerank` of Text Embeddings Inference; its model is the one that it was started with.

    Args:
        max_documents: that it takes in a request.
    """

    path = "/rerank"

    def __init__(self, max_documents: int = TEI_MAX_INPUTS) -> None:
        self.max_documents = max_documents

    def body(self, query: str, documents: Sequence[str]) -> bytes:
        """The request; long texts are cut there as the local model cuts them."""
        return msgspec.json.encode(
            {"query": query, "texts": documents, "raw_scores": False, "truncate": True}
        )

    def read(self, reply: Reply, count: int) -> list[float]:
        """See `RerankProtocol.read`; the answer is a bare list, sorted by score."""
        return in_order(
            [(item.index, item.score) for item in decoded(reply, list[_TeiItem])], count
        )


def in_order(scored: Sequence[tuple[int, float | None]], count: int) -> list[float]:
    """Scores by document from pairs of index and score in any order.

    Raises:
        Broken: the indices are not each of `range(count)` once, or a score is missing.
    """
    if len(scored) != count:
        raise Broken(f"{len(scored)} scores came for {count} passages")
    found: dict[int, float | None] = dict(scored)
    if sorted(found) != list(range(count)):
        raise Broken("the answer's indices are not those of the passages")
    missing = next((index for index in range(count) if found[index] is None), None)
    if missing is not None:
        raise Broken(f"the score of passage {missing + 1} is no number")
    return [float(found[index] or 0.0) for index in range(count)]


def find_protocol(wire: Wire, wanted: RerankProtocolName, model: str) -> RerankProtocol:
    """How to ask a server for scores.

    TEI says at `/info` what it is. The others are asked to rerank one plain sentence, for none of
    their lists tells a reranker from an embedding model.

    Raises:
        ComputeRefused: it wants a key, or nothing reranks there.
        ModelUnavailable: it has several models, and none was named.
        Fault: it fails.
    """
    if wanted != "cohere":
        tei = _read_tei(wire)
        if tei is not None:
            return tei
        if wanted == "tei":
            raise _nobody(wire, "TEI", ["/info gives another answer"])
    name = model or _only_model(wire)
    tried = []
    for path in COHERE_PATHS:
        protocol = CohereProtocol(name, path)
        try:
            wire.post(path, protocol.body(*PLAIN_PAIR), partial(protocol.read, count=1), tries=2)
        except Broken as fault:
            if not _MISSING.match(fault.reason):
                raise
            tried.append(f"{path} gives {fault.reason}")
        else:
            return protocol
    raise _nobody(wire, "server that reranks", tried)


def _read_tei(wire: Wire) -> TeiRerankProtocol | None:
    """TEI by what it says of itself; None when it is none."""
    reply = wire.get("/info")
    if reply.status in (401, 403):
        raise key_refused(wire.name, reply.status)
    content = reply.json() if reply.status == 200 else None
    if not isinstance(content, dict) or "max_client_batch_size" not in content:
        return None
    kind = content.get("model_type")
    if isinstance(kind, dict) and "reranker" not in kind:
        raise ComputeRefused(
            f"the server has {content.get('model_id')}, which is no reranker ({', '.join(kind)})",
            where=wire.name,
            remedy="Start it with --model-id of a reranker",
        )
    most = content["max_client_batch_size"]
    return TeiRerankProtocol(most if isinstance(most, int) and most > 0 else TEI_MAX_INPUTS)


def _only_model(wire: Wire) -> str:
    """The name of the only model that a server lists; empty when it lists none."""
    for path in MODEL_PATHS:
        reply = wire.get(path)
        if reply.status in (401, 403):
            raise key_refused(wire.name, reply.status)
        content = reply.json() if reply.status == 200 else None
        data = content.get("data") if isinstance(content, dict) else None
        items = data if isinstance(data, list) else []
        names = [item["id"] for item in items if isinstance(item, dict) and "id" in item]
        if len(names) == 1:
            return str(names[0])
        if names:
            raise ModelUnavailable(
                f"the server has several models ({', '.join(map(str, names[:20]))})",
                where=wire.name,
                remedy="EMBED_RERANKER_ARGS names one as model_name_or_path",
            )
    return ""


def _nobody(wire: Wire, wanted: str, tried: Sequence[str]) -> ComputeRefused:
    return ComputeRefused(
        f"no {wanted} answers there ({', '.join(tried)})",
        where=wire.url,
        remedy="Check the url and the protocol in EMBED_RERANKER_ARGS",
    )


class _CohereItem(msgspec.Struct):
    index: int
    relevance_score: float | None


class _CohereAnswer(msgspec.Struct):
    results: list[_CohereItem]


class _TeiItem(msgspec.Struct):
    index: int
    score: float | None
