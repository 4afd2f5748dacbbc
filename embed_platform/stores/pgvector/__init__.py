"""Vectors, full text and pages in PostgreSQL."""
