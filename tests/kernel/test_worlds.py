"""Laws 8, 9 and 10: a refusal leaves no trace, worlds share nothing, chance has one source. And what a world can begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockenv.errors import BadInput, CannotStart, NoSuchSandbox
from mockenv.kernel.events.event import emit
from mockenv.kernel.values.instant import SECOND
from mockenv.kernel.worlds import snapshots
from mockenv.kernel.worlds.advance import advance_by
from mockenv.kernel.worlds.kinds import META
from mockenv.kernel.worlds.sandbox import Sandbox
from mockenv.kernel.worlds.sandboxes import DRAFT
from mockenv.store.testing import run_threads
from tests.kernel.conftest import House, documents, every_byte

SETTINGS = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
READER = "reader"

good = st.one_of(
    st.tuples(st.just("POST"), st.just("sites"), st.just({"partner_customer_id": "c", "dev_php_version": "8.2"})),
    st.tuples(
        st.just("POST"),
        st.just("sites/12345/environments"),
        st.fixed_dictionaries({"name": st.sampled_from("abcde"), "php_version": st.just("8.3"), "is_production": st.booleans()}),
    ),
    st.tuples(st.just("PUT"), st.sampled_from(["sites/12345", "sites/12346"]), st.just({"tags": ["t"]})),
    st.tuples(st.just("DELETE"), st.sampled_from(["sites/12346", "sites/12345/environments/a", "sites/12345/environments/b"]), st.none()),
    st.tuples(st.just("POST"), st.just("webhooks"), st.just({"url": "https://example.com", "events": ["x"]})),
    st.tuples(st.just("ADVANCE"), st.integers(0, 3).map(str), st.none()),
)  # fmt: skip
Deed = tuple[str, str, Any]

REFUSED: list[tuple[Deed, int]] = [
    (("POST", "sites", {}), 422),
    (("POST", "sites", {"partner_customer_id": "c", "dev_php_version": "9"}), 422),
    (("POST", "sites/12345/environments", {"name": "A", "php_version": "8.3"}), 422),
    (("POST", "sites/12345/environments", {"name": "taken", "php_version": "8.3", "is_production": True}), 422),
    (("POST", "sites/99/environments", {"name": "a", "php_version": "8.3"}), 404),
    (("PUT", "sites/12345/environments/taken", {"name": "other"}), 422),
    (("PUT", "sites/12345/environments/nobody", {"name": "x"}), 404),
    (("DELETE", "sites/12345", None), 422),
    (("DELETE", "sites/12345/environments/taken", None), 422),
    (("POST", "webhooks", {"url": "http://example.com", "events": ["x"]}), 422),
    (("POST", "webhooks", {"url": "https://example.com", "events": []}), 422),
    (("GET", "sites?per_page=101", None), 422),
    (("PATCH", "sites", {}), 405),
    (("GET", "nowhere", None), 404),
]


def do(house: House, sandbox: Sandbox, deed: Deed) -> int:
    method, path, body = deed
    if method == "ADVANCE":
        advance_by(sandbox, int(path) * SECOND)
        return 200
    return house(method, path, body, sandbox.name).status_code


# Law 8


@pytest.mark.parametrize(("deed", "status"), REFUSED, ids=[f"{deed[0]} {deed[1]} {status}" for deed, status in REFUSED])
def test_a_refused_request_leaves_no_trace(house: House, deed: Deed, status: int) -> None:
    sandbox = house.sandbox()
    house.make(name="taken")
    house.make(name="other", is_production=True)
    before = every_byte(sandbox)
    assert do(house, sandbox, deed) == status
    assert every_byte(sandbox) == before


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"data": b"{", "content_type": "application/json"}, 400),
        ({"data": b'{"name":"x","name":"y","php_version":"8.3","z":' + b"[" * 200 + b"]" * 200 + b"}"}, 400),
        ({"data": b'{"name":"a\\u0000","php_version":"8.3"}'}, 422),
        ({"data": b"name=x", "content_type": "application/x-www-form-urlencoded"}, 415),
        ({"data": b" " * (2 << 20), "content_type": "application/json"}, 413),
        ({"headers": {"Authorization": "Basic x"}}, 401),
        ({"headers": {"X-Mockenv-Sandbox": "nobody"}, "sandbox": ""}, 404),
    ],
)
def test_a_request_that_cannot_even_be_read_leaves_no_trace(house: House, more: dict[str, Any], status: int) -> None:
    sandbox = house.sandbox()
    before = every_byte(sandbox)
    body = None if "data" in more else {"name": "x", "php_version": "8.3"}
    if "sandbox" in more:
        reply = house.client.post("/api/v1/vector/sites", json={}, headers={"Authorization": "Bearer x", **more["headers"]})
    else:
        reply = house("POST", "sites/12345/environments", body, **more)
    assert reply.status_code == status
    answer = reply.get_json()
    assert (answer["data"], answer["http_status"]) == ({}, status)
    assert every_byte(sandbox) == before


def test_an_operation_that_crashes_leaves_no_trace_and_answers_in_the_dialect(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox = house.sandbox()
    before = every_byte(sandbox)
    provider = next(one for one in house.server.providers if one.name == "vector")
    original = provider.operations["createSite"]

    def crash(call: Any, work: Any) -> Any:
        original(call, work)
        raise ZeroDivisionError

    monkeypatch.setattr(type(provider), "operations", {**provider.operations, "createSite": crash})
    reply = house("POST", "sites", {"partner_customer_id": "c", "dev_php_version": "8.2"})
    assert (reply.status_code, reply.get_json()) == (
        500,
        {"data": {}, "message": "An unexpected error occurred", "http_status": 500},
    )
    assert every_byte(sandbox) == before
    assert "failed inside mockenv" in caplog.text


def test_a_checkpoint_keeps_what_came_before_it(house: House) -> None:
    sandbox = house.sandbox()
    with pytest.raises(KeyError), sandbox.unit() as work:  # noqa: PT012  # the order of the statements is the test
        emit(work, "first", "x/y/1", {})
        work.checkpoint()
        emit(work, "second", "x/y/1", {})
        work.undo()
        emit(work, "third", "x/y/1", {})
        work.checkpoint()
        emit(work, "fourth", "x/y/1", {})
        work.option("nobody", "nothing")
    found = documents(sandbox)["kernel/event"].values()
    assert [(one["id"], one["type"]) for one in found] == [(1, "first"), (2, "third")]


# Laws 9 and 10


def alone(house: House, deeds: list[Deed], seed: int) -> bytes:
    sandbox = house.sandbox(seed=seed)
    for deed in deeds:
        do(house, sandbox, deed)
    return every_byte(sandbox)


@SETTINGS
@given(st.lists(good, max_size=10), st.lists(good, max_size=10), st.integers(0, 3), st.data())
def test_worlds_that_run_side_by_side_are_as_if_each_were_alone(
    house: House, mine: list[Deed], yours: list[Deed], seed: int, data: st.DataObject
) -> None:
    expected, other_expected = alone(house, mine, seed), alone(house, yours, seed)
    one, other = house.sandbox("a", seed=seed), house.sandbox("b", seed=seed)
    lines = [(one, list(mine)), (other, list(yours))]
    while any(deeds for _, deeds in lines):
        sandbox, deeds = data.draw(st.sampled_from([line for line in lines if line[1]]))
        do(house, sandbox, deeds.pop(0))
    assert every_byte(one) == expected
    with other.unit() as work:  # a world's plan has its name; nothing else in it has
        meta = work.get(META, "meta") or {}
        work.put(META, "meta", {**meta, "plan": {**meta["plan"], "name": "a"}})
    assert every_byte(other) == other_expected


ALWAYS_REFUSED = [deed for deed, _ in REFUSED if deed[0] != "DELETE"]
"""A deletion is only refused until the step is over."""
noises = st.sampled_from([*ALWAYS_REFUSED, ("GET", "sites", None), "settle", "snapshot", "fork", "drop another", "look"])


@SETTINGS
@given(st.lists(good, min_size=1, max_size=10), st.lists(noises, min_size=1, max_size=20), st.integers(0, 3))
def test_what_is_refused_or_only_looked_at_in_between_changes_nothing(
    house: House, deeds: list[Deed], noise: list[Any], seed: int
) -> None:
    deeds = [("POST", "sites/12345/environments", {"name": name, "php_version": "8.3"}) for name in ("taken", "other")] + deeds
    expected = alone(house, deeds, seed)
    sandbox = house.sandbox(seed=seed)
    for number, deed in enumerate(deeds):
        do(house, sandbox, deed)
        for what in noise if number >= 2 else []:
            make_noise(house, sandbox, what)
    assert every_byte(sandbox) == expected


def make_noise(house: House, sandbox: Sandbox, what: Any) -> None:
    registry = house.server.sandboxes
    if what == "settle":
        sandbox.settle()
    elif what == "snapshot":
        snapshots.save(registry, "a", "s")
    elif what == "fork":
        snapshots.save(registry, "a", "s")
        fork = snapshots.restore(registry, "a", "s", "fork")
        house.make("fork", name="forked")
        advance_by(fork, 9 * SECOND)
    elif what == "drop another":
        house.sandbox("b")
        registry.drop("b")
    elif what == "look":
        house("GET", "/_mockenv/sandboxes/a/agenda")
        house("GET", "/_mockenv/sandboxes/a/events")
    else:
        assert do(house, sandbox, what) >= 400 or what == ("GET", "sites", None)


@SETTINGS
@given(st.lists(good, max_size=8), st.lists(good, min_size=1, max_size=8))
def test_a_snapshot_goes_on_exactly_as_the_world_it_was_taken_of(house: House, before: list[Deed], after: list[Deed]) -> None:
    expected = alone(house, [*before, *after], 1)
    sandbox = house.sandbox(seed=1)
    for deed in before:
        do(house, sandbox, deed)
    snapshots.save(house.server.sandboxes, "a", "s")
    for deed in reversed(after):
        do(house, sandbox, deed)
    snapshots.restore(house.server.sandboxes, "a", "s", "a")
    for deed in after:
        do(house, sandbox, deed)
    assert every_byte(sandbox) == expected


def test_threads_in_their_own_worlds_do_not_disturb_each_other(house: House) -> None:
    def live(name: str) -> None:
        for _ in range(5):
            house.server.sandboxes.create({"name": name, "clock": {"mode": "manual"}, "seed": 1})
            id = house.make(name, name="x", is_production=True)
            advance_by(house.server.sandboxes.get(name), 5 * SECOND)
            assert house("GET", f"sites/12345/environments/{id}", sandbox=name).get_json()["data"]["status"] == "active"
            house.server.sandboxes.drop(name)

    run_threads(*[lambda name=f"thread-{number}": live(name) for number in range(6)])


def test_of_threads_that_make_the_same_world_one_succeeds(house: House) -> None:
    outcomes: list[str] = []

    def create() -> None:
        try:
            house.server.sandboxes.create({"name": "same"})
            outcomes.append("made")
        except BadInput as refused:
            outcomes.append(refused.problem)

    run_threads(*[create] * 6)
    assert sorted(outcomes) == ["made", *["sandbox 'same' exists already"] * 5]
    house.server.sandboxes.drop("same")


# Beginnings and ends


def test_a_reset_is_the_beginning_again_with_the_same_tokens(house: House) -> None:
    sandbox = house.sandbox(seed=5, faults=[{"effect": {"fail": "no"}}], holds=["finalizing"])
    fresh, tokens = every_byte(sandbox), house.server.sandboxes.grants.of("a")
    house.make(name="x")
    advance_by(sandbox, 9 * SECOND)
    assert house.server.sandboxes.reset("a") is sandbox
    assert every_byte(sandbox) == fresh
    assert (house.server.sandboxes.grants.of("a"), len(sandbox.journal), sandbox.next_due()) == (tokens, 0, None)


def test_a_dropped_sandbox_is_gone_for_whoever_still_holds_it(house: House) -> None:
    old = house.sandbox()
    token = house.server.sandboxes.grants.of("a")["vector"]["owner"]
    snapshots.save(house.server.sandboxes, "a", "s")
    new = house.sandbox()
    assert snapshots.names(house.server.sandboxes, "a") == []
    assert every_byte(new)
    with pytest.raises(NoSuchSandbox), old.unit():
        pass
    assert house.server.sandboxes.grants.find(token) is not None  # the namesake's: tokens follow from seed and name
    house.server.sandboxes.drop("a")
    assert house.server.sandboxes.grants.find(token) is None
    for call in (house.server.sandboxes.get, house.server.sandboxes.drop, house.server.sandboxes.reset):
        with pytest.raises(NoSuchSandbox):
            call("a")


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ({"name": "a b"}, "is not 1 to 64 letters"),
        ({"name": "x" * 65}, "is not 1 to 64 letters"),
        ({"name": "default"}, "exists already"),
        ({"seed": True}, "seed: is a whole number"),
        ({"seed": 2**53}, "seed: is a whole number"),
        ({"fixture": "docks"}, "did you mean 'docs'"),
        ({"fixture": {"vektor": {}}}, "did you mean 'vector'"),
        ({"fixture": {"vector": []}}, "vector: is not a mapping"),
        ({"fixture": {"vector": {"sites": [{"id": 1}]}}}, "sites.0.partner_customer_id"),
        ({"fixture": {"vector": {"sites": [{"id": 1, "partner_customer_id": "c", "nmae": 1}]}}}, "did you mean 'name'"),
        ({"fixture": {"vector": {"environments": [{"id": 1, "site_id": 9, "name": "x"}]}}}, "site 9 is not in this fixture"),
        ({"scenario": {"clock": "manual"}}, "inline scenario: clock: is not a mapping"),
        ({"scenario": {"delays": 5}}, "delays: is not a name or a mapping"),
        ({"scenario": {"faults": {}}}, "faults: is not a list"),
        ({"scenario": {"faults": [5]}}, "faults.0: is not a mapping"),
        ({"scenario": {"holds": "finalizing"}}, "holds: is not a list"),
        ({"scenario": {"holds": [["finalizing"]]}}, "holds"),
        ({"scenario": {"holds": ["finalising"]}}, "did you mean 'finalizing'"),
        ({"scenario": {"options": []}}, "options: is not a mapping"),
        ({"scenario": {"options": {"vector": 5}}}, "options.vector: is not a mapping"),
        ({"scenario": {"options": {"vektor": {}}}}, "did you mean 'vector'"),
        ({"scenario": {"seed": "x"}}, "seed: is not a whole number"),
        ({"scenario": {"fixture": 5}}, "fixture: is not a name or a mapping"),
        ({"scenario": {"clok": {}}}, "did you mean 'clock'"),
        ({"scenario": "nobody"}, "scenario: 'nobody' is not known"),
        ({"scenario": {"scenario": "nobody"}}, "inline scenario: scenario: 'scenario' is not known"),
        ({"scenario": {"name": "mine"}}, "inline scenario: name: 'name' is not known"),
        ({"scenario": {"fixture": "docks"}}, "inline scenario: fixture: 'docks' is not known; did you mean 'docs'"),
        ({"scenario": {"clock": {"mode": "manuel"}}}, "inline scenario: clock.mode: 'manuel' is not known; did you mean 'manual'"),
        ({"scenario": {"faults": [{"effect": {"fial": "x"}}]}}, "inline scenario: faults.0.effect.fial: 'fial' is not known"),
        ({"scenario": {"faults": [{"effect": {"stall": True}, "expires": "soon"}]}}, "inline scenario: faults.0.expires: 'soon'"),
        ({"delays": "realistik"}, "did you mean 'realistic'"),
        ({"delays": {"vector": {"environment": {"finalising": "1s"}}}}, "did you mean 'finalizing'"),
        ({"delays": {"vector": {"environment": "fast"}}}, "delays.vector.environment: 'fast' is not a duration"),
        ({"clock": {"mode": "manuel"}}, "did you mean 'manual'"),
        ({"clock": {"now": "yesterday"}}, "clock.now"),
        ({"clock": {"speed": 0}}, "clock.speed"),
        ({"clock": {"sped": 1}}, "did you mean 'speed'"),
    ],
)
def test_a_world_that_cannot_begin_is_refused_in_one_line_and_leaves_nothing(house: House, spec: dict[str, Any], text: str) -> None:
    before = (house.server.sandboxes.names(), list(house.server.sandboxes.store.names()))
    with pytest.raises(BadInput) as refused:
        house.server.sandboxes.create(spec)
    assert text in str(refused.value)
    assert "\n" not in str(refused.value)
    assert (house.server.sandboxes.names(), list(house.server.sandboxes.store.names())) == before


def test_what_a_scenario_leaves_empty_is_as_if_left_out(house: House) -> None:
    sandbox = house.sandbox(scenario={"clock": None, "faults": None, "holds": None, "options": None, "delays": None})
    assert "kernel/fault" not in documents(sandbox)


def test_what_is_told_beats_the_scenario_and_that_the_servers_flags(house: House) -> None:
    scenario = {"seed": 7, "clock": {"mode": "auto", "speed": 3}, "fixture": "empty"}
    sandbox = house.sandbox(scenario=scenario, clock={"mode": "manual"}, seed=None)
    assert (sandbox.meta["seed"], sandbox.clock.mode) == (7, "manual")
    assert "vector/site" not in documents(sandbox)


# A restart


def test_a_restart_takes_up_every_world_its_clock_agenda_tokens_and_snapshots(tmp_path: Path) -> None:
    state = str(tmp_path / "state.json")
    first = House(state=state)
    sandbox = first.sandbox(seed=3, faults=[{"step": "finalizing", "effect": {"fail": "no"}, "after": 1}])
    first.make(name="half")
    first.make(name="later")
    advance_by(sandbox, 2_500_000)
    snapshots.save(first.server.sandboxes, "a", "s")
    before, tokens = every_byte(sandbox), first.server.sandboxes.grants.of("a")
    first.server.close()
    second = House(state=state)
    again = second.server.sandboxes.get("a")
    assert every_byte(again) == before
    assert (second.server.sandboxes.grants.of("a"), snapshots.names(second.server.sandboxes, "a")) == (tokens, ["s"])
    assert second.server.sandboxes.grants.find(tokens["vector"]["owner"]) is not None
    fired = advance_by(again, 9 * SECOND).fired
    assert [one.detail for one in fired][-2:] == ["finalizing: done", "finalizing: failed"]
    second.server.close()


def test_state_beats_the_fixture_and_a_draft_that_a_kill_left_is_cleared(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    first = House(state=str(state))
    first.server.sandboxes.store.copy("default", f"default{DRAFT}")
    first.server.close()
    second = House(state=str(state), fixture="empty")
    assert "vector/site" in documents(second.server.sandboxes.get("default"))
    assert snapshots.names(second.server.sandboxes, "default") == []
    second.server.sandboxes.reset("default")
    second.server.close()


def test_a_stored_world_that_is_not_whole_stops_the_start_in_one_line(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    House(state=str(state)).server.close()
    tables = orjson.loads(state.read_bytes())
    del tables[META]
    state.write_bytes(orjson.dumps(tables))
    with pytest.raises(CannotStart, match=r"the stored sandbox 'default' is not whole"):
        House(state=str(state))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- a", "is not a mapping"),
        ("", "is not a mapping"),
        ("a: [", "is not YAML"),
        ("a: &x 1\nb: *x", "aliases are not allowed"),
        ("vector: {}\nphase: {}\nvector: {}", "world.yaml:3:1: is not YAML ('vector' is given twice)"),
        ("vector: !!python/object/apply:os.system [ls]", "is not YAML"),
        ("vector: !!float abc", "is not YAML"),
        ("vector: {sites: [{id: 99999999999999999999999999}]}", "holds what JSON cannot"),
        ("5: {}", "holds what JSON cannot"),
        ("vector: !!set {a, b}", "holds what JSON cannot"),
        ("[" * 5000, "is not YAML"),
        ("a: " + "x" * (1 << 20), "is larger than"),
        ("\x00", "is not YAML"),
        ("vektor: {}", "did you mean 'vector'"),
    ],
)
def test_a_fixture_file_that_is_wrong_stops_the_start_in_one_line_that_names_it(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "world.yaml"
    path.write_text(text)
    with pytest.raises(CannotStart) as refused:
        House(fixture=str(path))
    assert problem in str(refused.value)
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)
