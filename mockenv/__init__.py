"""mockenv: a local, stateful simulator of services that create environments."""

__version__ = "0.1.0"
