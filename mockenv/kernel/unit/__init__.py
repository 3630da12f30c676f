"""The unit of work: documents and chance, kept whole or not at all."""
