"""Where engines run: this machine for now."""
