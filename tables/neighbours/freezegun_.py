from datetime import UTC, datetime

import pytest
from freezegun import freeze_time
from world import walk


@freeze_time("2020-01-01")
def test_a_frozen_machine_does_not_stop_the_server(mockenv):
    assert datetime.now(UTC).year == 2020
    walk(mockenv)


def test_it_may_start_frozen_and_go_on_thawed(mockenv):
    with freeze_time("2020-01-01", auto_tick_seconds=60):
        walk(mockenv)
    walk(mockenv)


@pytest.fixture(scope="session", autouse=True)
def frozen():
    with freeze_time("2021-01-01"):
        yield
