"""Webhook deliveries: seen, pulled, made again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockenv.control.plane import ControlPlane
from mockenv.control.problems import problem
from mockenv.errors import check_name
from mockenv.kernel.events.deliveries import DELIVERY, flush, redeliver
from mockenv.kernel.events.publisher import Publishers
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import SECOND, iso_short, parse_duration
from mockenv.kernel.worlds.sandbox import ATTEMPTS, Sandbox
from mockenv.provider import Call, Parked, Refused, Reply
from mockenv.store.base import Document


def list_deliveries(call: Call, plane: ControlPlane) -> Reply | Parked:
    sandbox, query = plane.sandboxes.get(call.params["sandbox"]), call.query()
    if "subscription" in query:
        _check_subscription(sandbox, query["subscription"])
    sandbox.settle()

    def answer(work: Work) -> Reply:
        found, after = _find(work, query), query.get("after", 0)
        lacks = {"dropped": work.forgotten(DELIVERY, "ordinal"), "missing": work.forgotten(DELIVERY, "ordinal", after)}
        next = found[-1]["ordinal"] if found else after
        return Reply(200, {"deliveries": [show_delivery(one) for one in found], "next": next, **lacks})

    with sandbox.unit() as work:
        reply = answer(work)
    if "wait" not in query or reply.body["deliveries"]:
        return reply
    seconds = parse_duration(query["wait"], "", "wait") / SECOND

    def ready(work: Work) -> Reply | None:
        return answer(work) if _find(work, query) else None

    return Parked([DELIVERY, ATTEMPTS], ready, answer, seconds, sandbox=sandbox)


def flush_deliveries(call: Call, plane: ControlPlane) -> Parked:
    sandbox = plane.sandboxes.get(call.params["sandbox"])
    with sandbox.unit() as work:
        moved = flush(work)
    return _when_sent(sandbox, lambda: Reply(200, {"flushed": moved}))


def redeliver_one(call: Call, plane: ControlPlane) -> Parked:
    sandbox, id = plane.sandboxes.get(call.params["sandbox"]), call.params["id"]
    with sandbox.unit() as work:
        delivery = work.get(DELIVERY, id)
        if delivery is None:
            raise Refused(problem(404, f"There is no delivery {id!r} in this sandbox."))
        redeliver(work, delivery)

    def answer() -> Reply:
        with sandbox.unit() as work:
            return Reply(200, show_delivery(work.get(DELIVERY, id) or delivery))

    return _when_sent(sandbox, answer)


def _when_sent(sandbox: Sandbox, answer: Callable[[], Reply]) -> Parked:
    """Parked until nothing is being sent any more."""

    def step() -> Reply | None:
        sandbox.settle(pause=True)
        return None if sandbox.sending() else answer()

    return Parked(
        [ATTEMPTS],
        lambda work: None,
        lambda work: problem(503, "Only mockenv's own server sends webhooks."),
        step=step,
        sandbox=sandbox,
    )


def _check_subscription(sandbox: Sandbox, subscription: str) -> None:
    """`provider/kind/id`, of a kind that is told of events. Raises UnknownName."""
    check_name(subscription.rpartition("/")[0], [one.kind for one in sandbox.part(Publishers)], "", "subscription")


def _find(work: Work, query: dict[str, Any]) -> list[Document]:
    found = work.find(DELIVERY, **{name: query[name] for name in ("subscription", "state") if name in query})
    return [one for one in found if one["ordinal"] > query.get("after", 0)][: query.get("limit", 1000)]


def show_delivery(delivery: Document) -> dict[str, Any]:
    attempts = [{**one, "at": iso_short(one["at"])} for one in delivery["attempts"]]
    shown = {name: value for name, value in delivery.items() if name not in ("once", "event_id")}
    return {**shown, "planned_at": iso_short(delivery["planned_at"]), "attempts": attempts}
