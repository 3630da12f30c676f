"""The README's Python snippet does what it says, the host replaced."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import mockenv.providers.launchdarkly as room
from mockenv.client import Sandbox


def test_the_python_snippet_prints_an_sdk_key(mockenv: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    text = (Path(room.__file__).parent / "README.md").read_text()
    found = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert found
    exec(found[1].replace("http://127.0.0.1:6368", mockenv.url), {})
    assert capsys.readouterr().out.startswith("sdk-")
