"""What runs inside a container that reranks, and while its image is built; the vendor's package is not needed here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from embed_platform.compute.local.cross_encoder import LocalCrossEncoder, open_cross_encoder
from embed_platform.compute.local.weights import fetch_model
from embed_platform.compute.modal.deployment import reranker_text
from embed_platform.embedding.rerankers import read_entry
from embed_platform.errors import EmbedError, PermanentError
from embed_platform.settings import Settings, load_settings


def bake(entry: str) -> None:
    """Fetch a reranker's weights at its revision into the image that is being built.

    The vendor builds the image anew when this text or the entry is another, and not for other
    changes of ours.

    Args:
        entry: as `entry_text` writes it.

    Raises:
        RuntimeError: they cannot be fetched, in one line; the deployment fails with it.
    """
    wanted = read_entry(entry)
    if Path(wanted.name).is_dir():
        return
    try:
        fetch_model(wanted.name, wanted.revision, load_settings())
    except EmbedError as error:
        raise RuntimeError(str(error)) from None


class RerankWorker:
    """The reranker of one container.

    What goes wrong while it is loaded is raised by each call: the vendor starts a container that
    crashes again and again, and every start costs.

    Args:
        settings: of the container.
    """

    def __init__(self, settings: Settings) -> None:
        self._entry = read_entry(reranker_text(settings))
        self._settings = settings
        self._model: LocalCrossEncoder | None = None
        self._problem: EmbedError = PermanentError("the model was never loaded")

    def load(self) -> None:
        """Load the model onto the GPU; whoever deployed it trusts its code, at its pinned revision."""
        try:
            self._model = open_cross_encoder(self._entry, self._settings, trust_remote_code=True)
        except EmbedError as error:
            self._problem = error

    def get_scores(self, query: str, passages: Sequence[str], batch_size: int) -> list[float]:
        """A score for each passage, in their order.

        Batches follow from the tokens, so that `batch_size` is only the most passages of one.

        Raises:
            RuntimeError: the model could not be loaded, or what is asked makes no sense. The
                vendor's client raises it at the caller's, who may not have our own errors.
        """
        try:
            if self._model is None:
                raise self._problem
            return self._model.get_scores(query, passages, batch_size=max(0, batch_size))
        except EmbedError as error:
            raise RuntimeError(str(error)) from None
