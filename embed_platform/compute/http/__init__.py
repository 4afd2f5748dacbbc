"""Servers that embed and rerank, spoken to over HTTP."""
