"""A fixture's part of a world that waits until somebody looks for it: nobody can tell, whoever looks, when, and for what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from mockenv.kernel.unit.work import COUNTER
from mockenv.kernel.worlds import snapshots
from mockenv.kernel.worlds.furnishing import furniture_of
from tests.kernel.conftest import House, documents, every_byte

SPEC: dict[str, Any] = {"seed": 7, "clock": {"mode": "manual"}}
PHASE = "/v1/environments/?app_id=72b9ddd5-8fce-49ab-89d9-c431d53a9552"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    house = House(clock="manual")  # its own sandbox `default` is the first of its shape
    yield house
    house.server.close()


def told(house: House, method: str, path: str, body: Any = None) -> Any:
    return orjson.loads(house(method, path, body).data)


def waiting(house: House, name: str = "a") -> set[str]:
    """Whose part nobody has looked for; the numbers that follow wait by themselves."""
    late = house.server.sandboxes.store._shelves[name].late  # type: ignore[attr-defined]
    return {kind.partition("/")[0] for kind in late if kind != COUNTER}


def at_once(act: Callable[[House], object]) -> bytes:
    """What comes of it in a world in which nothing waits: the first of a server."""
    first = House(clock="manual", fixture="empty")
    try:
        first.sandbox(**SPEC, fixture="docs")
        assert not waiting(first)
        act(first)
        return every_byte(first.server.sandboxes.get("a"))
    finally:
        first.server.close()


def nothing(house: House) -> None:
    pass


def make_environments(house: House) -> None:
    house.make(name="one")
    house.make(name="two", is_production=True)


def ask_phase_last(house: House) -> None:
    house.make(name="one")
    tokens = house.server.sandboxes.grants.of("a")["phase"]
    headers = {"Authorization": f"Bearer {tokens['owner']}"}
    made = house.client.post(f"/_sandbox/a{PHASE}", json={"name": "late"}, headers=headers, base_url="http://localhost")
    assert made.status_code in (200, 201)


def make_a_site_first(house: House) -> None:
    """Whose number follows those of the fixture, which nobody has looked for."""
    house("POST", "sites", {"partner_customer_id": "x", "dev_php_version": "8.3"})


def delete_and_advance(house: House) -> None:
    id = house.make(name="one")
    house("POST", "/_mockenv/sandboxes/a/clock/advance", {"by": "1h"})
    house("DELETE", f"sites/12345/environments/{id}")
    house("DELETE", "/_mockenv/sandboxes/a/resources/phase/app/72b9ddd5-8fce-49ab-89d9-c431d53a9552")
    house("POST", "/_mockenv/sandboxes/a/clock/advance", {"by": "1h"})


@pytest.mark.parametrize("act", [nothing, make_environments, ask_phase_last, make_a_site_first, delete_and_advance])
def test_a_world_is_the_same_to_the_byte_whether_its_parts_wait_or_not(house: House, act: Callable[[House], object]) -> None:
    house.sandbox(**SPEC, fixture="docs")
    assert waiting(house) == {"archie", "launchdarkly", "phase", "vector"}
    act(house)
    assert every_byte(house.server.sandboxes.get("a")) == at_once(act)


def test_only_what_is_looked_for_is_put(house: House) -> None:
    house.sandbox(**SPEC)
    house.make(name="one")
    assert waiting(house) == {"archie", "launchdarkly", "phase"}
    assert told(house, "DELETE", "/_mockenv/sandboxes/a")["held"] == ["vector/environment/67890"]


def test_resets_snapshots_and_forks_of_a_world_that_waits_wait_too(house: House) -> None:
    house.sandbox(**SPEC)
    snapshots.save(house.server.sandboxes, "a", "before")
    snapshots.restore(house.server.sandboxes, "a", "before", "b")
    house.make("b", name="one")
    house.server.sandboxes.reset("a")
    assert [len(waiting(house, name)) for name in ("a", "b", "a/before")] == [4, 3, 4]
    a, b = (house.server.sandboxes.get(name) for name in "ab")
    assert every_byte(a) == at_once(nothing)
    assert documents(b)["phase/app"] == documents(a)["phase/app"]
    house.server.sandboxes.drop("b")


def test_what_goes_and_comes_back_with_its_name_is_somebodys(house: House) -> None:
    house.sandbox(**SPEC)
    name = "/_mockenv/sandboxes/a/resources/archie/gateway_route/c4a7d2e8-0b9f-4e1a-9c3d-7e6f5a4b3c2d"
    document = told(house, "GET", name)["document"]
    assert house("DELETE", name).status_code == 200
    assert house("PUT", name, {key: value for key, value in document.items() if key != "id"}).status_code in (200, 201)
    assert told(house, "DELETE", "/_mockenv/sandboxes/a")["held"] == [name.partition("resources/")[2]]


def test_a_fixture_that_begins_something_is_put_at_once(tmp_path: Path) -> None:
    site = {"id": 12345, "partner_customer_id": "x", "dev_php_version": "8.3", "status": "pending"}
    file = tmp_path / "pending.json"
    file.write_bytes(orjson.dumps({"vector": {"sites": [site]}}))
    house = House(clock="manual", fixture=str(file))
    house.sandbox(**SPEC)
    assert not waiting(house)
    assert told(house, "GET", "/_mockenv/sandboxes/a/agenda")["matching"] == 1
    house.server.close()


def test_a_state_file_has_all_of_a_world_and_after_a_restart_its_numbers_are_not_given_away(tmp_path: Path) -> None:
    state = str(tmp_path / "state.json")
    before = House(clock="manual", state=state)
    before.sandbox(**SPEC)
    before("DELETE", "/_mockenv/sandboxes/a/resources/vector/site/12345")
    kept = every_byte(before.server.sandboxes.get("a"))
    before.server.close()
    after = House(clock="manual", state=state)
    assert every_byte(after.server.sandboxes.get("a")) == kept
    made = told(after, "POST", "sites", {"partner_customer_id": "x", "dev_php_version": "8.3"})["data"]["id"]
    assert told(after, "DELETE", "/_mockenv/sandboxes/a")["held"] == [f"vector/site/{made}"]
    after.server.close()


def test_what_an_earlier_mockenv_kept_by_name_is_counted() -> None:
    kept = ["vector/site/12345", "vector/environment/1", "vector/environment/a/b"]
    assert furniture_of({"furniture": kept}) == {"vector/site": 1, "vector/environment": 2}
    assert furniture_of({"furniture": {"vector/site": 1}}) == {"vector/site": 1}
    assert furniture_of({}) == {}
