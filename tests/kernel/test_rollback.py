"""What is taken back when a step fails, in which order, and what a fault may do to the taking back."""

from __future__ import annotations

from typing import Any

import pytest

from mockenv.kernel import faults
from mockenv.kernel.catalogue.catalogue import Catalogue
from mockenv.kernel.catalogue.lifecycle import Effect, Failure, Lifecycle, Step, StepFailed
from mockenv.kernel.lifecycles.walk import provision
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import SECOND
from mockenv.store.base import Document
from tests.kernel.conftest import House

BUILDING = "builder/building"


def says(word: str) -> Effect:
    return lambda work, building: building["log"].append(word)


def needs_ground(work: Work, building: Document) -> None:
    if not building["ground"]:
        raise StepFailed("there is no ground")
    building["log"].append("walls stand")


def leave_ruin(work: Work, building: Document, failure: Failure) -> Document:
    done = ", ".join(step.name for step in failure.done)
    building.update(status="ruin", why=f"{failure.step.name}: {failure.reason} (done: {done}; rollback: {failure.rollback})")
    return building


BUILD = Lifecycle(
    name="build",
    kind=BUILDING,
    steps=(
        Step("digging", done=says("dug"), undo=says("filled in")),
        Step("walling", done=needs_ground, undo=says("walls torn down")),
        Step("painting", done=says("painted")),
        Step("roofing", enter=says("scaffolded"), done=says("roofed"), undo=says("roof off")),
    ),
    completed=lambda work, building: {**building, "status": "done"},
    failed=leave_ruin,
)


def build(house: House, fault: dict[str, Any] | None = None, *, ground: bool = True) -> Document:
    """Begin one, let a minute pass, and look."""
    sandbox = house.sandbox()
    sandbox.part(Catalogue).lifecycles[BUILD.kind, BUILD.name] = BUILD
    with sandbox.unit() as work:
        begun: Document = {"status": "building", "log": [], "ground": ground}
        provision(work, BUILD, "1", begun)
        work.put(BUILDING, "1", begun)
        if fault:
            faults.add(work, {"provider": "builder", **fault})
    sandbox.settle(sandbox.now() + 60 * SECOND)
    with sandbox.unit() as work:
        built = work.get(BUILDING, "1")
    assert built is not None
    return built


def test_without_trouble_nothing_is_undone(house: House) -> None:
    assert build(house)["log"] == ["dug", "walls stand", "painted", "scaffolded", "roofed"]


@pytest.mark.parametrize("rollback", ["ok", "keeps_record"])
def test_the_failed_step_is_undone_first_then_those_before_it_backwards(house: House, rollback: str) -> None:
    built = build(house, {"step": "roofing", "effect": {"fail": "storm", "rollback": rollback}})
    assert built["log"] == ["dug", "walls stand", "painted", "scaffolded", "roof off", "walls torn down", "filled in"]
    assert built["why"] == f"roofing: storm (done: digging, walling, painting; rollback: {rollback})"


def test_a_rollback_that_fails_sticks_at_its_last_piece(house: House) -> None:
    built = build(house, {"step": "roofing", "effect": {"fail": "storm", "rollback": "fails"}})
    assert built["log"][-2:] == ["roof off", "walls torn down"]


def test_a_step_that_finds_out_that_it_cannot_succeed_fails_like_one_that_was_told_to(house: House) -> None:
    built = build(house, ground=False)
    assert built["log"] == ["dug", "walls torn down", "filled in"]
    assert built["why"] == "walling: there is no ground (done: digging; rollback: ok)"


def test_how_the_rollback_goes_can_be_said_of_a_failure_that_nobody_injected(house: House) -> None:
    built = build(house, {"step": "walling", "effect": {"rollback": "fails"}}, ground=False)
    assert built["log"] == ["dug", "walls torn down"]
