"""Models on this machine, through PyTorch."""
