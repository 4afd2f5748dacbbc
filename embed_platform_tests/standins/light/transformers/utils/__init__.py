"""As transformers.utils."""
