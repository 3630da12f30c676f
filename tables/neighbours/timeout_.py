import pytest
from world import walk


@pytest.mark.timeout(30, method="signal")
def test_by_signal(mockenv):
    walk(mockenv)


@pytest.mark.timeout(30, method="thread")
def test_by_thread(mockenv):
    walk(mockenv)
