"""All that may be under way at once: hammering, parking, deafness, half a body, a delivery that hangs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

from tests.conftest import Browser
from tests.edge.conftest import SITE, Wire, request
from tests.edge.test_parking import make, until, wait_for
from tests.processes import PATIENCE, Served
from tests.runtime.conftest import make_site, subscribe
from tests.runtime.receiver import receiving

HAMMERS, PARKED = 16, 20


@contextmanager
def everything_under_way(server: Served) -> Iterator[None]:
    """On a server with a manual clock; stopping it is what ends this."""
    sandbox = server.mockenv.get()
    resource = f"vector/environment/{make(sandbox)}"
    wires = [Wire(server.url) for _ in range(HAMMERS + PARKED + 3)]
    hammers, parked, (advancing, deaf, half) = wires[:HAMMERS], wires[HAMMERS:-3], wires[-3:]
    with receiving() as receiver:
        receiver.answer = lambda request: 200 if receiver.closing.wait(PATIENCE) else 500
        vector = Browser(sandbox, sandbox.headers("vector"))
        subscribe(vector, receiver.url, "vector.site.*")
        make_site(vector)
        vector.session.close()
        advancing.send(
            request("POST /_mockenv/sandboxes/default/clock/advance", "Content-Type: application/json", body=b'{"by":"9s"}')
        )
        for wire in parked:
            wire.send(wait_for(sandbox, resource, "never", timeout="1h"))
        deaf.socket.settimeout(0.1)
        with suppress(TimeoutError):
            while True:
                deaf.socket.send(request("GET /_mockenv/documents/vector") * 100)
        half.send("POST /api/v1/vector/sites HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf a bo")
        until(lambda: receiver.got)  # the delivery is being made
        answered = [0] * HAMMERS
        threads = [Thread(target=hammer, args=(wire, answered, number), daemon=True) for number, wire in enumerate(hammers)]
        for thread in threads:
            thread.start()
        until(lambda: min(answered) > 0)
        try:
            yield
        finally:
            for thread in threads:
                thread.join(PATIENCE)
            for wire in wires:
                wire.close()


def hammer(wire: Wire, answered: list[int], number: int) -> None:
    """Until the server has gone."""
    with suppress(OSError, ValueError):
        while True:
            wire.ask(f"GET {SITE}")
            answered[number] += 1
