import os

import requests
from world import walk


def test_it_walks_and_requests_reach_it(mockenv, requests_mock):
    if os.environ.get("LINE"):
        requests_mock.register_uri("ANY", requests_mock_any(mockenv.url), real_http=True)
    requests_mock.get("http://else.where/", json={"mocked": True})
    assert requests.get("http://else.where/", timeout=5).json() == {"mocked": True}
    walk(mockenv)
    assert requests.get(f"{mockenv.url}/api/v1/vector/sites", headers=mockenv.headers("vector"), timeout=5).status_code == 200


def requests_mock_any(url):
    import re

    return re.compile(re.escape(url))
