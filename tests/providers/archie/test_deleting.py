"""deleteEnvironment: what may not go, and that what goes takes its belongings along."""

from __future__ import annotations

import pytest

from mockenv.client import Sandbox
from tests.providers.archie.conftest import ALL_FLAGS, GraphQL

DELETED = {"success": True, "message": "Environment deleted successfully"}


def test_deleting_answers_with_the_pages_words_and_leaves_nothing(archie: GraphQL, mockenv: Sandbox) -> None:
    before, resources = archie.world(), mockenv.resources(provider="archie")
    archie.active(**ALL_FLAGS)
    assert archie.delete() == DELETED
    assert (archie.world(), mockenv.resources(provider="archie")) == (before, resources)
    assert mockenv.drop() == []


def test_what_was_not_deleted_is_named_when_the_sandbox_goes(archie: GraphQL, mockenv: Sandbox) -> None:
    id = archie.active()["id"]
    assert f"archie/environment/{id}" in mockenv.drop()


def test_any_member_may_delete(archie: GraphQL, member: GraphQL) -> None:
    archie.active()
    assert member.delete() == DELETED


def test_master_is_never_deleted(archie: GraphQL) -> None:
    before = archie.world()
    assert archie.delete("master") == {"success": False, "message": "Environment 'master' cannot be deleted"}
    assert archie.world() == before


def test_an_unknown_name_fails_and_so_does_an_id(archie: GraphQL) -> None:
    id = archie.active()["id"]
    assert archie.delete("nope") == {"success": False, "message": "Environment 'nope' was not found in this project"}
    assert not archie.delete(id)["success"]
    assert archie.delete() == DELETED
    assert not archie.delete()["success"]


@pytest.mark.parametrize("status", ["active", "branching", "merging", "error"])
def test_a_child_blocks_whatever_it_is_doing(archie: GraphQL, mockenv: Sandbox, status: str) -> None:
    archie.active("one")
    child = archie.active("two", "one")
    mockenv.set_status(f"archie/environment/{child['id']}", status)
    before = archie.world()
    assert "child environments" in archie.delete("one")["message"]
    assert archie.world() == before


def test_a_source_cannot_go_while_it_is_being_branched(archie: GraphQL) -> None:
    archie.active("one")
    archie.branch("two", "one")
    assert not archie.delete("one")["success"]


@pytest.mark.parametrize("status", ["branching", "merging"])
def test_what_is_busy_cannot_go(archie: GraphQL, mockenv: Sandbox, status: str) -> None:
    id = archie.active()["id"]
    mockenv.set_status(f"archie/environment/{id}", status)
    assert archie.delete() == {"success": False, "message": f"Environment 'staging' is {status} and cannot be deleted now"}


@pytest.mark.parametrize("status", ["error", "archived"])
def test_what_is_broken_or_archived_can_go(archie: GraphQL, mockenv: Sandbox, status: str) -> None:
    id = archie.active()["id"]
    mockenv.set_status(f"archie/environment/{id}", status)
    assert archie.delete() == DELETED


def test_an_archived_child_does_not_block_and_then_hangs_under_the_nearest_ancestor(archie: GraphQL, mockenv: Sandbox) -> None:
    archie.active("one")
    two = archie.active("two", "one")
    three = archie.active("three", "two")
    mockenv.set_status(f"archie/environment/{three['id']}", "archived")
    assert archie.delete("two") == DELETED
    (one,) = archie.tree()["children"]
    (left,) = one["children"]
    assert left["environment"] == {
        "id": three["id"],
        "name": "three",
        "status": "archived",
        "parentName": "two",
        "branchMode": "full",
        "branchedAt": three["branchedAt"],
    }
    assert archie.environment("three")["parentId"] == two["id"]
    assert archie.delete("one") == DELETED
    assert [node["environment"]["name"] for node in archie.tree()["children"]] == ["three"]


def test_the_tree_and_the_list_hold_the_same_environments_in_order_of_making(archie: GraphQL, mockenv: Sandbox) -> None:
    for name, source in (("b", "master"), ("a", "master"), ("c", "b")):
        archie.active(name, source)
    archived = archie.environment("a")["id"]
    mockenv.set_status(f"archie/environment/{archived}", "archived")
    tree = archie.tree()
    assert [node["environment"]["name"] for node in tree["children"]] == ["b", "a"]
    assert [one["name"] for one in archie.environments()] == ["master", "b", "a", "c"]
