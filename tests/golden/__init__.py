"""One run through all services, kept to the byte: what makes mockenv faster must not change what it answers."""
