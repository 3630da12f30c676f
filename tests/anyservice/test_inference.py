"""What documents in several styles are taken for: each style by a small document of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from mockenv.anyservice.inference.infer import infer
from mockenv.anyservice.inference.statuses import lifecycles_of
from mockenv.anyservice.model import Model
from mockenv.anyservice.reading.read import read
from mockenv.anyservice.reading.views import View
from mockenv.anyservice.words import flat, is_action, singular
from tests.anyservice.conftest import answers, document, takes

SITE: dict[str, Any] = {
    "type": "object",
    "properties": {"id": {"type": "string"}, "name": {"type": "string"}, "state": {"type": "string"}},
}
REF = {"$ref": "#/components/schemas/Site"}
NAMED = {"type": "object", "properties": {"name": {"type": "string"}}}


@pytest.fixture
def model_of(tmp_path: Path) -> Any:
    def infer_(paths: dict[str, Any], schemas: dict[str, Any] | None = None, **more: Any) -> Model:
        path = tmp_path / "service.yaml"
        path.write_text(yaml.safe_dump(document(paths, schemas or {"Site": SITE}, **more)))
        return infer(read(path).document)

    return infer_


def crud(collection: str, item: str, schema: Any = REF, body: Any = NAMED) -> dict[str, Any]:
    return {
        collection: {
            "get": {"operationId": "list", "responses": answers({"type": "array", "items": schema})},
            "post": {"operationId": "create", "requestBody": takes(body), "responses": answers(schema, "201")},
        },
        item: {
            "get": {"operationId": "read", "responses": answers(schema)},
            "patch": {"operationId": "change", "requestBody": takes(body), "responses": answers(schema)},
            "put": {"operationId": "replace", "requestBody": takes(body), "responses": answers(schema)},
            "delete": {"operationId": "delete", "responses": {"204": {"description": ""}}},
        },
    }


def does(model: Model) -> dict[str, tuple[str, str]]:
    return {id: (one.does, one.resource) for id, one in model.operations.items()}


def test_the_plain_style_is_known_by_paths_and_methods(model_of: Any) -> None:
    model = model_of(crud("/api/v1/sites", "/api/v1/sites/{site_id}"))
    assert does(model) == {
        "list": ("list", "site"),
        "create": ("create", "site"),
        "read": ("read", "site"),
        "change": ("merge", "site"),
        "replace": ("replace", "site"),
        "delete": ("delete", "site"),
    }
    assert model.prefixes == ["/api/v1"]
    assert (model.operations["create"].status, model.operations["delete"].status) == (201, 204)
    assert model.resources["site"].key.member == "id"


def test_items_that_live_elsewhere_than_their_collection_are_of_the_same_sort(model_of: Any) -> None:
    model = model_of(crud("/teams/{teamId}/site", "/site/{siteId}"))
    assert {resource for _, resource in does(model).values()} == {"site"}
    assert model.operations["create"].path == {"teamId": "team"}


def test_a_list_of_a_sort_that_is_made_elsewhere_shows_that_sort(model_of: Any) -> None:
    listed = {"get": {"operationId": "mine", "responses": answers({"type": "array", "items": REF})}}
    model = model_of({**crud("/sites", "/sites/{id}"), "/users/me/favourites": listed})
    assert does(model)["mine"] == ("list", "site")


@pytest.mark.parametrize(
    ("wrap", "reply"),
    [
        (lambda one: one, ""),
        (lambda one: {"type": "object", "properties": {"site": one}}, "site"),
        (lambda one: {"type": "object", "properties": {"data": one, "meta": {"type": "object"}}}, "data"),
        (lambda one: {"type": "object", "properties": {"data": {"type": "object", "properties": {"site": one}}}}, "data.site"),
        (
            lambda one: {
                "allOf": [{"type": "object", "properties": {"site": one}}, {"type": "object", "properties": {"took": {}}}]
            },
            "site",
        ),
    ],
)
def test_the_envelope_of_one_is_found(model_of: Any, wrap: Any, reply: str) -> None:
    assert (
        model_of(
            crud("/sites", "/sites/{id}", schema=REF)
            | {"/sites/{id}": {"get": {"operationId": "read", "responses": answers(wrap(REF))}}}
        )
        .operations["read"]
        .reply
        == reply
    )


@pytest.mark.parametrize(
    ("wrapped", "reply"),
    [
        ({"type": "array", "items": REF}, ""),
        (
            {"type": "object", "properties": {"sites": {"type": "array", "items": REF}, "tags": {"type": "array", "items": {}}}},
            "sites",
        ),
        ({"type": "object", "properties": {"items": {"type": "array", "items": REF}, "next": {"type": "string"}}}, "items"),
        (
            {"type": "object", "properties": {"data": {"type": "object", "properties": {"list": {"type": "array", "items": REF}}}}},
            "data.list",
        ),
        (
            {
                "type": "object",
                "properties": {"_embedded": {"type": "object", "properties": {"sites": {"type": "array", "items": REF}}}},
            },
            "_embedded.sites",
        ),
    ],
)
def test_the_envelope_of_a_list_is_found(model_of: Any, wrapped: Any, reply: str) -> None:
    paths = {"/sites": {"get": {"operationId": "list", "responses": answers(wrapped)}}}
    assert model_of(paths).operations["list"].reply == reply


@pytest.mark.parametrize(
    ("parameters", "paging"),
    [
        (("page", "per_page"), ("page", "", "", "per_page")),
        (("pageNumber", "pageSize"), ("pageNumber", "", "", "pageSize")),
        (("limit", "offset"), ("", "offset", "", "limit")),
        (("limit", "starting_after"), ("", "", "starting_after", "limit")),
        (("pageToken", "maxResults"), ("", "", "pageToken", "maxResults")),
        (("pagination.key", "pagination.limit"), ("", "", "pagination.key", "pagination.limit")),
    ],
)
def test_how_a_list_comes_in_pages_is_known_by_its_parameters(model_of: Any, parameters: Any, paging: Any) -> None:
    query = [{"name": one, "in": "query", "schema": {"type": "string"}} for one in parameters]
    paths = crud("/sites", "/sites/{id}")
    paths["/sites"]["get"]["parameters"] = [*query, {"name": "name", "in": "query", "schema": {"type": "string"}}]
    listed = model_of(paths).operations["list"]
    assert (listed.paging.page, listed.paging.offset, listed.paging.cursor, listed.paging.size) == paging
    assert listed.filters == {"name": "name"}


@pytest.mark.parametrize(
    ("member", "parameter", "key"),
    [
        ("id", "site_id", "id"),
        ("uuid", "uuid", "uuid"),
        ("site_id", "site_id", "site_id"),
        ("name", "site_name", "name"),
        ("slug", "siteSlug", "slug"),
        ("hostname", "hostname", "hostname"),
        ("siteRef", "ref", "siteRef"),
    ],
)
def test_the_key_is_the_member_that_the_path_speaks_of(model_of: Any, member: str, parameter: str, key: str) -> None:
    site = {"type": "object", "properties": {"size": {"type": "integer"}, member: {"type": "string"}}}
    model = model_of(crud("/sites", f"/sites/{{{parameter}}}", body={"type": "object"}), {"Site": site})
    assert model.resources["site"].key.member == key


@pytest.mark.parametrize(
    ("schema", "make"),
    [
        ({"type": "integer"}, "integer"),
        ({"type": "string", "format": "uuid"}, "uuid"),
        ({"type": "string", "example": "prj_0a1b2c"}, "like:prj_0a1b2c"),
        ({"type": "string", "maxLength": 20}, "hex"),
    ],
)
def test_how_a_key_is_made_follows_from_its_schema(model_of: Any, schema: Any, make: str) -> None:
    site = {"type": "object", "properties": {"id": schema, "name": {"type": "string"}}}
    assert model_of(crud("/sites", "/sites/{id}"), {"Site": site}).resources["site"].key.make == make


def test_what_the_client_says_is_its_key_where_the_body_has_it(model_of: Any) -> None:
    site = {"type": "object", "properties": {"name": {"type": "string"}}}
    assert model_of(crud("/sites", "/sites/{name}"), {"Site": site}).resources["site"].key.make == "given"


def test_words_below_one_are_what_is_done_to_it(model_of: Any) -> None:
    act = {"post": {"operationId": "stop", "responses": answers(REF)}}
    deeper = {"post": {"operationId": "start", "responses": {"202": {"description": ""}}}}
    site = {
        **SITE,
        "properties": {**SITE["properties"], "state": {"type": "string", "enum": ["starting", "running", "stopping", "stopped"]}},
    }
    model = model_of(
        {**crud("/sites", "/sites/{id}"), "/sites/{id}/stop": act, "/sites/{id}/actions/start": deeper}, {"Site": site}
    )
    assert does(model)["stop"] == does(model)["start"] == ("act", "site")
    assert (model.operations["stop"].verb, model.operations["start"].verb) == ("stop", "start")
    ways = model.resources["site"].lifecycles
    assert (list(ways["stop"].steps), ways["stop"].done) == (["stopping"], "stopped")
    assert (list(ways["create"].steps), ways["create"].done) == (["starting"], "running")


def test_a_put_that_no_post_precedes_makes_what_it_puts(model_of: Any) -> None:
    paths = crud("/sites", "/sites/{name}")
    del paths["/sites"]["post"]
    model = model_of(paths)
    assert does(model)["replace"] == ("put", "site")
    assert model.resources["site"].key.make == "given"


def test_what_is_there_once_is_no_list(model_of: Any) -> None:
    settings = {"type": "object", "properties": {"colour": {"type": "string"}}}
    single = {
        "get": {"operationId": "see", "responses": answers(settings)},
        "put": {"operationId": "set", "requestBody": takes(settings), "responses": answers(settings)},
    }
    model = model_of({**crud("/sites", "/sites/{id}"), "/sites/{id}/settings": single})
    assert does(model)["see"] == ("read", "settings")
    assert does(model)["set"] == ("put", "settings")
    assert model.resources["settings"].single


def test_a_json_patch_is_told_from_a_merge(model_of: Any) -> None:
    paths = crud("/sites", "/sites/{id}")
    paths["/sites/{id}"]["patch"]["requestBody"] = takes({"type": "array"}, "application/json-patch+json")
    assert does(model_of(paths))["change"] == ("patch", "site")


def test_a_variant_of_making_one_below_its_collection_makes_one(model_of: Any) -> None:
    paths = crud("/sites", "/sites/{id}")
    paths["/sites/from-template"] = {"post": paths["/sites"].pop("post")}
    assert does(model_of(paths))["create"] == ("create", "site")


def test_what_is_not_kept_is_accepted_and_that_is_not_sure(model_of: Any) -> None:
    model = model_of({**crud("/sites", "/sites/{id}"), "/login": {"post": {"operationId": "login", "responses": answers({})}}})
    assert does(model)["login"] == ("accept", "")
    assert model.operations["login"].sure < model.operations["create"].sure


@pytest.mark.parametrize(
    ("values", "steps", "done", "failed"),
    [
        (("pending", "creating", "active", "failed"), ["pending", "creating"], "active", "failed"),
        (("ACTIVE_HEALTHY", "COMING_UP", "INIT_FAILED", "CREATING"), ["CREATING"], "ACTIVE_HEALTHY", "INIT_FAILED"),
        (("scheduling", "running", "finished", "failed", "cancelled"), ["scheduling", "running"], "finished", "failed"),
        (("new", "active", "off", "archive"), ["new"], "active", ""),
        (("success", "running", "error"), ["running"], "success", "error"),
        (("updating", "upgrading", "deleting", "ready"), [], "ready", ""),
        (("open", "closed"), [], "open", ""),
    ],
)
def test_the_values_of_a_status_tell_its_way(values: Any, steps: Any, done: str, failed: str) -> None:
    begins, ways = lifecycles_of(values, View(""))
    assert ([*ways["create"].steps] if "create" in ways else []) == steps
    assert (ways["create"].done if "create" in ways else begins) == done
    assert (ways["create"].failed if "create" in ways else "") == failed


@pytest.mark.parametrize(
    ("several", "one"),
    [
        ("branches", "branch"),
        ("databases", "database"),
        ("policies", "policy"),
        ("statuses", "status"),
        ("access", "access"),
        ("boxes", "box"),
        ("apiKeys", "api-key"),
        ("deploys", "deploy"),
        ("caches", "cache"),
        ("dns", "dns"),
        ("aliases", "alias"),
    ],
)
def test_one_of_several(several: str, one: str) -> None:
    assert singular(several) == one


def test_names_are_the_same_however_they_are_written() -> None:
    assert len({flat(one) for one in ("siteId", "site_id", "Site-ID", "SiteId")}) == 1
    assert all(is_action(one) for one in ("power_off", "redeploy", "rotateSecret", "unsuspend"))
    assert not is_action("servers")


def test_a_status_may_have_a_word_before_it_where_it_is_the_only_one(model_of: Any) -> None:
    power: Any = {"id": {"type": "string"}, "desiredStatus": {"type": "string", "enum": ["RUNNING", "EXITED"]}}
    other: Any = {"paymentState": {"type": "string", "enum": ["pending", "failed"]}}
    act = {"post": {"operationId": "stop", "responses": answers(REF)}}
    paths = {**crud("/sites", "/sites/{id}"), "/sites/{id}/stop": act}
    alone = model_of(paths, {"Site": {"type": "object", "properties": power}}).resources["site"]
    assert (alone.status, alone.begins, alone.lifecycles["stop"].done) == ("desiredStatus", "RUNNING", "EXITED")
    both = model_of(paths, {"Site": {"type": "object", "properties": {**power, **other}}}).resources["site"]
    assert both.status == ""
