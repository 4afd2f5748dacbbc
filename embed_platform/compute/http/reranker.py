"""A reranker over HTTP: `/v1/rerank` of Cohere, Jina, vLLM and Infinity, and `/rerank` of TEI."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from embed_platform.compute.http.batches import parts
from embed_platform.compute.http.faults import Broken, Fault, Refused, Reply, TooMuch, hushed
from embed_platform.compute.http.rerank_protocols import (
    RerankProtocol,
    RerankProtocolName,
    find_protocol,
)
from embed_platform.compute.http.wire import Wire
from embed_platform.embedding.rerankers import check_request, scores_problem, scores_with_blanks
from embed_platform.errors import ComputeRefused, EmbedError, MachineUnavailable, ModelUnavailable
from embed_platform.settings import Settings

ARGS, KEY = "EMBED_RERANKER_ARGS", "EMBED_RERANKER_KEY"
# What the wire says of the servers that embed, in the words of this one.
_WORDS = {
    "EMBED_HTTP_URLS": ARGS,
    "EMBED_HTTP_PROTOCOL": ARGS,
    "EMBED_HTTP_KEY": KEY,
    "an embedding server": "a reranking server",
}


class HttpReranker:
    """One server that reranks; threads may share it. It is asked what it speaks at the first call.

    Args:
        url: base address, with or without `/v1`.
        settings: key, time-out, and how many requests may be under way.
        protocol: that it speaks; `auto` to find out.
        model: its name there; empty for the only one.
        batch_size: most passages of a request.

    Raises:
        SettingsError: the address makes no sense.
    """

    def __init__(
        self,
        url: str,
        settings: Settings,
        *,
        protocol: RerankProtocolName = "auto",
        model: str = "",
        batch_size: int = 256,
    ) -> None:
        self._lanes = settings.http_in_flight
        with _in_our_words():
            self._wire = Wire(url, settings.reranker_key, settings.http_timeout, self._lanes)
        self._wanted, self._model, self._batch_size = protocol, model, batch_size
        self._protocol: RerankProtocol | None = None

    def __repr__(self) -> str:
        return f"HttpReranker({self._wire.name})"

    @property
    def name(self) -> str:
        """The server, for people and logs; holds no key."""
        return self._wire.name

    def close(self) -> None:
        """Let go of the server."""
        self._wire.close()

    def get_scores(self, query: str, documents: Sequence[str]) -> list[float]:
        """How well each document answers the query, in the order of the documents.

        Requests that are too large are halved; several are under way at a time.

        Raises:
            BadRequest: an empty or endless query, or too many documents.
            MachineUnavailable: the server is gone, or answers what is no scores.
            ComputeRefused: it refuses the key or the texts, or does not rerank.
            ModelUnavailable: it does not have the model.
        """
        check_request(query, documents)
        return scores_with_blanks(documents, lambda texts: self._scores(query, texts))

    def _scores(self, query: str, documents: Sequence[str]) -> list[float]:
        with _in_our_words(), self._plainly((query, *documents)):
            if self._protocol is None:
                self._protocol = find_protocol(self._wire, self._wanted, self._model)
            protocol = self._protocol
            sizes = [len(text.encode()) for text in documents]
            most = min(self._batch_size, protocol.max_documents)
            batches = [documents[part.start : part.stop] for part in parts(sizes, most)]
            with ThreadPoolExecutor(min(self._lanes, len(batches))) as pool:
                found = pool.map(lambda batch: self._ask(protocol, query, batch), batches)
                return [score for scores in found for score in scores]

    def _ask(self, protocol: RerankProtocol, query: str, documents: Sequence[str]) -> list[float]:
        """Scores of one request, or of its halves where it is too large for the server."""
        count = len(documents)

        def read(reply: Reply) -> list[float]:
            scores = protocol.read(reply, count)
            problem = scores_problem(scores, count)
            if problem:
                raise Broken(problem)
            return scores

        try:
            return self._wire.post(
                protocol.path, protocol.body(query, documents), read, alone=count == 1
            )
        except (TooMuch, Refused) as fault:
            may_be_size = isinstance(fault, TooMuch) or fault.too_long
            if count == 1 or not may_be_size:
                raise
        middle = count // 2
        return self._ask(protocol, query, documents[:middle]) + self._ask(
            protocol, query, documents[middle:]
        )

    @contextmanager
    def _plainly(self, texts: Sequence[str]) -> Iterator[None]:
        """Faults that nobody can make good as the product's errors; none repeats a text."""
        try:
            yield
        except Refused as fault:
            raise ComputeRefused(
                f"the server refuses to rerank this ({hushed(fault.reason, texts)})",
                where=self.name,
                remedy=f"{ARGS} sets its protocol, model_name_or_path and batch_size",
            ) from None
        except Fault as fault:
            raise MachineUnavailable(
                f"the server fails ({hushed(fault.reason, texts)})",
                where=self.name,
                remedy=f"Is it a reranker, and does it run? {ARGS} holds its url",
            ) from None
        except (ComputeRefused, MachineUnavailable, ModelUnavailable) as error:
            error.what = hushed(error.what, texts)
            raise


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Errors of the wire name the settings of the servers that embed; here they name those of this one."""
    try:
        yield
    except EmbedError as error:
        for theirs, ours in _WORDS.items():
            error.what = error.what.replace(theirs, ours)
            error.where = error.where and error.where.replace(theirs, ours)
            error.remedy = error.remedy and error.remedy.replace(theirs, ours)
        raise
