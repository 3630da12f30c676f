"""The documentation, drawn from what is tested."""
