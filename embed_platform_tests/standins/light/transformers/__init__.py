"""Stands in for transformers, of which the local engine only switches off a progress bar."""
