"""The provider that any document and its model make: what `provider.py` asks for, from those two."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from functools import partial
from http.cookies import CookieError, SimpleCookie
from typing import Any, ClassVar

from mockenv.anyservice import model
from mockenv.anyservice.dotted import get
from mockenv.anyservice.model import Auth, Model
from mockenv.anyservice.serving.checking import LenientValidators
from mockenv.anyservice.serving.deeds import handler
from mockenv.anyservice.serving.hand import DOCUMENTED, REFUSALS, Hand
from mockenv.anyservice.serving.hooks import AnyHooks
from mockenv.anyservice.serving.workshop import Workshop
from mockenv.contract.document import Document
from mockenv.contract.validation import Finding
from mockenv.errors import BadInput, check_name
from mockenv.kernel.unit.limiter import Limit, parse_rate, rate_or, seconds_until_free, take
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.chance import Draw
from mockenv.kernel.values.tokens import issue_hex
from mockenv.kernel.worlds.inhabitant import Option
from mockenv.provider import Call, Caller, Provider, Refused, Reply

OWNER = "owner"
WHY_REFUSALS = "documented: what an operation has no refusal for in its document is taken: unknown ids, invalid bodies"
WHY_LIMITS = "off, or one rate for everything, such as 100/minute"


class AnyService(Provider):
    """Made by `service_of`, which says which document and which model."""

    model: ClassVar[Model]
    roles = (OWNER,)

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.validators = LenientValidators(document)
        told = self.model
        self.shop = shop = Workshop(document, told, self.validators)
        known = {id: one for id, one in told.operations.items() if id in document.operations}
        self.operations = {  # type: ignore[misc]  # each service has its own
            id: handler(one.does, partial(Hand, shop, document.operations[id], one)) for id, one in known.items()
        }
        self.lists = {  # type: ignore[misc]  # as above
            id: (shop.stocks.by_name[one.resource].kind,)
            for id, one in known.items()
            if one.does == model.LIST and one.resource in shop.stocks.by_name
        }
        self.kinds = self.shop.stocks.kinds()  # type: ignore[misc]  # as above
        self.statuses = {one.kind: _statuses(one.resource) for one in self.shop.stocks.by_name.values() if one.resource.status}  # type: ignore[misc]
        self.lifecycles = self.shop.ways.all()  # type: ignore[misc]  # as above
        self.events = self.shop.ways.events()  # type: ignore[misc]  # as above

    # Who asks

    def credentials(self, headers: Mapping[str, str]) -> str | None:
        for one in self.model.auth or [Auth(bearer=True)]:
            token = _token(one, headers)
            if token:
                return token
        return None

    def authenticate(self, call: Call, work: Work) -> Caller:
        operation = call.match.operation
        asks = bool(self.model.auth) and (operation is None or operation.secured or not self._says_who_is_secured)
        given = self.credentials(call.headers) or _in_query(self.model.auth, call)
        if asks and (given is None or (call.strict and call.grant is None)):
            raise Refused(self.unauthenticated(call, work))
        return Caller(OWNER, issued=call.grant is not None)

    @property
    def _says_who_is_secured(self) -> bool:
        return "security" in self.document.content or any(one.secured for one in self.document.operations.values())

    def unauthenticated(self, call: Call, work: Work) -> Reply:
        status = self.shop.refusals.status(call.match.operation, "unauthenticated")
        return self.shop.refusals.reply(call, status, "The token is missing, or is not valid.")

    def tokens(self, draw: Draw) -> Mapping[str, str]:
        return {OWNER: issue_hex(draw, OWNER, f"{self.name.replace('-', '')[:8]}_", 40)}

    def limit(self, call: Call, work: Work) -> None:
        told = work.option(self.name, "rate_limits")
        if told == "off":
            return
        [verdict] = take(work, [Limit(f"{self.name}/all", *parse_rate(told))])
        if not verdict.allowed:
            raise Refused(self.throttled(call, seconds_until_free(verdict, work.now), work.now))

    # How it says no

    def error(self, call: Call, status: int, message: str | None = None) -> Reply:
        return self.shop.refusals.reply(call, status, message)

    def invalid(self, call: Call, findings: Sequence[Finding]) -> Reply:
        status = self.shop.refusals.status(call.match.operation, "invalid", self._told(call, "invalid"))
        first = findings[0]
        return self.shop.refusals.reply(call, status, f"{first.field or first.location}: {first.message}", findings)

    def unreadable(self, call: Call, problem: str) -> Reply:
        status = self.shop.refusals.status(call.match.operation, "unreadable", self._told(call, "unreadable"))
        return self.shop.refusals.reply(call, status, f"The body is not JSON: {problem}")

    def unsupported(self, call: Call) -> Reply:
        status = self.shop.refusals.status(call.match.operation, "unsupported", self._told(call, "unsupported"))
        return self.shop.refusals.reply(call, status)

    def _told(self, call: Call, sort: str) -> int | None:
        operation = call.match.operation
        told = self.model.operations.get(operation.id) if operation else None
        return told.refuses.get(sort) if told else None

    # The world

    def populate(self, work: Work, world: Mapping[str, Any], where: str) -> None:
        """A fixture's section: resource → records, each with what is to be known of it; the rest is made."""
        for name, records in world.items():
            check_name(name, self.shop.stocks.by_name, where, name)
            stock = self.shop.stocks.by_name[name]
            if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
                raise BadInput(where, name, "is not a list of records")
            for at, record in enumerate(records):
                self._put(work, stock.name, record, where, f"{name}.{at}")

    def _put(self, work: Work, name: str, record: Mapping[str, Any], where: str, key: str) -> None:
        stock = self.shop.stocks.by_name[name]
        within: list[str] = []
        known: dict[str, Any] = {}
        for owner in stock.resource.within:
            told = record.get(owner)
            if told is None:
                raise BadInput(where, key, f"wants {owner!r}: what it belongs to")
            other = self.shop.stocks.by_name.get(owner)
            found = other.find(work, str(told), within) if other else None
            within.append(f"{owner}/{found[0] if found else told}")
            known |= (
                other.known(found[1], found[0])
                if other and found
                else {owner.replace("-", ""): told, f"{owner.replace('-', '')}id": told}
            )
        body = {member: value for member, value in record.items() if member not in stock.resource.within}
        own = get(body, stock.resource.key.member)
        id, document = stock.make(work, body, within, known, None if own is None else str(own))
        lifecycle = stock.resource.lifecycles.get("create")
        document["status"] = get(record, stock.resource.status) or (lifecycle.done if lifecycle else document.get("status"))
        if not stock.resource.status:
            del document["status"]
        if work.get(stock.kind, id) is not None:
            raise BadInput(where, key, f"{document['key']} is there twice")
        work.put(stock.kind, id, document)


