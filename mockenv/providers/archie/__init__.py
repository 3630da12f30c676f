"""Archie Core: environments that are branched from each other over GraphQL, in seven steps with a rollback."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from mockenv.contract.document import JSON
from mockenv.contract.document import Document as Contract
from mockenv.contract.validation import Finding
from mockenv.kernel.unit import agenda
from mockenv.kernel.unit.limiter import Limit, parse_rate, seconds_until_free, take
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.chance import Draw
from mockenv.kernel.values.tokens import issue_hex
from mockenv.provider import Call, Caller, Provider, Refused, Reply
from mockenv.providers.archie.drift import check_fields
from mockenv.providers.archie.endpoint import OPERATIONS, is_query, named_fields, sdl_of
from mockenv.providers.archie.errors import explain, failure, project_needed, unreadable_body
from mockenv.providers.archie.lifecycle import EVENTS, LIFECYCLES, note, remove_environment
from mockenv.providers.archie.model import DATABASE, DATABASE_STATUSES, ENVIRONMENT, KINDS, STATUSES
from mockenv.providers.archie.negotiation import media_type
from mockenv.providers.archie.operations.environments import LISTS
from mockenv.providers.archie.operations.fields import FIELDS
from mockenv.providers.archie.options import OPTIONS, option
from mockenv.providers.archie.world import populate
from mockenv.store.base import Document as Stored

PROJECT_ID = re.compile("[A-Za-z0-9_-]{1,64}")
"""What the sister service takes in the header X-Project-ID."""
INTROSPECTION = ("__schema", "__type", "__typename")
"""What can be asked of the schema itself: fields like others, for rules and journal."""


class Service(Provider):
    """The provider; its fields, steps and dialect are beside this file."""

    name = "archie"
    title = "Archie Core"
    prefixes = ("/graphql",)
    operations = OPERATIONS
    lists: ClassVar[Mapping[str, Collection[str]]] = LISTS
    kinds = KINDS
    statuses: ClassVar[Mapping[str, Sequence[str]]] = {ENVIRONMENT: STATUSES, DATABASE: DATABASE_STATUSES}
    lifecycles = LIFECYCLES
    records = "records"
    events = EVENTS
    roles = ("owner", "member")
    exports: ClassVar[Mapping[str, str]] = {"ARCHIE_GRAPHQL_URL": "{url}/graphql", "ARCHIE_TOKEN": "{token}"}
    options = OPTIONS
    head_as_get = False  # gqlgen has a 405 for it
    cors = "*"  # guess: its documentation speaks of calls from browsers, and its sister service has it so

    def __init__(self, document: Contract) -> None:
        super().__init__(document)
        check_fields(sdl_of(document.source), FIELDS)

    def admit(self, call: Call, work: Work) -> Caller:
        caller = super().admit(call, work)
        if option(work, "project_header") == "required" and not PROJECT_ID.fullmatch(call.header("x-project-id") or ""):
            raise Refused(project_needed())
        return caller

    def unauthenticated(self, call: Call, work: Work) -> Reply:
        reply = failure(401)
        reply.status = int(option(work, "authentication_status"))
        return reply

    def tokens(self, draw: Draw) -> Mapping[str, str]:
        """API keys begin with a prefix that is chosen when they are made; the vendor's examples have this one."""
        return {role: issue_hex(draw, role, "archie_", 40) for role in self.roles}

    def error(self, call: Call, status: int, message: str | None = None) -> Reply:
        return failure(status, message)

    def invalid(self, call: Call, findings: Sequence[Finding]) -> Reply:
        return explain(findings)

    def unreadable(self, call: Call, problem: str) -> Reply:
        return unreadable_body(f"The request body could not be decoded: {problem}")

    def documented(self) -> Mapping[str, frozenset[int]]:
        """An operation is a field here; what they may be answered with is the endpoint's."""
        statuses = super().documented()
        fields = (*(name for fields in FIELDS.values() for name in fields), *INTROSPECTION)
        return {**statuses, **dict.fromkeys(fields, frozenset[int]().union(*statuses.values()))}

    def names(self, call: Call, work: Work) -> tuple[str, ...]:
        return named_fields(call, work) if call.match.operation else ()

    def only_looks(self, call: Call, work: Work) -> bool:
        """There is no query for one environment: whoever waits asks for the list or the tree."""
        return is_query(call, work)

    def limit(self, call: Call, work: Work) -> None:
        """429 with Retry-After, as the network page has it; counted for the project's whole endpoint (a guess)."""
        rate = option(work, "rate_limits")
        if rate == "off":
            return
        [verdict] = take(work, [Limit("archie/endpoint", *parse_rate(rate))])
        if not verdict.allowed:
            reply = failure(429)
            reply.headers["Retry-After"] = str(seconds_until_free(verdict, work.now))
            raise Refused(reply)

    def dress(self, call: Call, reply: Reply) -> None:
        """One of GraphQL's two media types, as the client accepts it, for refusals too."""
        super().dress(call, reply)
        if reply.content_type == JSON:
            reply.content_type = media_type(call.header("accept"))

    def take_away(self, work: Work, kind: str, id: str, document: Stored) -> None:
        if kind != ENVIRONMENT:
            super().take_away(work, kind, id, document)
            return
        agenda.cancel(work, f"{kind}/{id}")
        remove_environment(work, document)
        note(work, "deleted", document)

    def populate(self, work: Work, world: Mapping[str, Any], where: str) -> None:
        populate(work, world, where)
