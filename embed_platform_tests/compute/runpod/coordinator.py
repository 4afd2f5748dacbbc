"""A run in a process of its own: rents, says how far it is, and waits to be ended by whatever comes.

python -m embed_platform_tests.compute.runpod.coordinator HOME PORT [pods] [dollars] [leave|stay|forget]
"""

from __future__ import annotations

import logging
import sys
import time
from pathlib import Path

from embed_platform_tests.compute.runpod.vendor import Vendor, machine_of


def tell(words: str) -> None:
    """A line for the test."""
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def main(home: str, port: str, pods: str = "1", dollars: str = "5", then: str = "stay") -> None:
    """Do as told."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    fleet = Vendor(int(port)).fleet(Path(home), pods=int(pods), max_dollars=float(dollars))
    tell("begun")
    if then == "forget":
        fleet.__enter__()
        machine_of(fleet)
        tell("machine")
        return
    with fleet:
        tell("entered")
        for _ in range(int(pods)):
            machine_of(fleet, 60)
            tell("machine")
        if then == "stay":
            time.sleep(100)
        time.sleep(1)
        tell("leaving")
    tell(f"left {fleet.dollars}")


if __name__ == "__main__":
    main(*sys.argv[1:])
