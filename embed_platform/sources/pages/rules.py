"""How pages are rendered: their resolution, and what is too large."""

from __future__ import annotations

import math
from dataclasses import dataclass

# A4 in inches; a page is rendered to the pixels that this sheet has at the wanted resolution.
SHEET_INCHES = 8.27 * 11.69


@dataclass(frozen=True)
class PageRules:
    """How pages are rendered.

    Attributes:
        dpi: resolution; larger sheets and photographs are scaled to the pixels of an A4 sheet at it.
        max_pixels: an image of more is refused before it is unpacked.
    """

    dpi: int
    max_pixels: int

    @property
    def budget(self) -> int:
        """Most pixels of a rendering."""
        return int(SHEET_INCHES * self.dpi**2)

    def fit(self, width: float, height: float) -> float:
        """By how much to scale so many pixels so that they keep to the budget; 1 at most."""
        return min(1.0, math.sqrt(self.budget / max(width * height, 1.0)))
