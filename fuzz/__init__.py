"""What nobody thought of, for minutes: every document against a server of this checkout; no part of the test suite."""
