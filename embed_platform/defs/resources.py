"""The platform as a Dagster resource: settings are read when a step starts, never at import."""

import dagster as dg

from embed_platform.defs.progress import steps_logger
from embed_platform.embedding.registry import Registry, load_registry
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.settings import Settings, load_settings


class Platform(dg.ConfigurableResource[None]):
    """Opens what the settings of this process name; holds no configuration and so no secret."""

    def settings(self) -> Settings:
        """Settings of this process."""
        return load_settings()

    def lake(self) -> Lake:
        """The lake."""
        return open_lake(self.settings())

    def registry(self) -> Registry:
        """The models that can be used."""
        return load_registry(self.settings())


def resources() -> dg.Definitions:
    """The resources of the code location."""
    return dg.Definitions(resources={"platform": Platform()}, loggers={"steps": steps_logger})
