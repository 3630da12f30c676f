import pytest
from world import walk

names = []


@pytest.mark.flaky(reruns=2)
def test_each_run_has_a_sandbox_of_its_own(mockenv):
    names.append(mockenv.name)
    assert not mockenv.resources(kind="environment", provider="vector", status="pending")
    walk(mockenv)
    assert len(set(names)) == 3
