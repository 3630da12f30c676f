"""A site's WAF: addresses and referrers that are blocked or let in, and rate-limit rules. Nobody visits, so nothing is filtered."""

from __future__ import annotations

from ipaddress import ip_address

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Handler, Refused, Reply
from mockenv.providers.vector.errors import failure, not_found, success, validation_failure
from mockenv.providers.vector.model import WAF_ENTRY, WAF_RULE
from mockenv.providers.vector.operations.access import require_site, require_write
from mockenv.providers.vector.telling import tell
from mockenv.providers.vector.waf import MOST_RULES, EntryList, list_key, new_rule, show_entry, show_rule
from mockenv.store.base import Document
from mockenv.toolbox import find_one, given

FULL = "Rate limit rule limit reached (25 rules per zone)"
# Guess: what the guide's call of one number means as a rule.
SITE_WIDE = {"name": "Site rate limit", "timeframe": 1, "block_time": 60, "site_wide": True}


def entries_of(of: EntryList) -> Handler:
    """All of a list; not paginated."""

    def list_entries(call: Call, work: Work) -> Reply:
        found = work.find(WAF_ENTRY, list=list_key(require_site(call, work)["id"], of.slug))
        return success(200, f"{of.title}s retrieved successfully", [show_entry(one, of) for one in found])

    return list_entries


def adder_to(of: EntryList) -> Handler:
    def add_entry(call: Call, work: Work) -> Reply:
        """Guess: what is there already is taken, and there once."""
        site = require_site(call, work)
        require_write(call)
        value = _value(of, call.body())
        entry = find_one(work, WAF_ENTRY, value=f"{list_key(site['id'], of.slug)}/{value}")
        if entry is None:
            entry = {"id": work.next_ordinal(WAF_ENTRY), "site_id": site["id"], "list": of.slug, "value": value}
            work.put(WAF_ENTRY, str(entry["id"]), entry)
            _tell_entry(work, of, "created", entry)
        return success(201, f"{of.title} added successfully", show_entry(entry, of))

    return add_entry


def remover_from(of: EntryList) -> Handler:
    def remove_entry(call: Call, work: Work) -> Reply:
        """By its id, as the guide has it, or by what is entered, as the reference has it."""
        site, wanted = require_site(call, work), call.params["entry"]
        key = list_key(site["id"], of.slug)
        entry = work.get(WAF_ENTRY, wanted)
        if entry is None or list_key(entry["site_id"], entry["list"]) != key:
            entry = find_one(work, WAF_ENTRY, value=f"{key}/{wanted.lower()}")
        if entry is None:
            raise not_found(of.title)
        require_write(call)
        work.delete(WAF_ENTRY, str(entry["id"]))
        _tell_entry(work, of, "deleted", entry)
        return success(200, f"{of.title} removed successfully", show_entry(entry, of))

    return remove_entry


def list_rules(call: Call, work: Work) -> Reply:
    found = work.find(WAF_RULE, site_id=require_site(call, work)["id"])
    return success(200, "Rate limits retrieved successfully", [show_rule(one) for one in found])


def create_rule(call: Call, work: Work) -> Reply:
    site = require_site(call, work)
    require_write(call)
    return success(201, "Rate limit created successfully", show_rule(_add_rule(work, site, call.body())))


def get_rule(call: Call, work: Work) -> Reply:
    return success(200, "Rate limit retrieved successfully", show_rule(_require_rule(call, work)))


def update_rule(call: Call, work: Work) -> Reply:
    """What is left out keeps its value."""
    rule = _require_rule(call, work)
    require_write(call)
    body = call.body()
    rule.update(given(body, ("name", "description")))
    rule["configuration"].update(given(body, ("request_count", "timeframe", "block_time", "value", "operator")))
    rule["configuration"].update({name: body[name] or [] for name in ("variables", "transformations") if name in body})
    work.put(WAF_RULE, str(rule["id"]), rule)
    _tell_rule(work, "updated", rule)
    return success(200, "Rate limit updated successfully", show_rule(rule))


def delete_rule(call: Call, work: Work) -> Reply:
    rule = _require_rule(call, work)
    require_write(call)
    work.delete(WAF_RULE, str(rule["id"]))
    _tell_rule(work, "deleted", rule)
    return success(200, "Rate limit deleted successfully", {})


def set_site_limit(call: Call, work: Work) -> Reply:
    """The guide's one number, kept as one of the site's rules: so both ways of speaking show the same."""
    site = require_site(call, work)
    require_write(call)
    count = call.body()["requests_per_second"]
    rule = find_one(work, WAF_RULE, site_wide=site["id"])
    if rule is None:
        rule = _add_rule(work, site, SITE_WIDE | {"request_count": count})
    rule["configuration"].update(request_count=count, timeframe=1)
    work.put(WAF_RULE, str(rule["id"]), rule)
    return success(200, "Rate limit updated successfully", {"requests_per_second": count})


def _value(of: EntryList, body: Document) -> str:
    """Names are one whatever their capitals, and addresses whatever their zeros."""
    value = next((body[name] for name in of.members if body.get(name)), None)
    if value is None:
        raise Refused(validation_failure({of.members[0]: [f"The {of.members[0]} field is required."]}))
    if of.members != ("ip",):
        return str(value).lower()
    try:
        return str(ip_address(value))
    except ValueError:
        raise Refused(validation_failure({"ip": ["The ip must be a valid IP address."]})) from None


def _add_rule(work: Work, site: Document, body: Document) -> Document:
    if work.count(WAF_RULE, site_id=site["id"]) >= MOST_RULES:
        raise Refused(failure(422, FULL))  # the one 422 without `errors`
    rule = new_rule(work, site["id"], body)
    work.put(WAF_RULE, str(rule["id"]), rule)
    _tell_rule(work, "created", rule)
    return rule


def _tell_entry(work: Work, of: EntryList, what: str, entry: Document) -> None:
    """No generation tells of addresses that are let in: only the earlier one has them."""
    if of.event:
        data = {"id": entry["id"], "site_id": entry["site_id"], of.members[-1]: entry["value"]}
        tell(work, f"{of.event}.{what}", f"{WAF_ENTRY}/{entry['id']}", data)


def _tell_rule(work: Work, what: str, rule: Document) -> None:
    tell(work, f"ratelimit.{what}", f"{WAF_RULE}/{rule['id']}", {name: rule[name] for name in ("id", "site_id", "name")})


def _require_rule(call: Call, work: Work) -> Document:
    site, rule = require_site(call, work), work.get(WAF_RULE, call.params["rule"])
    if rule is None or rule["site_id"] != site["id"]:
        raise not_found("Rate limit")
    return rule
