"""Vector Pro (BuiltFast): sites and environments that are provisioned step by step, deployments, and webhooks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from mockenv.contract.document import Document as Contract
from mockenv.contract.document import Operation, load_document
from mockenv.contract.validation import Finding
from mockenv.errors import BadInput
from mockenv.kernel.lifecycles.walk import provision
from mockenv.kernel.unit import agenda
from mockenv.kernel.unit.work import COUNTER, Work
from mockenv.kernel.values.chance import Draw
from mockenv.kernel.values.instant import SECOND, Instant
from mockenv.kernel.values.tokens import home_of, issue_hex
from mockenv.kernel.worlds.inhabitant import Option
from mockenv.provider import Call, Caller, Provider, Query, Refused, Reply
from mockenv.providers.vector import access_lists, backups, domain_changes, domains, laravel, limits, settings, ssh, transfers, waf
from mockenv.providers.vector.abilities import KeyHolder, holder, may
from mockenv.providers.vector.errors import explain, failure, validation_failure
from mockenv.providers.vector.fakes import fill_environment, fill_site
from mockenv.providers.vector.february.wire import February
from mockenv.providers.vector.hooks import SIGNINGS, VectorHooks
from mockenv.providers.vector.lifecycle import (
    LIFECYCLES,
    PROVISION_ENVIRONMENT,
    PROVISION_SITE,
    end_environment,
    end_site,
    environment_event,
    site_event,
)
from mockenv.providers.vector.model import (
    BACKUP,
    BACKUP_DOWNLOAD,
    DEPLOYMENT,
    DEPLOYMENT_STATUSES,
    DOMAIN_CHANGE,
    ENVIRONMENT,
    EXPORT,
    GENERATIONS,
    IMPORT,
    KINDS,
    PROMOTE,
    RESTORE,
    SITE,
    SSH_KEY,
    STATUSES,
    new_environment,
    new_site,
)
from mockenv.providers.vector.operations import FEBRUARYS, OPERATIONS
from mockenv.providers.vector.operations.keys import holder_of
from mockenv.providers.vector.telling import EVENTS
from mockenv.providers.vector.wire import Wire
from mockenv.store.base import Document

_LATER_KINDS = (*backups.KINDS, *settings.KINDS, *access_lists.KINDS, *domain_changes.KINDS)


class Service(Provider):
    """The provider; its operations, tables and dialect are beside this file."""

    name = "vector"
    title = "Vector Pro"
    prefixes = ("/api/v1/vector", "/api/v1/ping", "/api/v1/auth")
    fallbacks = ("/api/v1",)
    operations = OPERATIONS
    kinds = (*KINDS, *ssh.KINDS, *waf.KINDS, *transfers.KINDS, *domains.KINDS, *_LATER_KINDS)
    statuses: ClassVar[Mapping[str, Sequence[str]]] = {
        **dict.fromkeys((SITE, ENVIRONMENT), STATUSES),
        DEPLOYMENT: DEPLOYMENT_STATUSES,
        **dict.fromkeys((EXPORT, IMPORT, PROMOTE, BACKUP, RESTORE, BACKUP_DOWNLOAD, DOMAIN_CHANGE), transfers.TRANSFER_STATUSES),
    }
    lifecycles = LIFECYCLES
    roles = ("owner", "reader")
    exports: ClassVar[Mapping[str, str]] = {"VECTOR_API_URL": "{url}", "VECTOR_API_KEY": "{token}"}
    records = "records"
    publisher = VectorHooks()
    events = EVENTS
    lists: ClassVar[Mapping[str, Collection[str]]] = {
        "listSites": (SITE,),
        "listEnvironments": (ENVIRONMENT,),
        "listDeployments": (DEPLOYMENT,),
    }
    options: ClassVar[Mapping[str, Option]] = {
        "generation": Option(
            GENERATIONS[0], GENERATIONS, "which version of the service answers: the guides' of January or February's"
        ),
        "signing": Option("vector", SIGNINGS, "how webhooks are signed: receivers of other services verify Standard Webhooks"),
        "rate_limits": limits.RATE_LIMITS,
    }

    def __init__(self, document: Contract, wire: Wire | None = None) -> None:
        """In January's generation, with February's beside it; with a `wire` in that one alone."""
        super().__init__(document)
        self._wire = wire or Wire()
        self._later: tuple[Provider, ...] = ()
        if wire is not None:
            kept = {id: handler for id, handler in {**OPERATIONS, **FEBRUARYS}.items() if id in document.operations}
            self.operations = dict(wire.spoken(kept))  # type: ignore[misc]  # each generation has its own
        else:
            name = f"{self.name}-{GENERATIONS[1]}"
            self._later = (Service(load_document(name, document.source.with_name(f"{name}.yaml")), February()),)

    @property
    def editions(self) -> Sequence[Provider]:
        return self._later

    def edition(self, options: Mapping[str, str]) -> Provider:
        return self._later[0] if self._later and options["generation"] == GENERATIONS[1] else self

    def authenticate(self, call: Call, work: Work) -> Caller:
        if call.match.operation and not call.match.operation.secured:
            return KeyHolder("link")  # who has the link needs no token
        token = self.credentials(call.headers)
        if token is None:
            raise Refused(failure(401))
        if call.grant:
            return holder(call.grant.role, issued=True)
        key = holder_of(work, token)
        if key is None and (call.strict or home_of(token)):  # a deleted key is dead, even where any stranger's is taken
            raise Refused(failure(401))
        return key or holder("owner", issued=False)

    def admit(self, call: Call, work: Work) -> Caller:
        caller = super().admit(call, work)
        if call.method in ("GET", "HEAD") and call.match.operation and not may(caller, call.match.operation.id):
            raise Refused(failure(403))
        return caller

    def limit(self, call: Call, work: Work) -> None:
        limits.enforce(call, work)

    def hides_bodies(self, call: Call) -> bool:
        """Secrets go in as `value`, which no name betrays."""
        return "secret" in call.match.params or (call.method == "POST" and call.match.path.endswith("secrets"))

    def tokens(self, draw: Draw) -> Mapping[str, str]:
        return {role: issue_hex(draw, role, "vp_live_", 40) for role in self.roles}

    def error(self, call: Call, status: int, message: str | None = None) -> Reply:
        return failure(status, message)

    def throttled(self, call: Call, seconds: int, now: Instant) -> Reply:
        reply = super().throttled(call, seconds, now)
        reply.headers |= {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(now // SECOND + seconds)}
        return reply

    def normalise(self, path: str) -> str:
        return self._wire.path(path.rstrip("/"))  # guess: Laravel overlooks slashes at the end

    def meant(self, operation: Operation, body: Any) -> Any:
        return self._wire.meant(operation, body)

    def read_body(self, operation: Operation, value: Any) -> Any:
        return laravel.read_body(operation, value)

    def read_query(self, operation: Operation, values: Query) -> Query:
        return laravel.read_query(operation, values)

    def invalid(self, call: Call, findings: Sequence[Finding]) -> Reply:
        return validation_failure(explain(findings))

    def unreadable(self, call: Call, problem: str) -> Reply:
        # Guess: Laravel takes broken JSON for an empty body and complains of missing fields, which helps nobody.
        return failure(400, f"The request body is not valid JSON: {problem}")

    def wrong_method(self, call: Call, allowed: Sequence[str]) -> Reply:
        route, methods = call.path.lstrip("/"), ", ".join(allowed)
        reply = failure(405, f"The {call.method} method is not supported for route {route}. Supported methods: {methods}.")
        reply.headers["Allow"] = methods
        return reply

    def tell(self, work: Work, kind: str, id: str, what: str, document: Document, before: Document | None = None) -> None:
        if kind == SITE:
            site_event(work, f"site.{what}", document)
        elif kind == ENVIRONMENT:
            environment_event(work, f"environment.{what}", document)

    def take_away(self, work: Work, kind: str, id: str, document: Document) -> None:
        agenda.cancel(work, f"{kind}/{id}")
        if kind == SITE:
            end_site(work, document)
        elif kind == ENVIRONMENT:
            end_environment(work, document)
        else:
            super().take_away(work, kind, id, document)

    def populate(self, work: Work, world: Mapping[str, Any], where: str) -> None:
        for at, record in enumerate(world["sites"]):
            site = new_site(record["id"], record, work.now) | record
            if site["status"] == "pending":
                provision(work, PROVISION_SITE, str(site["id"]), site)
            else:
                fill_site(work, site)
            _put_new(work, SITE, site, where, f"sites.{at}.id")
        for at, record in enumerate(world["environments"]):
            if work.get(SITE, str(record["site_id"])) is None:
                raise BadInput(where, f"environments.{at}.site_id", f"site {record['site_id']} is not in this fixture")
            environment = new_environment(record["id"], record["site_id"], record, work.now) | record
            if environment["status"] == "pending":
                provision(work, PROVISION_ENVIRONMENT, str(environment["id"]), environment)
            else:
                fill_environment(work, environment)
            _put_new(work, ENVIRONMENT, environment, where, f"environments.{at}.id")
        for kind, records in ((SITE, world["sites"]), (ENVIRONMENT, world["environments"]), (SSH_KEY, [])):
            following = max((record["id"] for record in records), default=0) + 1
            work.put(COUNTER, kind, {"next": world["next"].get(kind.partition("/")[2].replace("-", "_"), following)})


def _put_new(work: Work, kind: str, document: Document, where: str, key: str) -> None:
    if work.get(kind, str(document["id"])) is not None:
        raise BadInput(where, key, f"{document['id']} is there twice")
    work.put(kind, str(document["id"]), document)
