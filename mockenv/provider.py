"""The one page a provider fills: what a simulated service is made of, what it is handed, what it gives back.

A provider knows its document, the kernel and this page; it knows neither Flask nor the other providers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from importlib import import_module
from inspect import getfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from mockenv.call import Call, Caller, Parked, Query, Refused, Reply, Stream
from mockenv.contract.document import Document, Operation
from mockenv.contract.routing import PARAMETER
from mockenv.contract.validation import Finding, Validators
from mockenv.contract.vendor import FILE, VendorOperations
from mockenv.kernel.catalogue.lifecycle import Lifecycle
from mockenv.kernel.events.event import emit
from mockenv.kernel.events.publisher import Publisher
from mockenv.kernel.unit import agenda
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.chance import Draw
from mockenv.kernel.values.instant import Instant
from mockenv.kernel.worlds.inhabitant import Option
from mockenv.store.base import Document as StoredDocument
from mockenv.store.base import Kind
from mockenv.toolbox import bearer_token

if TYPE_CHECKING:
    from marshmallow import Schema

T = TypeVar("T")
__all__ = ["Call", "Caller", "Dialect", "Handler", "Parked", "Provider", "Query", "Refused", "Reply", "Stream"]


class Dialect(ABC):
    """How one service says that something is wrong, and the document that it keeps to."""

    name: ClassVar[str]
    """The document's name; for a provider also its folder's, and the first word of its resources' names."""
    refuses_nul: ClassVar[bool] = False
    """Whether a NUL in any text of a body is wrong, described by the document or not."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.validators = Validators(document)

    @abstractmethod
    def error(self, call: Call, status: int, message: str | None = None) -> Reply:
        """Any failure in its own envelope: 413, 429, 5xx, a sandbox that does not exist, a fault's status."""

    def throttled(self, call: Call, seconds: int, now: Instant) -> Reply:
        """A request that comes too soon; `seconds` from `now` (as the client's clock has it) it may come again."""
        reply = self.error(call, 429)
        reply.headers["Retry-After"] = str(seconds)
        return reply

    def read_body(self, operation: Operation, value: Any) -> Any:
        """A body as the service's framework hands it on, before anything is checked."""
        return value

    def read_query(self, operation: Operation, values: Query) -> Query:
        """The same for a query."""
        return values

    def meant(self, operation: Operation, body: Any) -> Any:
        """What a body that the document allows says in the operations' own words."""
        return body

    @abstractmethod
    def invalid(self, call: Call, findings: Sequence[Finding]) -> Reply:
        """A body or a query that the document does not allow."""

    def unreadable(self, call: Call, problem: str) -> Reply:
        """A body that is not JSON."""
        return self.error(call, 400, problem)

    def unsupported(self, call: Call) -> Reply:
        """A body of a media type that the operation does not take."""
        return self.error(call, 415)

    def no_route(self, call: Call) -> Reply:
        """A path that the service does not have."""
        return self.error(call, 404)

    def wrong_method(self, call: Call, allowed: Sequence[str]) -> Reply:
        """A path that the service has, but not for this method."""
        reply = self.error(call, 405)
        reply.headers["Allow"] = ", ".join(allowed)
        return reply


Handler = Callable[[Call, Work], Reply | Parked]
"""An operation's code: a function of the call and its unit of work."""


