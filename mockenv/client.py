"""The control plane from Python: `Mockenv(url)` and its sandboxes. Standard library only; imports nothing of ours.

    mockenv = Mockenv("http://localhost:6368")
    with mockenv.sandbox(clock="manual") as sandbox:
        ...  # point the client under test at sandbox.url
        sandbox.advance("90s")

Every method raises `MockenvError` with the server's own `detail` where the server refuses, and `ConnectionError` where there is none.
"""

from __future__ import annotations

import json
import os
import select
import weakref
from collections.abc import Generator, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, partial
from os import PathLike, fspath
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self, TypedDict
from urllib.parse import quote, urlencode, urlsplit

if TYPE_CHECKING:
    from http.client import HTTPConnection, HTTPResponse
    from socket import socket
    from ssl import SSLContext

    from mockenv.freezing import Frozen

Json = dict[str, Any]
Duration = str | float
"""Seconds, or a text such as `1h30m`, `90s`, `250ms`."""


ClockMode = Literal["real", "manual", "auto"]
Dates = Literal["sandbox", "wall"]
"""By which clock that is dated which leaves for those who have one of their own."""
Profile = Literal["default", "realistic"]
FaultPhase = Literal["before", "after"]
FaultConnection = Literal["fresh", "reused"]


class ClockSpec(TypedDict, total=False):
    """How a clock begins; `now` is a date such as `2026-01-24T10:30:00Z`."""

    mode: ClockMode
    speed: float
    now: str
    dates: Dates


class World(TypedDict, total=False):
    """How a sandbox begins: what `Mockenv.sandbox` and the pytest marker take."""

    seed: int
    fixture: str | Json
    scenario: str | Json
    clock: ClockMode | ClockSpec
    delays: Profile | Json
    faults: list[Json]
    holds: list[str]
    options: Mapping[str, Json]


class MockenvError(Exception):
    """The server refused. `status` is HTTP's; the text is the problem's `detail`."""

    def __init__(self, status: int, detail: str) -> None:
        self.status, self.detail = status, detail
        super().__init__(f"{status}: {detail}")


class Undecided(MockenvError):
    """The server cannot say whether the requests are as wished: some that could match are no longer in the journal."""

    def __init__(self, reason: str) -> None:
        super().__init__(200, reason)


class Listing(list[Json]):
    """A list that says what it lacks.

    `dropped` is how many are no longer kept in all, and `missing` how many of those could belong here: 0 where it is whole.
    `matching` is how many there are of which a `limit` has let through these.
    """

    def __init__(self, items: list[Json], answer: Json) -> None:
        super().__init__(items)
        self.dropped, self.missing = int(answer["dropped"]), int(answer["missing"])
        self.matching = int(answer.get("matching", len(items)))


class Fired(TypedDict):
    """One agenda entry that ran."""

    at: str
    kind: str
    resource: str
    detail: str


@dataclass(frozen=True)
class Told:
    """One event of a sandbox's stream: what sort it is (`hello`, `request`, `resource` …), its id to go on from, and what it says."""

    event: str
    id: str
    data: Json


@dataclass(frozen=True)
class Advanced:
    """What an advance did: the time now, whether its aim was reached, and what ran, in order."""

    now: str
    reached: bool
    fired: list[Fired]


@dataclass(frozen=True)
class Verified:
    """Whether the requests are as wished, how many match (at least), and the nearest misses with how they differ.

    `ok` is None where nobody can tell, for the `reason` given: then this is neither true nor false, and asking it raises `Undecided`.
    """

    ok: bool | None
    count: int
    nearest: list[Json]
    dropped: int = 0
    reason: str | None = None

    def __bool__(self) -> bool:
        if self.ok is None:
            raise Undecided(f"cannot be told: {self.reason}")
        return self.ok


