"""Servers that stand in for vendors: real protocols, real limits and faults on demand, on the loopback."""
