"""A run of its own process, for tests that kill it: embeds what it is told and says how far it is."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

from embed_platform.compute.modal.fleet import ModalFleet
from embed_platform.embedding.registry import load_registry
from embed_platform.settings import Settings


def main(home: str, *shards: str) -> None:
    """Embed each shard (texts separated by |) in a lane of its own, and wait to be killed."""
    settings = Settings(home=Path(home), gpu="L4", max_dollars=10.0, pods=len(shards))
    entry = load_registry(settings).get("minilm")
    with ModalFleet(entry, settings) as fleet:
        for shard in shards:
            machine = None
            while machine is None:
                machine = fleet.next_machine(0.5)
            threading.Thread(
                target=machine.engine.embed, args=(shard.split("|"), ""), daemon=True
            ).start()
        print("ready", flush=True)  # noqa: T201
        time.sleep(600)


if __name__ == "__main__":
    main(*sys.argv[1:])
