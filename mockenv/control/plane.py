"""The control plane as one thing: what it holds, and the way of a call through it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from mockenv.call import PROBES
from mockenv.contract.document import Document
from mockenv.contract.routing import Routes
from mockenv.contract.validation import Finding
from mockenv.control import dashboard
from mockenv.control.checked import filled, schemas
from mockenv.control.guard import DASHBOARD, Guard
from mockenv.control.page import front_page
from mockenv.control.problems import explain, problem, problem_of
from mockenv.control.shelf import Shelf
from mockenv.errors import BadInput, NoSuchSandbox, check_name
from mockenv.kernel.worlds.observation import Observations
from mockenv.kernel.worlds.sandboxes import Sandboxes
from mockenv.kernel.worlds.unmatched import Stranger
from mockenv.provider import Call, Dialect, Parked, Provider, Refused, Reply
from mockenv.settings import Settings

log = logging.getLogger("mockenv.control")

ControlHandler = Callable[["Call", "ControlPlane"], "Reply | Parked"]
PREFIX = "/_mockenv"


class ControlPlane(Dialect):
    """Answers on every path that no provider owns."""

    name: ClassVar[str] = "control"
    refuses_nul: ClassVar[bool] = True

    def __init__(
        self,
        document: Document,
        operations: Mapping[str, ControlHandler],
        providers: Sequence[Provider],
        sandboxes: Sandboxes,
        observations: Observations,
        settings: Settings,
        library: Callable[[str], list[str]],
        ca: Path | None = None,
    ) -> None:
        super().__init__(document)
        self.operations = operations
        self.providers = {one.name: one for one in providers}
        self.sandboxes, self.observations, self.settings = sandboxes, observations, settings
        self.deletable = tuple(kind.name for one in providers for kind in one.kinds if not (kind.internal or kind.is_record))
        """`provider/kind` of all that somebody may have made and forgotten."""
        self.library = library
        """The names of the shipped fixtures or scenarios."""
        documents = {**{name: one.document for name, one in self.providers.items()}, self.name: document}
        others = {one.document.name: one.document for provider in self.providers.values() for one in provider.editions}
        self.shelf = Shelf(
            documents,
            self.name,
            lambda content: filled(content, schemas(self.providers, sandboxes.planner, documents)),
            others=others,
        )
        self.ca = ca
        """Where the certificate lies that clients need to trust, if there is one."""
        self._routes = Routes(document, head_as_get=True)
        public = urlsplit(settings.base_url or "").hostname
        self._guard = Guard(settings.admin_token, [*settings.allow_host, *([public] if public else [])])

    def handle(self, call: Call, sandbox: str | None) -> Reply | Parked:
        """A call that is not a provider's, under the prefix of a sandbox or not. Never raises."""
        try:
            if sandbox is not None:
                self._check_sandbox(call, sandbox)
            return self._handle(call)
        except Exception as error:  # noqa: BLE001  # `failed` logs what is a defect
            return self.failed(call, error)

    def failed(self, call: Call, error: Exception) -> Reply:
        """Any exception as a reply."""
        if isinstance(error, Refused):
            return error.reply
        known = problem_of(error)
        if known is None:
            log.error("%s %s failed inside mockenv", call.method, call.path, exc_info=error)
            return problem(500, "mockenv itself failed here; its log has the details.")
        return known

    def _handle(self, call: Call) -> Reply | Parked:
        if call.path == PREFIX or call.path.startswith(f"{PREFIX}/"):
            try:
                self._guard.check(call)
            except Refused as refused:
                return self._noted(call, "refused", refused.reply, refused.reply.body["detail"])
            return self._operate(call)
        return self._page(call) or self.shelf.look_up(call) or self._noted(call, "no_service", self._nobodys(call))

    def _operate(self, call: Call) -> Reply | Parked:
        call.match = self._routes.match(call.method, call.path)
        operation = call.match.operation
        if operation is None:
            return self._page(call) or self._lost(call)
        self._guard.check_content_type(call)
        _check_members(call.raw_query, [one.name for one in operation.query])
        if operation.body_types:
            call.body()
        if call.path not in PROBES:
            self.sandboxes.check_kept()
        return self.operations[operation.id](call, self)

    def _page(self, call: Call) -> Reply | None:
        """What people get at the two paths that they try first; what is no browser gets words only."""
        path = call.path.rstrip("/")
        if path not in ("", PREFIX, DASHBOARD) or call.method not in ("GET", "HEAD"):
            return None
        is_wanted = path == DASHBOARD or dashboard.wants_page(call)
        page = dashboard.serve(call) if is_wanted else front_page(call, list(self.providers.values()))
        page.headers["Vary"] = "Accept"
        return page

    def _lost(self, call: Call) -> Reply:
        if call.match.allowed:
            return self._noted(call, "wrong_method", self.wrong_method(call, call.match.allowed))
        return self._noted(call, "no_route", self.no_route(call))

    def _check_sandbox(self, call: Call, name: str) -> None:
        """One that is named must exist, here as everywhere."""
        try:
            self.sandboxes.get(name)
        except NoSuchSandbox as error:
            self.observations.unmatched.note(Stranger("no_sandbox", 404, call.method, call.path, name, str(error)))
            raise

    def _noted(self, call: Call, why: str, reply: Reply, detail: str = "") -> Reply:
        """A reply to somebody who has come to nobody."""
        self.observations.unmatched.note(Stranger(why, reply.status, call.method, call.path, detail=detail))
        return reply

    def _nobodys(self, call: Call) -> Reply:
        prefixes = [prefix for provider in self.providers.values() for prefix in provider.prefixes]
        begin = f"Paths begin with {', '.join(prefixes)} or {PREFIX}/."
        return problem(404, f"No service here has {call.path}. {begin}{self._meant(call)}")

    def _meant(self, call: Call) -> str:
        near = self.observations.unmatched.nearest(call.method, call.path)
        return f" Did you mean {near['method']} {near['path']}?" if near else ""

    # The dialect: RFC 9457

    def error(self, call: Call, status: int, message: str | None = None) -> Reply:
        return problem(status, message or "")

    def invalid(self, call: Call, findings: Sequence[Finding]) -> Reply:
        return explain(findings, self.document, call.match.operation)

    def unreadable(self, call: Call, problem: str) -> Reply:
        return self.error(call, 400, f"The body is not JSON: {problem}.")

    def no_route(self, call: Call) -> Reply:
        describes = f"GET {PREFIX}/documents/control describes what it has."
        return problem(404, f"The control plane has no {call.path}; {describes}{self._meant(call)}")

    def wrong_method(self, call: Call, allowed: Sequence[str]) -> Reply:
        reply = problem(405, f"{call.path} takes {', '.join(allowed)}.")
        reply.headers["Allow"] = ", ".join(allowed)
        return reply


def _check_members(given: Mapping[str, Collection[str]], known: Iterable[str]) -> None:
    """A call's query: members that exist, each once. Raises BadInput."""
    for name, values in given.items():
        check_name(name, known, "", name)
        if len(values) > 1:
            raise BadInput("", name, "is given more than once")
