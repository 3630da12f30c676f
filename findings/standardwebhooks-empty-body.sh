#!/bin/sh
# standardwebhooks of Python (1.1.0) and of Node (1.1.1), a delivery without a body, rightly signed: Node's `verify` returns undefined; Python's
# finds the signature good and then raises a JSONDecodeError, which is none of its own errors, so that `except WebhookVerificationError` lets
# it through. With `json_parse=False` it returns None.
#
# Seen, as below.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check standardwebhooks==1.1.0
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . standardwebhooks@1.1.1
cat >empty.py <<'PY'
import json
from datetime import UTC, datetime

from standardwebhooks import Webhook

secret, at = "whsec_c2VjcmV0LXNlY3JldA==", datetime.now(UTC)
hook = Webhook(secret)
headers = {"webhook-id": "msg_1", "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": hook.sign("msg_1", at, "")}
try:
    raise SystemExit(f"Python returns {hook.verify('', headers)}")
except json.JSONDecodeError as error:
    print("Python:", error)
assert hook.verify("", headers, json_parse=False) is None
with open("signed.json", "w") as file:
    json.dump({"secret": secret, "headers": headers}, file)
PY
env/bin/python empty.py
node - <<'JS'
const { secret, headers } = require('./signed.json');
const got = new (require('standardwebhooks').Webhook)(secret).verify('', headers);
console.log('Node:', got);
require('node:assert').equal(got, undefined);
JS
