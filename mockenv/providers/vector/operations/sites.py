"""Sites: create, list, get, update, delete, clone."""

from __future__ import annotations

from mockenv.kernel.lifecycles.walk import provision
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import iso_micros
from mockenv.provider import Call, Refused, Reply
from mockenv.providers.vector.errors import success, validation_failure
from mockenv.providers.vector.laravel import dirty
from mockenv.providers.vector.lifecycle import CLONE_SITE, PROVISION_SITE, TERMINATE_SITE, site_event
from mockenv.providers.vector.model import ENVIRONMENT, SITE, new_site
from mockenv.providers.vector.operations.access import require_site, require_write
from mockenv.providers.vector.operations.paging import page_of
from mockenv.providers.vector.ssh import install_all
from mockenv.providers.vector.states import RECONFIGURE, SITE_STATES
from mockenv.toolbox import given

HAS_ENVIRONMENTS = "Cannot delete site that has active environments. Please terminate all environments first."


def list_sites(call: Call, work: Work) -> Reply:
    query = call.query()
    where = {"tags": query.get("tags[]", [])}
    if "partner_customer_id" in query:
        where["partner_customer_id"] = [query["partner_customer_id"]]
    return page_of(call, work, SITE, "Sites retrieved successfully", where)


def create_site(call: Call, work: Work) -> Reply:
    require_write(call)
    body = call.body()
    site = new_site(work.next_ordinal(SITE), body, work.now)
    install_all(work, site["id"])
    provision(work, PROVISION_SITE, str(site["id"]), site)
    work.put(SITE, str(site["id"]), site)
    site_event(work, "site.pending", site)
    return success(201, "Site created successfully", site)


def get_site(call: Call, work: Work) -> Reply:
    return success(200, "Site retrieved successfully", require_site(call, work))


def update_site(call: Call, work: Work) -> Reply:
    """Customer and tags only: a name that is sent is ignored, like every unknown member (a guess)."""
    site = require_site(call, work)
    require_write(call)
    body = call.body()
    wanted = given(body, ("partner_customer_id", "tags"))
    if "tags" in wanted:
        wanted["tags"] = wanted["tags"] or []  # null clears them
    if changes := dirty(site, wanted):
        site.update(changes, updated_at=iso_micros(work.now))
        work.put(SITE, str(site["id"]), site)
        site_event(work, "site.updated", site)
    return success(200, "Vector site updated successfully", site)


def delete_site(call: Call, work: Work) -> Reply:
    site = require_site(call, work)
    require_write(call)
    SITE_STATES.require(call, site)
    if work.count(ENVIRONMENT, site_id=site["id"]):
        raise Refused(validation_failure({"site": [HAS_ENVIRONMENTS]}))
    site.update(status="terminating", updated_at=iso_micros(work.now))
    site.pop("failure_reason", None)
    provision(work, TERMINATE_SITE, str(site["id"]), site)
    work.put(SITE, str(site["id"]), site)
    site_event(work, "site.terminating", site)
    return success(200, "Vector site deletion initiated", site)


def reconfigure_site(call: Call, work: Work) -> Reply:
    """WordPress's configuration is written anew; nobody can look into it here."""
    site = require_site(call, work)
    require_write(call)
    if site["status"] not in RECONFIGURE.allowed:
        raise RECONFIGURE.refusal(site["status"])
    return success(200, "WordPress configuration regenerated successfully", site)


def clone_site(call: Call, work: Work) -> Reply:
    """The development container only: no environment comes along, and tags and name are the clone's own."""
    source = require_site(call, work)
    require_write(call)
    body = call.body()
    SITE_STATES.require(call, source)
    customer = body.get("partner_customer_id") or source["partner_customer_id"]  # only a later generation may leave it out
    inherited = {"partner_customer_id": customer, "dev_php_version": source["dev_php_version"]}
    site = new_site(work.next_ordinal(SITE), {**body, **inherited}, work.now)
    install_all(work, site["id"])
    provision(work, CLONE_SITE, str(site["id"]), site)
    work.put(SITE, str(site["id"]), site)
    site_event(work, "site.pending", site)
    return success(201, "Site cloned successfully", site)
