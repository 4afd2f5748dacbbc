"""Archives of X, and the Community Archive's: their members, tweets and notes."""
