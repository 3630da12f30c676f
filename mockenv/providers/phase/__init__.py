"""Phase (phase.dev): environments of apps, their secrets, and who may touch them."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from mockenv.contract.document import Document
from mockenv.contract.validation import Finding
from mockenv.kernel.unit.limiter import rate_or
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.chance import Draw
from mockenv.kernel.values.instant import Instant
from mockenv.kernel.values.tokens import issue_hex
from mockenv.kernel.worlds.inhabitant import Option
from mockenv.provider import Call, Handler, Provider, Reply
from mockenv.providers.phase.access import apps_of, environments_of
from mockenv.providers.phase.admission import KEYS_PATH, admit, indent_of, preflight
from mockenv.providers.phase.authentication import Principal, authenticate, spelled_token
from mockenv.providers.phase.credentials import spell
from mockenv.providers.phase.encryption.routes import OPERATIONS as ENCRYPTED
from mockenv.providers.phase.errors import HTML, failure, not_found_page, throttled, wrong_method
from mockenv.providers.phase.fakes import DIGITS, SERVICE, SERVICE_ACCOUNT, USER
from mockenv.providers.phase.gates import GATES
from mockenv.providers.phase.lifecycle import LIFECYCLES
from mockenv.providers.phase.model import (
    APP,
    ENVIRONMENT,
    KINDS,
    LEASE,
    LEASE_STATUSES,
    ROLES,
    SECRET,
    TOKEN,
    TOKEN_STATUSES,
    remove_environment,
)
from mockenv.providers.phase.operations import OPERATIONS
from mockenv.providers.phase.operations.apps import remove_app
from mockenv.providers.phase.world import populate
from mockenv.store.base import Document as Stored

MOUNTS = re.compile(r"/service(?=/|$)")
METHODS = ("GET", "POST", "PUT", "DELETE")
HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Vary": "origin",
}


class Service(Provider):
    """The provider; its operations, tables and dialect are beside this file."""

    name = "phase"
    title = "Phase"
    prefixes = ("/v1", "/secrets", "/public", "/service", "/health")
    operations: ClassVar[Mapping[str, Handler]] = OPERATIONS | ENCRYPTED
    kinds = KINDS
    lists: ClassVar[Mapping[str, Collection[str]]] = {
        "listApps": (APP,),
        "listEnvironments": (ENVIRONMENT,),
        "listSecrets": (SECRET,),
    }
    statuses: ClassVar[Mapping[str, Sequence[str]]] = {TOKEN: TOKEN_STATUSES, LEASE: LEASE_STATUSES}
    lifecycles = LIFECYCLES
    records = "records"
    roles = ROLES
    clients_role = "service_account"
    options: ClassVar[Mapping[str, Option]] = {
        "list_envelope": Option("bare", ("bare", "data"), "the page shows a bare list, the released service wraps it"),
        "timestamps": Option("seconds", ("seconds", "microseconds"), "the page shows whole seconds, the service microseconds"),
        "hosting": Option(
            "own", ("own", "cloud"), "in the cloud the Free plan has three apps; a host of one's own has no such limit"
        ),
        "rate_limits": Option("off", (), "off, published (by plan) or a rate such as 5/minute", rate_or("off", "published")),
    }
    head_as_get = False

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        methods: dict[str, set[str]] = {}
        for operation in document.operations.values():
            methods.setdefault(operation.path, set()).add(operation.method)
        self._allow = {path: _allow(methods[path]) for path in GATES} | {KEYS_PATH: "GET, OPTIONS"}

    def preflight(self) -> Reply:
        return preflight()

    def normalise(self, path: str) -> str:
        """The same routes answer at the root and under `/public`, each with and without `/service` in front."""
        path = MOUNTS.sub("", path, count=1) if path.startswith("/service") else path
        if path in ("", "/"):
            return "/public/"
        return path.removeprefix("/public") if path.startswith("/public/v1/") else path

    def credentials(self, headers: Mapping[str, str]) -> str | None:
        return spelled_token(headers)

    def authenticate(self, call: Call, work: Work) -> Principal:
        return authenticate(call, work)

    def admit(self, call: Call, work: Work) -> Principal:
        return admit(call, work)

    def tokens(self, draw: Draw) -> Mapping[str, str]:
        types = dict.fromkeys(self.roles, USER) | {"service_account": SERVICE_ACCOUNT, "service": SERVICE}
        return {role: issue_hex(draw, role, f"{types[role]} ", DIGITS) for role in self.roles}

    def variables(self, work: Work, url: str, role: str, token: str) -> Mapping[str, str]:
        """The whole token, and an app and an environment that it opens: the clients are given those as arguments."""
        document = work.find(TOKEN, grant=role)[0]
        values = {"PHASE_HOST": url, "PHASE_SERVICE_TOKEN": spell(work, document, token.partition(" ")[2])}
        for app in sorted(apps_of(work, document["account"]), key=lambda one: int(one["ordinal"])):
            if found := environments_of(work, document["account"], app["id"]):
                return values | {"PHASE_APP": app["name"], "PHASE_APP_ID": app["id"], "PHASE_ENV": found[0]["name"]}
        return values

    def hides_bodies(self, call: Call) -> bool:
        """Secrets go both ways on their routes, the unslashed and the unparsed included."""
        return call.path.startswith(("/v1/secrets", "/secrets"))

    def dress(self, call: Call, reply: Reply) -> None:
        allow = self._allow.get(call.match.path) if reply.content_type != HTML else None
        headers = {"Allow": allow, **HEADERS} if allow else HEADERS
        reply.headers = {**headers, **reply.headers, **call.reply_headers}
        indent = indent_of(call)
        if indent and reply.body is not None and not isinstance(reply.body, bytes):
            reply.body = json.dumps(reply.body, indent=indent, ensure_ascii=False).encode()

    def error(self, call: Call, status: int, message: str | None = None) -> Reply:
        return wrong_method(call.method) if status == 405 and message is None else failure(status, message)

    def throttled(self, call: Call, seconds: int, now: Instant) -> Reply:
        return throttled(seconds)

    def invalid(self, call: Call, findings: Sequence[Finding]) -> Reply:
        """Never asked for: the operations read their bodies as the service does, in its order and words."""
        return failure(400, findings[0].message)

    def unreadable(self, call: Call, problem: str) -> Reply:
        # The framework names a constant as Python writes a text: 'NaN'.
        problem = re.sub(r"(?<=JSON compliant: )(.+)", r"'\1'", problem)
        return failure(400, f"JSON parse error - {problem}")

    def no_route(self, call: Call) -> Reply:
        return not_found_page()

    def wrong_method(self, call: Call, allowed: Sequence[str]) -> Reply:
        return wrong_method(call.method)

    def take_away(self, work: Work, kind: str, id: str, document: Stored) -> None:
        if kind == APP:
            remove_app(work, document)
        elif kind == ENVIRONMENT:
            remove_environment(work, id)
            self.tell(work, kind, id, "deleted", document)
        else:
            super().take_away(work, kind, id, document)

    def populate(self, work: Work, world: Mapping[str, Any], where: str) -> None:
        populate(work, world, where)


def _allow(methods: set[str]) -> str:
    """HEAD and OPTIONS are announced, and refused all the same."""
    known = [method for method in METHODS if method in methods]
    return ", ".join([*known, *(["HEAD"] if "GET" in methods else []), "OPTIONS"])
