"""Bytes to typed records; knows archives and vendors' formats, no cleaning."""
