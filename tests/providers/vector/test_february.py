"""Vector Pro in its generation of February 2026: the same world, seen by clients of a later time."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests

from mockenv.bootstrap import document_of
from mockenv.client import Mockenv, Sandbox
from mockenv.providers.vector import Service
from tests.conftest import Browser
from tests.providers.vector.february import API, FEBRUARY, ULID, ask, make_environment, refused
from tests.providers.vector.test_ssh_keys import ED25519
from tests.providers.vector.test_waf import RULE
from tests.runtime.receiver import receiving

pytestmark = pytest.mark.mockenv(options=FEBRUARY)
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")


def make_site(vector: Browser) -> dict[str, Any]:
    site: dict[str, Any] = ask(vector, "POST", "/sites", {"your_customer_id": "c", "dev_php_version": "8.4", "tags": ["a"]}, 201)
    return site


# Sites


def test_a_new_site_has_a_ulid_its_names_and_its_passwords_and_shows_the_passwords_once(vector: Browser, mockenv: Sandbox) -> None:
    made = vector("POST", f"{API}/sites", {"your_customer_id": "cust_12345", "dev_php_version": "8.4"})
    assert (made.status_code, made.json()["message"]) == (201, "Vector site creation initiated")
    site = made.json()["data"]
    assert list(site) == [
        *("id", "your_customer_id", "status", "dev_php_version", "tags", "dev_domain", "dev_db_host", "dev_db_name"),
        *("last_deployed_at", "environments", "created_at", "updated_at", "dev_sftp", "dev_db_username", "dev_db_password"),
    ]
    assert ULID.fullmatch(site["id"])
    assert DATE.fullmatch(site["created_at"])
    assert (site["your_customer_id"], site["status"], site["environments"]) == ("cust_12345", "pending", [])
    mockenv.advance_until_idle()
    shown = ask(vector, "GET", f"/sites/{site['id']}")
    assert "dev_sftp" not in shown
    assert "dev_db_password" not in shown
    assert shown["status"] == "active"
    assert {name: shown[name] for name in ("id", "dev_domain", "dev_db_name")} == {
        name: site[name] for name in ("id", "dev_domain", "dev_db_name")
    }
    sftp = vector("POST", f"{API}/sites/{site['id']}/sftp/reset-password").json()
    assert sftp["message"] == "SFTP password reset successfully. Store the new password securely - it will not be shown again."
    assert sftp["data"]["dev_sftp"].keys() == {"hostname", "port", "username", "password"}
    assert sftp["data"]["dev_sftp"]["password"] != site["dev_sftp"]["password"]
    for path in ("db/reset-password", "database/reset-password"):
        assert ask(vector, "POST", f"/sites/{site['id']}/{path}")["dev_db_password"] != site["dev_db_password"]


def test_one_site_has_a_number_and_a_ulid_and_each_leads_to_it(vector: Browser, mockenv: Sandbox) -> None:
    [listed] = ask(vector, "GET", "/sites")
    for id in (listed["id"], listed["id"].upper(), "12345", "happy-panda"):
        assert ask(vector, "GET", f"/sites/{id}") == listed
    stranger = listed["id"][:-1] + ("0" if listed["id"][-1] != "0" else "1")
    assert vector("GET", f"{API}/sites/{stranger}").json()["message"] == "Site not found"
    assert listed["id"] not in [site["id"] for site in (make_site(vector), make_site(vector))]


def test_the_customer_has_another_name_and_the_old_one_is_told_as_ignored(vector: Browser, mockenv: Sandbox) -> None:
    changed = ask(vector, "PUT", "/sites/12345", {"your_customer_id": "cust_67890", "partner_customer_id": "nobody"})
    assert changed["your_customer_id"] == "cust_67890"
    told = [one["problem"] for one in mockenv.server.spec_violations() if one["operation"] == "updateSite"]
    assert "ignored member: partner_customer_id" in told
    missing = vector("POST", f"{API}/sites", {"dev_php_version": "8.3"})
    assert missing.json()["errors"] == {"your_customer_id": ["The partner customer id field is required."]}


def test_deleting_answers_202_and_another_status(vector: Browser, mockenv: Sandbox) -> None:
    gone = ask(vector, "DELETE", "/sites/12345", status=202)
    assert gone["status"] == "termination_requested"
    mockenv.advance_until_idle()
    assert vector("GET", f"{API}/sites/{gone['id']}").status_code == 404


def test_a_clone_may_leave_its_customer_to_the_source(vector: Browser) -> None:
    assert ask(vector, "POST", "/sites/12345/clone", {}, 201)["your_customer_id"] == "cust_abc123"


def test_wordpress_is_configured_anew_where_the_site_is_active(vector: Browser) -> None:
    assert ask(vector, "POST", "/sites/12345/wp/reconfig")["status"] == "active"
    answer = vector("POST", f"{API}/sites/{make_site(vector)['id']}/wp/reconfig")
    text = "Site must be active to regenerate wp-config. Current state: 'pending'."
    assert (answer.status_code, answer.json()["errors"], answer.json()["message"]) == (422, {"status": [text]}, text)


# Environments and what is in them


def test_an_environment_is_found_by_flat_routes_and_stands_in_its_site(vector: Browser, mockenv: Sandbox) -> None:
    made = make_environment(vector, mockenv, tags=["live"])
    shown = ask(vector, "GET", f"/environments/{made['id']}")
    assert (shown["status"], shown["provisioning_step"], shown["failure_reason"]) == ("active", "complete", None)
    assert (shown["tags"], shown["subdomain"]) == (["live"], shown["platform_domain"].partition(".")[0])
    [site] = ask(vector, "GET", "/sites")
    assert shown["vector_site_id"] == site["id"]
    assert [one["id"] for one in site["environments"]] == [made["id"]]
    for path in (f"/environments?site={site['id']}", "/environments?site=12345", f"/sites/{site['id']}/environments"):
        assert ask(vector, "GET", path) == [shown]
    assert vector("GET", f"{API}/environments").status_code == 422
    changed = ask(vector, "PUT", f"/environments/{made['id']}", {"custom_domain": "www.example.com"}, 202)
    assert (changed["custom_domain"], changed["provisioning_step"]) == ("www.example.com", "requesting_cert")
    mockenv.advance_until_idle()
    assert ask(vector, "GET", f"/environments/{made['id']}/ssl")["provisioning_step"] == "waiting_custom_dns"
    nudged = vector("POST", f"{API}/environments/{made['id']}/ssl/nudge").json()
    assert nudged["message"] == "SSL provisioning advanced from waiting_custom_dns to provisioning_cdn_ssl"
    reset = ask(vector, "POST", f"/environments/{made['id']}/db/reset-password")
    assert {"database_user", "database_password"} <= reset.keys()
    assert ask(vector, "DELETE", f"/environments/{made['id']}", status=202)["status"] == "terminating"
    mockenv.advance_until_idle()
    assert vector("GET", f"{API}/environments/{made['id']}").json()["message"] == "Environment not found"


def test_deployments_answer_201_and_carry_their_environment(vector: Browser, mockenv: Sandbox) -> None:
    environment = make_environment(vector, mockenv)["id"]
    first = ask(vector, "POST", f"/environments/{environment}/deployments", {"include_database": False}, 201)
    assert ULID.fullmatch(first["id"])
    mockenv.advance_until_idle()
    shown = ask(vector, "GET", f"/deployments/{first['id']}")
    assert (shown["status"], shown["environment"]["id"], shown["vector_environment_id"]) == ("deployed", environment, environment)
    back = ask(vector, "POST", f"/environments/{environment}/rollback", {"target_deployment_id": first["id"]}, 201)
    mockenv.advance_until_idle()
    listed = ask(vector, "GET", f"/environments/{environment}/deployments")
    assert [one["id"] for one in listed] == [back["id"], first["id"]]
    assert vector("GET", f"{API}/deployments/nobody").json()["message"] == "Deployment not found"


def test_secrets_of_an_environment_have_flat_routes(vector: Browser, mockenv: Sandbox) -> None:
    environment = make_environment(vector, mockenv)["id"]
    made = ask(vector, "POST", f"/environments/{environment}/secrets", {"key": "A", "value": "v"}, 201)
    assert list(made) == ["id", "key", "is_secret", "created_at", "updated_at"]
    assert ask(vector, "GET", f"/environments/{environment}/secrets") == [ask(vector, "GET", f"/secrets/{made['id']}")] == [made]
    assert ask(vector, "PUT", f"/secrets/{made['id']}", {"key": "B"})["key"] == "B"
    assert ask(vector, "DELETE", f"/secrets/{made['id']}")["key"] == "B"
    assert vector("GET", f"{API}/secrets/{made['id']}").json()["message"] == "Environment secret not found"


# The account's things, where the vendor's Node client looks for them, too


@pytest.mark.parametrize("base", ["/global-secrets", "/account/secrets"])
def test_global_secrets(vector: Browser, base: str) -> None:
    made = ask(vector, "POST", base, {"key": "A", "value": "v"}, 201)
    assert ask(vector, "GET", base) == [ask(vector, "GET", f"{base}/{made['id']}")] == [made]
    assert ask(vector, "DELETE", f"{base}/{made['id']}") == made


@pytest.mark.parametrize("base", ["/ssh-keys", "/account/ssh-keys"])
def test_ssh_keys(vector: Browser, base: str) -> None:
    made = ask(vector, "POST", base, {"name": "k", "public_key": ED25519}, 201)
    assert (made["is_account_default"], made["vector_site_id"]) == (True, None)
    assert ULID.fullmatch(made["id"])
    assert ask(vector, "GET", base) == [ask(vector, "GET", f"{base}/{made['id']}")] == [made]
    assert ask(vector, "DELETE", f"{base}/{made['id']}") == made
    on_site = ask(vector, "POST", "/sites/12345/ssh-keys", {"name": "k", "public_key": ED25519}, 201)
    assert (on_site["is_account_default"], on_site["vector_site_id"]) == (False, ask(vector, "GET", "/sites")[0]["id"])
    assert ask(vector, "DELETE", f"/sites/12345/ssh-keys/{on_site['id']}")["id"] == on_site["id"]


@pytest.mark.parametrize("base", ["/api-keys", "/account/api-keys"])
def test_api_keys_have_numbers_and_abilities_by_their_new_names(vector: Browser, mockenv: Sandbox, base: str) -> None:
    made = ask(vector, "POST", base, {"name": "k", "abilities": ["site:read"]}, 201)
    assert (type(made["id"]), made["abilities"], made["expires_at"]) == (int, ["site:read"], None)
    caller = Browser(mockenv, {"Authorization": f"Bearer {made['token']}"})
    assert caller("GET", f"{API}/sites").status_code == 200
    assert caller("POST", f"{API}/sites", {}).status_code == 403
    assert [one["id"] for one in ask(vector, "GET", base)] == [made["id"]]
    assert ask(vector, "DELETE", f"{base}/{made['id']}") == {}
    assert caller("GET", f"{API}/sites").status_code == 401


def test_the_waf_is_spoken_of_by_names_and_addresses(vector: Browser) -> None:
    for slug, entry in (("blocked-ips", {"ip": "1.2.3.4"}), ("allowed-referrers", {"hostname": "*.a.com"})):
        [value] = entry.values()
        assert ask(vector, "POST", f"/sites/12345/waf/{slug}", entry, 201) == entry
        assert ask(vector, "GET", f"/sites/12345/waf/{slug}") == [entry]
        assert ask(vector, "DELETE", f"/sites/12345/waf/{slug}/{value}") == entry
    rule = ask(vector, "POST", "/sites/12345/waf/rate-limits", RULE, 201)
    assert (
        ask(vector, "PUT", f"/sites/12345/waf/rate-limits/{rule['id']}", {"request_count": 5})["configuration"]["request_count"]
        == 5
    )


def test_databases_come_and_go_under_their_shorter_paths(vector: Browser, mockenv: Sandbox) -> None:
    session = ask(vector, "POST", "/sites/12345/db/imports", status=201)
    assert (session["status"], session["started_at"]) == ("pending", None)
    assert requests.put(session["upload_url"], data=b"-- sql", timeout=30).status_code == 200
    assert ask(vector, "GET", f"/sites/12345/db/imports/{session['id']}")["status"] == "uploaded"
    ask(vector, "POST", f"/sites/12345/db/imports/{session['id']}/run", status=202)
    mockenv.advance_until_idle()
    assert ask(vector, "GET", f"/sites/12345/db/imports/{session['id']}")["status"] == "completed"
    started = ask(vector, "POST", "/sites/12345/db/export", status=202)
    mockenv.advance_until_idle()
    done = ask(vector, "GET", f"/sites/12345/db/exports/{started['id']}")
    assert requests.get(done["download_url"], timeout=30).content == b"-- sql"


def test_an_environments_database_is_imported_exported_by_nobody_else_and_promoted_to(vector: Browser, mockenv: Sandbox) -> None:
    environment = make_environment(vector, mockenv)["id"]
    base = f"/environments/{environment}/db"
    session = ask(vector, "POST", f"{base}/imports", status=201)
    assert requests.put(session["upload_url"], data=b"-- own", timeout=30).status_code == 200
    ask(vector, "POST", f"{base}/imports/{session['id']}/run", status=202)
    assert vector("POST", f"{API}{base}/imports/{session['id']}/run").json()["message"] == "Import is not ready to run"
    mockenv.advance_until_idle()
    assert ask(vector, "GET", f"{base}/imports/{session['id']}")["status"] == "completed"
    assert vector("GET", f"{API}/sites/12345/db/imports/{session['id']}").json()["message"] == "Import not found"
    direct = vector("POST", f"{API}{base}/import", data=b"-- direct", headers={"Content-Type": "application/sql"})
    assert direct.json()["data"]["success"] is True
    started = ask(vector, "POST", f"{base}/promote", {"drop_tables": True}, 202)
    assert (started["status"], started["vector_environment_id"]) == ("processing", environment)
    assert list(vector("POST", f"{API}{base}/promote").json()["errors"]) == ["promote"]
    mockenv.advance_until_idle()
    assert ask(vector, "GET", f"{base}/promotes/{started['id']}")["status"] == "completed"
    assert vector("GET", f"{API}{base}/promotes/nobody").json()["message"] == "Promote not found"


def test_ping_whoami_account_versions_and_logs(vector: Browser, mockenv: Sandbox) -> None:
    for path in ("ping", "auth/whoami"):
        assert vector("GET", f"/api/v1/{path}").status_code == 200
    assert ask(vector, "GET", "/account")["sites"]["by_status"]["termination_requested"] == 0
    assert {"value": "8.5", "label": "PHP 8.5"} in ask(vector, "GET", "/php-versions")
    environment = make_environment(vector, mockenv)["id"]
    ask(vector, "POST", f"/environments/{environment}/deployments", status=201)
    mockenv.advance_until_idle()
    logs = ask(vector, "GET", "/sites/12345/logs?environment=production")
    assert (logs["has_more"], logs["cursor"], len(logs["logs"]["tables"][0]["rows"])) == (False, None, 2)


# Events


def test_events_have_dots_phases_and_no_prefix(vector: Browser, mockenv: Sandbox) -> None:
    environment = make_environment(vector, mockenv)["id"]
    ask(vector, "DELETE", f"/environments/{environment}", status=202)
    mockenv.advance_until_idle()
    assert [one["type"] for one in mockenv.events()] == [
        *("environment.created", "environment.provisioning.started", "cdn.setup.started", "cdn.setup.completed"),
        *("environment.provisioning.completed", "environment.termination.started", "environment.termination.completed"),
    ]
    data = mockenv.events()[0]["data"]
    assert (data["id"], "vector_site_id" in data) == (environment, True)
    shown = ask(vector, "GET", "/events?event=environment.created")
    assert [(one["event"], one["model_type"], one["model_id"]) for one in shown] == [
        ("environment.created", "VectorEnvironment", environment)
    ]
    assert shown[0]["actor"] == {"ip": "127.0.0.1", "token_name": "owner"}
    [system] = ask(vector, "GET", "/events?event=environment.provisioning.completed")
    assert "actor" not in system


def test_a_webhook_is_told_by_the_new_names_and_refuses_the_old(vector: Browser, mockenv: Sandbox) -> None:
    body = {"url": "http://127.0.0.1:9/hook", "events": ["site.*"]}
    hook = ask(vector, "POST", "/webhooks", body, 201)
    assert ULID.fullmatch(hook["id"])
    make_site(vector)
    planned = [one["event"] for one in mockenv.deliveries()]
    assert planned == ["site.created", "site.provisioning.started"]
    answer = vector("POST", f"{API}/webhooks", {**body, "events": ["vector.site.created"]})
    assert list(answer.json()["errors"]) == ["events.0"]
    assert ask(vector, "PUT", f"/webhooks/{hook['id']}", {"enabled": False})["enabled"] is False
    ask(vector, "DELETE", f"/webhooks/{hook['id']}")


# One world, two generations


def test_both_generations_show_the_same_world(mockenv_server: Mockenv) -> None:
    seen = []
    for options in ({}, FEBRUARY):
        with mockenv_server.sandbox(clock="manual", seed=5, options=options) as sandbox:
            vector = Browser(sandbox, sandbox.headers("vector"))
            ask(
                vector,
                "POST",
                "/sites/12345/environments",
                {"name": "qa", "php_version": "8.3", "custom_domain": "qa.example.com"},
                201,
            )
            sandbox.advance_until_idle()
            path = "/environments/67890" if options else "/sites/12345/environments/67890"
            seen.append(ask(vector, "GET", path))
    for name in ("name", "status", "platform_domain", "custom_domain", "is_production", "php_version"):
        assert seen[0][name] == seen[1][name]
    assert (seen[0]["db_name"], seen[0]["db_host"]) == (seen[1]["database_name"], seen[1]["database_host"])


def test_every_operation_of_either_document_has_a_handler_and_only_those() -> None:
    service = Service(document_of(Service))
    [later] = service.editions
    assert set(later.operations) == set(later.document.operations)
    assert service.edition({"generation": "2026-01"}) is service
    assert service.edition({"generation": "2026-02"}) is later


# What came later in that spring


def test_the_change_of_a_domain_is_an_operation_of_its_own(vector: Browser, mockenv: Sandbox) -> None:
    environment = make_environment(vector, mockenv)["id"]
    path = f"/environments/{environment}"
    reply = vector("PUT", f"{API}{path}", {"custom_domain": "www.example.com", "tags": ["a"]})
    assert (reply.status_code, reply.json()["message"]) == (202, "Environment update initiated, domain change in progress")
    pending = reply.json()["data"]["pending_domain_change"]
    assert (pending["status"], pending["new_domain"]) == ("pending", "www.example.com")
    already = "A domain change is already in progress for this environment."
    assert refused(vector, "PUT", path, {"custom_domain": "other.example.com"}) == {"domain_change": [already]}
    assert "pending_domain_change" not in ask(vector, "PUT", path, {"tags": ["b"]})
    mockenv.advance_until_idle()
    done = ask(vector, "GET", f"{path}/domain-changes/{pending['id']}")
    assert (done["status"], done["old_custom_domain"], done["new_custom_domain"]) == ("completed", None, "www.example.com")
    assert refused(vector, "GET", f"{path}/domain-changes/nobody", status=404) == "Domain change not found"
    mockenv.fault({"fail": "no certificate"}, provider="vector", resource="domain-change", step="processing")
    ask(vector, "PUT", path, {"custom_domain": None}, 202)
    mockenv.advance_until_idle()
    assert ask(vector, "GET", path)["custom_domain"] == "www.example.com"


def test_only_an_active_environment_changes_its_domain(vector: Browser) -> None:
    made = ask(vector, "POST", "/sites/12345/environments", {"name": "qa", "php_version": "8.3"}, 201)["id"]
    text = "Environment must be in active state to change domain."
    assert refused(vector, "PUT", f"/environments/{made}", {"custom_domain": "a.example.com"}) == {"environment": [text]}
    ask(vector, "PUT", f"/environments/{made}", {"tags": ["a"]})


def test_the_customers_record_is_looked_for_again(vector: Browser, mockenv: Sandbox) -> None:
    environment = make_environment(vector, mockenv)["id"]
    path = f"/environments/{environment}/dns/recheck"
    assert list(refused(vector, "POST", path)) == ["environment"]
    ask(vector, "PUT", f"/environments/{environment}", {"custom_domain": "www.example.com"}, 202)
    assert vector("POST", f"{API}{path}").json()["message"] == "DNS not yet propagating to expected target"
    mockenv.advance_until_idle()
    assert vector("POST", f"{API}{path}").json()["message"] == "DNS verified"
    mockenv.advance_until_idle()
    assert ask(vector, "GET", f"/environments/{environment}")["provisioning_step"] == "complete"


def test_a_sites_deployments_are_those_of_all_its_environments(vector: Browser, mockenv: Sandbox) -> None:
    made = []
    for name in ("production", "staging"):
        environment = make_environment(vector, mockenv, name)["id"]
        for _ in range(2):
            made.append(ask(vector, "POST", f"/environments/{environment}/deployments", status=201)["id"])
            mockenv.advance_until_idle()
    assert [one["id"] for one in ask(vector, "GET", "/sites/12345/deployments")] == made[::-1]
    second = vector("GET", f"{API}/sites/12345/deployments?per_page=1&page=2").json()
    assert ([one["id"] for one in second["data"]], second["meta"]["total"]) == ([made[2]], 4)
    of_one = ask(vector, "GET", "/sites/12345/deployments?environment=production")
    assert [one["id"] for one in of_one] == made[1::-1]
    ask(vector, "DELETE", f"/environments/{environment}", status=202)
    assert len(ask(vector, "GET", "/sites/12345/deployments")) == 2


def test_sites_are_searched_filtered_and_sorted(vector: Browser, mockenv: Sandbox) -> None:
    for customer in ("Beta", "alpha"):
        ask(vector, "POST", "/sites", {"your_customer_id": customer, "dev_php_version": "8.3"}, 201)
        mockenv.advance("1s")

    def customers(query: str) -> list[str]:
        return [one["your_customer_id"] for one in ask(vector, "GET", f"/sites?{query}")]

    assert customers("") == ["alpha", "Beta", "cust_abc123"]
    assert customers("direction=asc&per_page=2") == ["cust_abc123", "Beta"]
    assert customers("search=bet") == ["Beta"]
    assert customers("search=happy-pan") == ["cust_abc123"]
    assert customers("sort=your_customer_id&direction=asc") == ["Beta", "alpha", "cust_abc123"]
    assert customers("status=active&sort=updated_at") == ["alpha", "Beta", "cust_abc123"]
    assert customers("status=pending") == []
    environment = make_environment(vector, mockenv)["id"]
    ask(vector, "POST", f"/environments/{environment}/deployments", status=201)
    mockenv.advance_until_idle()
    assert customers("sort=last_deployed_at")[0] == "cust_abc123"
    assert ask(vector, "GET", "/sites/12345")["last_deployed_at"] is not None
    ask(vector, "DELETE", f"/environments/{environment}", status=202)
    mockenv.advance_until_idle()
    ask(vector, "DELETE", "/sites/12345", status=202)
    assert customers("status=termination_requested") == ["cust_abc123"]
    assert list(refused(vector, "GET", "/sites?sort=size")) == ["sort"]


def test_a_plain_variable_shows_its_value_and_a_secret_never(vector: Browser) -> None:
    plain = ask(vector, "POST", "/global-secrets", {"key": "APP_ENV", "value": "live", "is_secret": False}, 201)
    assert (plain["is_secret"], plain["value"]) == (False, "live")
    path = f"/global-secrets/{plain['id']}"
    assert ask(vector, "GET", path) == ask(vector, "GET", "/global-secrets")[0] == plain
    assert ask(vector, "PUT", path, {"value": "staging"})["value"] == "staging"
    hidden = ask(vector, "PUT", path, {"is_secret": True})
    assert ("value" in hidden, hidden["is_secret"]) == (False, True)
    ask(vector, "PUT", path, {"is_secret": False})
    assert ask(vector, "DELETE", path)["value"] == "staging"


def test_the_account_keeps_where_a_customer_is_in_the_partners_system(vector: Browser) -> None:
    url = "https://example.com/customers/YOUR_ID"
    assert ask(vector, "PATCH", "/account", {"external_customer_url": url})["partner"] == {"external_customer_url": url}
    assert ask(vector, "GET", "/account")["partner"] == {"external_customer_url": url}
    wrong = refused(vector, "PATCH", "/account", {"external_customer_url": "https://example.com"})
    assert list(wrong) == ["external_customer_url"]
    assert ask(vector, "PATCH", "/account", {"external_customer_url": None})["partner"] == {"external_customer_url": None}


def test_an_archive_is_imported_with_its_addresses_replaced(vector: Browser, mockenv: Sandbox) -> None:
    base = "/sites/12345/imports"
    options = {"search_replace": {"from": "old.example.com", "to": "new.example.com"}}
    session = ask(vector, "POST", base, {"filename": "a.sql", "content_length": 20, "options": options}, 201)
    assert (session["status"], session["filename"], session["options"]["drop_tables"]) == ("pending", "a.sql", True)
    sent = requests.put(session["upload_url"], data=b"-- at old.example.com", timeout=30)
    uploaded = ask(vector, "GET", f"{base}/{session['id']}")
    assert (uploaded["status"], uploaded["checksum"]["s3_etag"]) == ("uploaded", sent.headers["ETag"].strip('"'))
    running = vector("POST", f"{API}{base}/{session['id']}/run", {})
    assert (running.status_code, running.json()["message"]) == (202, "Archive import started")
    mockenv.advance_until_idle()
    done = ask(vector, "GET", f"{base}/{session['id']}")
    assert (done["status"], done["duration_ms"]) == ("completed", 1000)
    export = ask(vector, "POST", "/sites/12345/db/export", status=202)["id"]
    mockenv.advance_until_idle()
    link = ask(vector, "GET", f"/sites/12345/db/exports/{export}")["download_url"]
    assert requests.get(link, timeout=30).content == b"-- at new.example.com"
    assert list(refused(vector, "POST", base, {})) == ["content_length"]
    pending = make_site(vector)["id"]
    assert refused(vector, "POST", f"/sites/{pending}/imports", {"content_length": 1}) == {
        "site": ["Site must be in active state to import."]
    }


def test_a_webhooks_log_has_what_was_sent_and_what_came_back(vector: Browser, mockenv: Sandbox) -> None:
    with receiving() as receiver:
        hook = ask(vector, "POST", "/webhooks", {"url": receiver.url, "events": ["site.updated"]}, 201)["id"]
        ask(vector, "PUT", "/sites/12345", {"tags": ["new"]})
        mockenv.advance("1s")
    [row] = ask(vector, "GET", f"/webhooks/{hook}/logs")
    assert list(row) == [
        *("id", "vector_webhook_delivery_id", "vector_webhook_id", "event", "request_body", "attempt", "response_status"),
        *("response_body", "response_headers", "latency_ms", "created_at"),
    ]
    assert (row["vector_webhook_id"], row["request_body"]["event"], row["response_status"]) == (hook, "site.updated", 204)
    assert isinstance(row["response_headers"], dict)
