"""What `/metrics` counts; labels are names of routes and models, never of users or texts."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)


class Metrics:
    """Counters of one application, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "embed_requests",
            "Requests answered.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "embed_request_seconds",
            "Seconds from a request's head to the end of its answer.",
            ("route",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self.in_flight = Gauge(
            "embed_requests_in_flight", "Requests being answered.", registry=self.registry
        )
        self.texts = Counter("embed_texts", "Texts embedded.", ("model",), registry=self.registry)
        self.tokens = Counter("embed_tokens", "Tokens read.", ("model",), registry=self.registry)
        self.batch_requests = Histogram(
            "embed_batch_requests",
            "Requests that shared a forward pass.",
            ("model",),
            buckets=(1, 2, 4, 8, 16, 32, 64, 128),
            registry=self.registry,
        )
        self.queue_tokens = Gauge(
            "embed_queue_tokens", "Tokens that wait, about.", ("model",), registry=self.registry
        )
        self.refused = Counter(
            "embed_queue_refused",
            "Requests refused because the queue was full.",
            ("model",),
            registry=self.registry,
        )

    def text(self) -> bytes:
        """All of them in Prometheus' text format."""
        return generate_latest(self.registry)
