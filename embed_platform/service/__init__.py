"""The HTTP service: one ASGI application over the domain; nothing here computes what the domain does."""