class Provider(Dialect):
    """A simulated service. One folder, one class, one document; found by its folder's name."""

    title: ClassVar[str]
    prefixes: ClassVar[tuple[str, ...]]
    """The paths it owns: whatever begins so is answered in its dialect."""
    fallbacks: ClassVar[tuple[str, ...]] = ()
    """Where it has nothing, and answers all the same: its unknown routes, unless they are another provider's."""
    operations: ClassVar[Mapping[str, Handler]]
    """operationId → function: exactly those of the document."""
    lists: ClassVar[Mapping[str, Collection[str]]] = {}
    """operationId of a list → the kinds in it: with the option `list_lag` it shows them as they were a while ago."""
    kinds: ClassVar[Sequence[Kind]] = ()
    statuses: ClassVar[Mapping[str, Sequence[str]]] = {}
    """kind → the values of its member `status`, for kinds that have one."""
    lifecycles: ClassVar[Sequence[Lifecycle]] = ()
    events: ClassVar[Sequence[str]] = ()
    roles: ClassVar[Sequence[str]]
    """Whose tokens a sandbox issues; the first may do everything."""
    clients_role: ClassVar[str | None] = None
    """Whose token a client is given if nobody says; None for the first role's."""
    exports: ClassVar[Mapping[str, str]] = {}
    """Variable that the vendor's own clients read, or that people use → its value, of `{url}` and `{token}`."""
    options: ClassVar[Mapping[str, Option]] = {}
    cors: ClassVar[str | None] = "off"
    """Which web origins may read its answers unless somebody says otherwise; None where it has rules of its own for all of that."""
    publisher: ClassVar[Publisher | None] = None
    """Who turns this service's events into webhook deliveries; None where it sends none."""
    head_as_get: ClassVar[bool] = True
    records: ClassVar[str | None] = None
    """The module in its folder whose `World` says what its section of a fixture looks like; None where `populate` checks that itself."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._folder = Path(getfile(type(self))).parent
        self.vendor_operations = VendorOperations(self._folder / FILE, head_as_get=self.head_as_get)

    # Generations

    @property
    def editions(self) -> Sequence[Provider]:
        """Other generations of the service, each with a document of its own and over the same world."""
        return ()

    def edition(self, options: Mapping[str, str]) -> Provider:
        """The service as a sandbox with these options has it."""
        return self

    # Who asks

    def credentials(self, headers: Mapping[str, str]) -> str | None:
        """The token in the request, spelled as `tokens` spells it; None where there is none in this provider's scheme."""
        return bearer_token(headers)

    def authenticate(self, call: Call, work: Work) -> Caller:
        """Who this is; `call.grant` is the issued token if it is one. Raises Refused (401) in the provider's dialect.

        Here: whoever was issued a token has its role; any other token is the first role's, unless the server is strict.
        """
        if self.credentials(call.headers) is None or (call.strict and call.grant is None):
            raise Refused(self.unauthenticated(call, work))
        return Caller(call.grant.role if call.grant else self.roles[0], issued=call.grant is not None)

    def unauthenticated(self, call: Call, work: Work) -> Reply:
        """No token, or none that is known here."""
        return self.error(call, 401)

    def admit(self, call: Call, work: Work) -> Caller:
        """The checks before an operation runs, in the service's own order. Here: who are you, then is there such a path."""
        caller = self.authenticate(call, work)
        if call.match.operation is None:
            raise Refused(self.wrong_method(call, call.match.allowed) if call.match.allowed else self.no_route(call))
        return caller

    def absent(self, call: Call, operation: str) -> Reply:
        """An operation that the service has and this one has not."""
        return self.error(call, 404)

    @abstractmethod
    def tokens(self, draw: Draw) -> Mapping[str, str]:
        """Role → token for one sandbox, in the service's own format, marked with `kernel.tokens`."""

    def variables(self, work: Work, url: str, role: str, token: str) -> Mapping[str, str]:
        """What points this service's clients at a sandbox, as variables of a shell."""
        templates = self.exports or {f"{self.name.upper()}_URL": "{url}", f"{self.name.upper()}_TOKEN": "{token}"}
        return {name: template.format(url=url, token=token) for name, template in templates.items()}

    def documented(self) -> Mapping[str, frozenset[int]]:
        """operationId → the statuses that the document has for it."""
        return self._by_operation(lambda one: (int(status) for status in one.responses if status.isdigit()))

    def parameters(self) -> Mapping[str, frozenset[str]]:
        """operationId → the parameters of its path and its query."""
        return self._by_operation(lambda one: (*PARAMETER.findall(one.path), *(query.name for query in one.query)))

    def _by_operation(self, ask: Callable[[Operation], Iterable[T]]) -> Mapping[str, frozenset[T]]:
        """What every operation has, in whatever generation."""
        found: dict[str, frozenset[T]] = {}
        for operation in (one for edition in (self, *self.editions) for one in edition.document.operations.values()):
            found[operation.id] = found.get(operation.id, frozenset()) | frozenset(ask(operation))
        return found

    def names(self, call: Call, work: Work) -> tuple[str, ...]:
        """What rules and journal call this request: its operationId, or the fields of a GraphQL request. Never raises."""
        return (call.match.operation.id,) if call.match.operation else ()

    def only_looks(self, call: Call, work: Work) -> bool:
        """Whether a call asks how things stand: on an `auto` clock it sees what is on its way one step further on."""
        return call.method in ("GET", "HEAD")

    def limit(self, call: Call, work: Work) -> None:
        """The service's rate limits, where an option switches them on. Raises Refused (429)."""

    def preflight(self) -> Reply:
        """The answer to a browser that may ask; what it may is said in headers that are put on it."""
        return Reply(204)

    def hides_bodies(self, call: Call) -> bool:
        """Whether this call's bodies are secrets through and through, so that no journal and no log shows them."""
        return False

    def dress(self, call: Call, reply: Reply) -> None:
        """The last touch on every reply, refusals included: headers that all of the service's answers have."""
        reply.headers.update(call.reply_headers)

    # What somebody else does, behind the clients' backs

    def tell(
        self, work: Work, kind: str, id: str, what: str, document: StoredDocument, before: StoredDocument | None = None
    ) -> None:
        """Tell, as the service does, that a resource was `created` or `updated` (and was like `before`).

        Here: by an event, if it has one of that name.
        """
        name = f"{kind.replace('/', '.')}.{what}"
        if self.publisher is None or name in self.events:  # else receivers are told of what the service does not know
            emit(work, name, f"{kind}/{id}", {"id": id})

    def take_away(self, work: Work, kind: str, id: str, document: StoredDocument) -> None:
        """Remove a resource with all that belongs to it, and tell of it as the service does. Here: itself alone."""
        agenda.cancel(work, f"{kind}/{id}")
        work.delete(kind, id)
        self.tell(work, kind, id, "deleted", document)

    # The world

    def method(self, method: str, headers: Mapping[str, str]) -> str:
        """The method that is meant, for services that take another one from a header."""
        return method

    def normalise(self, path: str) -> str:
        """The path as the document spells it, for services that answer under several prefixes."""
        return path

    def world(self) -> type[Schema] | None:
        """What its section of a fixture looks like: imported when it is wanted, since most starts know their fixture."""
        if self.records is None:
            return None
        found: type[Schema] = import_module(f"{type(self).__module__}.{self.records}").World
        return found

    def world_sources(self) -> Sequence[Path]:
        """What that depends on, and all of it: what was remembered would else outlive a change."""
        return [self._folder / f"{name}.py" for name in (self.records, "model")] if self.records else []

    @abstractmethod
    def populate(self, work: Work, world: Mapping[str, Any], where: str) -> None:
        """Put this provider's section of a fixture, as `world` has loaded it: it serves many sandboxes, so leave it as it is.

        How many documents that makes follows from the section and the options alone. Where nothing begins or happens by it, another
        world may have it only when somebody looks: at the same moment of its time and by the same chance, so nobody can tell.

        Raises BadInput that begins with `where`.
        """
