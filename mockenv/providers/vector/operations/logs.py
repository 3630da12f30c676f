"""A site's logs: what its deployments have said. No visitor comes to a simulated site, so there is nothing else."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import iso_micros
from mockenv.provider import Call, Reply
from mockenv.providers.vector.errors import success
from mockenv.providers.vector.model import LOG, name_key
from mockenv.providers.vector.operations.access import require_site
from mockenv.providers.vector.operations.timeline import moment, newest
from mockenv.store.base import Document, IndexValue

LIMIT = 100


def list_site_logs(call: Call, work: Work) -> Reply:
    """Newest first, not paginated."""
    site, query = require_site(call, work), call.query()
    since, until = moment("start_time", query.get("start_time")), moment("end_time", query.get("end_time"), end=True)
    where: dict[str, list[IndexValue]] = {"site_id": [site["id"]]}
    where |= {name: [query[name]] for name in ("deployment_id", "level") if name in query}
    if "environment" in query:
        where["environment_key"] = [name_key(site["id"], query["environment"])]
    lines, _ = newest(work, LOG, where, since, until, 0, query.get("limit", LIMIT))
    return success(200, "Logs retrieved successfully", [_show(line) for line in lines])


def _show(line: Document) -> Document:
    """The guide's members; no request led to these lines, so two are null."""
    return {
        "timestamp": iso_micros(line["at"]),
        "level": line["level"],
        "message": line["message"],
        "request_id": None,
        "environment": line["environment"],
        "deployment_id": line["deployment_id"],
        "duration_ms": None,
    }
