"""Embedding in containers on Modal. `import modal` still means the vendor's package; client.py wraps it."""
