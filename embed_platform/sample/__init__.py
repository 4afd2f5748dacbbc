"""A small made-up X export and three searches over it, for the demo and the tests."""
