"""One request on its way through the stages, and what becomes of it; decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol
from urllib.parse import quote

from mockenv.call import SANDBOX_PREFIX
from mockenv.edge.wire_faults import Wire
from mockenv.errors import ElsewhereError, NoSuchSandbox, WorldReplaced
from mockenv.kernel.values.instant import Instant
from mockenv.kernel.worlds.sandbox import Sandbox
from mockenv.provider import Call, Parked, Provider, Reply, Stream

MAX_BODY_BYTES = 1 << 20


class Onward(Protocol):
    """A connection that is there for another one's requests, and ends with it."""

    def close(self) -> None: ...


@dataclass(slots=True)
class Connection:
    """What a request came on. A server that does not tell (plain WSGI) gives each request one of its own."""

    number: int = 0
    requests: int = 1
    """How many it has brought, the one that is being served included."""
    sandbox: Sandbox | None = None
    """Where the last of them went."""
    is_last: bool = False
    """Whether it ends with the answer that is due."""
    onward: dict[str, Onward] = field(default_factory=dict)
    """The connections by which its requests are handed on, by where they lead."""

    @property
    def is_fresh(self) -> bool:
        return self.requests == 1


class Unread(NamedTuple):
    """Why nothing of a body was kept: a status, and what to say where the service has no words of its own for it."""

    status: int
    why: str | None = None


TOO_LARGE = Unread(413)


@dataclass(slots=True)
class Request:
    """What came in, as any server (WSGI, the event loop) can tell it."""

    method: str
    path: str
    """Decoded, without the sandbox prefix."""
    query_string: str
    headers: Mapping[str, str]
    """Lower-case names."""
    body: bytes
    origin: str
    """Scheme and authority, as the client sees them."""
    below: str = ""
    """The path under which a proxy has us; empty as a rule."""
    prefix: str = ""
    """What stands before the path at the client's: `below`, and the sandbox's prefix where the request had one."""
    sandbox: str | None = None
    """The sandbox of the path prefix."""
    unread: Unread | None = None
    """Where there was a body of which nothing is kept: beyond `MAX_BODY_BYTES`, or encoded as nobody here reads it."""
    connection: Connection = field(default_factory=Connection)
    target: bytes = b""
    """Path and query as they were sent, for whoever hands it on."""
    version: str = "1.1"


def request_to(
    method: str,
    path: str,
    query_string: str,
    headers: Mapping[str, str],
    body: bytes,
    base: tuple[str, str],
    unread: Unread | None = None,
) -> Request:
    """A request as it came in; `base` is scheme and authority, and the path of a proxy."""
    origin, below = base
    request = Request(method, path, query_string, headers, body, origin, below, below, None, unread)
    if path.startswith(SANDBOX_PREFIX):
        enter_sandbox(request)
    return request


def enter_sandbox(request: Request) -> None:
    """A sandbox's prefix moves from the path to what stands before it. The same once more is a link that was put behind a base URL."""
    if request.sandbox is None:
        request.sandbox = request.path[len(SANDBOX_PREFIX) :].partition("/")[0]
        request.prefix += f"{SANDBOX_PREFIX}{quote(request.sandbox)}"
    here, start = f"{SANDBOX_PREFIX}{request.sandbox}", 0
    while request.path.startswith(f"{here}/", start) or request.path[start:] == here:
        start += len(here)
    request.path = request.path[start:]


def leave_prefix(request: Request) -> bool:
    """Take the proxy's prefix away from a path that still has it, or has it once more. Whether it had."""
    below, path = request.below, request.path
    if not below or not (path.startswith(f"{below}/") or path == below):
        return False
    request.path = path[len(below) :] or "/"
    if request.path.startswith(SANDBOX_PREFIX):
        enter_sandbox(request)
    return True


@dataclass(slots=True)
class Exchange:
    """A request, and what the stages have found out so far."""

    request: Request
    call: Call
    started: float
    provider: Provider = None  # type: ignore[assignment]  # only the control plane's exchanges have none
    sandbox: Sandbox | None = None
    generation: int = 0
    """Which world of its sandbox let it in."""
    reply: Reply | None = None
    now: Instant = 0
    """The sandbox's time when the reply is rendered."""
    rendered: Rendered | None = None
    parked: Parked | None = None
    faults: tuple[str, ...] = ()
    """The rules that act on it."""
    pause: float = 0.0
    """Real seconds to wait before going on."""
    at: int = 0
    """How many stages are done."""
    has_waited: bool = False
    """Whether an `auto` clock has moved for it: it does so once for a request."""
    admitted_until: Instant | None = None
    """When that ends which let it in: its token's time, say. Known on an `auto` clock only."""
    is_over: bool = False
    """Whether it has behaved, and what goes wrong afterwards has been asked for."""
    wire: Wire | None = None
    note: str | None = None
    """What the journal has to say about it besides."""

    def enter(self, sandbox: Sandbox) -> None:
        """Belong to the world that is there now, and to no later one."""
        self.sandbox, self.generation = sandbox, sandbox.generation

    @property
    def is_stray(self) -> bool:
        """Whether its world is no more: dropped, reset or restored while it waited."""
        return self.sandbox is not None and (self.sandbox.is_gone or self.sandbox.generation != self.generation)

    @property
    def has_moved(self) -> bool:
        """Whether its world goes on, but not here."""
        return self.sandbox is not None and self.sandbox.has_moved

    def check_world(self) -> None:
        """Raises NoSuchSandbox or ElsewhereError for what may have no effect on the world that is there now."""
        if self.is_stray:
            assert self.sandbox is not None  # it has left one
            if self.has_moved:
                raise ElsewhereError(self.sandbox.name, "it is another replica's by now; ask again")
            raise NoSuchSandbox(self.sandbox.name) if self.sandbox.is_gone else WorldReplaced(self.sandbox.name)

    @property
    def is_parked(self) -> bool:
        """Whether its reply is not there, is delayed, will be spoilt or goes on; whoever leaves meanwhile has given it up."""
        return self.reply is None or bool(self.pause or self.wire) or isinstance(self.reply.body, Stream)


@dataclass(slots=True)
class Rendered:
    """A reply as it goes over the wire."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    stream: Stream | None = None
    """What comes after the head, instead of a body whose length is known."""


def sandbox_of(x: Exchange) -> Sandbox:
    """The sandbox of a provider's request, once the pipeline has identified it: before all else it does."""
    assert x.sandbox is not None  # the control plane's exchanges have none, and never ask
    return x.sandbox
