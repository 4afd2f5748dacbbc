"""The Dagster code location: everything under `defs/`, and nothing else."""

import dagster as dg

from embed_platform.defs.automation import automation
from embed_platform.defs.cadence import schedules
from embed_platform.defs.corpus import corpus
from embed_platform.defs.leaving import leaving
from embed_platform.defs.live import live
from embed_platform.defs.pull import pulls
from embed_platform.defs.reaping import reaping
from embed_platform.defs.resources import resources
from embed_platform.defs.spaces import spaces

defs = dg.Definitions.merge(
    resources(),
    corpus(),
    spaces(),
    automation(),
    pulls(),
    schedules(),
    leaving(),
    reaping(),
    live(),
)
