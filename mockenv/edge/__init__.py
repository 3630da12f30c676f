"""HTTP for the providers: from bytes to a call and from a reply to bytes; is handed the providers."""
