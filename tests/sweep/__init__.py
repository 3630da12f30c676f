"""The failure-point sweep: of commands, and of pytest's tests."""
