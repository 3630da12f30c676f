"""Laws 1, 3 and 15: a provider is a class and a document, and the two cannot drift."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest
from werkzeug.test import Client

from mockenv.bootstrap import Server, build, document_of, openapi_folder
from mockenv.contract.document import Document, load_document
from mockenv.contract.validation import Finding
from mockenv.errors import CannotStart
from mockenv.kernel.catalogue.lifecycle import Failure, Lifecycle, Step
from mockenv.kernel.events.event import emit
from mockenv.kernel.lifecycles.walk import provision
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.chance import Draw
from mockenv.kernel.values.instant import iso_seconds
from mockenv.kernel.values.tokens import issue_hex
from mockenv.kernel.worlds.inhabitant import Option
from mockenv.provider import Call, Handler, Provider, Refused, Reply
from mockenv.providers import discover
from mockenv.settings import Settings
from mockenv.store.base import Document as Stored
from mockenv.store.base import Kind, by
from mockenv.toolbox import required

BED = "garden/bed"

DOCUMENT = """
openapi: 3.1.0
info: {title: A garden, version: "1"}
security: [{key: []}]
paths:
  /garden/beds:
    post:
      operationId: sow
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Seed"}}}}
      responses:
        "201": {description: Sown., content: {application/json: {schema: {$ref: "#/components/schemas/Bed"}}}}
        default: {description: No., content: {application/json: {schema: {type: object, required: [sorry]}}}}
  /garden/beds/{bed}:
    get:
      operationId: look
      responses:
        "200": {description: A bed., content: {application/json: {schema: {$ref: "#/components/schemas/Bed"}}}}
        default: {description: No., content: {application/json: {schema: {type: object, required: [sorry]}}}}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
  schemas:
    Seed: {type: object, required: [plant], properties: {plant: {type: string, enum: [bean, pea]}}}
    Bed:
      type: object
      required: [id, plant, status, since]
      properties: {id: {type: integer}, plant: {type: string}, status: {enum: [sown, grown, withered]}, since: {type: string}}
