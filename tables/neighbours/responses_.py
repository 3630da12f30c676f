import os

import requests
import responses
from world import walk


@responses.activate
def test_it_walks_and_requests_reach_it(mockenv):
    if os.environ.get("LINE"):
        responses.add_passthru(mockenv.url)
    responses.get("http://else.where/", json={"mocked": True})
    assert requests.get("http://else.where/", timeout=5).json() == {"mocked": True}
    walk(mockenv)
    assert requests.get(f"{mockenv.url}/api/v1/vector/sites", headers=mockenv.headers("vector"), timeout=5).status_code == 200
