"""What the endpoints share, made once per application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from embed_platform.lake.lake import Lake, open_lake
from embed_platform.service.bulk import Bulk
from embed_platform.service.erasures import Erasures
from embed_platform.service.exports import Exports
from embed_platform.service.jobs import Jobs
from embed_platform.service.keys import KeyFile
from embed_platform.service.limits import RateLimiter
from embed_platform.service.metrics import Metrics
from embed_platform.service.models import Models
from embed_platform.service.pages import Pages
from embed_platform.service.threads import Threads
from embed_platform.settings import Settings


@dataclass(frozen=True)
class Service:
    """What the endpoints share.

    Attributes:
        settings: of the home.
        lake: of the home.
        keys: who may ask.
        rates: how often.
        metrics: counted for `/metrics`.
        models: that texts are embedded with, each with its queue.
        bulk: embeds what users' documents lack.
        jobs: runs over all users.
        erasures: of people who leave.
        exports: what is published.
        pages: embeds page images.
        threads: for what blocks: reading the lake, embedding a user; each route has its own.
    """

    settings: Settings
    lake: Lake
    keys: KeyFile
    rates: RateLimiter
    metrics: Metrics
    models: Models
    bulk: Bulk
    jobs: Jobs
    erasures: Erasures
    exports: Exports
    pages: Pages
    threads: Threads

    def close(self) -> None:
        """Stop jobs after their current piece of work, then finish what is erased and what the queues hold."""
        self.jobs.close()
        self.erasures.close()
        self.models.close()
        self.threads.close()


def open_service(settings: Settings) -> Service:
    """Everything that an application needs; no model is loaded yet.

    Raises:
        SettingsError: the keys or the models' registry cannot be read.
    """
    lake = open_lake(settings)
    keys = KeyFile(settings)
    keys.keys()
    metrics = Metrics()
    models = Models(lake, settings, metrics)
    models.entries()
    bulk = Bulk(lake, models)
    return Service(
        settings,
        lake,
        keys,
        RateLimiter(settings.serve_rate),
        metrics,
        models,
        bulk,
        Jobs(lake, bulk),
        Erasures(lake),
        Exports(lake),
        Pages(settings),
        Threads(),
    )


def service_of(request: Request) -> Service:
    """The service of the application that a request came to."""
    service: Service = request.app.state.service
    return service


async def _service(request: Request) -> Service:
    return service_of(request)


ServiceOf = Annotated[Service, Depends(_service)]
