"""Where the server is that a verb speaks to."""

from __future__ import annotations

from mockenv.client import Mockenv


def server_at(url: str | None, admin_token: str | None = None, timeout: float = 60.0) -> Mockenv:
    """The one that was named, or the one that a `mockenv serve` with the same variables would be."""
    return Mockenv(url or _usual_url(), admin_token, timeout)


def _usual_url() -> str:
    from mockenv.settings import load_settings

    settings = load_settings({})
    # Where it listens on both addresses of localhost, the older one does: some resolvers know no other.
    reached = {"0.0.0.0": "127.0.0.1", "localhost": "127.0.0.1", "::": "::1"}  # noqa: S104  # compared with, not bound to
    host = reached.get(settings.host, settings.host)
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"
