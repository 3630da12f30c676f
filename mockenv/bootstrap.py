"""The only module that names concrete classes: from settings to a server that is ready to serve."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mockenv.beginning import Beginning, begin
from mockenv.contract.document import Document, load_document
from mockenv.contract.nearest import NearestRoute
from mockenv.control.operations import OPERATIONS
from mockenv.control.plane import ControlPlane
from mockenv.edge.connections import Connections
from mockenv.edge.control_pipeline import ControlPipeline
from mockenv.edge.dispatcher import Dispatcher
from mockenv.edge.evidence import Evidence
from mockenv.edge.forwarding import Outside, parse_base_url, parse_networks
from mockenv.edge.pipeline import Pipeline
from mockenv.edge.requestlog import RequestLog
from mockenv.edge.stderr import Stderr
from mockenv.errors import BadInput, CannotStart, nearest
from mockenv.kernel.time.clock import Wall
from mockenv.kernel.values.origins import parse_origins
from mockenv.kernel.worlds.journal import Journal
from mockenv.kernel.worlds.kinds import KINDS
from mockenv.kernel.worlds.library import Library, read_yaml
from mockenv.kernel.worlds.observation import Observations
from mockenv.kernel.worlds.options import CORS_OPTION
from mockenv.kernel.worlds.plan import Defaults, Planner
from mockenv.kernel.worlds.sandboxes import DEFAULT, Sandboxes
from mockenv.kernel.worlds.spec import SCENARIO_KEYS, SPEC_KEYS
from mockenv.kernel.worlds.unmatched import Unmatched
from mockenv.provider import Dialect, Provider
from mockenv.providers import discover
from mockenv.settings import Settings, state_place
from mockenv.store.base import Kind, Store
from mockenv.store.memory import MemoryStore

if TYPE_CHECKING:
    from mockenv.edge.app import App
    from mockenv.runtime.alarm import Alarm
    from mockenv.runtime.courier import Courier, Sends
    from mockenv.store.postgres.lease import Lease

PACKAGE = Path(__file__).parent
MODEL_KEYS = {"service", "document", "resources", "operations"}
"""What only the model of a service has."""


@dataclass(frozen=True)
class Server:
    """Everything that runs, ready: the dispatcher that answers requests, and what moves beside it."""

    dispatcher: Dispatcher
    sandboxes: Sandboxes
    providers: Sequence[Provider]
    alarm: Alarm
    courier: Courier
    beginning: Beginning
    observations: Observations
    complete: Callable[[], None]
    """Make what should always be here and is not: `default`, once its share of a database is."""

    @cached_property
    def app(self) -> App:
        """The same as a plain WSGI app; mockenv's own server does without."""
        from mockenv.edge.app import App  # Flask: a third of a start

        return App(self.dispatcher)

    def start(self) -> None:
        """From inside the event loop: from here on time passes and webhooks are sent."""
        self.alarm.start()
        self.courier.start()

    async def stop(self) -> None:
        """The end of that."""
        self.alarm.stop()
        await self.courier.stop()

    def close(self) -> None:
        """Save and let go. Raises StateError where the state cannot be saved."""
        self.sandboxes.close()


