"""How the example programs speak with Vector Pro: one request and its answer, no retries; where it is, the environment says."""

from __future__ import annotations

import json
import os
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

ENVIRONMENTS = "/api/v1/vector/sites/12345/environments"


class Lost(Exception):
    """There was no answer."""


class Refused(Exception):
    """An answer that is none."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(str(status))


def ask(method: str, path: str, body: Any = None) -> Any:
    """The answer's `data`."""
    headers = {"Authorization": f"Bearer {os.environ['VECTOR_API_KEY']}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = Request(f"{os.environ['VECTOR_API_URL']}{path}", data=data, method=method, headers=headers)
    try:
        with urlopen(request, timeout=20) as reply:
            return json.load(reply)["data"]
    except HTTPError as error:
        raise Refused(error.code) from None
    except (URLError, ConnectionError):
        raise Lost from None


def patiently(method: str, path: str, body: Any = None) -> Any:
    """Asked again while that may help: for what can be asked twice."""
    for _ in range(2):
        try:
            return ask(method, path, body)
        except Refused as error:
            if error.status < 500:
                raise
        except Lost:
            pass
    return ask(method, path, body)
