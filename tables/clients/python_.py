"""One request by a Python library: `python_.py LIBRARY METHOD URL WARM`; prints what its program gets. Knows nothing of mockenv."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

HEADERS = {"Authorization": "Bearer x", "Content-Type": "application/json"}
BODY = json.dumps({"partner_customer_id": "c", "dev_php_version": "8.3"})
Got = tuple[int, bytes]


def of_requests(method: str, url: str, warm: str, retries: Any = None) -> Got:
    import requests
    from requests.adapters import HTTPAdapter

    with requests.Session() as session:
        session.trust_env = False
        if retries:
            session.mount("http://", HTTPAdapter(max_retries=retries))
        if warm:
            session.get(warm, headers=HEADERS)
        got = session.request(method, url, headers=HEADERS, data=BODY if method == "POST" else None)
        return got.status_code, got.content


def of_requests_retry(method: str, url: str, warm: str) -> Got:
    from urllib3.util import Retry

    return of_requests(method, url, warm, Retry(3, backoff_factor=0, status_forcelist=[429, 503]))


def of_urllib3(method: str, url: str, warm: str) -> Got:
    import urllib3

    with urllib3.PoolManager() as pool:
        if warm:
            pool.request("GET", warm, headers=HEADERS)
        got = pool.request(method, url, headers=HEADERS, body=BODY if method == "POST" else None)
        return got.status, got.data


def of_httpx(method: str, url: str, warm: str, transport: Any = None) -> Got:
    import httpx

    with httpx.Client(transport=transport, trust_env=False) as client:
        if warm:
            client.get(warm, headers=HEADERS)
        got = client.request(method, url, headers=HEADERS, content=BODY if method == "POST" else None)
        return got.status_code, got.content


def of_httpx_transport(method: str, url: str, warm: str) -> Got:
    import httpx

    return of_httpx(method, url, warm, httpx.HTTPTransport(retries=3))


def of_httpx_retries(method: str, url: str, warm: str) -> Got:
    from httpx_retries import RetryTransport

    return of_httpx(method, url, warm, RetryTransport())


def of_aiohttp(method: str, url: str, warm: str) -> Got:
    import aiohttp

    return asyncio.run(_of_session(lambda: aiohttp.ClientSession(headers=HEADERS), method, url, warm))


def of_aiohttp_retry(method: str, url: str, warm: str) -> Got:
    from aiohttp_retry import RetryClient

    return asyncio.run(_of_session(lambda: RetryClient(headers=HEADERS), method, url, warm))


async def _of_session(session: Callable[[], Any], method: str, url: str, warm: str) -> Got:
    async with session() as opened:
        if warm:
            async with opened.get(warm) as first:
                await first.read()
        async with opened.request(method, url, data=BODY if method == "POST" else None) as got:
            return got.status, await got.read()


def of_niquests(method: str, url: str, warm: str, retries: int = 0) -> Got:
    import niquests

    with niquests.Session(retries=retries) as session:
        if warm:
            session.get(warm, headers=HEADERS)
        got = session.request(method, url, headers=HEADERS, data=BODY if method == "POST" else None)
        return got.status_code or 0, got.content or b""


def of_curl_cffi(method: str, url: str, warm: str) -> Got:
    from curl_cffi import requests

    with requests.Session() as session:
        if warm:
            session.get(warm, headers=HEADERS)
        got = session.request(method, url, headers=HEADERS, data=BODY if method == "POST" else None)
        return got.status_code, got.content


def of_pycurl(method: str, url: str, warm: str) -> Got:
    import pycurl

    curl, body = pycurl.Curl(), BytesIO()
    curl.setopt(pycurl.HTTPHEADER, [f"{name}: {value}" for name, value in HEADERS.items()])
    if warm:
        curl.setopt(pycurl.URL, warm)
        curl.setopt(pycurl.WRITEDATA, BytesIO())
        curl.perform()
    curl.setopt(pycurl.URL, url)
    curl.setopt(pycurl.WRITEDATA, body)
    if method == "POST":
        curl.setopt(pycurl.POSTFIELDS, BODY)
    curl.perform()
    return curl.getinfo(pycurl.RESPONSE_CODE), body.getvalue()


def of_http_client(method: str, url: str, warm: str) -> Got:
    parts = urlsplit(url)
    with closing(HTTPConnection(parts.netloc)) as connection:
        if warm:
            connection.request("GET", urlsplit(warm).path, headers=HEADERS)
            connection.getresponse().read()
        connection.request(method, parts.path, BODY if method == "POST" else None, HEADERS)
        got = connection.getresponse()
        return got.status, got.read()


LIBRARIES: dict[str, Callable[[str, str, str], Got]] = {
    "requests": of_requests,
    "requests + Retry(3)": of_requests_retry,
    "urllib3": of_urllib3,
    "httpx": of_httpx,
    "httpx retries=3": of_httpx_transport,
    "httpx-retries": of_httpx_retries,
    "aiohttp": of_aiohttp,
    "aiohttp-retry": of_aiohttp_retry,
    "niquests": of_niquests,
    "niquests retries=3": lambda method, url, warm: of_niquests(method, url, warm, 3),
    "curl_cffi": of_curl_cffi,
    "pycurl": of_pycurl,
    "http.client": of_http_client,
}


def told(library: str, method: str, url: str, warm: str) -> dict[str, Any]:
    try:
        status, body = LIBRARIES[library](method, url, warm)
    except Exception as error:  # noqa: BLE001  # whatever it is, it is what is to be seen
        return {"error": f"{type(error).__module__.partition('.')[0]}.{type(error).__name__}: {error}".removeprefix("builtins.")}
    return {"status": status, "bytes": len(body)}


if __name__ == "__main__":
    print(json.dumps(told(*sys.argv[1:])))
