"""Pipelines over data that changes: source → processors → space → stores. Nothing here knows Dagster."""
