import os

import httpx
import pytest
from world import walk

LINE = {"should_mock": lambda request: request.url.host != "127.0.0.1"} if os.environ.get("LINE") else {}


@pytest.mark.httpx_mock(**LINE)
def test_it_walks_and_httpx_reaches_it(mockenv, httpx_mock):
    httpx_mock.add_response(url="http://else.where/", json={"mocked": True})
    assert httpx.get("http://else.where/").json() == {"mocked": True}
    walk(mockenv)
    assert httpx.get(f"{mockenv.url}/api/v1/vector/sites", headers=mockenv.headers("vector")).status_code == 200
