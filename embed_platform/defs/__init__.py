"""Dagster only: what an asset does lives in the domain packages."""
