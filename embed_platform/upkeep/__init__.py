"""Audit, repair, and forgetting a person."""
