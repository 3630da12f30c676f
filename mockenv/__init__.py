"""mockenv: a local, stateful simulator of services that create environments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mockenv.version import __version__

if TYPE_CHECKING:
    from mockenv.edge.app import App

__all__ = ["__version__", "create_app"]


def create_app(**flags: Any) -> App:
    """A Flask app with a world of its own: `create_app(clock="manual").test_client()`, or `flask --app mockenv run`.

    `flags` are those of `mockenv serve`, with underscores; the environment's and the defaults stand under them. Raises
    BadInput for one that does not exist. As under any plain WSGI server, nothing wakes by itself and nothing is parked.
    """
    # Here, not above: whoever imports the client or the plugin need not pay for a server.
    import logging

    from mockenv.bootstrap import build
    from mockenv.settings import load_settings

    server = build(load_settings(flags))
    if told := server.beginning.line():
        logging.getLogger("mockenv").warning(told)
    return server.app
