#!/bin/sh
# One answer, four clients: status 500 with a whole GraphQL response in it, `{"data": …}` as application/graphql-response+json. The
# specification of GraphQL over HTTP lets a client go by the body alone; gql 4.4.0 and @urql/core 6.0.3 do, graphql-request 7.4.0 does not.
#
# Seen: gql (over requests and over httpx) and urql hand out the data and report no error; graphql-request throws, with the data inside.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'gql[requests,httpx]==4.4.0'
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . graphql@16.15.0 graphql-request@7.4.0 @urql/core@6.0.3
cat >server.py <<'PY'
import os
from http.server import BaseHTTPRequestHandler, HTTPServer


class Broken(BaseHTTPRequestHandler):
    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b'{"data": {"site": "here"}}'
        self.send_response(500)
        self.send_header("Content-Type", "application/graphql-response+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer

    def log_message(self, *_): ...


server = HTTPServer(("127.0.0.1", 0), Broken)
with open("url.tmp", "w") as file:
    file.write(f"http://127.0.0.1:{server.server_address[1]}/graphql")
os.rename("url.tmp", "url")
server.serve_forever()
PY
python3 server.py & server=$!
trap 'kill $server; rm -rf "$work"' EXIT
until [ -e url ]; do kill -0 $server; sleep 0.1; done
env/bin/python - <<'PY'
from gql import Client, gql
from gql.transport.httpx import HTTPXTransport
from gql.transport.requests import RequestsHTTPTransport

url = open("url").read()
for transport in (RequestsHTTPTransport, HTTPXTransport):
    got = Client(transport=transport(url=url)).execute(gql("{ site }"))
    print("gql,", transport.__name__, got)
    assert got == {"site": "here"}
PY
node - <<'JS'
const assert = require('node:assert');
const url = require('node:fs').readFileSync('url', 'utf8');
(async () => {
  const { Client, fetchExchange } = require('@urql/core');
  const got = await new Client({ url, exchanges: [fetchExchange] }).query('{ site }', {}).toPromise();
  console.log('urql', got.data, got.error);
  assert.deepEqual([got.data, got.error], [{ site: 'here' }, undefined]);
  const { GraphQLClient } = await import('graphql-request');
  const error = await new GraphQLClient(url).request('{ site }').catch((one) => one);
  console.log('graphql-request', error.constructor.name, error.response.data);
  assert.equal(error.constructor.name, 'ClientError');
  assert.deepEqual(error.response.data, { site: 'here' });
})().catch((error) => { console.error(error); process.exit(1); });
JS
