import os
import re

import requests
from requests_mock import ANY
from world import walk


def test_it_walks_and_requests_reach_it(mockenv, requests_mock):
    if os.environ.get("LINE"):
        requests_mock.register_uri(ANY, re.compile(re.escape(mockenv.url)), real_http=True)
    requests_mock.get("http://else.where/", json={"mocked": True})
    assert requests.get("http://else.where/", timeout=5).json() == {"mocked": True}
    walk(mockenv)
    assert requests.get(f"{mockenv.url}/api/v1/vector/sites", headers=mockenv.headers("vector"), timeout=5).status_code == 200