def build(
    settings: Settings,
    *,
    wall: Wall | None = None,
    store: Store | None = None,
    providers: Sequence[type[Provider]] | None = None,
    documents: Mapping[str, Document] | None = None,
    write: Callable[[str], object] | None = None,
    sender: Sends | None = None,
    ca: Path | None = None,
    lease: Lease | None = None,
) -> Server:
    """Put a server together; what a test wants to be different is handed in. Raises CannotStart.

    `ca` is where the certificate lies that clients need to trust, if there is one; `lease` is the database's, where it is held already.
    """
    from mockenv.runtime.alarm import Alarm
    from mockenv.runtime.courier import Courier
    from mockenv.runtime.outbound import check_ca
    from mockenv.runtime.sender import Sender
    from mockenv.runtime.syncer import Syncer

    wall = wall or Wall(lease.moment if lease else None)  # replicas go by the database's clock
    services = make_services(settings, providers, documents)
    for edition in (one for service in services for one in (service, *service.editions)):
        check_operations(edition.document, edition.operations)
    control = load_document("control", openapi_folder() / "control.yaml")
    check_operations(control, OPERATIONS)
    try:  # last of all that can fail: it opens the state file
        outside = outside_of(settings)
        check_ca(settings.webhook_ca)
        sandboxes, beginning, spec = _open_world(settings, services, wall, store, lease)
    except BadInput as error:
        raise CannotStart(_told(error)) from None
    request_log = RequestLog(write or Stderr().write, as_json=settings.log_format == "json")
    nearest_route = NearestRoute([*(service.document for service in services), control])
    observations = Observations(Unmatched(wall.now, nearest_route, request_log.tell))
    names = Library(fixtures_folder()).names
    plane = ControlPlane(control, OPERATIONS, services, sandboxes, observations, settings, names, ca)
    strict = settings.auth == "strict"
    syncer = Syncer(sandboxes.store) if settings.state_sync or sandboxes.store.is_shared else None
    courier = Courier(sandboxes, sender or Sender(wall, settings.webhook_rewrite, ca=settings.webhook_ca), syncer)
    evidence = Evidence(wall, observations, request_log, check_replies=settings.check_replies)
    pipeline = Pipeline(services, sandboxes, wall, evidence, strict=strict)
    connections = Connections()
    connections.attend(sandboxes)
    dispatcher = Dispatcher(pipeline, ControlPipeline(plane, plane, wall), syncer, connections, outside)
    alarm, complete = Alarm(sandboxes, wall), partial(sandboxes.complete, spec)
    return Server(dispatcher, sandboxes, services, alarm, courier, beginning, observations, complete)


def outside_of(settings: Settings) -> Outside:
    """How clients reach the server. Raises BadInput."""
    return Outside(parse_base_url(settings.base_url) if settings.base_url else None, parse_networks(settings.trust_proxy))


def make_services(
    settings: Settings, providers: Sequence[type[Provider]] | None = None, documents: Mapping[str, Document] | None = None
) -> list[Provider]:
    """All that are served: those from documents first, since where two own a path the first has it. Raises CannotStart."""
    providers, documents = discover() if providers is None else providers, documents or {}
    built_in = [one(document_of(one, documents)) for one in providers]
    if not (settings.document or settings.model):
        return built_in
    from mockenv.anyservice.services import services_of  # nothing that a start without documents waits for

    try:
        return [*services_of(settings.document, settings.model, built_in), *built_in]
    except BadInput as error:
        raise CannotStart(_told(error)) from None


def _told(error: BadInput) -> str:
    """A line for each thing that is wrong, with its place."""
    from mockenv.kernel.worlds.places import lines_of  # reads YAML again, which a start that goes well does not

    return "\n".join(lines_of(error))


def validate_file(path: Path) -> str:
    """Whether a file is a good `scenario`, `fixture` or `model`: which one it is. Raises BadInput, CannotStart."""
    if read_yaml(path).keys() & MODEL_KEYS:
        from mockenv.anyservice.learn import document_of_model, learn

        learn(document_of_model(path), path)
        return "model"
    services, wall, library = [one(document_of(one)) for one in discover()], Wall(), Library(fixtures_folder())
    what = _sort_of(read_yaml(path), [one.name for one in services])
    defaults = Defaults({"mode": "manual"}, 0, "empty", {})
    sandboxes = Sandboxes(MemoryStore(_kinds(services)), Planner(services, wall, defaults, library.find), wall, Journal)
    sandboxes.create({what: library.allow_file(what, str(path))})
    return what


