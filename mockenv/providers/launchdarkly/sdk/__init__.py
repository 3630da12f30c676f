"""What SDKs ask: flags and segments by polling and as a stream, evaluations for clients, and where they leave their events."""