def service_of(told: Model) -> type[AnyService]:
    """The class of a service, as `bootstrap` wants one."""
    options = {
        REFUSALS: Option("always", ("always", DOCUMENTED), WHY_REFUSALS),
        "rate_limits": Option(told.rate_limit or "off", (), WHY_LIMITS, rate_or("off")),
    }
    members = {
        "name": told.service,
        "title": told.title,
        "prefixes": tuple(told.prefixes),
        "model": told,
        "exports": told.exports,
        "options": options,
        "publisher": AnyHooks(told.service, told.webhooks) if told.webhooks else None,
    }
    return type("Service", (AnyService,), members)


def _statuses(resource: model.Resource) -> tuple[str, ...]:
    told = [status for way in resource.lifecycles.values() for status in (*way.steps, way.done, way.failed) if status]
    return tuple(dict.fromkeys((*resource.statuses, *told, *([resource.begins] if resource.begins else []))))


def _token(auth: Auth, headers: Mapping[str, str]) -> str | None:
    if auth.header:
        return (headers.get(auth.header) or "").removeprefix(auth.prefix).strip() or None
    if auth.cookie:
        return _cookie(auth.cookie, headers.get("cookie", ""))
    if not (auth.bearer or auth.basic):
        return None
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if auth.bearer and scheme.lower() == "bearer":
        return token.strip() or None
    if auth.basic and scheme.lower() == "basic":
        return _password(token)
    return None


def _password(token: str) -> str | None:
    try:
        user, _, password = b64decode(token, validate=True).decode().partition(":")
    except (NotBase64, UnicodeDecodeError, ValueError):
        return None
    return password or user or None


def _cookie(name: str, header: str) -> str | None:
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        return None
    return found.value if found else None


def _in_query(auths: Sequence[Auth], call: Call) -> str | None:
    return next((call.raw_query[one.query][-1] for one in auths if one.query and call.raw_query.get(one.query)), None)
