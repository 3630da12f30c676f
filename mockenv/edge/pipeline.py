"""A provider's request from top to bottom: the stages are one list, because their order is the behaviour."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence

from mockenv.contract.routing import Routes
from mockenv.edge.coding import refuse_unread
from mockenv.edge.cors import Cors
from mockenv.edge.durability import own_up
from mockenv.edge.evidence import Evidence
from mockenv.edge.exchange import Exchange, Rendered, Request, sandbox_of
from mockenv.edge.fault_stages import NO_REPLY, fault, may_go_wrong
from mockenv.edge.polling import Again, admit, answer
from mockenv.edge.rendering import render
from mockenv.edge.requested_faults import SANDBOX_HEADER, check_headers
from mockenv.errors import NoSuchSandbox, StateError, UnknownName
from mockenv.kernel.time.clock import Wall
from mockenv.kernel.unit.past import as_of
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values import tokens
from mockenv.kernel.values.instant import Instant, iso_short
from mockenv.kernel.worlds.advance import advance_by
from mockenv.kernel.worlds.sandboxes import DEFAULT, Sandboxes
from mockenv.kernel.worlds.unmatched import Stranger
from mockenv.provider import Call, Parked, Provider, Refused, Reply

log = logging.getLogger("mockenv.edge")

LEFT_BEFORE_DONE = "The client left before it was carried out."
LEFT_BEFORE_ANSWER = "It was carried out, but the client left before the answer was there."
ABSENT_HEADER = "X-Mockenv-Absent"
CONTROL, END = "/_mockenv", r"(?=/|\Z)"
CONTROLS = re.compile(CONTROL + END)
Stage = Callable[[Exchange], None]


class Pipeline:
    """Serves the providers' paths. A stage may refuse (an exception), answer (`x.reply`) or park (`x.parked`)."""

    def __init__(
        self,
        providers: Sequence[Provider],
        sandboxes: Sandboxes,
        wall: Wall,
        evidence: Evidence,
        *,
        strict: bool,
    ) -> None:
        cors = Cors(sandboxes)
        self._sandboxes, self.wall, self._evidence, self._strict = sandboxes, wall, evidence, strict
        editions = [one for provider in providers for one in (provider, *provider.editions)]
        self._routes = {one: Routes(one.document, head_as_get=one.head_as_get) for one in editions}
        owned = [(prefix, one) for one in providers for prefix in one.prefixes]
        owned += [(prefix, one) for one in providers for prefix in one.fallbacks]
        self._prefixes = re.compile("|".join(f"({re.escape(prefix)}{'' if prefix.endswith('/') else END})" for prefix, _ in owned))
        self._owners = [one for _, one in owned]
        self.stages: tuple[Stage, ...] = (
            self.identify,
            cors.preflight,
            self.match,
            self.authenticate,
            self.refuse_unread,
            self.fault_before,
            self.settle,
            self.behave,
        )
        self.closing: tuple[Stage, ...] = (
            self.dress,
            cors.dress,
            evidence.check,
            evidence.ignored,
            self.render,
            evidence.record,
        )

    def owner(self, path: str) -> Provider | None:
        """The provider whose path this is; the control plane's are nobody's, whatever a provider begins with."""
        found = None if path.startswith(CONTROL) and CONTROLS.match(path) else self._prefixes.match(path)
        return self._owners[(found.lastindex or 1) - 1] if found else None

    # The way down and the way out

    def run(self, provider: Provider, request: Request) -> Exchange:
        """All stages up to a reply or a parked one."""
        x = self.begin(provider, request)
        self.go_on(x)
        return x

    def begin(self, provider: Provider, request: Request) -> Exchange:
        """Before the first stage."""
        method, path = provider.method(request.method, request.headers), provider.normalise(request.path)
        call = Call(provider, method, path, request.query_string, request.headers, request.body, request.origin, request.prefix)
        return Exchange(request, call, self.wall.stopwatch(), provider)

    def go_on(self, x: Exchange) -> None:
        """From where it stands to a reply, a parked one, or a pause that somebody must wait out. In its own world only."""
        self.guarded(x, self._walk)
        if x.reply and x.at == len(self.stages) and not (x.is_over or x.is_stray):
            x.is_over = True
            self.guarded(x, self.fault_after)

    def _walk(self, x: Exchange) -> None:
        x.check_world()
        while x.at < len(self.stages) and not (x.reply or x.parked or x.pause):
            stage, x.at = self.stages[x.at], x.at + 1
            try:
                stage(x)
            except Again as again:
                self._let_time_pass(x, again)
                stage(x)

    def _let_time_pass(self, x: Exchange, again: Again) -> None:
        """An `auto` clock moves for who asks again; if that is when his admission ends, he asks for that again, too."""
        sandbox = sandbox_of(x)
        advance_by(sandbox, max(0, again.moment - sandbox.now()))
        log.info("%s: %s %s moved the clock to %s", sandbox.name, x.call.method, x.call.path, iso_short(sandbox.now()))
        x.has_waited = True
        if again.admission_ends:
            self.authenticate(x)

    def finish(self, x: Exchange) -> Rendered:
        """Check, render and note the reply; a defect even here is told in the provider's dialect."""
        x.now = x.sandbox.now() if x.sandbox else self.wall.now()
        try:
            for stage in self.closing:
                stage(x)
        except Exception:
            log.exception("%s %s: the reply failed inside mockenv", x.call.method, x.request.path)
            return render(x.provider.error(x.call, 500), _told_now(x))
        assert x.rendered is not None  # that is what the closing stages do
        return x.rendered

    def turned_away(self, stranger: Stranger) -> None:
        """Of what came no request could be made."""
        self._evidence.turned_away(stranger)

    def left(self, x: Exchange) -> None:
        """Whoever waited for the answer has gone: it is noted like one that got none, whatever has been done for it."""
        x.now = x.sandbox.now() if x.sandbox else self.wall.now()
        x.rendered = Rendered(NO_REPLY)
        x.note = LEFT_BEFORE_DONE if x.at < len(self.stages) else LEFT_BEFORE_ANSWER
        self._evidence.record(x)

    def guarded(self, x: Exchange, stage: Stage) -> None:
        """Run a stage; whatever goes wrong becomes a reply in the provider's dialect."""
        try:
            stage(x)
        except Refused as refused:
            x.reply = refused.reply
        except NoSuchSandbox as error:
            x.reply = x.provider.error(x.call, 404, str(error))
        except StateError as error:
            own_up(x, error)
        except Exception:
            log.exception("%s %s failed inside mockenv", x.call.method, x.request.path)
            x.reply = x.provider.error(x.call, 500)

    # The stages

    def identify(self, x: Exchange) -> None:
        """Which sandbox: path prefix, header, token, default. One that is named is never replaced by the default."""
        token = x.provider.credentials(x.call.headers)
        grant = self._sandboxes.grants.find(token) if token else None
        if grant and grant.provider != x.provider.name:
            grant = None
        named = x.call.header(SANDBOX_HEADER) if x.request.sandbox is None else x.request.sandbox
        home = grant.sandbox if grant else self._sandboxes.grants.home(token) if token else None
        if named is None and home is None and token and tokens.is_ours(token):
            raise Refused(x.provider.error(x.call, 401))  # issued for a sandbox that is gone
        sandbox = self._sandboxes.get(named if named is not None else home or DEFAULT)
        x.enter(sandbox)
        x.request.connection.sandbox = sandbox
        try:
            check_headers(x.call.headers)
        except UnknownName as error:
            raise Refused(x.provider.error(x.call, 400, f"Header {error}")) from None
        edition = x.provider.edition(sandbox.options[x.provider.name])
        if edition is not x.provider:
            x.provider = x.call.dialect = edition
            x.call.path = edition.normalise(x.request.path)
        x.call.strict = self._strict
        x.call.grant = grant if not self._strict or (grant and grant.sandbox == sandbox.name) else None
        self._sandboxes.check_kept()

    def match(self, x: Exchange) -> None:
        """Which operation; finding none is for `authenticate` to say, after it has asked who calls."""
        x.call.match = self._routes[x.provider].match(x.call.method, x.call.path)
        if x.call.match.operation is None:
            x.call.absent = x.provider.vendor_operations.find(x.call.method, x.call.path)

    def authenticate(self, x: Exchange) -> None:
        """Who calls, in the provider's dialect; then 404 and 405 where nothing matched; then its rate limits."""
        x.call.reply_headers.clear()  # of a refusal that an `auto` clock has waited out
        sandbox, goes_through = sandbox_of(x), not x.request.unread and not may_go_wrong(x)
        with sandbox.unit() as work:
            admit(x, work, lambda: self._admit(x, work))
            if goes_through and sandbox.is_settled_at(work.now):
                work.checkpoint()  # nothing lies between this and the operation: they are of one moment
                x.at = len(self.stages)
                self._behave(x, work)

    def _admit(self, x: Exchange, work: Work) -> None:
        if x.call.absent is not None:
            x.call.caller = x.provider.authenticate(x.call, work)
            raise Refused(x.provider.absent(x.call, x.call.absent))
        x.call.caller = x.provider.admit(x.call, work)
        x.provider.limit(x.call, work)

    def refuse_unread(self, x: Exchange) -> None:
        """What is too large, or encoded as nobody here reads it."""
        if x.request.unread:
            x.reply = refuse_unread(x.provider, x.call, x.request.unread)

    def fault_before(self, x: Exchange) -> None:
        """What goes wrong instead of the operation, or keeps it waiting."""
        fault(x, "before")

    def fault_after(self, x: Exchange) -> None:
        """What goes wrong once all is committed: the answer is lost, spoilt, late or another."""
        fault(x, "after")

    def settle(self, x: Exchange) -> None:
        """Everything that is due happens before the request sees the world."""
        sandbox_of(x).settle_for_request()

    def behave(self, x: Exchange) -> None:
        """The operation itself, in a unit of work: all of it or nothing. Asking may move an `auto` clock."""
        with sandbox_of(x).unit() as work:
            self._behave(x, work)

    def _behave(self, x: Exchange, work: Work) -> None:
        work.actor = x.call.caller.id or None
        take_outcome(x, answer(x, work, lambda: self._operate(x, work)))

    def _operate(self, x: Exchange, work: Work) -> Reply | Parked:
        operation = x.call.match.operation
        assert operation is not None  # `admit` has refused what has none
        behave, kinds = x.provider.operations[operation.id], x.provider.lists.get(operation.id)
        if kinds is None:
            return behave(x.call, work)
        with as_of(work, x.provider.name, kinds):
            return behave(x.call, work)

    def dress(self, x: Exchange) -> None:
        """What all of the service's answers have."""
        assert x.reply is not None  # `run` ends with one, and so does parking
        x.provider.dress(x.call, x.reply)
        if x.call.absent is not None:
            x.reply.headers[ABSENT_HEADER] = x.call.absent

    def render(self, x: Exchange) -> None:
        """The reply as it goes out."""
        assert x.reply is not None
        x.rendered = render(x.reply, _told_now(x))


def _told_now(x: Exchange) -> Instant:
    """What time it is, as those outside are told."""
    return x.now + x.sandbox.shift(x.now) if x.sandbox else x.now


def take_outcome(x: Exchange, outcome: Reply | Parked) -> None:
    if isinstance(outcome, Parked):
        x.parked = outcome
    else:
        x.reply = outcome
