"""Questions to documents."""
