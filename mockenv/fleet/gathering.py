"""What every replica has a part of, put together: lists of all sandboxes, counters, health; knows no single sandbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from mockenv.edge.dispatcher import Dispatcher
from mockenv.edge.exchange import Rendered, Request
from mockenv.edge.onward import Outlet
from mockenv.edge.parking import Later
from mockenv.errors import ElsewhereError
from mockenv.fleet.inquiry import Inquiry
from mockenv.kernel.worlds.sandboxes import DEFAULT

Part = Mapping[str, Any]


class Gathering:
    """Of one request (`Elsewhere`)."""

    def __init__(self, dispatcher: Dispatcher, inquiry: Inquiry, request: Request) -> None:
        self._dispatcher, self._inquiry, self._request = dispatcher, inquiry, request

    async def fetch(self, outlet: Outlet) -> Rendered:
        answer = self._dispatcher.answer(self._request)
        own = (await answer.answer())[0] if isinstance(answer, Later) else answer
        if own.status != 200:
            return own
        try:
            others = await self._inquiry.bodies(self._request)
        except TimeoutError:
            if self._request.path.endswith("/health"):  # that one of the others is not well is no reason to say so of this one
                return own
            return self._dispatcher.refuse(self._request, ElsewhereError("", "another replica has not told its part"))
        body = merged(self._request.path.rstrip("/"), [own.body, *others.values()])
        headers = [one for one in own.headers if one[0] != "Content-Length"]
        return Rendered(200, [*headers, ("Content-Length", str(len(body)))], body)


def merged(path: str, bodies: Sequence[bytes]) -> bytes:
    """The first is this replica's own."""
    name = path.rpartition("/")[2]
    if name == "metrics":
        return _metrics([body.decode() for body in bodies]).encode()
    return orjson.dumps(MERGING[name]([orjson.loads(body) for body in bodies]))


def _sandboxes(parts: Sequence[Part]) -> Part:
    found = [one for part in parts for one in part["sandboxes"]]
    return {"sandboxes": sorted(found, key=lambda one: (one["name"] != DEFAULT, one["name"]))}


def _health(parts: Sequence[Part]) -> Part:
    journal = {key: sum(part["journal"][key] for part in parts) for key in ("entries", "dropped")}
    return {**parts[0], "sandboxes": sum(part["sandboxes"] for part in parts), "journal": journal}


def _violations(parts: Sequence[Part]) -> Part:
    found = [one for part in parts for one in part["violations"]]
    return {**parts[0], "violations": found, "dropped": sum(part["dropped"] for part in parts)}


def _metrics(parts: Sequence[str]) -> str:
    """Each line's number is the sum of all; a line that one of them lacks counts as nothing there."""
    lines: dict[str, int | None] = {}
    for line in (line for part in parts for line in part.splitlines()):
        name, _, number = line.rpartition(" ")
        if line.startswith("#"):
            lines.setdefault(line, None)
        else:
            lines[name] = (lines.get(name) or 0) + int(number)
    metrics = list(dict.fromkeys(map(_metric, lines)))
    ordered = sorted(lines.items(), key=lambda line: metrics.index(_metric(line[0])))
    return "".join(f"{name}\n" if number is None else f"{name} {number}\n" for name, number in ordered)


def _metric(line: str) -> str:
    return line.split()[2] if line.startswith("#") else line.partition("{")[0]


MERGING: Mapping[str, Callable[[Sequence[Part]], Part]] = {
    "sandboxes": _sandboxes,
    "health": _health,
    "spec-violations": _violations,
}
