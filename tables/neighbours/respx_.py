import os

import httpx
import respx
from world import walk


def test_it_walks_and_httpx_reaches_it(mockenv):
    with respx.mock(assert_all_called=False) as mock:
        mock.get("http://else.where/").respond(json={"mocked": True})
        if os.environ.get("LINE"):
            mock.route(host="127.0.0.1").pass_through()
        assert httpx.get("http://else.where/").json() == {"mocked": True}
        walk(mockenv)
        assert httpx.get(f"{mockenv.url}/api/v1/vector/sites", headers=mockenv.headers("vector")).status_code == 200
