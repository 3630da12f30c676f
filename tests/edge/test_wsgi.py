"""The plain WSGI app under servers that know nothing of the edge: the same answers, but nothing is parked."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.validate import validator

import pytest
import requests
from werkzeug.test import Client

import mockenv.wsgi
from mockenv.errors import BadInput

TOKEN = {"Authorization": "Bearer x"}
SITE = "/api/v1/vector/sites/12345"
WAIT = "/_mockenv/sandboxes/default/wait?resource=vector/environment/67890&status=active"


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Built from the environment, as a WSGI server would."""
    monkeypatch.setenv("MOCKENV_CLOCK", "manual")
    monkeypatch.setenv("MOCKENV_CHECK_REPLIES", "fail")
    vars(mockenv.wsgi).pop("app", None)
    yield mockenv.wsgi.app
    vars(mockenv.wsgi).pop("app", None)


def test_the_app_is_built_once_when_it_is_first_asked_for(app: Any) -> None:
    assert mockenv.wsgi.app is app
    with pytest.raises(AttributeError):
        _ = mockenv.wsgi.nobody


def test_it_answers_under_werkzeugs_client(app: Any) -> None:
    client = Client(app)
    made = client.post(f"{SITE}/environments", json={"name": "a", "php_version": "8.3"}, headers=TOKEN)
    assert (made.status_code, made.get_json()["data"]["id"]) == (201, 67890)
    assert client.get(f"{SITE}/environments/67890", headers=TOKEN).get_json()["data"]["status"] == "pending"
    head = client.head(SITE, headers=TOKEN)
    assert (head.status_code, head.data, head.headers["Content-Length"] != "0") == (200, b"", True)
    assert client.get("/api/v1/vector/nowhere", headers=TOKEN).get_json()["http_status"] == 404
    assert client.open(SITE, method="BREW", headers=TOKEN).status_code == 405
    large = client.post("/api/v1/vector/sites", data=b" " * (2 << 20), headers=TOKEN, content_type="application/json")
    assert large.get_json()["http_status"] == 413
    assert client.get("/").content_type == "text/html; charset=utf-8"


def test_it_does_not_park_but_says_how_it_stands(app: Any) -> None:
    client = Client(app)
    client.post(f"{SITE}/environments", json={"name": "a", "php_version": "8.3"}, headers=TOKEN)
    waited = client.get(WAIT, base_url="http://localhost")
    assert waited.get_json() == {"reached": False, "status": "pending", "now": "2026-01-24T10:30:00Z"}
    client.post("/_mockenv/sandboxes/default/clock/advance", json={"by": "4s"}, base_url="http://localhost")
    assert client.get(WAIT, base_url="http://localhost").get_json()["reached"] is True


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


def test_it_keeps_to_the_standard_under_wsgiref(app: Any) -> None:
    with make_server("127.0.0.1", 0, validator(app), handler_class=Quiet) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        with requests.Session() as session:
            session.trust_env = False
            session.headers.update(TOKEN)
            made = session.post(f"{url}{SITE}/environments", json={"name": "a", "php_version": "8.3"}, timeout=10)
            assert (made.status_code, made.headers["Date"]) == (201, "Sat, 24 Jan 2026 10:30:00 GMT")
            assert session.get(f"{url}/_sandbox/default{SITE}", timeout=10).json()["data"]["id"] == 12345
            assert session.head(f"{url}{SITE}", timeout=10).status_code == 200
            assert session.get(f"{url}{WAIT}", timeout=10).json()["reached"] is False
            assert session.delete(f"{url}{SITE}", timeout=10).status_code == 422
        server.shutdown()
        thread.join(10)


def test_create_app_is_a_flask_app_that_flasks_own_client_asks_in_process() -> None:
    client = mockenv.create_app(clock="manual", check_replies="fail").test_client()
    made = client.post(f"{SITE}/environments", json={"name": "a", "php_version": "8.3"}, headers=TOKEN)
    assert made.get_json()["data"]["created_at"] == "2026-01-24T10:30:00.000000Z"
    client.post("/_mockenv/sandboxes/default/clock/advance", json={"until": "idle"})
    assert client.get(f"{SITE}/environments/67890", headers=TOKEN).get_json()["data"]["status"] == "active"


def test_two_apps_share_nothing() -> None:
    one, other = (mockenv.create_app(clock="manual").test_client() for _ in range(2))
    one.post(f"{SITE}/environments", json={"name": "a", "php_version": "8.3"}, headers=TOKEN)
    assert other.get(f"{SITE}/environments/67890", headers=TOKEN).status_code == 404


def test_create_app_refuses_a_flag_that_does_not_exist_with_the_nearest() -> None:
    with pytest.raises(BadInput, match="'clok' is not known; did you mean 'clock'"):
        mockenv.create_app(clok="manual")
