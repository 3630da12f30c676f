"""The cheap row of docs/webhook-verifiers.md: the specification's own library, in its measured version, says of our deliveries what is told.

`make tables` tries all of them.
"""

from __future__ import annotations

from importlib.metadata import version

import pytest

from mockenv.client import Mockenv
from tables.kept import read
from tables.verifiers.python_ import told
from tables.webhook_verifiers import CASES, delivery, said

ROW = next(row for row in read("webhook-verifiers") if row["program"] == "standardwebhooks (Python)")


@pytest.mark.skipif(version("standardwebhooks") != ROW["version"], reason=f"measured for {ROW['version']}")
@pytest.mark.parametrize("case", CASES)
def test_the_specifications_library_says_of_a_delivery_what_the_page_says(mockenv_server: Mockenv, case: str) -> None:
    made = delivery(mockenv_server, "standard", **CASES[case])
    assert said(told("standardwebhooks", dict(made.headers), made.body, made.secret)) == ROW["seen"][case]
