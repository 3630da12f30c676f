#!/bin/sh
# One sender, four verifiers of Svix's: `verify` of svix 2.9.1 (Python) returns None; that of svix 1.99.1 (npm), of standardwebhooks 1.1.0
# (Python) and of standardwebhooks 1.1.1 (npm) returns the parsed body. A receiver carried over from one of the three gets None for an event.
#
# Seen, as below, for the same secret, headers and body.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check svix==2.9.1 standardwebhooks==1.1.0
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . svix@1.99.1 standardwebhooks@1.1.1
cat >signed.py <<'PY'
import json
from datetime import UTC, datetime

import standardwebhooks
import svix

secret, body, at = "whsec_c2VjcmV0LXNlY3JldA==", '{"event":"made"}', datetime.now(UTC)
signature = standardwebhooks.Webhook(secret).sign("msg_1", at, body)
headers = {"webhook-id": "msg_1", "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}
got = [library.Webhook(secret).verify(body, headers) for library in (svix, standardwebhooks)]
print("Python: svix, standardwebhooks:", got)
assert got == [None, {"event": "made"}]
with open("signed.json", "w") as file:
    json.dump({"secret": secret, "body": body, "headers": headers}, file)
PY
env/bin/python signed.py
node - <<'JS'
const { secret, body, headers } = require('./signed.json');
const got = ['svix', 'standardwebhooks'].map((name) => new (require(name).Webhook)(secret).verify(body, headers));
console.log('Node: svix, standardwebhooks:', got);
require('node:assert').deepEqual(got, [{ event: 'made' }, { event: 'made' }]);
JS
