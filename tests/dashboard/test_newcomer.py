"""What a newcomer does with the dashboard, in a real browser: makes a world, watches it walk, pulls the clock, breaks things."""

from __future__ import annotations

import json
import re
import subprocess

import pytest
import requests
from playwright.sync_api import Page, expect

from mockenv.client import Mockenv, Sandbox
from mockenv.kernel.values.instant import SECOND, parse_instant
from tests.dashboard.conftest import Person
from tests.runtime.receiver import receiving


def test_a_world_is_made_opened_forked_reset_and_dropped(page: Page, mockenv_server: Mockenv) -> None:
    page.goto(mockenv_server.url)
    page.get_by_role("button", name="New world").click()
    page.get_by_label("Name").fill("by-hand")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_text("Nothing has moved here yet.")).to_be_visible()
    page.get_by_role("link", name="Worlds").click()
    page.get_by_role("button", name="Fork by-hand").click()
    page.get_by_role("button", name="Fork", exact=True).click()
    expect(page.locator(".where b")).to_have_text("by-hand-fork")
    page.get_by_role("link", name="Worlds").click()
    for verb in ("Reset", "Drop"):
        page.get_by_role("button", name=f"{verb} by-hand", exact=True).click()
        page.get_by_role("dialog").get_by_role("button", name=verb, exact=True).click()
        expect(page.get_by_role("status").last).to_contain_text("by-hand is")
    expect(page.get_by_role("link", name="by-hand", exact=True)).to_have_count(0)
    assert "by-hand-fork" in [one["name"] for one in mockenv_server.sandboxes()]
    mockenv_server.get("by-hand-fork").drop()


def test_an_environment_is_created_and_watched_until_it_is_active(person: Person) -> None:
    person.open()
    person.page.get_by_role("link", name="Create an environment").click()
    person.press("Send")
    expect(person.page.locator(".reply .status")).to_have_text("201")
    person.page.get_by_role("link", name="Timeline").click()
    expect(person.bars("running")).to_have_attribute("data-step", "creating_infrastructure")
    planned = person.bars("planned").count()
    assert planned >= 3
    person.press("Next")
    expect(person.bars("done")).to_have_count(1)
    expect(person.bars("planned")).to_have_count(planned - 1)
    person.page.locator(".lane[data-lane] button.label").click()
    person.press("Until this is active")
    expect(person.page.locator(".lane[data-lane] .status")).to_have_text("active")
    expect(person.bars("running")).to_have_count(0)
    expect(person.page.get_by_role("complementary")).to_contain_text("finalizing: done")


@pytest.mark.mockenv(clock={"mode": "real", "speed": 1e-6})
def test_an_answer_that_waits_for_the_clock_is_awaited_and_comes(person: Person) -> None:
    """On a real clock the service waits with its answer, here for ever, if nobody moves time."""
    page = person.open("send?provider=archie&operation=graphql")
    person.press("Send")
    expect(page.get_by_text("No answer yet")).to_be_visible()
    person.press("Until idle")
    expect(page.locator(".reply .status")).to_have_text("200")
    expect(page.get_by_label("Reply")).to_contain_text('"success": true')


def test_the_clock_is_pulled_forward_with_the_pointer(person: Person) -> None:
    person.create()
    page, before = person.open(), parse_instant(person.sandbox.clock()["now"])
    box = page.locator(".clock-handle").bounding_box()
    track = page.locator(".lane.requests .track").bounding_box()
    assert box is not None
    assert track is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(track["x"] + track["width"] / 2, box["y"] + 60, steps=4)
    expect(page.locator(".clock-handle")).to_contain_text("+")
    page.mouse.up()
    expect(person.bars("done").first).to_be_visible()
    assert parse_instant(person.sandbox.clock()["now"]) - before > SECOND


def test_the_clock_is_pulled_forward_with_the_keyboard(person: Person) -> None:
    person.create()
    page, before = person.open(), person.sandbox.clock()["now"]
    handle = page.get_by_role("slider")
    handle.focus()
    handle.press("ArrowRight")
    expect(handle).to_have_attribute("aria-valuetext", re.compile("ahead"))
    handle.press("Escape")
    assert person.sandbox.clock()["now"] == before
    handle.press("End")
    handle.press("Enter")
    expect(page.locator(".lane[data-lane] .status")).to_have_text("active")


def test_mode_and_speed_are_changed_and_a_running_clock_draws_itself(person: Person) -> None:
    person.create()
    person.open()
    person.choose("Mode", "real")
    expect(person.page.locator(".lane[data-lane] .status")).to_have_text("active")
    assert person.sandbox.clock()["mode"] == "real"
    person.page.get_by_label("Speed").fill("60")
    with person.page.expect_response(lambda reply: reply.request.method == "PUT"):
        person.page.get_by_label("Speed").press("Enter")
    assert person.sandbox.clock()["speed"] == 60.0


