"""Vectors that were made elsewhere: files → records → texts that documents hold → the lake."""
