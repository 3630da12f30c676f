"""Webhooks: create, list, get, update, delete. What they are sent is the kernel's business."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from orjson import loads

from mockenv.kernel.events.deliveries import DELIVERY, deliveries_of, forget
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import iso_micros
from mockenv.provider import Call, Refused, Reply
from mockenv.providers.vector.errors import not_found, success, validation_failure
from mockenv.providers.vector.laravel import dirty
from mockenv.providers.vector.model import WEBHOOK, new_webhook, show_webhook
from mockenv.providers.vector.operations.access import require_write
from mockenv.providers.vector.operations.paging import page_of, page_reply, wanted_page
from mockenv.providers.vector.telling import tell
from mockenv.store.base import Document
from mockenv.toolbox import given

CREATED = "Webhook created successfully. Store the secret securely - it will not be shown again."
ROTATED = "Webhook secret rotated successfully. Store the secret securely - it will not be shown again."  # guess, after the above
SLACK_CREATED = "Slack webhook created successfully."


def list_webhooks(call: Call, work: Work) -> Reply:
    return page_of(call, work, WEBHOOK, "Webhooks retrieved successfully", {}, show=show_webhook)


def create_webhook(call: Call, work: Work) -> Reply:
    """The guide's own call sends `url` and `events` alone."""
    require_write(call)
    body = call.body()
    slack = body.get("type") == "slack"
    _require_url(body["url"], slack)
    draw = work.draw(WEBHOOK, work.next_ordinal(WEBHOOK))
    id, signing = draw.ulid("id", work.now // 1000), work.option("vector", "signing")
    webhook = new_webhook(id, body, f"whsec_{draw.hex('secret', 32)}", signing, work.now)
    work.put(WEBHOOK, webhook["id"], webhook)
    _note(work, "created", webhook)
    return success(201, SLACK_CREATED if slack else CREATED, show_webhook(webhook, with_secret=True))


def get_webhook(call: Call, work: Work) -> Reply:
    return success(200, "Webhook retrieved successfully", show_webhook(_require_webhook(call, work)))


def update_webhook(call: Call, work: Work) -> Reply:
    webhook = _require_webhook(call, work)
    require_write(call)
    body = call.body()
    if "url" in body:
        _require_url(body["url"], webhook["type"] == "slack")
    wanted = given(body, ("url", "events", "enabled"))
    wanted |= {name: body[f"x_mockenv_{name}"] for name in ("signing", "filter") if f"x_mockenv_{name}" in body}
    if changes := dirty(webhook, wanted):
        webhook.update(changes, updated_at=iso_micros(work.now))
        work.put(WEBHOOK, webhook["id"], webhook)
        _note(work, "updated", webhook)
    return success(200, "Webhook updated successfully", show_webhook(webhook))


def delete_webhook(call: Call, work: Work) -> Reply:
    webhook = _require_webhook(call, work)
    require_write(call)
    work.delete(WEBHOOK, webhook["id"])
    forget(work, f"{WEBHOOK}/{webhook['id']}")  # the logs go along
    _note(work, "deleted", webhook)
    return success(200, "Webhook deleted successfully", {})


def rotate_secret(call: Call, work: Work) -> Reply:
    """The old secret is dead at once: retries that are still to come are signed with the new one."""
    webhook = _require_webhook(call, work)
    require_write(call)
    if webhook["type"] == "slack":
        raise Refused(validation_failure({"type": ["Slack webhooks have no secret."]}))  # guess
    draw = work.draw(WEBHOOK, webhook["id"])
    purpose = f"secret/{webhook['secrets_drawn']}"
    webhook["secret"] = f"whsec_{draw.hex(purpose, 32)}"
    webhook["secrets_drawn"] += 1
    webhook["updated_at"] = iso_micros(work.now)
    work.put(WEBHOOK, webhook["id"], webhook)
    return success(200, ROTATED, {"secret": webhook["secret"]})


def list_logs(call: Call, work: Work) -> Reply:
    """One row per attempt, newest first."""
    return _logs(call, work, lambda row, delivery, attempt: row)


def list_whole_logs(call: Call, work: Work) -> Reply:
    """The same with what was sent and what came back, which only the later generation shows."""

    def whole(row: Document, delivery: Document, attempt: Document) -> Document:
        sent = {"delivery_id": delivery["id"], "webhook_id": call.params["webhook"], "request_body": loads(delivery["body"])}
        return row | sent | {"response_body": attempt["body"], "response_headers": attempt["headers"]}

    return _logs(call, work, whole)


def _logs(call: Call, work: Work, show: Callable[[Document, Document, Document], Document]) -> Reply:
    webhook, (page, per_page) = _require_webhook(call, work), wanted_page(call)
    rows = [
        show(row, delivery, attempt)
        for delivery in deliveries_of(work, f"{WEBHOOK}/{webhook['id']}")
        for row, attempt in zip(_log_rows(work, delivery), delivery["attempts"], strict=True)
    ]
    rows.sort(key=lambda row: (row["delivered_at"], row["attempt"], row["id"]), reverse=True)
    start = (page - 1) * per_page
    return page_reply(call, rows[start : start + per_page], len(rows), "Webhook logs retrieved successfully")


def _log_rows(work: Work, delivery: Document) -> list[Document]:
    """The guide's row; `status_code` is null where there was no answer."""
    return [
        {
            "id": work.draw(DELIVERY, delivery["ordinal"]).ulid(f"log/{one['attempt']}", one["at"] // 1000),
            "event": delivery["event"],
            "status_code": one["status"],
            "response_time_ms": one["milliseconds"],
            "attempt": one["attempt"],
            "delivered_at": iso_micros(one["at"]),
        }
        for one in delivery["attempts"]
    ]


def _require_webhook(call: Call, work: Work) -> Document:
    webhook = work.get(WEBHOOK, call.params["webhook"])
    if webhook is None:
        raise not_found("Webhook")
    return webhook


def _note(work: Work, what: str, webhook: Document) -> None:
    tell(work, f"webhook.{what}", f"{WEBHOOK}/{webhook['id']}", show_webhook(webhook))


def _require_url(url: str, slack: bool) -> None:
    """The service wants https; receivers under test live on loopback, so plain http is taken there. Texts are guesses."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise _bad_url("The url must be a valid URL.") from None
    if slack and (parts.scheme != "https" or host != "hooks.slack.com"):
        raise _bad_url("The url must be a Slack webhook URL.")
    if not host or (parts.scheme != "https" and not _is_near(host)):
        raise _bad_url("The url must use HTTPS.")


def _is_near(host: str) -> bool:
    """Loopback or private: names without a dot are a container network's, `.docker.internal` is Docker's way to the host."""
    try:
        address = ip_address(int(host) if host.isdigit() else host)  # resolvers take bare numbers for addresses
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".docker.internal", ".containers.internal", ".local", ".test"))
    return address.is_loopback or (address.is_private and not address.is_link_local)


def _bad_url(text: str) -> Refused:
    return Refused(validation_failure({"url": [text]}))
