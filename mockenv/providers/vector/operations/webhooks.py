"""Webhooks: create, list, get, update, delete. What they are sent is the kernel's business."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from mockenv.kernel.instant import iso_micros
from mockenv.kernel.work import Work
from mockenv.provider import Call, Refused, Reply
from mockenv.providers.vector.errors import not_found, success, validation_failure
from mockenv.providers.vector.model import WEBHOOK, new_webhook, without_secret
from mockenv.providers.vector.operations.access import require_write
from mockenv.providers.vector.operations.paging import page_of
from mockenv.store.base import Document

CREATED = "Webhook created successfully. Store the secret securely - it will not be shown again."
SLACK_CREATED = "Slack webhook created successfully."


def list_webhooks(call: Call, work: Work) -> Reply:
    reply = page_of(call, work, WEBHOOK, "Webhooks retrieved successfully", {})
    reply.body["data"] = [without_secret(webhook) for webhook in reply.body["data"]]
    return reply


def create_webhook(call: Call, work: Work) -> Reply:
    """The guide's own call sends `url` and `events` alone."""
    require_write(call)
    body = call.body()
    slack = body.get("type") == "slack"
    _require_url(body["url"], slack)
    draw = work.draw(WEBHOOK, work.next_ordinal(WEBHOOK))
    secret = None if slack else f"whsec_{draw.hex('secret', 32)}"
    webhook = new_webhook(draw.ulid("id", work.now // 1000), body, secret, work.now)
    work.put(WEBHOOK, webhook["id"], webhook)
    _note(work, "created", webhook)
    return success(201, SLACK_CREATED if slack else CREATED, webhook)


def get_webhook(call: Call, work: Work) -> Reply:
    return success(200, "Webhook retrieved successfully", without_secret(_require_webhook(call, work)))


def update_webhook(call: Call, work: Work) -> Reply:
    webhook = _require_webhook(call, work)
    require_write(call)
    body = call.body()
    if "url" in body:
        _require_url(body["url"], webhook["type"] == "slack")
    webhook.update({name: body[name] for name in ("url", "events", "enabled") if name in body})
    webhook["updated_at"] = iso_micros(work.now)
    work.put(WEBHOOK, webhook["id"], webhook)
    _note(work, "updated", webhook)
    return success(200, "Webhook updated successfully", without_secret(webhook))


def delete_webhook(call: Call, work: Work) -> Reply:
    webhook = _require_webhook(call, work)
    require_write(call)
    work.delete(WEBHOOK, webhook["id"])
    _note(work, "deleted", webhook)
    return success(200, "Webhook deleted successfully", {})


def _require_webhook(call: Call, work: Work) -> Document:
    webhook = work.get(WEBHOOK, call.params["webhook"])
    if webhook is None:
        raise not_found("Webhook")
    return webhook


def _note(work: Work, what: str, webhook: Document) -> None:
    work.emit(f"vector.webhook.{what}", f"{WEBHOOK}/{webhook['id']}", without_secret(webhook))


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
    """Loopback or private: names without a dot are a container network's, and `.internal` is Docker's way to the host."""
    try:
        address = ip_address(host)
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".internal", ".local", ".test"))
    return address.is_loopback or address.is_private


def _bad_url(text: str) -> Refused:
    return Refused(validation_failure({"url": [text]}))
