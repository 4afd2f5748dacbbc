"""Records to documents: cleaning, threads, the document schema."""
