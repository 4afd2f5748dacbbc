"""The lake: archives, records, documents and vectors as files; the only truth."""