class Mockenv:
    """A running server. Threads may share it; its connections are kept open between calls."""

    def __init__(
        self,
        url: str,
        admin_token: str | None = None,
        timeout: float = 60.0,
        *,
        ca: str | PathLike[str] | SSLContext | None = None,
    ) -> None:
        """`timeout` is in real seconds and for one call; a `wait` adds its own to it.

        `ca` is what to trust where the URL is https: a file of certificates, or an `ssl.SSLContext`; the system's if left out.
        """
        self.url = url.rstrip("/")
        self._below = urlsplit(self.url).path
        self._token, self._timeout, self._trusted = admin_token, timeout, ca
        self._kept: list[HTTPConnection] = []
        self._process = os.getpid()
        weakref.finalize(self, _close_all, self._kept)  # whoever forgets `close` is not warned of open sockets

    def __reduce__(self) -> tuple[Any, ...]:
        """For another process: it makes connections of its own."""
        return partial(type(self), ca=self._trusted), (self.url, self._token, self._timeout)

    def close(self) -> None:
        """End the connections that are kept. Calls that come after it make new ones."""
        _close_all(self._kept)

    @property
    def ca(self) -> str | None:
        """The file of certificates that it was given, for the client under test: `requests.get(…, verify=mockenv.ca)`."""
        return fspath(self._trusted) if isinstance(self._trusted, str | PathLike) else None

    def call(self, method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None, extra: float = 0) -> Any:
        """One call of the control plane: `path` below `/_mockenv/`. The parsed reply."""
        wanted = _given(query or {})
        target = f"{self._below}/_mockenv/{path}" + (f"?{urlencode(wanted)}" if wanted else "")
        data = None if body is None else json.dumps(body).encode()
        status, raw = self._ask(method, target, data, self._timeout + extra)
        if not 200 <= status < 300:
            raise MockenvError(status, _detail(raw))
        return json.loads(raw) if raw[:1] in (b"{", b"[") else raw.decode()

    def send(self, method: str, path: str) -> None:
        """A call whose answer nobody wants: whatever comes after it finds it done."""
        self.call(method, path)

    def _ask(self, method: str, target: str, data: bytes | None, timeout: float) -> tuple[int, bytes]:
        connection = self._take(timeout)
        try:
            try:
                connection.request(method, target, data, self.headers())
            except OSError as error:
                raise ConnectionError(f"no mockenv at {self.url}: {_reason(error)}") from None
            reply = connection.getresponse()
            raw = reply.read()
        except BaseException:  # what is not read to its end cannot be used again
            connection.close()
            raise
        self._kept.append(connection)
        return reply.status, raw

    def _take(self, timeout: float) -> HTTPConnection:
        """A connection that still stands, or a new one. A fork's are its parent's, which goes on with them."""
        if self._process != os.getpid():
            self.close()
            self._process = os.getpid()
        connection = next((one for one in _taken(self._kept) if _stands(one)), None) or self._make()
        connection.timeout = timeout
        if connection.sock:
            connection.sock.settimeout(timeout)
        return connection

    def headers(self) -> dict[str, str]:
        """What a call of the control plane carries."""
        return {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {self._token}"} if self._token else {})

    def connect(self) -> HTTPConnection:
        """A connection of one's own, for an answer that goes on. Raises ConnectionError like `call`."""
        connection = self._make()
        connection.connect()
        return connection

    def _make(self) -> HTTPConnection:
        # A twentieth of a start to import, and `mockenv serve` imports this module but calls nobody.
        from http.client import HTTPConnection, HTTPSConnection

        host = urlsplit(self.url).netloc
        return HTTPSConnection(host, context=self._context) if self._context else HTTPConnection(host)

    @cached_property
    def _context(self) -> SSLContext | None:
        """What is trusted where the URL is https. Raises ConnectionError where a file of certificates cannot be read."""
        if not self.url.startswith("https:"):
            return None
        import ssl

        trusted = self._trusted
        if trusted is None or isinstance(trusted, str | PathLike):
            try:
                trusted = ssl.create_default_context(cafile=trusted)
            except OSError as error:
                raise ConnectionError(f"no certificates to trust in {self.ca}: {error.strerror or error}") from None
        return trusted

    # The server

    def health(self) -> Json:
        """`{"status", "version", "auth", "sandboxes", "journal", "documents"}`."""
        return dict(self.call("GET", "health"))

    def routes(self) -> dict[str, list[Json]]:
        """Provider → `{"operation", "method", "path"}`."""
        return dict(self.call("GET", "routes")["providers"])

    def document(self, provider: str) -> Json:
        """The OpenAPI document that a provider is served from."""
        return dict(self.call("GET", f"documents/{quote(provider)}"))

    def spec_violations(self) -> list[Json]:
        """Replies that departed from their document (with `--check-replies`)."""
        return list(self.call("GET", "spec-violations")["violations"])

    def unmatched(self, after: int = 0, *, why: str | None = None, limit: int | None = None) -> Listing:
        """Requests that belong to nobody: `{"number", "at", "why", "detail", "status", "method", "path", "sandbox", "nearest"}`."""
        answer = self.call("GET", "unmatched", query={"after": after, "why": why, "limit": limit})
        return Listing(answer["unmatched"], answer)

    def clear_unmatched(self) -> int:
        """Forget them; how many there were."""
        return int(self.call("DELETE", "unmatched")["removed"])

    def metrics(self) -> str:
        """Counters in Prometheus's text format."""
        return str(self.call("GET", "metrics"))

    # Sandboxes

    def sandboxes(self) -> list[Json]:
        """`{"name", "seed", "clock"}` of each."""
        return list(self.call("GET", "sandboxes")["sandboxes"])

    def sandbox(
        self,
        name: str | None = None,
        *,
        seed: int | None = None,
        fixture: str | Json | None = None,
        scenario: str | Json | None = None,
        clock: ClockMode | ClockSpec | None = None,
        delays: Profile | Json | None = None,
        faults: list[Json] | None = None,
        holds: list[str] | None = None,
        options: Mapping[str, Json] | None = None,
    ) -> Sandbox:
        """Make a sandbox. `clock` is a mode or `{"mode", "speed", "now", "dates"}`; what is left out comes from the server's flags."""
        clock = ClockSpec(mode=clock) if isinstance(clock, str) else clock
        told: Json = {"name": name, "seed": seed, "fixture": fixture, "scenario": scenario, "clock": clock, "delays": delays}
        told |= {"faults": faults, "holds": holds, "options": options}
        made = self.call("POST", "sandboxes", _given(told))
        return Sandbox(self, made)

    def get(self, name: str = "default") -> Sandbox:
        """A sandbox that exists."""
        return Sandbox(self, self.call("GET", f"sandboxes/{quote(name)}"))


@dataclass
class Sandbox:
    """One world. As a context manager it is dropped at the end."""

    server: Mockenv
    about: Json = field(repr=False)
    """The server's whole description: name, seed, fixture, clock, base_urls, tokens, delays, options."""
    frozen: Frozen | None = field(default=None, init=False, repr=False, compare=False)
    """The test's own clock, while that stands at this sandbox's time."""

    @property
    def name(self) -> str:
        return str(self.about["name"])

    @property
    def url(self) -> str:
        """The base URL that leads here, for clients that take one with a path."""
        return f"{self.server.url}/_sandbox/{self.name}"

    @property
    def ca(self) -> str | None:
        """The certificates to trust there, as a file; None where TLS is not spoken or the system's are enough."""
        return self.server.ca

    @property
    def tokens(self) -> dict[str, dict[str, str]]:
        """Provider → role → token: for clients that can only be given a token."""
        return dict(self.about["tokens"])

    def variables(self, provider: str, role: str | None = None) -> dict[str, str]:
        """What points a provider's clients here, as variables of a shell: what `mockenv env` prints."""
        return dict(self._call("GET", f"variables/{quote(provider)}", query={"role": role})["variables"])

    def headers(self, provider: str, role: str | None = None) -> dict[str, str]:
        """An Authorization header of this sandbox; the provider's first role if none is named."""
        roles = _one_of(self.tokens, provider, "provider")
        token = _one_of(roles, role or next(iter(roles)), f"role of {provider}")
        return {"Authorization": authorization_of(token)}

    def drop(self) -> list[str]:
        """Delete the sandbox; the names of the resources that were made in it and never deleted."""
        return list(self._call("DELETE", "")["held"])

    def reset(self) -> None:
        """Back to the beginning; tokens stay."""
        self.about = self._call("POST", "reset")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.drop()

    # Time

    def clock(self) -> Json:
        """`{"mode", "speed", "now", "dates", "next"}`."""
        return dict(self._call("GET", "clock"))

    def set_clock(
        self, mode: ClockMode | None = None, *, speed: float | None = None, now: str | None = None, dates: Dates | None = None
    ) -> Json:
        """Change the clock; `now` may only lie ahead. `dates`: by the sandbox's time or the `wall`'s. The clock."""
        told = {"mode": mode, "speed": speed, "now": now, "dates": dates}
        return dict(self._call("PUT", "clock", _given(told)))

    def advance(self, by: Duration) -> Advanced:
        """Let this much time pass. Returns when all that fell due has run."""
        return self._advance({"by": by})

    def advance_to_next(self, max: Duration = "24h") -> Advanced:
        """Go to the next due time and run what is due then."""
        return self._advance({"until": "next", "max": max})

    def advance_until_idle(self, max: Duration = "24h") -> Advanced:
        """Go on until nothing is pending but what is held or stalled."""
        return self._advance({"until": "idle", "max": max})

    def advance_until(self, resource: str, status: str, max: Duration = "24h") -> Advanced:
        """Go on until a resource (`vector/environment/67890`) has a status (`gone` where it is no more)."""
        return self._advance({"until": {"resource": resource, "status": status}, "max": max})

    def _advance(self, told: Json) -> Advanced:
        def advance(told: Json) -> Json:
            return dict(self._call("POST", "clock/advance", told))

        return Advanced(**(self.frozen.walk(told, advance) if self.frozen else advance(told)))

    def freeze(self, library: Literal["time-machine", "freezegun"] | None = None) -> Frozen:
        """`with sandbox.freeze():` the test's own clock (`datetime.now()`, `time.time()`) stands at the sandbox's time and follows it.

        By time-machine or freezegun, whichever is installed; not for a clock that is `real`. What leaves is dated `sandbox` meanwhile.
        """
        from mockenv.freezing import Frozen

        return Frozen(self, library)

    def agenda(self) -> list[Json]:
        """What is pending, soonest first; held and stalled entries last."""
        return list(self._call("GET", "agenda")["entries"])

    def wait(self, resource: str, status: str, timeout: float = 30.0) -> bool:
        """Wait (real seconds) until a resource has a status; whether it came to that."""
        query = {"resource": resource, "status": status, "timeout": f"{timeout}s"}
        return bool(self._call("GET", "wait", query=query, extra=timeout)["reached"])

    # Trouble

    def fault(
        self,
        effect: Json,
        *,
        provider: str | None = None,
        operation: str | None = None,
        method: str | None = None,
        path: str | None = None,
        params: Mapping[str, Any] | None = None,
        header: Mapping[str, str] | None = None,
        connection: FaultConnection | None = None,
        phase: FaultPhase | None = None,
        force: bool | None = None,
        resource: str | None = None,
        step: str | None = None,
        attempt: int | None = None,
        event: str | None = None,
        times: int | None = None,
        after: int | None = None,
        every: int | None = None,
        probability: float | None = None,
        expires: Duration | None = None,
    ) -> str:
        """Make something go wrong; the rule's id. `fault({"fail": "no"}, step="configuring_database", times=1)`."""
        place: Json = {"provider": provider, "operation": operation, "method": method, "path": path, "params": params}
        place |= {
            "header": header,
            "connection": connection,
            "phase": phase,
            "force": force,
            "resource": resource,
            "step": step,
            "attempt": attempt,
        }
        often = {"event": event, "times": times, "after": after, "every": every, "probability": probability, "expires": expires}
        return str(self.add_fault({**_given(place | often), "effect": effect})["id"])

    def add_fault(self, rule: Json) -> Json:
        """The same with the rule as one object; the rule as the server keeps it."""
        return dict(self._call("POST", "faults", rule))

    def faults(self) -> list[Json]:
        """All rules, with their hits."""
        return list(self._call("GET", "faults")["faults"])

    def remove_fault(self, id: str) -> None:
        self._call("DELETE", f"faults/{quote(id)}")

    def clear_faults(self) -> int:
        """Take all rules away; how many there were."""
        return int(self._call("DELETE", "faults")["removed"])

    def hold(self, step: str, resource: str | None = None) -> None:
        """Keep a step from finishing until `release`."""
        self._call("PUT", f"holds/{quote(step)}", {"resource": resource} if resource else {})

    def release(self, step: str) -> int:
        """Open the gate; how many steps it let go. They have finished when this returns."""
        return int(self._call("DELETE", f"holds/{quote(step)}")["released"])

    def set_status(self, resource: str, status: str) -> Json:
        """Force a resource's status; what was planned for it is cancelled."""
        return self.change(resource, {"status": status})

    def change(self, resource: str, members: Json, *, silent: bool = False) -> Json:
        """Change any members of a resource's document, behind the client's back; with `silent` nobody is told. The resource."""
        return dict(self._call("PATCH", f"resources/{quote(resource)}", {**members, "silent": silent}))

    def add(self, resource: str, members: Json | None = None, *, like: str | None = None, silent: bool = False) -> Json:
        """One resource more, by the name `provider/kind/id`: like another one (its id) but for these members. The resource."""
        told = {**(members or {}), **_given({"like": like}), "silent": silent}
        return dict(self._call("PUT", f"resources/{quote(resource)}", told))

    def remove(self, resource: str, *, silent: bool = False) -> Json:
        """Take a resource away, with all that belongs to it. What it was."""
        return dict(self._call("DELETE", f"resources/{quote(resource)}", query={"silent": "true" if silent else None}))

    # Evidence

    def journal(
        self,
        *,
        provider: str | None = None,
        operation: str | None = None,
        method: str | None = None,
        path: str | None = None,
        status: int | str | None = None,
        since: int | str | None = None,
        limit: int | None = None,
    ) -> Listing:
        """Requests and replies, oldest first; with `limit` the newest so many."""
        query = {"provider": provider, "operation": operation, "method": method, "path": path, "status": status}
        answer = self._call("GET", "journal", query={**query, "since": since, "limit": limit})
        return Listing(answer["entries"], answer)

    def har(
        self,
        *,
        provider: str | None = None,
        operation: str | None = None,
        method: str | None = None,
        path: str | None = None,
        status: int | str | None = None,
        since: int | str | None = None,
        limit: int | None = None,
    ) -> Json:
        """The same as HAR 1.2; its `comment` says so where requests that could belong to it are missing."""
        query = {"provider": provider, "operation": operation, "method": method, "path": path, "status": status}
        return dict(self._call("GET", "journal", query={**query, "since": since, "limit": limit, "format": "har"}))

    def clear_journal(self) -> int:
        return int(self._call("DELETE", "journal")["removed"])

    def verify(
        self, match: Json, *, exactly: int | None = None, at_least: int | None = None, at_most: int | None = None
    ) -> Verified:
        """`verify({"operation": "createEnvironment"}, exactly=1)`; also `at_least`, `at_most`."""
        wish = _given({"exactly": exactly, "at_least": at_least, "at_most": at_most})
        return Verified(**self._call("POST", "journal/verify", {"match": match, **wish}))

    def report(self, suppress: Mapping[str, str] | None = None) -> Json:
        """What is wrong with the client: `{"verdict", "findings", "suppressed", "rules", "requests", …}`.

        `suppress` names rules that are not to count, each with the reason why.
        """
        told = "; ".join(f"{name}={reason}" for name, reason in (suppress or {}).items())
        return dict(self._call("GET", "report", query={"suppress": told or None}))

    def events(self, after: int = 0, *, type: str | None = None, resource: str | None = None, limit: int | None = None) -> Listing:
        """What happened after event number `after`: `{"id", "at", "type", "resource", "actor", "data"}`."""
        answer = self._call("GET", "events", query={"after": after, "type": type, "resource": resource, "limit": limit})
        return Listing(answer["events"], answer)

    def fired(self, after: int = 0, *, resource: str | None = None, limit: int | None = None) -> Listing:
        """Steps and attempts whose time came: `{"number", "begun", "at", "kind", "resource", "step", "attempt", "outcome", "undone"}`."""
        answer = self._call("GET", "fired", query={"after": after, "resource": resource, "limit": limit})
        return Listing(answer["fired"], answer)

    def stream(self, after: str | None = None, *, duration: float | None = None) -> Generator[Told, None, None]:
        """What happens in this sandbox, while it happens; the first is `hello`, and whatever is done after that is told.

        `after` is the id of the last one that was seen: it goes on behind that. `duration` is in real seconds, of each connection; without
        it this ends with the sandbox, or when nobody iterates any more. A connection that breaks is taken up again where it stopped, so
        nothing is missed and nothing comes twice. Raises MockenvError where the server refuses, ConnectionError where there is none any more.
        """
        from http.client import HTTPException

        is_over = False
        while True:
            try:
                for told in self._streamed(after, None if duration is None else f"{duration}s"):
                    after, is_over = told.id or after, told.event == "gone"
                    yield told
                if duration is not None or is_over:  # else it was cut off between two events, which looks like an end
                    return
            except (HTTPException, ConnectionResetError, BrokenPipeError):
                continue  # the server lets whoever comes back with the last id miss nothing

    def _streamed(self, after: str | None, duration: str | None) -> Iterator[Told]:
        """One connection to the stream, to its end."""
        query = urlencode(_given({"for": duration}))
        path = f"{urlsplit(self.server.url).path}/_mockenv/sandboxes/{quote(self.name)}/stream" + (f"?{query}" if query else "")
        try:
            connection = self.server.connect()
        except OSError as error:
            raise ConnectionError(f"no mockenv at {self.server.url}: {error.strerror or error}") from None
        try:
            connection.request("GET", path, headers=self.server.headers() | ({"Last-Event-ID": after} if after else {}))
            reply = connection.getresponse()
            if reply.status != 200:
                raise MockenvError(reply.status, _detail(reply.read()) or reply.reason)
            yield from _events_in(reply)
        finally:
            connection.close()

    def resources(self, *, provider: str | None = None, kind: str | None = None, status: str | None = None) -> list[Json]:
        """What there is."""
        return list(self._call("GET", "resources", query={"provider": provider, "kind": kind, "status": status})["resources"])

    def deliveries(
        self,
        after: int = 0,
        *,
        wait: float | None = None,
        subscription: str | None = None,
        state: str | None = None,
        limit: int | None = None,
    ) -> Listing:
        """Webhook deliveries with every attempt. With `wait` (real seconds): once there is one."""
        told = {"after": after, "wait": None if wait is None else f"{wait}s", "subscription": subscription, "state": state}
        answer = self._call("GET", "deliveries", query={**told, "limit": limit}, extra=wait or 0)
        return Listing(answer["deliveries"], answer)

    def redeliver(self, id: str) -> Json:
        """Attempt a delivery once more; the delivery, with what came of it."""
        return dict(self._call("POST", f"deliveries/{quote(id)}/redeliver"))

    def flush_deliveries(self) -> int:
        """Make every waiting attempt now; how many."""
        return int(self._call("POST", "deliveries/flush")["flushed"])

    # Snapshots

    def snapshot(self, name: str) -> Json:
        """Keep the world as it is."""
        return dict(self._call("PUT", f"snapshots/{quote(name)}"))

    def snapshots(self) -> list[Json]:
        return list(self._call("GET", "snapshots")["snapshots"])

    def restore(self, name: str) -> None:
        """Back to a snapshot, clock and agenda included."""
        self.about = self._call("POST", f"snapshots/{quote(name)}/restore", {})

    def fork(self, name: str, into: str) -> Sandbox:
        """Make another sandbox out of a snapshot of this one."""
        return Sandbox(self.server, self._call("POST", f"snapshots/{quote(name)}/restore", {"into": into}))

    def drop_snapshot(self, name: str) -> None:
        self._call("DELETE", f"snapshots/{quote(name)}")

    def _call(self, method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None, extra: float = 0) -> Any:
        answer = self.server.call(method, f"sandboxes/{quote(self.name)}/{path}".rstrip("/"), body, query, extra)
        if self.frozen and (method, path) != ("GET", "clock"):
            self.frozen.follow()
        return answer


def authorization_of(token: str) -> str:
    """The whole header for a token as `Sandbox.tokens` spells it: LaunchDarkly's stand alone."""
    return token if token.startswith("api-") else f"Bearer {token}"


def _given(told: Mapping[str, Any]) -> Json:
    return {name: value for name, value in told.items() if value is not None}


def _one_of(known: Mapping[str, Any], name: str, what: str) -> Any:
    if name not in known:
        raise LookupError(f"there is no {what} {name!r}; there are {', '.join(known)}")
    return known[name]


def _close_all(connections: list[HTTPConnection]) -> None:
    for one in _taken(connections):
        one.close()


def _taken(connections: list[HTTPConnection]) -> Iterator[HTTPConnection]:
    """One after the other, newest first, each taken out: no other thread gets it."""
    with suppress(IndexError):
        while True:
            yield connections.pop()


def _stands(connection: HTTPConnection) -> bool:
    """Whether the server has not ended it meanwhile: nothing can have come on it but that."""
    sock: socket | None = connection.sock
    if sock is None or not _is_readable(sock):
        return True
    connection.close()
    return False


def _is_readable(sock: socket) -> bool:
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([sock], [], [], 0)[0])
    poll = select.poll()  # select() knows no file descriptor beyond 1,023
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(0))


def _reason(error: OSError) -> str:
    reason: Any = error
    if untrusted := getattr(reason, "verify_message", None):
        return f"its certificate is not trusted ({untrusted}); say what to trust with ca=… (--tls-ca FILE)"
    if type(reason).__name__ == "SSLError":
        return f"it does not speak TLS there ({reason.reason})"
    return str(reason.strerror or reason)


def _events_in(reply: HTTPResponse) -> Iterator[Told]:
    """Server-sent events as they come. Raises HTTPException where the connection breaks within the stream."""
    fields: dict[str, str] = {}
    while line := reply.readline():
        name, _, value = line.decode().rstrip("\r\n").partition(":")
        if name:
            fields[name] = value.removeprefix(" ")
        elif "data" in fields:  # an empty line ends an event; comments keep the connection alive
            yield Told(fields.get("event", "message"), fields.get("id", ""), json.loads(fields["data"]))
            fields = {}


def _detail(raw: bytes) -> str:
    try:
        return str(json.loads(raw)["detail"])
    except (ValueError, KeyError, TypeError):
        return raw.decode("utf-8", "replace")[:500]
