"""LaunchDarkly: environments, the projects they live in, and their keys; what is created is ready at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from mockenv.contract.validation import Finding
from mockenv.errors import BadInput
from mockenv.kernel.events.publisher import Publisher
from mockenv.kernel.unit.limiter import rate_or
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.chance import Draw
from mockenv.kernel.values.instant import SECOND, Instant
from mockenv.kernel.values.tokens import home_of, issue_uuid
from mockenv.kernel.worlds.inhabitant import Option
from mockenv.provider import Call, Caller, Provider, Refused, Reply
from mockenv.providers.launchdarkly import account, audit, byhand, expiry, limits, members
from mockenv.providers.launchdarkly.account.webhooks import AuditHooks
from mockenv.providers.launchdarkly.errors import explain, failure, page_not_found
from mockenv.providers.launchdarkly.flags import model as flags
from mockenv.providers.launchdarkly.flags.keeping import remove_flag
from mockenv.providers.launchdarkly.flags.model import CONFIGURATION, FLAG
from mockenv.providers.launchdarkly.lifecycle import LIFECYCLES, note
from mockenv.providers.launchdarkly.links import ROOT
from mockenv.providers.launchdarkly.model import (
    DEFAULT_ENVIRONMENTS,
    ENVIRONMENT,
    KINDS,
    PROJECT,
    new_environment,
    new_project,
    path_of,
    pinned,
)
from mockenv.providers.launchdarkly.operations import OPERATIONS
from mockenv.providers.launchdarkly.operations.environments import remove_environment
from mockenv.providers.launchdarkly.operations.projects import remove_project
from mockenv.providers.launchdarkly.patching import narrowed
from mockenv.providers.launchdarkly.sdk import keys
from mockenv.providers.launchdarkly.segments import model as segments
from mockenv.providers.launchdarkly.segments.model import SEGMENT
from mockenv.store.base import Document
from mockenv.toolbox import is_taken

BEARER = "bearer "
OTHER_KEYS = ("sdk-", "mob-")
"""An environment's own keys open nothing here."""
EVENTS = (
    *(
        f"launchdarkly.{kind}.{what}"
        for kind in ("project", "environment", "flag", "segment")
        for what in ("created", "updated", "deleted")
    ),
    *(f"launchdarkly.environment.{what}" for what in ("sdk-key-reset", "sdk-key-expired", "mobile-key-reset")),
    audit.EVENT,
)
SDK_PREFIXES = ("/sdk", "/all", "/bulk", "/diagnostic", "/eval", "/events", "/msdk", "/meval", "/mobile")
"""What SDKs know beside the API; in reality on hosts of their own."""
OVERRIDABLE = ("DELETE", "PATCH", "PUT")
SDK_METHODS = "OPTIONS, GET, POST, REPORT"
PREFLIGHT = {
    "Access-Control-Allow-Methods": "OPTIONS, GET, DELETE, PATCH",  # as documented: POST needs no permission
    "Access-Control-Allow-Headers": "Accept, Content-Type, Content-Length, Accept-Encoding, Authorization",
    "Access-Control-Max-Age": "300",
}


