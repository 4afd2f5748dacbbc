"""Personal archives as vectors, in named spaces, loaded into stores, and kept right."""
