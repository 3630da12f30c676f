"""The documentation that a server has with it: every page, every link, every anchor; offline."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import deque
from urllib.parse import urldefrag, urljoin

import pytest
import requests

from docs.__main__ import DOCS
from mockenv.client import Mockenv
from tests.processes import served

ROOT = "/_mockenv/docs"
LINK = re.compile(r'(?:href|src)="([^"]+)"')


@pytest.fixture(scope="module")
def crawled(mockenv_server: Mockenv) -> dict[str, requests.Response]:
    """All that can be reached from the first page, by address."""
    found: dict[str, requests.Response] = {}
    waiting = deque([f"{mockenv_server.url}{ROOT}"])
    with requests.Session() as session:
        session.trust_env = False
        while waiting:
            url = waiting.popleft()
            if url in found:
                continue
            found[url] = session.get(url, timeout=20)
            links = LINK.findall(found[url].text) if "html" in found[url].headers["Content-Type"] else []
            waiting += [
                one for link in links if (one := urldefrag(urljoin(url, link)).url).startswith(f"{mockenv_server.url}{ROOT}")
            ]
    return found


def test_every_page_is_reached_and_none_is_missing(crawled: dict[str, requests.Response]) -> None:
    assert {url: reply.status_code for url, reply in crawled.items() if reply.status_code != 200} == {}
    names = {url.partition(ROOT)[2].lstrip("/") for url in crawled}
    assert {path.stem for path in DOCS.glob("*.md")} - {"README"} <= names
    assert {"provider-vector", "provider-phase", "provider-launchdarkly", "provider-archie"} <= names


def test_every_anchor_that_is_linked_is_there(crawled: dict[str, requests.Response]) -> None:
    for url, reply in crawled.items():
        for link in LINK.findall(reply.text) if "html" in reply.headers["Content-Type"] else ():
            target, fragment = urldefrag(urljoin(url, link))
            if fragment and target in crawled:
                assert f'id="{fragment}"' in crawled[target].text, (url, link)


def test_a_page_needs_nothing_from_elsewhere_and_runs_no_script(crawled: dict[str, requests.Response]) -> None:
    for reply in crawled.values():
        if "html" in reply.headers["Content-Type"]:
            style = re.findall(r"<style>(.*?)</style>", reply.text, re.DOTALL)
            hashed = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in style]
            policy = reply.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'; ")
            assert all(f"'sha256-{one}'" in policy for one in hashed)
            assert "<script" not in reply.text
            assert not re.findall(r'src="(?:https?:)?//', reply.text)


def test_a_page_that_does_not_exist_is_404_and_no_path_leads_out(mockenv_server: Mockenv) -> None:
    for name in ("clok", "..%2F..%2Fpyproject", "__main__.py"):
        assert requests.get(f"{mockenv_server.url}{ROOT}/{name}", timeout=20).status_code == 404


def test_below_a_sandboxs_prefix_links_stay_there(mockenv_server: Mockenv) -> None:
    page = requests.get(f"{mockenv_server.url}/_sandbox/default{ROOT}", timeout=20).text
    assert f'href="/_sandbox/default{ROOT}/clock"' in page


def test_it_can_be_read_without_the_admin_token() -> None:
    with served("--admin-token", "secret") as server:
        assert requests.get(f"{server.url}{ROOT}/clock", timeout=20).status_code == 200
        assert requests.get(f"{server.url}/_mockenv/sandboxes", timeout=20).status_code == 401
