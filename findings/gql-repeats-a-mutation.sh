#!/bin/sh
# gql 4.4.0 (Python): `RequestsHTTPTransport(retries=…)` repeats whatever is answered 429, 500, 502, 503 or 504. GraphQL has one method,
# POST, for reading and for changing, and the transport does not look which it is: a mutation is repeated like a query.
#
# Seen: a mutation whose first answer is 503 is sent twice; the program is told of one success.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'gql[requests]==4.4.0'
env/bin/python - <<'PY'
import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

from gql import Client, gql
from gql.transport.requests import RequestsHTTPTransport

sent = []


class Busy(BaseHTTPRequestHandler):
    def do_POST(self):
        sent.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["query"].split()[0])
        body = b'{"data": {"pay": true}}'
        self.send_response(503 if len(sent) == 1 else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_): ...


server = HTTPServer(("127.0.0.1", 0), Busy)
Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_address[1]}/graphql"
got = Client(transport=RequestsHTTPTransport(url=url, retries=1)).execute(gql("mutation { pay }"))
print(sent, got)
assert (sent, got) == (["mutation", "mutation"], {"pay": True})
PY
