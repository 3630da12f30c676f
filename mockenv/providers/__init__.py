"""The simulated services, a folder each; they do not know each other. Found by their folders: see `discover`."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from mockenv.provider import Provider


def discover() -> list[type[Provider]]:
    """The class `Service` of every folder here: a fifth provider is found like the four."""
    folders = sorted(path.parent.name for path in Path(__file__).parent.glob("*/__init__.py"))
    return [import_module(f"mockenv.providers.{folder}").Service for folder in folders]
