"""How this service says no: the status that its document has for it, in the words of its own error schema."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from mockenv.anyservice.inference.bodies import schema_at
from mockenv.anyservice.making.texts import Making
from mockenv.anyservice.reading.pointers import Node
from mockenv.anyservice.serving.composing import Composer
from mockenv.anyservice.serving.facts import Filler
from mockenv.anyservice.words import flat, parts
from mockenv.contract.document import JSON, Document, Operation
from mockenv.contract.validation import Finding, documented
from mockenv.kernel.values.chance import Draw
from mockenv.provider import Call, Reply
from mockenv.toolbox import status_phrase

SORTS: Mapping[str, tuple[int, ...]] = {
    "missing": (404, 410, 400, 422, 403),
    "taken": (409, 422, 400),
    "invalid": (422, 400, 409, 403),
    "unreadable": (400, 422),
    "unsupported": (415, 400, 422),
    "unauthenticated": (401, 403, 400),
}
"""Sort of refusal → statuses, the likeliest first. Where an operation documents none of the first, it is the next that it does."""
ITEMS = frozenset({"errors", "details", "violations", "validationerrors", "fielderrors", "issues", "causes", "invalidparams"})
TEXTS = (
    "message",
    "detail",
    "title",
    "description",
    "error",
    "errormessage",
    "errordescription",
    "reason",
    "msg",
    "errors",
    "text",
)
CODES = (
    "code",
    "errorcode",
    "status",
    "statuscode",
    "httpstatus",
    "httpcode",
    "httpstatuscode",
    "type",
    "id",
    "name",
    "kind",
    "error",
)
PLACES = ("field", "path", "pointer", "property", "location", "param", "parameter", "source", "loc", "domain")
NAMES: Mapping[str, Sequence[str]] = dict.fromkeys((*TEXTS, *CODES, *PLACES), ())


class Refusals:
    """The refusals of one document."""

    def __init__(self, document: Document, composer: Composer, templates: Mapping[str, Any]) -> None:
        self._document, self._composer, self._templates = document, composer, templates
        self._fillers: dict[str, Filler] = {}
        self._common: Node | bool | None = False

    def status(self, operation: Operation | None, sort: str, told: int | None = None) -> int:
        """The status for a sort of refusal at this operation."""
        if told is not None:
            return told
        wanted = SORTS[sort]
        if operation is None:
            return wanted[0]
        exact = next((one for one in wanted if str(one) in operation.responses), None)
        if exact is not None and not (exact != wanted[0] and documented(operation, wanted[0])):
            return exact
        return wanted[0] if documented(operation, wanted[0]) or exact is None else exact

    def reply(self, call: Call, status: int, message: str | None = None, findings: Sequence[Finding] = ()) -> Reply:
        """The refusal, in the document's own form."""
        operation = call.match.operation
        message = message or status_phrase(status)
        if str(status) in self._templates:
            facts = {"message": message, "code": _word(status), "status": status, "field": findings[0].field if findings else ""}
            return Reply(status, _filled(self._templates[str(status)], facts))
        key = documented(operation, status) if operation else None
        if operation is not None and key is not None:
            response = operation.responses[key]
            node = schema_at(response, f"{operation.pointer}/responses/{key}")
            if node is None:
                return self._plain(response, status, message)
            return Reply(status, self.body(node, status, message, findings), content_type=_json_media(response))
        node = self._common_schema()
        return Reply(status, self.body(node, status, message, findings) if node else {"message": message})

    def body(self, node: Node, status: int, message: str, findings: Sequence[Finding]) -> Any:
        """An error as this schema has it."""
        making = Making(Draw(0, "refusal", status), 0)
        view = self._composer.views.of(node)
        body = self._composer.maker.make(node, making, f"{status}")
        if view.type == "string":
            return message
        facts = _facts(status, message, findings)
        filler = self._fillers.setdefault(node.pointer, Filler(self._composer.views, node, NAMES))
        filler(body, facts)
        if isinstance(body, dict):
            self._list(body, view.members, status, message, findings)
            return self._composer.allowed(view, body, making, f"{status}")
        if isinstance(body, list) and view.items:
            return [self.body(view.items, status, message, findings)]
        return body

    def _list(
        self, body: dict[str, Any], members: Mapping[str, Node], status: int, message: str, findings: Sequence[Finding]
    ) -> None:
        """Errors that are listed: one for each thing that is wrong."""
        for name, node in members.items():
            view = self._composer.views.of(node)
            if flat(name) in ITEMS and view.type == "array" and view.items:
                told = findings or [Finding("body", (), "", message)]
                body[name] = [self.body(view.items, status, one.message, [one]) for one in told[:10]]
            elif flat(name) in ITEMS and view.is_object and view.values and findings:
                body[name] = {one.field or "body": [one.message] for one in findings}

    def _plain(self, response: Mapping[str, Any], status: int, message: str) -> Reply:
        """Without a schema: a body only where the document has one, and then of its media type."""
        content = response.get("content") or {}
        if not content:
            return Reply(status)
        media = next(iter(content))
        if media.endswith("json") and (common := self._common_schema()):
            return Reply(status, self.body(common, status, message, ()), content_type=media)
        return Reply(status, {"message": message}) if media == JSON else Reply(status, message.encode(), content_type=media)

    def _common_schema(self) -> Node | None:
        """The schema of most of its refusals: for those that belong to no operation, or that none documents."""
        if self._common is False:
            found: Counter[str] = Counter()
            nodes: dict[str, Node] = {}
            for operation in self._document.operations.values():
                for key, response in operation.responses.items():
                    node = schema_at(response, f"{operation.pointer}/responses/{key}") if key[0] in "45d" else None
                    view = self._composer.views.of(node) if node else None
                    if node and view and (view.members or view.type == "string"):
                        found[view.pointer] += 1
                        nodes[view.pointer] = node
            self._common = nodes[found.most_common(1)[0][0]] if found else None
        return self._common if isinstance(self._common, Node) else None


def _facts(status: int, message: str, findings: Sequence[Finding]) -> dict[str, Any]:
    field = findings[0].field if findings else ""
    codes = [_word(status), _word(status).upper(), _word(status).replace("_", "-"), _camel(status), status, str(status)]
    numbers = [status, str(status), "error", "failure"]
    return {
        **{one: [*codes, message] for one in CODES},
        **{one: [message] for one in TEXTS},
        "code": codes,
        "errorcode": codes,
        **{one: list(numbers) for one in ("status", "statuscode", "httpstatus", "httpcode", "httpstatuscode")},
        "error": [message, *codes],
        **({one: [field] for one in PLACES} if field else {}),
    }


def _word(status: int) -> str:
    """`not_found`, `unprocessable_entity`: a status as a word, as most services spell it."""
    return "_".join(parts(status_phrase(status))) or "error"


def _camel(status: int) -> str:
    return "".join(part.capitalize() for part in parts(status_phrase(status)))


def _json_media(response: Mapping[str, Any]) -> str:
    return next((media for media in response.get("content") or {} if media.endswith("json")), JSON)


def _filled(template: Any, facts: Mapping[str, Any]) -> Any:
    """A template from the model with its holes filled: a text that is one hole becomes what is in it."""
    if isinstance(template, dict):
        return {name: _filled(value, facts) for name, value in template.items()}
    if isinstance(template, list):
        return [_filled(value, facts) for value in template]
    if not isinstance(template, str):
        return template
    whole = template[1:-1] if template.startswith("{") and template.endswith("}") else ""
    if whole in facts:
        return facts[whole]
    for name, value in facts.items():
        template = template.replace(f"{{{name}}}", str(value))
    return template