def test_a_step_is_broken_by_the_form_and_fails(person: Person) -> None:
    resource = person.create()
    person.open(f"timeline?resource={resource}")
    person.page.locator(".panel").get_by_role("link", name="Break…").first.click()
    person.press("Make it so")
    expect(person.page.locator(".cards li")).to_contain_text("fail the database did not answer")
    person.open()
    person.press("Until idle")
    expect(person.bars("failed")).to_have_attribute("data-step", "creating_infrastructure")
    expect(person.page.locator(".lane[data-lane] .status")).to_have_text("failed")


BRANCH = """mutation { branchEnvironment(input: {projectId: "f7e4a264-d659-4719-91e8-c2d74654e529", name: "branch",
  sourceEnvironment: "master", mode: "full"}) { success } }"""


@pytest.mark.parametrize(("rollback", "undone"), [("ok", 4), ("fails", 3)])
def test_steps_that_were_taken_back_are_drawn_so_and_one_at_which_that_stuck_is_not(
    person: Person, rollback: str, undone: int
) -> None:
    sandbox = person.sandbox
    sandbox.fault({"fail": "no", "rollback": rollback}, provider="archie", resource="environment", step="activating")
    requests.post(
        f"{sandbox.url}/graphql", json={"query": BRANCH}, headers=sandbox.headers("archie"), timeout=10
    ).raise_for_status()
    sandbox.advance_until_idle()
    person.open()
    expect(person.bars("failed")).to_have_attribute("data-step", "activating")
    expect(person.bars("rolledback")).to_have_count(undone)


def test_a_step_is_held_and_released(person: Person) -> None:
    resource = person.create()
    person.open(f"timeline?resource={resource}")
    person.press("Hold")
    person.press("Until idle")
    expect(person.bars("held")).to_have_count(1)
    assert [entry["state"] for entry in person.sandbox.agenda()] == ["held"]
    person.press("Release")
    expect(person.bars("running")).to_have_attribute("data-step", "configuring_database")
    person.press("Until idle")
    expect(person.page.locator(".lane[data-lane] .status")).to_have_text("active")


def rules(sandbox: Sandbox) -> list[dict[str, object]]:
    return [{name: value for name, value in rule.items() if name not in ("id", "hits")} for rule in sandbox.faults()]


@pytest.mark.parametrize(("what", "effect"), [("request", "rate_limit"), ("step", "stall"), ("delivery", "duplicate")])
def test_what_is_shown_for_a_shell_and_for_pytest_makes_the_same_rule(person: Person, what: str, effect: str) -> None:
    page = person.open("trouble")
    person.choose("What", what)
    person.choose("Service", "vector")
    person.choose("Effect", effect)
    person.press("Make it so")
    expect(page.locator(".cards li")).to_have_count(1)
    by_form = rules(person.sandbox)
    person.sandbox.clear_faults()
    subprocess.run(["bash", "-c", page.get_by_label("curl", exact=True).inner_text()], check=True, capture_output=True, timeout=20)
    assert rules(person.sandbox) == by_form
    person.sandbox.clear_faults()
    eval(page.get_by_label("pytest", exact=True).inner_text(), {"mockenv": person.sandbox})
    assert rules(person.sandbox) == by_form


def test_a_webhook_that_is_refused_is_seen_tried_again_and_made_once_more(person: Person) -> None:
    with receiving() as receiver:
        receiver.answer = lambda request: 500 if len(receiver.got) < 2 else 204
        made = {"name": "mine", "url": receiver.url, "events": ["vector.environment.created"]}
        page = person.open("send?provider=vector&operation=createWebhook")
        page.get_by_label("Body").fill(json.dumps(made))
        person.press("Send")
        expect(page.locator(".reply .status")).to_have_text("201")
        resource = person.create()
        person.open()
        person.page.locator(f'.lane[data-lane="{resource}"] button.label').click()
        person.press("Until this is active")
        expect(page.locator(".lanes .mark[data-kind=undelivered]")).to_have_count(1)
        expect(page.locator(".lanes .mark[data-kind=retry]")).to_have_count(1)
        person.press("Next")
        expect(page.locator(".lanes .mark[data-kind=delivered]")).to_have_count(1)
        page.locator(".lanes .mark[data-kind=delivered]").click()
        expect(page.get_by_role("complementary")).to_contain_text("Attempt 2")
        expect(page.get_by_role("complementary")).to_contain_text("X-Vector-Signature")
        person.press("Redeliver")
        expect(page.get_by_role("complementary")).to_contain_text("Attempt 3")
        assert len(receiver.got) == 3
