"""What a site's CDN and WAF are set to, by groups: what each is called and begins with. Knows no operation; nothing obeys it.

Only the later generation has them. The values that a group begins with are those of the reference's examples (a guess).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from mockenv.kernel.unit.work import Work
from mockenv.providers.vector.model import EDGE_RULE, SETTINGS
from mockenv.store.base import Document, Kind, by


class Group(NamedTuple):
    """`title` is what the messages call it, `beginning` all that there is to set."""

    slug: str
    title: str
    beginning: Mapping[str, Any]


CACHING = Group(
    "caching",
    "Caching",
    {
        "enable_smart_cache": True,
        "cache_control_max_age_override": 2_592_000,
        "cache_control_public_max_age_override": 0,
        "disable_cookies": True,
        "cache_error_responses": False,
        "enable_query_string_ordering": True,
        "ignore_query_strings": False,
        "query_string_vary_parameters": [],
        "enable_hostname_vary": False,
        "enable_mobile_vary": False,
        "enable_webp_vary": True,
        "enable_avif_vary": True,
        "enable_country_code_vary": False,
        "enable_cookie_vary": False,
        "cookie_vary_parameters": [],
        "enable_origin_shield": False,
        "origin_shield_zone_code": "",
        "origin_shield_enable_concurrency_limit": False,
        "origin_shield_max_concurrent_requests": 5_000,
        "origin_shield_queue_max_wait_time": 30,
        "origin_shield_max_queued_requests": 1_000,
        "enable_request_coalescing": False,
        "request_coalescing_timeout": 30,
        "use_stale_while_updating": True,
        "use_stale_while_offline": True,
        "use_background_update": True,
        "enable_cache_slice": False,
    },
)
OPTIMIZER = Group(
    "optimizer",
    "Optimizer",
    {
        "optimizer_enabled": True,
        "optimizer_enable_webp": True,
        "optimizer_automatic_optimization_enabled": True,
        "optimizer_enable_manipulation_engine": False,
        "optimizer_watermark_enabled": False,
        "optimizer_minify_css": True,
        "optimizer_minify_javascript": True,
        "optimizer_image_quality": 85,
        "optimizer_mobile_image_quality": 70,
        "optimizer_desktop_max_width": 1_600,
        "optimizer_mobile_max_width": 800,
    },
)
FIREWALL = Group(
    "firewall",
    "WAF",
    {
        "enabled": True,
        "learning_mode": False,
        "profile_id": 1,
        "execution_mode": 1,
        "disabled_rules": [],
        "log_only_rules": [],
        "request_header_logging": False,
        "request_body_limit_action": 0,
        "response_body_limit_action": 0,
        "realtime_threat_intelligence": True,
    },
)
DDOS = Group(
    "ddos",
    "DDoS protection",
    {"enabled": True, "protection_type": 1, "sensitivity": 2, "execution_mode": 1, "challenge_window": 30},
)
BOTS = Group(
    "bots",
    "Bot detection",
    {
        "execution_mode": 1,
        "request_integrity_sensitivity": 2,
        "ip_address_sensitivity": 1,
        "browser_fingerprint_sensitivity": 2,
        "browser_fingerprint_aggression": 1,
        "browser_fingerprint_complex_enabled": False,
    },
)
PROFILES = ({"Id": 1, "Name": "Default"}, {"Id": 2, "Name": "WordPress"})
"""As the reference has them, capitals included."""

KINDS = (Kind(SETTINGS, {"site_id": by("site_id")}, internal=True), Kind(EDGE_RULE, {"site_id": by("site_id")}))


def settings_of(work: Work, site_id: int, group: Group) -> Document:
    """All of a group, in its order."""
    changed = (work.get(SETTINGS, _id(site_id, group)) or {"values": {}})["values"]
    return {**group.beginning, **changed}


def change_settings(work: Work, site_id: int, group: Group, changes: Document) -> None:
    values = {**settings_of(work, site_id, group), **changes}
    work.put(SETTINGS, _id(site_id, group), {"site_id": site_id, "values": values})


def _id(site_id: int, group: Group) -> str:
    return f"{site_id}/{group.slug}"
