"""The platform as a Dagster resource: settings are read when a step starts, never at import."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg
from pydantic import Field

from embed_platform.defs.partitions import USERS_NAME, covered
from embed_platform.defs.progress import steps_logger
from embed_platform.embedding.registry import Registry, load_registry
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.lake.under_way import working_on
from embed_platform.settings import Settings, load_settings


class Platform(dg.ConfigurableResource[None]):
    """Opens what the settings of this process name; a run may choose its machines, and holds no secret."""

    compute: str = Field(
        default="", description="local, http, runpod or modal; empty for EMBED_COMPUTE."
    )
    gpu: str = Field(default="", description="GPU to rent; empty for EMBED_GPU.")
    pods: int = Field(default=0, description="Machines to rent at a time; 0 for EMBED_PODS.")
    max_dollars: float = Field(
        default=-1.0, description="Most that the run may spend; below 0 for EMBED_MAX_DOLLARS."
    )

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Any]:
        """While a run, or a step in a process of its own, has the platform: a mark of whom it is about."""
        if context.run is None or context.instance is None:
            yield self
            return
        keys = context.instance.get_dynamic_partitions(USERS_NAME)
        persons = covered(context.run.tags, keys)
        with working_on(self.settings(), persons, f"run {context.run.run_id[:8]}"):
            yield self

    def settings(self) -> Settings:
        """Settings of this process, with what this run chose over them."""
        return load_settings(
            compute=self.compute or None,
            gpu=self.gpu or None,
            pods=self.pods or None,
            max_dollars=None if self.max_dollars < 0 else self.max_dollars,
        )

    def lake(self) -> Lake:
        """The lake."""
        return open_lake(self.settings())

    def registry(self) -> Registry:
        """The models that can be used."""
        return load_registry(self.settings())


def resources() -> dg.Definitions:
    """The resources of the code location."""
    return dg.Definitions(resources={"platform": Platform()}, loggers={"steps": steps_logger})
