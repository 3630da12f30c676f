"""Which version this is; imports nothing."""

__version__ = "0.1.0"
