"""`mockenv.wsgi:app`: the plain WSGI app for any server, built from MOCKENV_… when first asked for.

Without mockenv's own server nothing wakes by itself: what is due happens with the next request. Nothing is parked.
"""

from __future__ import annotations

from typing import Any

from mockenv import create_app


def __getattr__(name: str) -> Any:
    if name != "app":
        raise AttributeError(name)
    app = globals()["app"] = create_app()
    return app
