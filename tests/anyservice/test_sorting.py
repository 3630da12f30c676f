"""Lists in an order: what parameters are taken for, how a query may say it, and that things really come so."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mockenv.anyservice.inference.infer import infer
from mockenv.anyservice.learn import learn
from mockenv.anyservice.model import Sorting
from mockenv.anyservice.reading.read import read
from mockenv.anyservice.serving.sorting import Order, order_of, sorted_by
from mockenv.errors import BadInput
from mockenv.store.base import Document
from tests.anyservice.conftest import Open, answers, document, takes

SITE: dict[str, Any] = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": {"type": "string"},
        "size": {"type": "integer"},
        "created_at": {"type": "string", "format": "date-time", "readOnly": True},
        "metadata": {"type": "object", "properties": {"team": {"type": "string"}}},
    },
}
WAYS = ["asc", "desc"]


def listing(parameters: dict[str, Any]) -> dict[str, Any]:
    """A service with one list, whose query has these."""
    query = [{"name": name, "in": "query", "schema": schema} for name, schema in parameters.items()]
    return document(
        {
            "/sites": {
                "get": {"operationId": "list", "parameters": query, "responses": answers({"type": "array", "items": SITE})},
                "post": {"operationId": "create", "requestBody": takes(SITE), "responses": answers(SITE, "201")},
            },
            "/sites/{id}": {"get": {"operationId": "read", "responses": answers(SITE)}},
        }
    )


def text(*words: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", **({"enum": [*words]} if words else {}), **more}


@pytest.mark.parametrize(
    ("parameters", "sorting"),
    [
        ({"sort": text()}, Sorting("sort")),
        ({"sort[]": {"type": "array", "items": text("name", "-name")}}, Sorting("sort[]")),
        ({"orderBy": text()}, Sorting("orderBy")),
        ({"$orderby": text()}, Sorting("$orderby")),
        ({"order_by": text("id", "created"), "sort": text(*WAYS)}, Sorting("order_by", "sort", {"created": "created_at"})),
        ({"sort": text("created"), "direction": text(*WAYS)}, Sorting("sort", "direction", {"created": "created_at"})),
        ({"order": text("name"), "direction": text(*WAYS)}, Sorting("order", "direction")),
        ({"sort_by": text(), "order": text()}, Sorting("sort_by", "order")),
        ({"sortBy": text("creationDate.asc", "NAME_DESC")}, Sorting("sortBy", members={"creationDate": "created_at"})),
        ({"sort": text("createdAtDesc", "team")}, Sorting("sort", members={"team": "metadata.team"})),
        ({"order": text(*WAYS, default="desc")}, Sorting(order="order", descending=True)),
        ({"sort": text(default="-created_at,name")}, Sorting("sort", default="-created_at,name")),
        ({"sort": text("name", default="name"), "reverse": {"type": "boolean"}}, Sorting("sort", "reverse", default="name")),
        ({"order[name]": text(*WAYS)}, Sorting("order")),
        ({"direction": text("in", "out")}, None),
        ({"order": {"type": "integer"}}, None),
        ({"limit": {"type": "integer"}}, None),
    ],
)
def test_how_a_list_is_put_in_order_is_known_by_its_parameters(tmp_path: Path, parameters: Any, sorting: Any) -> None:
    path = tmp_path / "service.yaml"
    path.write_text(yaml.safe_dump(listing(parameters)))
    assert infer(read(path).document).operations["list"].sorting == sorting


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ({"sort": "name"}, [("name", False)]),
        ({"sort": "-name,+size"}, [("name", True), ("size", False)]),
        ({"sort": "name:desc"}, [("name", True)]),
        ({"sort": "size:-1"}, [("size", True)]),
        ({"sort": "name desc, size"}, [("name", True), ("size", False)]),
        ({"sort": "name,desc"}, [("name", True)]),
        ({"sort": ["name.asc", "size_DESC"]}, [("name", False), ("size", True)]),
        ({"sort": "desc(name)"}, [("name", True)]),
        ({"sort": "code_desc"}, [("code_desc", False)]),
        ({"sort": "name", "direction": "desc"}, [("name", True)]),
        ({"sort": "-name", "direction": "asc"}, [("name", True)]),
        ({"direction": "desc"}, [("", True)]),
        ({}, [("", False)]),
    ],
)
def test_a_query_says_the_order_in_the_ways_that_people_write(query: Any, keys: Any) -> None:
    known = {"name", "size", "code_desc"}
    assert order_of(Sorting("sort", "direction"), query, {}, lambda word: word if word in known else None) == Order(keys, [])


@pytest.mark.parametrize("raw", [{"sort[name]": ["desc"]}, {"sort[field]": ["name"], "sort[order]": ["desc"]}])
def test_a_query_may_say_the_order_in_brackets(raw: Any) -> None:
    assert order_of(Sorting("sort"), {}, raw, lambda word: word if word == "name" else None).keys == [("name", True)]


VALUES = st.one_of(st.none(), st.integers(0, 3), st.sampled_from("abc"))
ROWS = st.lists(st.fixed_dictionaries({"a": VALUES, "b": VALUES}), max_size=12)


@given(ROWS, st.lists(st.tuples(st.sampled_from("ab"), st.booleans()), min_size=1, max_size=2))
def test_things_come_in_order_and_those_that_are_alike_as_they_were_made(
    rows: list[Document], keys: list[tuple[str, bool]]
) -> None:
    made = [{**row, "ordinal": at} for at, row in enumerate(rows)]
    found = sorted_by(Order(keys), made, lambda one, member: one[member])
    assert sorted(one["ordinal"] for one in found) == [*range(len(rows))]
    for one, following in pairwise(found):
        differs = next(((one[name], following[name], down) for name, down in keys if one[name] != following[name]), None)
        if differs is None:
            assert one["ordinal"] < following["ordinal"]
            continue
        before, after, down = differs
        assert before is not None
        if after is not None:
            rank = [(isinstance(value, str), value) for value in (before, after)]
            assert rank[0] > rank[1] if down else rank[0] < rank[1]


@given(ROWS)
def test_what_was_made_in_the_same_moment_is_turned_round_with_all_else(rows: list[Document]) -> None:
    made = [{"created_at": "now", "ordinal": at} for at in range(len(rows))]
    found = sorted_by(Order([("created_at", True)]), made, lambda one, member: one[member])
    assert found == made[::-1]


PAGED = listing({"sort": text(), "order": text(*WAYS), "offset": {"type": "integer"}, "limit": {"type": "integer"}})


def test_pages_follow_the_order_and_what_means_nothing_is_told_and_changes_nothing(open_service: Open) -> None:
    sites = open_service(PAGED)
    for name, size in [("b", 2), ("a", 2), ("d", 1), ("c", 3), ("e", 1)]:
        sites("POST", "/sites", {"name": name, "size": size, "metadata": {"team": name}})

    def names(**query: Any) -> str:
        return "".join(one["name"] for one in sites("GET", "/sites", params=query).json())

    assert (names(), names(sort="name"), names(sort="-size,name")) == ("badce", "abcde", "cabde")
    assert (names(sort="size"), names(sort="size", order="desc")) == ("debac", "cbade")
    assert names(sort="metadata.team") == "abcde"
    assert (names(order="desc"), names(sort="-created_at")) == ("ecdab", "ecdab")
    pages = [names(sort="-size,name", limit=2, offset=start) for start in (0, 2, 4)]
    assert "".join(pages) == names(sort="-size,name")
    assert names(sort="colour") == names()
    told = sites.sandbox.server.spec_violations()
    assert [one["problem"] for one in told] == ["ignored member: sort=colour"]
    assert sites("GET", "/sites", params={"order": "up"}).status_code == 422


@pytest.mark.parametrize("sort", [None, "-created_at", "size,-name"])
def test_where_replies_tell_no_cursor_a_page_begins_behind_the_one_that_is_named(open_service: Open, sort: str | None) -> None:
    told = listing({"sort": text(), "starting_after": text(), "limit": {"type": "integer"}})
    several = {"type": "object", "properties": {"data": {"type": "array", "items": SITE}, "has_more": {"type": "boolean"}}}
    told["paths"]["/sites"]["get"]["responses"] = answers(several)
    sites = open_service(told)
    for at in range(5):
        sites("POST", "/sites", {"name": f"n{at}", "size": at % 2})
    whole = [one["id"] for one in sites("GET", "/sites", params={"sort": sort}).json()["data"]]
    walked: list[int] = []
    is_more = True
    while is_more and len(walked) < len(whole):
        after = {"starting_after": walked[-1]} if walked else {}
        page = sites("GET", "/sites", params={"sort": sort, "limit": 2, **after}).json()
        walked += [one["id"] for one in page["data"]]
        is_more = page["has_more"]
    assert (walked, is_more) == (whole, False)


def test_a_list_is_in_the_order_that_its_document_has_by_default(open_service: Open) -> None:
    sites = open_service(listing({"sort": text("created", "name", default="created"), "direction": text(*WAYS, default="desc")}))
    for name in "bac":
        sites("POST", "/sites", {"name": name})
    assert [one["name"] for one in sites("GET", "/sites").json()] == ["c", "a", "b"]
    assert [one["name"] for one in sites("GET", "/sites?direction=asc").json()] == ["b", "a", "c"]
    assert sites("GET", "/sites", params={"sort": "size"}).status_code == 422


def test_an_order_may_be_written_by_hand_and_is_checked(tmp_path: Path) -> None:
    service, model = tmp_path / "service.yaml", tmp_path / "service.mockenv.yaml"
    service.write_text(yaml.safe_dump(listing({"arrange": text()})))
    told: dict[str, Any] = {"by": "arrange", "members": {"youngest": "created_at"}, "default": "-size"}
    model.write_text(yaml.safe_dump({"operations": {"list": {"sorting": told}}}))
    assert learn(service, model).model.operations["list"].sorting == Sorting(**told)
    bad = {"by": "arange", "members": {"youngest": "creatd_at"}, "default": "-sise"}
    model.write_text(yaml.safe_dump({"operations": {"list": {"sorting": bad}}}))
    with pytest.raises(BadInput) as refused:
        learn(service, model)
    assert [word in str(refused.value) for word in ("'arrange'", "'created_at'", "'size'")] == [True] * 3  # the nearest
