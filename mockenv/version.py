"""Which version this is, and in which form; imports nothing of ours."""

from importlib.util import find_spec
from typing import Literal

__version__ = "0.1.0"


def form() -> Literal["compiled", "pure Python"]:
    """Whether what every request goes through was compiled when this was built: the same answers, and faster."""
    found = find_spec("mockenv.kernel.unit.work")
    return "pure Python" if found is None or str(found.origin).endswith(".py") else "compiled"
