"""Documents to vectors: spaces, the model registry, engines, the anti-join."""
