import pytest
from world import walk


@pytest.mark.parametrize("turn", range(3))
def test_it_walks(mockenv, turn):
    walk(mockenv)
