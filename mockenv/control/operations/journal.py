"""What came in and went out: query, verify, forget, export."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockenv.control.explaining import explain
from mockenv.control.har import to_har
from mockenv.control.matching import differences
from mockenv.control.names import check_request
from mockenv.control.plane import ControlPlane
from mockenv.control.problems import problem
from mockenv.control.verifying import count, explain_doubt, judge, missing, nearest
from mockenv.errors import BadInput
from mockenv.kernel.catalogue.catalogue import Catalogue
from mockenv.kernel.values.instant import parse_instant
from mockenv.kernel.worlds.journal import Entry, Journal
from mockenv.kernel.worlds.showing import show, show_line
from mockenv.provider import Call, Refused, Reply


def get_journal(call: Call, plane: ControlPlane) -> Reply:
    sandbox, query = plane.sandboxes.get(call.params["sandbox"]), dict(call.query())
    since, limit, form = query.pop("since", "0"), query.pop("limit", None), query.pop("format", "json")
    match, is_new = check_request(query, sandbox.part(Catalogue)), _since(since)
    found = [entry for entry in sandbox.journal if is_new(entry) and not differences(entry, match)]
    shown = found[-limit:] if limit else found
    is_full = (limit is not None and len(found) >= limit) or _begins_after_what_fell_out(since, sandbox.journal)
    lacks = 0 if is_full else missing(sandbox.journal, match)
    if form == "har":
        return Reply(200, to_har(shown, call.base_url, lacks))
    entries = [(show_line if form == "lines" else show)(entry) for entry in shown]
    return Reply(200, {"entries": entries, "matching": len(found), "dropped": sandbox.journal.dropped, "missing": lacks})


def get_journal_entry(call: Call, plane: ControlPlane) -> Reply:
    """One request, and why it was answered so."""
    sandbox, number = plane.sandboxes.get(call.params["sandbox"]), call.params["number"]
    entry = next((one for one in sandbox.journal if str(one.number) == number), None)
    if entry is None:
        raise Refused(problem(404, f"The journal has no request {number!r} (any more); it has kept {len(sandbox.journal)}."))
    with sandbox.unit() as work:
        return Reply(
            200,
            {
                **show(entry),
                "why": explain(work, entry, plane.providers[entry.provider].edition(work.sandbox.options[entry.provider])),
            },
        )


def delete_journal(call: Call, plane: ControlPlane) -> Reply:
    journal = plane.sandboxes.get(call.params["sandbox"]).journal
    removed = len(journal)
    journal.clear()
    return Reply(200, {"removed": removed})


def verify_journal(call: Call, plane: ControlPlane) -> Reply:
    """How many requests match, against what was wished; if not so, the nearest ones and how they differ."""
    sandbox, told = plane.sandboxes.get(call.params["sandbox"]), call.body()
    journal, match = sandbox.journal, check_request(told["match"], sandbox.part(Catalogue))
    _check_wish(told)
    found = count(journal, match)
    ok = judge(found, told)
    too_many = found.low > told.get("exactly", told.get("at_most", found.low))
    return Reply(
        200,
        {
            "ok": ok,
            "count": found.low,
            "nearest": [] if ok else nearest(journal, match, too_many=too_many),
            "dropped": journal.dropped,
            "reason": explain_doubt(found, journal) if ok is None else None,
        },
    )


def _check_wish(told: dict[str, Any]) -> None:
    wishes = [name for name in ("exactly", "at_least", "at_most") if name in told]
    if not wishes or ("exactly" in told and len(wishes) > 1):
        raise BadInput("", "exactly", "wants exactly, or at_least and at_most, or one of them")
    if told.get("at_least", 0) > told.get("at_most", told.get("at_least", 0)):
        raise BadInput("", "at_least", "is more than at_most: that is never so")


def _begins_after_what_fell_out(since: str, journal: Journal) -> bool:
    """Whether only requests are asked for that are all there. (Of a moment nobody knows: time may have been put back.)"""
    first = next(iter(journal), None)
    return first is not None and _is_number(since) and int(since) >= first.number - 1


def _since(text: str) -> Callable[[Entry], bool]:
    """A number of an entry, or a moment of the sandbox's time. Raises BadInput."""
    if _is_number(text):
        number = int(text)
        return lambda entry: entry.number > number
    moment = parse_instant(text, "", "since")
    return lambda entry: entry.at >= moment


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()
