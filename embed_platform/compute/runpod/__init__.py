"""Machines rented from RunPod over its REST API v2; knows nothing of shards or of the lake."""
