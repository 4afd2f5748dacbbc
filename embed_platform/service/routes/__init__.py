"""Endpoints, a router per file; each resolves what is asked, calls the domain and answers."""
