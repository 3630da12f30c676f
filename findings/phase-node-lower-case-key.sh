#!/bin/sh
# @phase.dev/phase-node 3.1.1 encrypts the name of a new secret in capitals, but sends the digest of the name as it was written; when asked
# for one by name it sends the digest of the capitals. A secret that it creates with a small letter in its name is never found by name
# again, by any client: the digest belongs to no name that it has.
#
# Seen, with a server that keeps what it is sent: `create` of `db_url`, then `get` of `db_url` by key: two different digests, nothing found.
# (Made with phase-dev 2.1.2's own cryptography; with `DB_URL` the digests are one.)
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check phase-dev==2.1.2
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . @phase.dev/phase-node@3.1.1
cat >server.py <<'PY'
import json
import os
from http.server import BaseHTTPRequestHandler, HTTPServer

from phase.utils.crypto import CryptoUtils

public, private = CryptoUtils.random_key_pair()
ours, wrapping = os.urandom(32), os.urandom(32)
theirs = CryptoUtils.xor_bytes(private, ours)
token = f"pss_service:v2:{'0' * 64}:{public.hex()}:{ours.hex()}:{wrapping.hex()}"
seed, salt = os.urandom(32).hex(), os.urandom(32).hex()
key = {
    "environment": {"id": "e", "name": "Development"},
    "identity_key": CryptoUtils.env_keypair(seed)["publicKey"],
    "wrapped_seed": CryptoUtils.encrypt_asymmetric(seed, public.hex()),
    "wrapped_salt": CryptoUtils.encrypt_asymmetric(salt, public.hex()),
    "paths": None,
}
tokens = {
    "wrapped_key_share": CryptoUtils.encrypt_raw(theirs.hex(), wrapping).hex(),
    "apps": [{"id": "a", "name": "shop", "environment_keys": [key]}],
}
kept = []


class Keeper(BaseHTTPRequestHandler):
    def do_GET(self):
        asked = self.headers.get("keyDigest")
        found = [one for one in kept if asked in (None, one["keyDigest"])]
        self.answer(tokens if self.path.endswith("/tokens/") else found)

    def do_POST(self):
        kept.extend(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["secrets"])
        self.answer({})

    def answer(self, told):
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_): ...


server = HTTPServer(("127.0.0.1", 0), Keeper)
with open("where.tmp", "w") as file:
    json.dump({"token": token, "host": f"http://127.0.0.1:{server.server_address[1]}"}, file)
os.rename("where.tmp", "where.json")
server.serve_forever()
PY
env/bin/python server.py & server=$!
trap 'kill $server; rm -rf "$work"' EXIT
until [ -e where.json ]; do kill -0 $server; sleep 0.1; done
node - <<'JS'
const Phase = require('@phase.dev/phase-node').default ?? require('@phase.dev/phase-node');
const assert = require('node:assert');
const { token, host } = require('./where.json');
(async () => {
  const phase = new Phase(token, host);
  await phase.init();
  const place = { appId: 'a', envName: 'Development' };
  const found = {};
  for (const key of ['db_url', 'API_KEY']) {
    await phase.create({ ...place, secrets: [{ key, value: 'x', comment: '' }] });
    found[key] = (await phase.get({ ...place, key })).map((secret) => secret.key);
  }
  const all = (await phase.get(place)).map((secret) => secret.key);
  console.log('by name:', found, 'all:', all);
  assert.deepEqual(found, { db_url: [], API_KEY: ['API_KEY'] });
  assert.deepEqual(all, ['DB_URL', 'API_KEY']);
})().catch((error) => { console.error(error); process.exit(1); });
JS
