"""Images that a far machine cannot embed together: halved, down to the one that is why."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from embed_platform.embedding.engine import EmbeddedPages, MultiVector
from embed_platform.embedding.page_probe import probe_images
from embed_platform.errors import MachineUnavailable, TransientError

Ask = Callable[[Sequence[bytes]], EmbeddedPages]


class NotTogether(TransientError):
    """A request of several images that failed: its halves may pass."""


def by_halves(ask: Ask, images: Sequence[bytes], name: str) -> EmbeddedPages:
    """Vectors of images; one that fails alone is set aside when the machine still embeds a drawn page.

    Args:
        ask: sends one request; raises NotTogether where a smaller one may pass.
        images: PNG files.
        name: of the machine.

    Raises:
        MachineUnavailable: the machine embeds a drawn page no longer, so that no image is to blame.
        EmbedError: as `ask`.
    """
    try:
        return ask(images)
    except NotTogether as error:
        if len(images) == 1:
            nothing = _still_works(ask, error, name)
            return EmbeddedPages([nothing], {0: error.what}, None)
    middle = len(images) // 2
    return joined([by_halves(ask, half, name) for half in (images[:middle], images[middle:])])


def joined(parts: Sequence[EmbeddedPages]) -> EmbeddedPages:
    """Answers one after the other as one; the maker is the last that is named."""
    whole = EmbeddedPages([], {}, next((p.maker for p in reversed(parts) if p.maker), None))
    for part in parts:
        start = len(whole.vectors)
        whole.vectors.extend(part.vectors)
        whole.failed.update({start + place: reason for place, reason in part.failed.items()})
    return whole


def _still_works(ask: Ask, error: NotTogether, name: str) -> MultiVector:
    """An empty page of the machine's dimension."""
    try:
        answer = ask(probe_images()[:1])
    except NotTogether:
        answer = None
    if answer is None or answer.failed:
        raise MachineUnavailable(f"it fails ({error.what})", where=name) from None
    return answer.vectors[0][:0]
