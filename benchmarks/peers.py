"""The peers, set up as their own documentation advises for speed, with the same resources and the same bodies."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from benchmarks.servers import Server
from benchmarks.tools import module, need
from benchmarks.work import CREATE, ENVIRONMENT, ENVIRONMENTS, GET, LIST, PAGE, SITE, UPDATE, WORKS, Json, Replies
from mockenv.bootstrap import openapi_folder

PRISM, WIREMOCK, JSON_SERVER = "Prism", "WireMock", "json-server"
HTTPSERVER = "pytest-httpserver"
WIREMOCK_JOURNAL = "WireMock, journal on"
PACKAGES = {PRISM: "@stoplight/prism-cli", WIREMOCK: "wiremock", JSON_SERVER: "json-server"}
PATHS = ("/api/v1/vector/sites/{site}/environments", "/api/v1/vector/sites/{site}/environments/{env}")
OPERATIONS = {"get", "post", "put"}


def prism(replies: Replies) -> Server:
    """Static mode: it answers with the document's examples, after it has validated the request."""
    command = [need("node"), str(module("@stoplight/prism-cli/dist/index.js")), "mock", "openapi.json", "--host", "127.0.0.1"]
    return Server(
        PRISM,
        lambda folder, port: [*command, "--port", str(port), "--multiprocess", "false", "--verboseLevel", "silent"],
        lambda: {"openapi.json": json.dumps(small_document(replies))},
        environ={"NODE_ENV": "production"},
    )


def wiremock(replies: Replies, *, journal: bool = False) -> Server:
    """A stub per work; a create and an update must match the document's own schema."""
    jar = str(module("wiremock/build/wiremock-standalone-*.jar"))
    command = [need("java"), "-jar", jar, "--root-dir", ".", "--bind-address", "127.0.0.1", "--disable-banner"]
    command += ["--disable-request-logging", "--disable-gzip", "--disable-response-templating", "--container-threads", "32"]
    command += ["--max-request-journal-entries", "1000"] if journal else ["--no-request-journal"]
    return Server(
        WIREMOCK_JOURNAL if journal else WIREMOCK,
        lambda folder, port: [*command, "--port", str(port)],
        lambda: {"mappings/stubs.json": json.dumps({"mappings": stubs(replies)})},
        works=(GET.name, CREATE.name) if journal else Server.works,
        warm_up=4,
    )


def json_server(replies: Replies) -> Server:
    """Routes rewritten to a collection of environments; an update is its PATCH."""
    command = [need("node"), str(module("json-server/lib/cli/bin.js")), "db.json", "--routes", "routes.json", "--quiet"]
    routes = {
        f"{ENVIRONMENTS}/:env": "/environments/:env",
        ENVIRONMENTS: f"/environments?site_id={SITE}&_limit={PAGE}",
    }
    return Server(
        JSON_SERVER,
        lambda folder, port: [*command, "--host", "127.0.0.1", "--port", str(port), "--no-cors", "--no-gzip"],
        lambda: {"db.json": json.dumps({"environments": replies[LIST.name]["data"]}), "routes.json": json.dumps(routes)},
        environ={"NODE_ENV": "production"},
        update="PATCH",
        echoes=True,
        restarts=True,
        lead_in=1,
    )


# Prism's document


def small_document(replies: Replies) -> Json:
    """Our own document of the four operations, with mockenv's answers as its examples."""
    whole = _whole_document()
    paths = {path: _operations(whole["paths"][path]) for path in PATHS}
    for work in WORKS:
        operation = paths[PATHS[work.path == ENVIRONMENT]][work.method.lower()]
        status = "201" if work is CREATE else "200"
        content = operation["responses"][status]["content"]["application/json"]
        operation["responses"][status]["content"]["application/json"] = {"schema": content["schema"], "example": replies[work.name]}
        operation["responses"][status].pop("links", None)
    small = {name: whole[name] for name in ("openapi", "info", "security")} | {"paths": paths}
    return small | {"components": _referenced(small, whole)}


def _whole_document() -> Json:
    found: Json = yaml.safe_load((openapi_folder() / "vector.yaml").read_text())
    return found


def _operations(path: Json) -> Json:
    return {name: what for name, what in path.items() if name in OPERATIONS or name == "parameters"}


def _referenced(small: Any, whole: Json) -> Json:
    """The components that are pointed to, and theirs."""
    found: Json = {"securitySchemes": whole["components"]["securitySchemes"]}
    waiting = list(_references(small))
    while waiting:
        _, _, sort, name = waiting.pop().split("/")
        if name not in found.setdefault(sort, {}):
            found[sort][name] = whole["components"][sort][name]
            waiting += _references(found[sort][name])
    return found


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        node = list(node.values())
    if isinstance(node, list):
        for one in node:
            yield from _references(one)


# WireMock's stubs


def stubs(replies: Replies) -> list[Json]:
    schemas = _whole_document()["components"]
    wanted = {CREATE: _schema("NewEnvironment", schemas), UPDATE: _schema("EnvironmentChanges", schemas)}
    found = [_stub(work.method, work.path, 201 if work is CREATE else 200, replies[work.name], wanted.get(work)) for work in WORKS]
    invalid = {"message": "The given data was invalid.", "http_status": 422}
    return [*found, *(_stub(work.method, work.path, 422, invalid, None) | {"priority": 9} for work in wanted)]


def _stub(method: str, path: str, status: int, body: Json, schema: Json | None) -> Json:
    request: Json = {"method": method, "urlPath": path, "headers": {"Authorization": {"matches": "Bearer .+"}}}
    if schema:
        request["bodyPatterns"] = [{"matchesJsonSchema": json.dumps(schema), "schemaVersion": "V202012"}]
    headers = {"Content-Type": "application/json"}
    return {"request": request, "response": {"status": status, "headers": headers, "body": json.dumps(body, separators=(",", ":"))}}


def _schema(name: str, components: Json) -> Json:
    """One schema that stands alone."""
    schema = components["schemas"][name]
    return {**schema, "components": _referenced(schema, {"components": {"securitySchemes": {}, **components}})}
