"""Reranking on Modal: a deployed function by name, ours or that of somebody's guide.

The contract is `inference_api(query, passages, batch_size)`, a list of floats in the order of the
passages.
"""

from __future__ import annotations

from collections.abc import Sequence

from embed_platform.compute.modal.client import Account
from embed_platform.compute.modal.vendor import WHERE
from embed_platform.embedding.rerankers import check_request, checked_scores, scores_with_blanks
from embed_platform.errors import MachineUnavailable
from embed_platform.settings import Settings

API_NAME = "inference_api"
BATCH_SIZE = 256
# A container that has to start first loads gigabytes of weights.
PATIENCE_SECONDS = 600.0


class ModalReranker:
    """A deployed reranker; nothing is asked before the first call.

    Args:
        settings: token and environment.
        app_name: the deployed app; empty for that of the settings.
        api_name: its function.
        batch_size: passages that the function reads at a time.
        seconds: that a call may take, a cold start included.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        app_name: str = "",
        api_name: str = API_NAME,
        batch_size: int = BATCH_SIZE,
        seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._settings = settings
        self._app, self._api = app_name or settings.modal_app, api_name
        self._batch_size, self._seconds = batch_size, seconds
        self._account: Account | None = None

    def __repr__(self) -> str:
        return f"ModalReranker({self._app}::{self._api})"

    def get_scores(self, query: str, documents: Sequence[str]) -> list[float]:
        """How well each document answers the query, in the order of the documents.

        Raises:
            BadRequest: an empty or endless query, or too many documents.
            ComputeRefused: there is no token, no such app or no such function.
            MachineUnavailable: the vendor does not answer, no container came up in time, or what
                came is no scores.
            TransientError: the call failed.
        """
        check_request(query, documents)
        return scores_with_blanks(documents, lambda texts: self._scores(query, texts))

    def _scores(self, query: str, documents: list[str]) -> list[float]:
        call = self._connected().begin(self._app, self._api, query, documents, self._batch_size)
        found = call.value(self._seconds)
        if found is None:
            call.cancel()
            raise MachineUnavailable(
                f"no answer within {self._seconds:g} seconds",
                where=f"{WHERE}, {self._app}::{self._api}",
                remedy="A first start fetches the weights; try again, or see `modal logs`",
            )
        return checked_scores(found, len(documents), f"{WHERE}, {self._app}::{self._api}")

    def greet(self) -> None:
        """Ask whether the function is deployed; no container starts.

        Raises:
            ComputeRefused: there is no token, no such app or no such function.
            MachineUnavailable: the vendor does not answer.
        """
        self._connected().function(self._app, self._api)

    def _connected(self) -> Account:
        if self._account is None:
            self._account = Account(self._settings)
        return self._account

    def close(self) -> None:
        """Disconnect."""
        if self._account is not None:
            self._account.close()
        self._account = None
