"""One request as an operation sees it, and what an operation may give back; knows neither Flask nor any provider."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qs

from mypy_extensions import mypyc_attr

from mockenv.contract.document import JSON, Document, Operation
from mockenv.contract.jsonbody import BadJSON, has_nul, parse_json
from mockenv.contract.routing import NOTHING, Match
from mockenv.contract.validation import Finding, Validators
from mockenv.kernel.unit.work import Work
from mockenv.kernel.worlds.grants import Grant
from mockenv.kernel.worlds.sandbox import Sandbox

Query = Mapping[str, list[str]]
"""A query's names → the texts given for each."""


SANDBOX_PREFIX = "/_sandbox/"
"""What a path begins with that says in which sandbox it is."""

PROBES = ("/_mockenv/health", "/_mockenv/ready")
"""What tells of the server alone: asked without a token, answered whatever has become of the worlds."""


class Dialect(Protocol):
    """What a call needs of the service that it is for: its document, and how it says no. `provider.Dialect` is all of it."""

    document: Document
    validators: Validators

    @property
    def refuses_nul(self) -> bool: ...
    def error(self, call: Call, status: int, message: str | None = None) -> Reply: ...
    def unreadable(self, call: Call, problem: str) -> Reply: ...
    def unsupported(self, call: Call) -> Reply: ...
    def invalid(self, call: Call, findings: Sequence[Finding]) -> Reply: ...
    def read_body(self, operation: Operation, value: Any) -> Any: ...
    def meant(self, operation: Operation, body: Any) -> Any: ...
    def read_query(self, operation: Operation, values: Query) -> Query: ...


@dataclass(slots=True)
class Reply:
    """What goes back. `body` is JSON unless it is bytes or a Stream; None is no body at all (and no content type)."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = JSON


class Refused(Exception):
    """Raised anywhere in an operation: the unit of work is undone and this reply is sent."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        super().__init__(reply.status)


@dataclass(slots=True)
class Parked:
    """A reply that is not ready yet.

    `ready` is asked again, in a fresh unit of work, whenever one of `resources` (`provider/kind/id`) changes, and answers
    None, the reply, or the next thing to wait for. `give_up` is asked instead after `seconds` of real time, or at once where
    nothing can be parked (plain WSGI) or nothing is left to happen (an `auto` clock).
    """

    resources: Sequence[str]
    """Empty: asked at the end only."""
    ready: Callable[[Work], Reply | Parked | None]
    give_up: Callable[[Work], Reply]
    seconds: float | None = None
    step: Callable[[], Reply | Parked | None] | None = None
    """Asked instead of `ready`, outside any unit of work: for what has units of its own."""
    abandon: Callable[[], None] = lambda: None
    """Called when whoever waited has gone."""
    sandbox: Sandbox | None = None
    """Whose resources; None for the sandbox of the call."""
    outlives_world: bool = False
    """Whether a reset or a restore is an answer to it, instead of its end."""


@dataclass(frozen=True)
class Stream:
    """A body that goes on: asked for more whenever something has changed, and only as fast as its client reads.

    `read` gives the bytes that there are to send now, empty where there are none, None at the end; it is asked again at once
    after it gave some. Under plain WSGI it is asked once, and the reply ends. A defect in it ends the reply half way.
    """

    read: Callable[[], bytes | None]
    sandbox: Sandbox
    resources: Sequence[str]
    """What has it asked again: `provider/kind/id`, `provider/kind`, or `ANYTHING`."""
    pulse: float = 0.0
    """So many real seconds lie between two questions at least: what happens meanwhile is told together."""
    beat: bytes = b""
    """Sent when nothing happens for `quiet` real seconds, so that both ends notice when the other is gone."""
    quiet: float = 15.0
    seconds: float | None = None
    """The reply ends after so many real seconds."""
    outlives_world: bool = False
    """Whether a reset or a restore is told in it, instead of being its end."""


@mypyc_attr(allow_interpreted_subclasses=True)
@dataclass(frozen=True)
class Caller:
    """Who asks. `role` is one of the provider's; `id` names the account where the provider has any."""

    role: str
    id: str = ""
    issued: bool = True