class Service(Provider):
    """The provider; its operations, rules and dialect are beside this file."""

    name = "launchdarkly"
    title = "LaunchDarkly"
    prefixes = ("/api/v2", *SDK_PREFIXES)
    operations = OPERATIONS
    kinds = (*KINDS, *flags.KINDS, *segments.KINDS, *expiry.KINDS, *members.KINDS, *audit.KINDS, *account.KINDS)
    lists: ClassVar[Mapping[str, Collection[str]]] = {
        "getProjects": (PROJECT,),
        "getEnvironmentsByProject": (ENVIRONMENT,),
        "getFeatureFlags": (FLAG, CONFIGURATION),
        "getSegments": (SEGMENT,),
    }
    lifecycles = LIFECYCLES
    records = "records"
    events = EVENTS
    publisher: ClassVar[Publisher] = AuditHooks()
    cors = None  # it has documented ones, see `dress`
    roles = ("owner", "writer", "reader")
    exports: ClassVar[Mapping[str, str]] = {
        "LAUNCHDARKLY_API_HOST": "{url}",
        "LAUNCHDARKLY_ACCESS_TOKEN": "{token}",
    }
    options: ClassVar[Mapping[str, Option]] = {
        "approvals": Option(
            "true", ("true", "false"), "whether the account has approvals: without, replies have no approval settings"
        ),
        "access": Option("false", ("true", "false"), "whether replies say in `_access` what the token may do"),
        "rate_limits": Option(
            limits.OFF,
            (),
            "off, published (its numbers are guesses) or a rate for the account such as 5/10s",
            rate_or(limits.OFF, limits.PUBLISHED),
        ),
    }

    # Who asks

    def method(self, method: str, headers: Mapping[str, str]) -> str:
        """A POST can stand for what a firewall does not let through, and for what no document can say: an SDK's REPORT."""
        if method == "REPORT":
            return "POST"
        meant = headers.get("x-http-method-override", "").upper()
        return meant if method == "POST" and meant in OVERRIDABLE else method

    def credentials(self, headers: Mapping[str, str]) -> str | None:
        """The header's whole value; behind a `Bearer` it is still recognised, for `lenient` takes it so."""
        value = headers.get("authorization", "").strip()
        token = value[len(BEARER) :].strip() if f"{value} ".lower().startswith(BEARER) else value
        return token or None

    def authenticate(self, call: Call, work: Work) -> Caller:
        token = self.credentials(call.headers)
        if token is None or token.startswith(OTHER_KEYS):
            raise Refused(failure(call, 401))
        if call.strict and call.headers["authorization"].strip().lower().startswith(BEARER):
            raise Refused(failure(call, 401, "invalid access token", "invalid_token"))
        made = members.token_of(work, token)
        if made is not None:
            return Caller(members.role_of(made), made["_id"])
        if home_of(token):  # made here, and gone since
            raise Refused(failure(call, 401))
        return super().authenticate(call, work)

    def admit(self, call: Call, work: Work) -> Caller:
        """What is no route is a page for anybody, the index needs no token; then who are you, then is there such a method."""
        operation = call.match.operation
        if operation is None and not call.match.allowed:
            raise Refused(page_not_found())
        if operation is not None and not operation.secured and call.path.startswith(ROOT):
            return Caller("")
        if operation is None and call.method == "OPTIONS" and call.header("access-control-request-method"):
            raise Refused(Reply(204, headers=_preflight(call)))
        if operation is not None and not call.path.startswith(ROOT):
            return keys.admit(call, work)
        return super().admit(call, work)

    def tokens(self, draw: Draw) -> Mapping[str, str]:
        return {role: issue_uuid(draw, role, "api-") for role in self.roles}

    def limit(self, call: Call, work: Work) -> None:
        limits.enforce(call, work)

    # How it speaks

    def error(self, call: Call, status: int, message: str | None = None) -> Reply:
        return failure(call, status, message)

    def throttled(self, call: Call, seconds: int, now: Instant) -> Reply:
        """ldcli sleeps until `X-Ratelimit-Reset` and gives up where that is no number, so a 429 by fault has one, too."""
        reply = super().throttled(call, seconds, now)
        reply.headers["X-Ratelimit-Reset"] = limits.as_reset(now + seconds * SECOND)
        return reply

    def invalid(self, call: Call, findings: Sequence[Finding]) -> Reply:
        return failure(call, 400, explain(narrowed(call, findings)))

    def unreadable(self, call: Call, problem: str) -> Reply:
        return failure(call, 400, f"Invalid request body: {problem}")

    def dress(self, call: Call, reply: Reply) -> None:
        """Browsers of any origin are welcome, as they are at the real service."""
        reply.headers["Access-Control-Allow-Origin"] = call.header("origin") or "*"
        super().dress(call, reply)

    # The world

    def tell(self, work: Work, kind: str, id: str, what: str, document: Document, before: Document | None = None) -> None:
        byhand.log(work, kind, what, document, before)
        if kind == ENVIRONMENT:
            note(work, what, document)
        else:
            super().tell(work, kind, id, what, document)

    def take_away(self, work: Work, kind: str, id: str, document: Document) -> None:
        if kind == PROJECT:
            remove_project(work, document)
            byhand.log(work, kind, "deleted", document, None)
        elif kind == ENVIRONMENT:
            remove_environment(work, id)
            self.tell(work, kind, id, "deleted", document)
        elif kind == flags.FLAG:
            remove_flag(work, document)
            byhand.log(work, kind, "deleted", document, None)
        else:
            super().take_away(work, kind, id, document)

    def populate(self, work: Work, world: Mapping[str, Any], where: str) -> None:
        members.add_members(work, self.roles)
        for at, record in enumerate(world["projects"]):
            project = new_project(work, record) | pinned(record)
            if work.get(PROJECT, project["key"]) is not None:
                raise BadInput(where, f"projects.{at}.key", f"{project['key']} is there twice")
            work.put(PROJECT, project["key"], project)
            for number, one in enumerate(record.get("environments", DEFAULT_ENVIRONMENTS)):
                environment = new_environment(work, project["key"], one) | pinned(one)
                _put_new(work, environment, where, f"projects.{at}.environments.{number}")


def _preflight(call: Call) -> dict[str, str]:
    """SDKs in browsers send headers of their own, and may."""
    if call.path.startswith(ROOT):
        return PREFLIGHT
    asked = call.header("access-control-request-headers")
    headers = {"Access-Control-Allow-Headers": asked} if asked is not None else {}
    return {**PREFLIGHT, "Access-Control-Allow-Methods": SDK_METHODS, **headers}


def _put_new(work: Work, environment: Document, where: str, key: str) -> None:
    if is_taken(work, ENVIRONMENT, path=path_of(environment["project"], environment["key"])):
        raise BadInput(where, f"{key}.key", f"{environment['key']} is there twice")
    if work.get(ENVIRONMENT, environment["_id"]) is not None:
        raise BadInput(where, f"{key}._id", f"{environment['_id']} is there twice")
    work.put(ENVIRONMENT, environment["_id"], environment)
