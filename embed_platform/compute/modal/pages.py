"""Page images on Modal: batches become calls to the deployed class, as shards of texts do."""

from __future__ import annotations

import secrets
import time
from collections.abc import Hashable, Sequence

from embed_platform.compute.modal.client import Call
from embed_platform.compute.modal.deployment import PAGES_CLASS_NAME
from embed_platform.compute.modal.fleet import DeployedFleet
from embed_platform.compute.modal.lane import Known, Lane
from embed_platform.compute.modal.ledger import Entry, new_entry
from embed_platform.compute.modal.page_payload import accept_pages
from embed_platform.compute.modal.payload import Answer
from embed_platform.embedding.engine import EmbeddedPages, MultiVector
from embed_platform.embedding.page_probe import QUESTIONS, probe_images
from embed_platform.sources.pages.schema import image_hash


class ModalPageEngine(Lane):
    """Embeds images and questions in one space by calls to the deployed class."""

    def embed_images(self, images: Sequence[bytes]) -> EmbeddedPages:
        """Vectors of images (PNG files), in their order.

        Raises:
            TransientError: the call failed, or took too long and was cancelled.
            MachineUnavailable: the vendor does not answer, or this lane was ended.
            ComputeRefused: the rented time is over, or the deployed app is another one.
            SpaceMismatch: the answer does not fit the space or the images.
        """
        return self._ask("image", images, tuple(map(image_hash, images)))

    def embed_questions(self, texts: Sequence[str]) -> list[MultiVector]:
        """Vectors of questions, in their order; raises as `embed_images`."""
        # questions belong to nobody's documents: there is nothing to salvage of them
        return self._ask("text", [text.encode() for text in texts], ()).vectors

    def _ask(self, kind: str, inputs: Sequence[bytes], hashes: tuple[str, ...]) -> EmbeddedPages:
        if not inputs:
            return EmbeddedPages([])
        shard = f"{kind}-{secrets.token_hex(8)}"

        def begin(seconds: float) -> Call:
            until = time.time() + seconds
            return self._rental.flight.begin(
                lambda: self._deployed.spawn_pages(shard, kind, list(inputs)),
                lambda call: new_entry(call, shard, self._space.slug, hashes, until, ""),
            )

        def read(answer: Answer) -> EmbeddedPages:
            return accept_pages(answer, shard, self._space, len(inputs))

        return self.ask((kind, tuple(inputs)), begin, read)


class ModalPageFleet(DeployedFleet[ModalPageEngine, EmbeddedPages]):
    """Lanes to the class that embeds page images."""

    class_name = PAGES_CLASS_NAME
    lane = ModalPageEngine

    def probed(self, lane: ModalPageEngine) -> dict[Hashable, Known]:
        """To the drawn pages and the questions about them."""
        pages = lane.embed_images(probe_images())
        maker = lane.provenance
        questions = EmbeddedPages(lane.embed_questions(QUESTIONS))
        asked = tuple(question.encode() for question in QUESTIONS)
        return {
            ("image", tuple(probe_images())): Known(pages, maker),
            ("text", asked): Known(questions, maker),
        }

    def read(self, entry: Entry, answer: Answer) -> EmbeddedPages:
        """The pages of a call."""
        return accept_pages(answer, entry.shard, self.entry.space, len(entry.hashes))
