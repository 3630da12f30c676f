#!/bin/sh
# launchdarkly-api 25.0.1 (PyPI, LaunchDarkly's generated client for Python): a GET that is answered 429 with Retry-After is repeated after
# that time, and the program is told nothing; a POST with the same answer raises at once, and so does a GET whose 429 names no time.
#
# Seen: two requests and an environment; one request and an exception; one request and an exception.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check launchdarkly-api==25.0.1 urllib3==2.8.0
cat >look.py <<'PY'
import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import launchdarkly_api as ld

ENVIRONMENT = {"_links": {}, "_id": "5", "key": "k", "name": "n", "apiKey": "sdk", "mobileKey": "mob", "color": "417505", "defaultTtl": 0}
ENVIRONMENT |= {"secureMode": False, "defaultTrackEvents": False, "requireComments": False, "confirmChanges": False, "tags": []}
ENVIRONMENT |= {"critical": False}


class Limiter(BaseHTTPRequestHandler):
    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked += 1
        body = json.dumps(ENVIRONMENT).encode()
        self.send_response(429 if self.server.asked == 1 else 200)
        if self.server.asked == 1 and self.server.says_when:
            self.send_header("Retry-After", "1")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer

    def log_message(self, *_): ...


def seen(says_when, call):
    server = HTTPServer(("127.0.0.1", 0), Limiter)
    server.asked, server.says_when = 0, says_when
    Thread(target=server.serve_forever, daemon=True).start()
    settings = ld.Configuration(host=f"http://127.0.0.1:{server.server_address[1]}", api_key={"ApiKey": "api-key"})
    try:
        got = type(call(ld.EnvironmentsApi(ld.ApiClient(settings)))).__name__
    except ld.ApiException as error:
        got = error.status
    return server.asked, got


new = ld.EnvironmentPost(key="k", name="n", color="417505")
found = [
    seen(True, lambda api: api.get_environment("p", "k")),
    seen(True, lambda api: api.post_environment("p", new)),
    seen(False, lambda api: api.get_environment("p", "k")),
]
print(found)
assert found == [(2, "Environment"), (1, 429), (1, 429)]
PY
env/bin/python look.py
