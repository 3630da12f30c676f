"""A client of Vector Pro in a fresh sandbox with a manual clock."""

from __future__ import annotations

import pytest

from mockenv.client import Sandbox
from tests.conftest import Browser


@pytest.fixture
def vector(mockenv: Sandbox) -> Browser:
    return Browser(mockenv, mockenv.headers("vector", "owner"))


@pytest.fixture
def reader(mockenv: Sandbox) -> Browser:
    return Browser(mockenv, mockenv.headers("vector", "reader"))
