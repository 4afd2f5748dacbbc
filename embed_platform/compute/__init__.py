"""Where engines run: this machine, servers, rented GPUs."""
