"""The server as a whole: health, routes, documents, violations, metrics."""

from __future__ import annotations

from typing import Any

from mockenv.contract.document import Document
from mockenv.control.plane import ControlPlane
from mockenv.errors import check_name
from mockenv.kernel.faults.rules import EFFECTS
from mockenv.kernel.worlds.observation import REPLY
from mockenv.kernel.worlds.unmatched import REASONS
from mockenv.provider import Call, Provider, Reply
from mockenv.version import __version__


def get_health(call: Call, plane: ControlPlane) -> Reply:
    journals = [plane.sandboxes.get(name).journal for name in plane.sandboxes.names()]
    return Reply(
        200,
        {
            "status": "ok",
            "version": __version__,
            "auth": plane.settings.auth,
            "sandboxes": len(journals),
            "journal": {"entries": sum(map(len, journals)), "dropped": sum(journal.dropped for journal in journals)},
            "documents": {name: document.version for name, document in plane.shelf.documents.items()},
        },
    )


def get_ready(call: Call, plane: ControlPlane) -> Reply:
    """A server that answers has loaded everything: it is loaded before it listens. But what it keeps it in may be gone."""
    trouble = plane.sandboxes.store.trouble
    return Reply(503, {"ready": False, "problem": str(trouble)}) if trouble else Reply(200, {"ready": True})


def list_routes(call: Call, plane: ControlPlane) -> Reply:
    return Reply(200, {"providers": {name: routes_of(document) for name, document in plane.shelf.served.items()}})


def get_catalogue(call: Call, plane: ControlPlane) -> Reply:
    """What there is to speak of: in rules, holds and questions, and when a world is made."""
    return Reply(
        200,
        {
            "providers": {name: _catalogued(plane, provider) for name, provider in plane.providers.items()},
            "effects": {target: list(names) for target, names in EFFECTS.items()},
            "fixtures": plane.library("fixture"),
            "scenarios": plane.library("scenario"),
        },
    )


def _catalogued(plane: ControlPlane, provider: Provider) -> dict[str, Any]:
    catalogue, document = plane.sandboxes.planner.catalogue, provider.document
    steps = catalogue.steps.get(provider.name, {})
    kinds = [kind.name.partition("/")[2] for kind in provider.kinds if not kind.internal]
    return {
        "title": provider.title,
        "prefixes": list(provider.prefixes),
        "roles": list(provider.roles),
        "clients_role": provider.clients_role or provider.roles[0],
        "events": list(provider.events),
        "kinds": {
            kind: {
                "statuses": list(provider.statuses.get(f"{provider.name}/{kind}", ())),
                "steps": list(steps.get(kind, ())),
            }
            for kind in kinds
        },
        "operations": [
            {"operation": id, **_place(document, id), "statuses": sorted(statuses)}
            for id, statuses in catalogue.operations[provider.name].items()
        ],
    }


def _place(document: Document, operation: str) -> dict[str, str | None]:
    """Where an operation is; a GraphQL field has no path of its own."""
    one = document.operations.get(operation)
    return {"method": one.method, "path": one.path} if one else {"method": None, "path": None}


def get_document(call: Call, plane: ControlPlane) -> Reply:
    """JSON unless YAML is asked for."""
    name = call.params["provider"]
    check_name(name, plane.shelf.documents, "", "provider")
    wanted = call.query().get("format") or ("yaml" if "yaml" in (call.header("accept") or "") else "json")
    return plane.shelf.reply(name, wanted, call.base_url)


def list_spec_violations(call: Call, plane: ControlPlane) -> Reply:
    found = plane.observations.violations()
    dropped = plane.observations.noted - len(found)
    return Reply(200, {"checking": plane.settings.check_replies, "violations": found, "dropped": dropped})


def list_unmatched(call: Call, plane: ControlPlane) -> Reply:
    unmatched, query = plane.observations.unmatched, call.query()
    after, limit = query.get("after", 0), query.get("limit")
    if "why" in query:
        check_name(query["why"], REASONS, "", "why")
    found = unmatched.list(after, query.get("why"))
    shown = found[-limit:] if limit else found
    lacks = {"matching": len(found), "dropped": unmatched.dropped(), "missing": unmatched.dropped(after)}
    return Reply(200, {"unmatched": shown, "next": shown[-1]["number"] if shown else after, **lacks})


def delete_unmatched(call: Call, plane: ControlPlane) -> Reply:
    return Reply(200, {"removed": plane.observations.unmatched.clear()})


def get_metrics(call: Call, plane: ControlPlane) -> Reply:
    """Prometheus's text format. Nothing of a request's content is in it."""
    lines = [
        "# HELP mockenv_requests_total Requests answered.",
        "# TYPE mockenv_requests_total counter",
        *(
            f'mockenv_requests_total{{provider="{provider}",operation="{operation or ""}",status="{status}"}} {count}'
            for (provider, operation, status), count in sorted(plane.observations.requests.items(), key=str)
        ),
        "# HELP mockenv_unmatched_total Requests that belong to nobody.",
        "# TYPE mockenv_unmatched_total counter",
        *(f'mockenv_unmatched_total{{why="{why}"}} {plane.observations.unmatched.counts[why]}' for why in REASONS),
        "# HELP mockenv_sandboxes Sandboxes there are.",
        "# TYPE mockenv_sandboxes gauge",
        f"mockenv_sandboxes {len(plane.sandboxes.names())}",
        "# HELP mockenv_spec_violations Replies that departed from their document, of the last thousand.",
        "# TYPE mockenv_spec_violations gauge",
        f"mockenv_spec_violations {sum(found['kind'] == REPLY for found in plane.observations.violations())}",
        "# HELP mockenv_spec_violations_total Replies that departed from their document.",
        "# TYPE mockenv_spec_violations_total counter",
        f"mockenv_spec_violations_total {plane.observations.violated}",
    ]
    return Reply(200, ("\n".join(lines) + "\n").encode(), content_type="text/plain; version=0.0.4; charset=utf-8")


def routes_of(document: Document) -> list[dict[str, str]]:
    return [{"operation": one.id, "method": one.method, "path": one.path} for one in document.operations.values()]
