"""A run over page images on Modal in a process of its own, to be killed."""

from __future__ import annotations

import sys
from pathlib import Path

from embed_platform.compute.modal.pages import ModalPageFleet
from embed_platform.embedding.embed import embed_pages
from embed_platform.embedding.registry import load_registry
from embed_platform.lake.lake import open_lake
from embed_platform.settings import Settings


def main(home: str, model: str, user: str) -> None:
    """Embed a user's pages."""
    settings = Settings(home=Path(home), gpu="L4", rent_minutes=10, max_dollars=10.0)
    entry = load_registry(settings).get(model)
    lake = open_lake(settings)
    embed_pages(lake, entry.space, [user], entry.kinds, lambda: ModalPageFleet(entry, settings))


if __name__ == "__main__":
    main(*sys.argv[1:])
