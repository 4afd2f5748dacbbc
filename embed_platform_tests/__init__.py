"""Tests; each file mirrors one of the package."""