class Call:
    """One request as an operation sees it. `body()` and `query()` validate when first touched."""

    def __init__(
        self,
        dialect: Dialect,
        method: str,
        path: str,
        query_string: str,
        headers: Mapping[str, str],
        raw: bytes,
        origin: str,
        prefix: str,
    ) -> None:
        self.dialect, self.method, self.path = dialect, method, path
        self.query_string, self.headers, self.raw, self.origin = query_string, headers, raw, origin
        self.prefix = prefix
        """What stands before all paths at the client's: a proxy's prefix, a sandbox's; empty as a rule. Links within the host need it."""
        self.match: Match = NOTHING
        self.grant: Grant | None = None
        """The issued token that came along, if it is one."""
        self.strict = False
        """Whether only issued tokens count."""
        self.caller = Caller("")
        self.named: tuple[str, ...] | None = None
        """What the request is called where that is not its operationId: a GraphQL request is called by its fields."""
        self.absent: str | None = None
        """What the real service has for this request and we have not, in its own word."""
        self.overlooked: list[str] = []
        """What the query asks for and nobody here can do: taken, and without effect."""
        self.reply_headers: dict[str, str] = {}
        """Headers for the reply, whatever it becomes: a rate limit's, say."""
        self._body: Any = None
        self._meant: Any = None
        self._query: dict[str, Any] | None = None
        self._raw_query: dict[str, list[str]] | None = None

    @property
    def params(self) -> Mapping[str, str]:
        """The path's parameters, as text."""
        return self.match.params

    def header(self, name: str) -> str | None:
        """A header's value; names are lower case."""
        return self.headers.get(name)

    @property
    def base_url(self) -> str:
        """What a client puts before a path to come back here."""
        return self.origin + self.prefix

    @property
    def media_type(self) -> str:
        """The content type without its parameters, lower case; empty where there is none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def raw_query(self) -> dict[str, list[str]]:
        """The query's names and texts as they came."""
        if self._raw_query is None:
            self._raw_query = parse_qs(self.query_string, keep_blank_values=True) if self.query_string else {}
        return self._raw_query

    def json(self) -> Any:
        """The body parsed, not validated; an empty one is `{}`. Raises Refused in the service's dialect."""
        if not self.raw:
            return {}
        try:
            return parse_json(self.raw)
        except BadJSON as error:
            raise Refused(self.dialect.unreadable(self, str(error))) from None

    def body(self) -> Any:
        """The body, parsed and valid against the document. Raises Refused in the service's dialect."""
        if self._body is None:
            operation = self.match.operation
            assert operation is not None  # only called by an operation
            if self.raw and not self._is_taken(operation.body_types):
                raise Refused(self.dialect.unsupported(self))
            value = self.dialect.read_body(operation, self.json())
            findings = self.dialect.validators.body(operation, operation.body_types[0], value)
            if self.dialect.refuses_nul and has_nul(self.raw):
                findings = [*findings, *_nul_findings(value, ())]
            if findings:
                raise Refused(self.dialect.invalid(self, findings))
            self._body, self._meant = value, self.dialect.meant(operation, value)
        return self._meant

    def ignored(self) -> Sequence[str]:
        """Members of the body, where it was read, that the document does not have, and what was overlooked: taken, and without effect."""
        known = self.match.operation.body_members if self.match.operation else None
        if known is None or not isinstance(self._body, dict):
            return self.overlooked
        return [*self.overlooked, *(name for name in self._body if name not in known)]

    def _is_taken(self, media_types: Sequence[str]) -> bool:
        """A body without a content type is taken for what is expected: nothing documents a refusal."""
        media = self.media_type
        return not media or media in media_types or (media.endswith("+json") and JSON in media_types)

    def query(self) -> dict[str, Any]:
        """The declared query parameters, typed and valid; absent ones are absent. Raises Refused."""
        if self._query is None:
            operation = self.match.operation
            assert operation is not None  # only called by an operation
            values, findings = self.dialect.validators.query(operation, self.dialect.read_query(operation, self.raw_query))
            if findings:
                raise Refused(self.dialect.invalid(self, findings))
            self._query = values
        return self._query


def _nul_findings(value: Any, path: tuple[str | int, ...]) -> list[Finding]:
    if isinstance(value, str):
        return [Finding("body", path, "nul", "holds a NUL character")] if "\0" in value else []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [finding for key, part in inner for finding in _nul_findings(part, (*path, key))]
