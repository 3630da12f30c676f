"""With --state-sync no answer leaves, and no webhook, before the store says that what it tells of is safe."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable, Iterator, Sequence
from select import select
from socket import SHUT_WR, SO_LINGER, SOL_SOCKET
from threading import Event

import pytest
from werkzeug.test import Client

from mockenv.client import Mockenv, MockenvError
from mockenv.errors import StateFileError
from mockenv.kernel.worlds.kinds import KINDS
from mockenv.providers import discover
from mockenv.runtime.syncer import Syncer
from mockenv.serving import ThreadedServer
from mockenv.settings import Settings
from mockenv.store.memory import Change, MemoryStore
from tests.conftest import Browser
from tests.edge.conftest import SITE, Wire, connecting, request
from tests.edge.test_parking import until
from tests.runtime.conftest import subscribe
from tests.runtime.receiver import receiving

PATIENCE = 10.0
SITES = "/api/v1/vector/sites"
CREATE = request(f"POST {SITES}", "Content-Type: application/json", body=b'{"partner_customer_id":"c","dev_php_version":"8.3"}')


class Gated(MemoryStore):
    """Syncs when the test opens the gate, and fails when the test says so."""

    def __init__(self) -> None:
        super().__init__([*KINDS, *(kind for one in discover() for kind in one.kinds)])
        self.number = self.safe = self.syncs = 0
        self.gate = Event()
        self.gate.set()
        self.problem: str | None = None
        self.breaks = False

    def committed(self, sandbox: str, changes: Sequence[Change], *, emptied: bool = False) -> None:
        self.number += 1

    def is_synced(self) -> bool:
        return self.safe >= self.number

    def sync(self) -> None:
        wanted, self.syncs = self.number, self.syncs + 1
        assert self.gate.wait(PATIENCE)
        if self.breaks:
            raise ZeroDivisionError
        if self.problem:
            raise StateFileError("state.json", self.problem)
        self.safe = wanted


@pytest.fixture
def store() -> Gated:
    return Gated()


@pytest.fixture
def running(store: Gated) -> Iterator[ThreadedServer]:
    settings = Settings(port=0, clock="manual", log_level="error", check_replies="fail", state_sync=True)
    running = ThreadedServer(settings, store=store).start()
    yield running
    store.gate.set()
    running.stop()


@pytest.fixture
def connect(running: ThreadedServer) -> Iterator[Callable[[], Wire]]:
    with connecting(running.url) as connect:
        yield connect


def is_silent(*wires: Wire) -> bool:
    return not select([wire.socket for wire in wires], [], [], 0)[0]


def test_neither_who_wrote_nor_who_reads_is_answered_before_it_is_safe(store: Gated, connect: Callable[[], Wire]) -> None:
    writer, reader, other = connect(), connect(), connect()
    assert reader.ask(f"GET {SITE}").status == 200
    store.gate.clear()
    writer.send(CREATE)
    until(lambda: store.syncs > 1)
    reader.send(request(f"GET {SITES}/12346"), request("GET /_mockenv/sandboxes"))
    other.send("nonsense\r\n\r\n")
    assert other.answer().status == 400  # the loop goes on meanwhile
    assert is_silent(writer, reader)
    store.gate.set()
    assert writer.answer().status == 201
    assert reader.answer().json["data"]["id"] == 12346
    assert reader.answer().status == 200
    before = store.syncs
    assert reader.ask(f"GET {SITE}").status == 200
    assert store.syncs == before  # nothing to do


def test_one_sync_serves_all_who_wait(store: Gated, connect: Callable[[], Wire]) -> None:
    first, wires = connect(), [connect() for _ in range(12)]
    store.gate.clear()
    first.send(CREATE)
    until(lambda: store.syncs == 1)
    number = store.number
    for wire in wires:
        wire.send(CREATE)
        number += 1
        until(lambda: store.number >= number)  # noqa: B023  # asked here and now
    store.gate.set()
    assert {wire.answer().status for wire in (first, *wires)} == {201}
    assert store.syncs == 2


def test_a_client_that_leaves_takes_the_sync_from_nobody(store: Gated, connect: Callable[[], Wire]) -> None:
    leaves, stays = connect(), connect()
    store.gate.clear()
    for wire in (leaves, stays):
        wire.send(CREATE)
    until(lambda: store.syncs)
    leaves.close()
    store.gate.set()
    assert stays.answer().status == 201


@pytest.mark.parametrize("requests", [1, 3])
def test_a_client_that_shuts_its_sending_side_during_a_sync_gets_what_it_is_owed(
    store: Gated, connect: Callable[[], Wire], requests: int
) -> None:
    wire, before = connect(), store.number
    store.gate.clear()
    wire.send(*[CREATE] * requests)
    wire.socket.shutdown(SHUT_WR)
    until(lambda: store.syncs and store.number > before)
    store.gate.set()
    assert [wire.answer().status for _ in range(requests)] == [201] * requests
    assert wire.file.read() == b""


def test_what_is_owed_comes_before_the_400_for_what_stands_behind_it(store: Gated, connect: Callable[[], Wire]) -> None:
    wire = connect()
    store.gate.clear()
    wire.send(CREATE, b"nonsense\r\n\r\n")
    until(lambda: store.syncs)
    store.gate.set()
    assert [wire.answer().status, wire.answer().status] == [201, 400]


def test_what_was_done_for_a_client_that_is_gone_is_in_the_journal(
    running: ThreadedServer, store: Gated, connect: Callable[[], Wire]
) -> None:
    wire, journal = connect(), running.server.sandboxes.get("default").journal
    store.gate.clear()
    wire.send(CREATE)
    until(lambda: store.syncs)
    wire.socket.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
    wire.close()
    until(lambda: running._running and not running._running.connections)
    store.gate.set()
    until(lambda: len(journal) == 1)


def test_a_sync_that_breaks_is_not_the_end_of_syncing() -> None:
    store = Gated()
    store.committed("default", [])

    async def main() -> None:
        syncer = Syncer(store)
        store.breaks = True
        with pytest.raises(ZeroDivisionError):
            await syncer.wait()
        store.breaks = False
        await syncer.wait()

    asyncio.run(main())
    assert store.is_synced()


def test_an_advance_is_answered_after_one_sync_however_much_it_ran(store: Gated, connect: Callable[[], Wire]) -> None:
    wire = connect()
    for _ in range(5):
        wire.send(CREATE)
        assert wire.answer().status == 201
    before, number = store.syncs, store.number
    advance = request("POST /_mockenv/sandboxes/default/clock/advance", "Content-Type: application/json", body=b'{"until":"idle"}')
    wire.send(advance)
    assert len(wire.answer().json["fired"]) >= 5
    assert store.number - number >= 5
    assert store.syncs == before + 1


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (SITE, b'"message"'),
        ("/v1/apps/", b'{"error": "'),
        ("/api/v2/projects", b'"message"'),
        ("/graphql", b'"errors":[{"message":"'),
        ("/_mockenv/sandboxes", b'"title":"Internal Server Error"'),
    ],
)
def test_what_cannot_be_kept_is_a_500_in_the_dialect_of_the_path_until_it_can(
    store: Gated, connect: Callable[[], Wire], path: str, words: bytes
) -> None:
    wire = connect()
    before = wire.ask(f"GET {path}").status
    store.problem = "cannot be written (No space left on device)"
    wire.send(CREATE)
    assert wire.answer().status == 500
    answer = wire.ask(f"GET {path}")
    assert answer.status == 500
    assert words in answer.body
    assert b"mockenv: the state may be lost, its file cannot be written (No space left on device)." in answer.body
    store.problem = None
    assert wire.ask(f"GET {path}").status == before
    assert store.is_synced()


def test_the_plain_wsgi_app_waits_in_its_thread(running: ThreadedServer, store: Gated) -> None:
    client, token = Client(running.server.app), {"Authorization": "Bearer x"}
    body = {"partner_customer_id": "c", "dev_php_version": "8.3"}
    assert client.post(SITES, json=body, headers=token).status_code == 201
    assert store.is_synced()
    store.problem = "cannot be written"
    assert client.post(SITES, json=body, headers=token).status_code == 500
    assert client.get(SITE, headers=token).status_code == 500


def test_a_receiver_is_told_of_nothing_that_could_be_forgotten(running: ThreadedServer, store: Gated) -> None:
    sandbox = Mockenv(running.url).sandbox(name="a", clock="manual")
    vector = Browser(sandbox, sandbox.headers("vector"))
    with receiving() as receiver:
        subscribe(vector, receiver.url, "vector.site.pending")
        store.problem = "cannot be written"
        assert vector("POST", SITES, {"partner_customer_id": "c", "dev_php_version": "8.3"}).status_code == 500
        with pytest.raises(MockenvError, match="may be lost"):
            sandbox.advance(0)
        store.problem = None
        assert receiver.got == []
        [delivery] = sandbox.deliveries()
        assert [one["error"] for one in delivery["attempts"]] == ["not sent: the state may be lost, its file cannot be written"]
        store.gate.clear()
        wire = Wire(running.url)
        advance = request("POST /_mockenv/sandboxes/a/clock/advance", "Content-Type: application/json", body=b'{"by":"1h"}')
        wire.send(advance)
        until(lambda: running.server.sandboxes.get("a").sending())
        assert (receiver.got, is_silent(wire)) == ([], True)
        store.gate.set()
        assert wire.answer().status == 200
        assert len(receiver.got) == 1
        wire.close()
    vector.session.close()
