"""Made-up archives, a Twitter/X export and a Messenger export, and searches over them, for the demo and the tests."""