def _sort_of(content: Mapping[Any, Any], providers: Collection[str]) -> str:
    """By the members that it has; where none of them is known, by what they look most like."""
    members = {*SPEC_KEYS, *SCENARIO_KEYS}
    if not content.keys() & {*members, *providers}:
        return "scenario" if any(nearest(str(name), (*members, *providers)) in members for name in content) else "fixture"
    return "scenario" if content.keys() & members else "fixture"


def check_operations(document: Document, handlers: Mapping[str, Any]) -> None:
    """A document and the code that serves it cannot drift. Raises CannotStart that names what is missing."""
    for id in document.operations:
        if id not in handlers:
            raise CannotStart(f"{document.source.name}: operation {id!r} has no handler")
    check_known(document, handlers, "handler")


def check_known(document: Document, ids: Iterable[str], what: str) -> None:
    """Raises CannotStart where an id is not an operation of the document."""
    for id in ids:
        if id not in document.operations:
            raise CannotStart(f"{document.source.name}: {what} {id!r} has no operation")


def document_of(provider: type[Dialect], documents: Mapping[str, Document] | None = None) -> Document:
    """A provider's document: handed in, or from the shipped folder."""
    given = (documents or {}).get(provider.name)
    return given or load_document(provider.name, openapi_folder() / f"{provider.name}.yaml")


def openapi_folder() -> Path:
    return _shipped("openapi")


def fixtures_folder() -> Path:
    return _shipped("fixtures")


def _shipped(name: str) -> Path:
    """In the wheel the folder lies inside the package, in a checkout beside it."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


def _open_world(
    settings: Settings, services: Sequence[Provider], wall: Wall, store: Store | None, lease: Lease | None
) -> tuple[Sandboxes, Beginning, Mapping[str, Any]]:
    library = Library(fixtures_folder())
    library.allow_file("fixture", settings.fixture)
    spec: dict[str, Any] = {}
    if settings.scenario:
        spec["scenario"] = library.allow_file("scenario", settings.scenario)
    options = _options(settings, services)
    clock = {"mode": settings.clock, "speed": settings.speed, "dates": settings.dates}
    defaults = Defaults(clock, settings.seed, settings.fixture, options)
    planner = Planner(services, wall, defaults, library.find)
    store = store or _make_store(settings, services, wall, lease)
    planner.takes = store.takes
    sandboxes = Sandboxes(store, planner, wall, lambda: Journal(max_entries=settings.journal_size))
    try:
        found = sandboxes.open(spec, fresh=settings.state_fresh)
    except BaseException:
        sandboxes.close()
        raise
    return sandboxes, begin(settings, found, sandboxes.get(DEFAULT) if store.takes(DEFAULT) else None), spec


def _options(settings: Settings, services: Sequence[Provider]) -> Mapping[str, Mapping[str, str]]:
    """Those of `--option`, over what `--cors` says for all that have no rules of their own."""
    if settings.cors is None:
        return settings.option
    parse_origins(settings.cors, "", "--cors")
    common = {one.name: {CORS_OPTION: settings.cors} for one in services if one.cors is not None}
    return {name: {**common.get(name, {}), **settings.option.get(name, {})} for name in (*common, *settings.option)}


def _kinds(services: Sequence[Provider]) -> list[Kind]:
    return [*KINDS, *(kind for service in services for kind in service.kinds)]


def _make_store(settings: Settings, services: Sequence[Provider], wall: Wall, lease: Lease | None) -> Store:
    place, kinds = state_place(settings), _kinds(services)
    if place is None:
        return MemoryStore(kinds)
    if isinstance(place, str):
        from mockenv.store.postgres.store import PostgresStore

        return PostgresStore(kinds, place, wall.stopwatch, wall.now, lease)
    from mockenv.store.synced import SyncedStore  # 15 ms that only --state pays
    from mockenv.store.tinydb import TinyDBStore

    return (SyncedStore if settings.state_sync else TinyDBStore)(kinds, place, now=wall.now)
