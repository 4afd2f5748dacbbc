"""Page images on servers that are there already: an engine over one, and those in EMBED_HTTP_URLS together."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from embed_platform.compute.http.faults import Broken, Fault, Refused, Reply, TooMuch, plainly
from embed_platform.compute.http.page_answers import (
    ACCEPT,
    FIRST_BYTES,
    FIRST_PIXELS,
    InputType,
    as_base64,
    pixels,
    read_answer,
    request_body,
    requests,
)
from embed_platform.compute.http.page_halves import NotTogether, by_halves, joined
from embed_platform.compute.http.servers import Servers
from embed_platform.compute.http.wire import Wire
from embed_platform.embedding.engine import EmbeddedPages, MultiVector, Provenance
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import (
    MachineUnavailable,
    SpaceMismatch,
)

PATH = "/embeddings"
# Of a request that fails; its halves are tried afterwards.
TRIES = 3
# The contract does not say which model a server has; the space's drawn pages do.
MAKER = Provenance("colpali-http", "unknown", "unknown", "http")


class HttpPageEngine:
    """One server that speaks the contract of ColPali's clients. Threads may share it.

    Requests are bounded in bytes and pixels, and smaller from then on where one was too much. An
    image that the server refuses fails alone, if it still embeds a drawn page.

    Args:
        wire: to the server.
        space: of the vectors.
    """

    def __init__(self, wire: Wire, space: EmbeddingSpace) -> None:
        self._wire, self._space = wire, space
        self._lock = threading.Lock()
        self._bytes, self._pixels = FIRST_BYTES, FIRST_PIXELS

    def __repr__(self) -> str:
        return f"HttpPageEngine({self._wire.name}, {self._space.slug})"

    @property
    def provenance(self) -> Provenance:
        """Who makes the vectors, as well as it is known."""
        return MAKER

    def close(self) -> None:
        """Let go of the server; calls under way end with MachineUnavailable."""
        self._wire.close()

    def embed_images(self, images: Sequence[bytes]) -> EmbeddedPages:
        """Vectors of images (PNG files), in their order.

        Raises:
            MachineUnavailable: the server is gone, or fails beyond what another try makes good.
            ComputeRefused: it refuses the key.
            SpaceMismatch: its vectors have another dimension.
        """
        parts = requests(images, self._bytes, self._pixels)
        return joined([by_halves(self._ask_images, part, self._wire.name) for part in parts])

    def embed_questions(self, texts: Sequence[str]) -> list[MultiVector]:
        """Vectors of questions, in their order; raises as `embed_images`."""
        with plainly(self._wire.name):
            return self._ask("text", texts) if texts else []

    def _ask_images(self, images: Sequence[bytes]) -> EmbeddedPages:
        try:
            found = self._ask("image", list(map(as_base64, images)))
        except TooMuch as fault:
            self._send_less(images)
            raise NotTogether(fault.reason) from None
        except Refused as fault:
            raise NotTogether(fault.reason) from None
        except Broken as fault:
            # what takes too long even alone says nothing against the image
            if not fault.of_text or fault.slow:
                raise self._gone(fault) from None
            raise NotTogether(fault.reason) from None
        except Fault as fault:
            raise self._gone(fault) from None
        return EmbeddedPages(found)

    def _ask(self, kind: InputType, inputs: Sequence[str]) -> list[MultiVector]:
        def read(reply: Reply) -> list[MultiVector]:
            found = read_answer(reply, len(inputs))
            if any(not len(vectors) for vectors in found):
                raise Broken("an input has no vectors", of_text=True)
            return found

        alone = len(inputs) == 1
        found = self._wire.post(PATH, request_body(kind, inputs), read, tries=TRIES, alone=alone)
        lengths = {vectors.shape[1] for vectors in found}
        if lengths != {self._space.dimension}:
            raise SpaceMismatch(
                f"the server gives {max(lengths)} dimensions, the space has {self._space.dimension}",
                where=f"{self._wire.name}, {self._space.slug}",
                remedy="It serves another model, or the model's entry in models.yaml is wrong",
            )
        return found

    def _send_less(self, images: Sequence[bytes]) -> None:
        with self._lock:
            self._bytes = max(1, min(self._bytes, sum(map(len, images)) * 2 // 3))
            self._pixels = max(1, min(self._pixels, sum(map(pixels, images)) // 2))

    def _gone(self, fault: Fault) -> MachineUnavailable:
        return MachineUnavailable(f"the server fails ({fault.reason})", where=self._wire.name)


class HttpPageFleet(Servers[HttpPageEngine]):
    """Servers of page images, each a machine once it has embedded a question."""

    wanted = (
        "no server of page images is named",
        "http://127.0.0.1:8000 for `embed-platform serve` on this machine",
    )
    missing = f"Page images want a server that answers POST {PATH}, such as `embed-platform serve`"

    def connect(self, url: str) -> HttpPageEngine:
        """An engine over the server at an address.

        Raises:
            MachineUnavailable: it does not answer.
            ComputeRefused: it refuses the key.
            SpaceMismatch: its vectors have another dimension.
            SettingsError: the address makes no sense.
        """
        settings = self.settings
        wire = Wire(
            url.rstrip("/").removesuffix(PATH),
            settings.http_key,
            settings.http_timeout,
            settings.http_in_flight,
            ACCEPT,
        )
        engine = HttpPageEngine(wire, self.entry.space)
        try:
            engine.embed_questions(["hello"])
        except BaseException:
            engine.close()
            raise
        return engine
