"""The cheap rows of docs/http-clients.md: our own libraries, in their measured versions, do with a spoilt answer what that page says.

`make tables` tries all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from itertools import product
from platform import python_version
from typing import Any

import pytest

from mockenv.client import Mockenv
from tables.clients.python_ import told
from tables.http_clients import METHODS, PLACES, look
from tables.kept import read

AT_ONCE = ("reset", "empty", "truncate", "garbage")
"""What needs no waiting."""
OURS = ("requests", "requests + Retry(3)", "urllib3", "httpx", "http.client")
ROWS = {row["program"]: row for row in read("http-clients")}


def installed(program: str) -> str:
    return python_version() if program == "http.client" else version(program.partition(" ")[0])


def in_process(library: str) -> Callable[..., tuple[dict[str, Any], int]]:
    return lambda method, url, warm, struck: (told(library, method, url, warm), 0)


@pytest.mark.parametrize("effect", AT_ONCE)
@pytest.mark.parametrize("library", OURS)
def test_a_library_does_with_a_spoilt_answer_what_the_page_says(mockenv_server: Mockenv, library: str, effect: str) -> None:
    row = ROWS[library]
    if installed(library) != row["version"]:
        pytest.skip(f"measured for {row['version']}")
    seen = {
        f"{how} {place}": look(mockenv_server, in_process(library), effect, how, place) for how, place in product(METHODS, PLACES)
    }
    assert seen == row["seen"][effect]