"""


def sow(call: Call, work: Work) -> Reply:
    body = call.body()
    bed = {"id": work.next_ordinal(BED), "plant": body["plant"], "status": "sown", "since": iso_seconds(work.now)}
    provision(work, GROW, str(bed["id"]), bed)
    work.put(BED, str(bed["id"]), bed)
    return Reply(201, bed)


def look(call: Call, work: Work) -> Reply:
    return Reply(200, required(work.get(BED, call.params["bed"]), lambda: Refused(Reply(404, {"sorry": "no such bed"}))))


def _grown(work: Work, bed: Stored) -> Stored:
    bed.update(status="grown", since=iso_seconds(work.now))
    emit(work, "garden.grown", f"{BED}/{bed['id']}", {})
    return bed


def _withered(work: Work, bed: Stored, failure: Failure) -> Stored:
    bed.update(status="withered", since=iso_seconds(work.now))
    return bed


GROW = Lifecycle("grow", BED, (Step("sprouting"), Step("flowering")), completed=_grown, failed=_withered)


class Garden(Provider):
    """A whole provider on one page."""

    name = "garden"
    title = "A garden"
    prefixes = ("/garden",)
    operations: ClassVar[Mapping[str, Handler]] = {"sow": sow, "look": look}
    kinds = (Kind(BED, {"plant": by("plant")}),)
    statuses: ClassVar[Mapping[str, Sequence[str]]] = {BED: ("sown", "grown", "withered")}
    lifecycles = (GROW,)
    roles = ("gardener",)
    options: ClassVar[Mapping[str, Option]] = {"soil": Option("good", ("good", "bad"), "for the test")}

    def credentials(self, headers: Mapping[str, str]) -> str | None:
        return headers.get("x-key") or None

    def tokens(self, draw: Draw) -> Mapping[str, str]:
        return {"gardener": issue_hex(draw, "gardener", "leaf-", 20)}

    def error(self, call: Call, status: int, message: str | None = None) -> Reply:
        return Reply(status, {"sorry": message or str(status)})

    def invalid(self, call: Call, findings: Sequence[Finding]) -> Reply:
        return Reply(400, {"sorry": [finding.field for finding in findings]})

    def dress(self, call: Call, reply: Reply) -> None:
        super().dress(call, reply)
        reply.headers["X-Garden"] = "yes"

    def populate(self, work: Work, world: Mapping[str, Any], where: str) -> None:
        for id, plant in world.items():
            work.put(BED, id, {"id": int(id), "plant": plant, "status": "grown", "since": iso_seconds(work.now)})


@pytest.fixture
def document(tmp_path: Path) -> Document:
    path = tmp_path / "garden.yaml"
    path.write_text(DOCUMENT)
    return load_document("garden", path)


def start(document: Document, *providers: type[Provider], **settings: Any) -> Server:
    world = document.source.with_name("world.yaml")  # the shipped fixtures speak of the shipped providers
    world.write_text("{}")
    told = {"clock": "manual", "fixture": str(world), "check_replies": "fail", "log_level": "error", **settings}
    return build(Settings(**told), providers=providers, documents={"garden": document}, write=lambda text: None)


@pytest.fixture
def server(document: Document) -> Iterator[Server]:
    server = start(document, Garden, *discover())
    yield server
    server.close()


KEY = {"X-Key": "k"}


def test_a_fifth_provider_works_without_touching_a_file(server: Server) -> None:
    client = Client(server.app)
    made = client.post("/garden/beds", json={"plant": "bean"}, headers=KEY)
    assert (made.status_code, made.get_json()["status"], made.headers["X-Garden"]) == (201, "sown", "yes")
    about = client.get("/_mockenv/sandboxes/default", base_url="http://localhost").get_json()
    assert set(about["tokens"]["garden"]) == {"gardener"}
    assert about["options"]["garden"] == {"soil": "good", "cors": "off"}
    made_of = {"name": "b", "fixture": {"garden": {"7": "pea"}}, "faults": [{"step": "flowering", "effect": {"fail": "frost"}}]}
    other = client.post("/_mockenv/sandboxes", json=made_of, base_url="http://localhost")
    assert other.status_code == 201
    assert client.get("/_sandbox/b/garden/beds/7", headers=KEY).get_json()["plant"] == "pea"
    client.post(
        "/_sandbox/b/garden/beds", json={"plant": "bean"}, headers={"X-Key": other.get_json()["tokens"]["garden"]["gardener"]}
    )
    for name, status in (("default", "grown"), ("b", "withered")):
        clock = f"/_mockenv/sandboxes/{name}/clock/advance"
        until = {"until": {"resource": "garden/bed/1", "status": status}}
        assert client.post(clock, json=until, base_url="http://localhost").get_json()["reached"] is True
    assert client.get("/garden/beds/1", headers=KEY).get_json()["since"] == "2026-01-24T10:30:02Z"
    routes = client.get("/_mockenv/routes", base_url="http://localhost").get_json()["providers"]
    assert [one["operation"] for one in routes["garden"]] == ["sow", "look"]
    assert client.get("/_mockenv/documents/garden", base_url="http://localhost").get_json()["info"]["title"] == "A garden"


def test_its_clients_that_poll_get_on_without_a_word_of_it(document: Document) -> None:
    server = start(document, Garden, clock="auto")
    client = Client(server.app)
    client.post("/garden/beds", json={"plant": "bean"}, headers=KEY)
    assert [client.get("/garden/beds/1", headers=KEY).get_json()["status"] for _ in range(2)] == ["sown", "grown"]
    server.close()


@pytest.mark.parametrize(
    ("method", "path", "more", "status"),
    [
        ("GET", "/garden/beds/1", {"headers": {}}, 401),
        ("GET", "/garden/nowhere", {}, 404),
        ("GET", "/garden", {}, 404),
        ("GET", "/garden/beds/1", {}, 404),
        ("DELETE", "/garden/beds/1", {}, 405),
        ("POST", "/garden/beds", {"json": {"plant": "oak"}}, 400),
        ("POST", "/garden/beds", {"data": b"{", "content_type": "application/json"}, 400),
        ("POST", "/garden/beds", {"data": b"x", "content_type": "text/plain"}, 415),
        ("POST", "/garden/beds", {"data": b" " * (2 << 20), "content_type": "application/json"}, 413),
        ("GET", "/_sandbox/nobody/garden/beds/1", {}, 404),
    ],
)
def test_on_its_paths_only_its_dialect_is_spoken(server: Server, method: str, path: str, more: dict[str, Any], status: int) -> None:
    reply = Client(server.app).open(path, method=method, **{"headers": KEY, **more})
    assert (reply.status_code, set(reply.get_json()), reply.headers["X-Garden"]) == (status, {"sorry"}, "yes")


def replacing(operation: str, handler: Handler, **members: Any) -> type[Provider]:
    return type("Spoilt", (Garden,), {"operations": {**Garden.operations, operation: handler}, **members})


def not_json(call: Call, work: Work) -> Reply:
    return Reply(200, {"id": object()})


def departs(call: Call, work: Work) -> Reply:
    return Reply(200, {"id": "one"})


def undocumented(call: Call, work: Work) -> Reply:
    return Reply(302, None)


def crashes(*_: Any) -> Any:
    raise ZeroDivisionError


@pytest.mark.parametrize("check", ["off", "log", "fail"])
@pytest.mark.parametrize(
    "provider", [replacing("look", not_json), replacing("look", crashes), type("Undressed", (Garden,), {"dress": crashes})]
)
def test_our_own_crash_is_told_in_its_dialect_and_logged(
    document: Document, provider: type[Provider], check: str, caplog: pytest.LogCaptureFixture
) -> None:
    server = start(document, provider, check_replies=check)
    reply = Client(server.app).get("/garden/beds/1", headers=KEY)
    assert (reply.status_code, reply.get_json()) == (500, {"sorry": "500"})
    assert "inside mockenv" in caplog.text
    server.close()


@pytest.mark.parametrize(("handler", "text"), [(departs, 'type "integer"'), (undocumented, "is without a content type")])
def test_a_reply_that_departs_from_the_document_is_found_logged_or_refused(
    document: Document, handler: Handler, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    for check, status in (("off", None), ("log", None), ("fail", 500)):
        caplog.clear()
        server = start(document, replacing("look", handler), check_replies=check)
        client = Client(server.app)
        reply = client.get("/garden/beds/1", headers=KEY)
        found = client.get("/_mockenv/spec-violations", base_url="http://localhost").get_json()
        assert found["checking"] == check
        assert bool(found["violations"]) == (check != "off") == ("departs from the document" in caplog.text)
        if status:
            assert reply.status_code == status
            assert text in reply.get_json()["sorry"]
        server.close()


def test_an_operation_without_a_handler_stops_the_start_and_is_named(document: Document) -> None:
    provider = type("Lazy", (Garden,), {"operations": {"sow": sow}})
    with pytest.raises(CannotStart, match=r"garden\.yaml: operation 'look' has no handler"):
        start(document, provider)


def test_a_handler_without_an_operation_stops_the_start_and_is_named(document: Document) -> None:
    with pytest.raises(CannotStart, match=r"garden\.yaml: handler 'reap' has no operation"):
        start(document, replacing("reap", look))


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (("operationId: look", "operationId: sow"), "operationId 'sow' is used twice"),
        (("      operationId: look\n", ""), "GET /garden/beds/{bed} has no operationId"),
        (("openapi: 3.1.0", "openapi: ["), "garden.yaml"),
    ],
)
def test_a_document_that_cannot_be_served_stops_the_start_in_one_line(tmp_path: Path, change: tuple[str, str], text: str) -> None:
    path = tmp_path / "garden.yaml"
    path.write_text(DOCUMENT.replace(*change))
    with pytest.raises(CannotStart) as refused:
        load_document("garden", path)
    assert text in str(refused.value)
    assert "\n" not in str(refused.value)
    with pytest.raises(CannotStart, match="cannot be read"):
        load_document("nobody", tmp_path / "nobody.yaml")


def test_a_provider_without_a_document_stops_the_start() -> None:
    with pytest.raises(CannotStart, match=r"garden\.yaml: cannot be read"):
        build(Settings(fixture="empty"), providers=[Garden])


def test_every_shipped_document_is_served_by_a_provider_or_by_the_control_plane() -> None:
    services = [one(document_of(one)) for one in discover()]
    served = {edition.document.name for one in services for edition in (one, *one.editions)} | {"control"}
    assert {path.stem for path in openapi_folder().iterdir() if path.suffix != ".toml"} == served
