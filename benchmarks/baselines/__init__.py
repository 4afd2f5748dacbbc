"""The usual way of doing each thing, to compare with."""
