#!/bin/sh
# standardwebhooks 1.1.0 (Python): `sign` takes a datetime and writes UTC over its zone. One that says 12:00+02:00, which is 10:00 UTC, is
# signed for 12:00 UTC: a signature that fits no timestamp that the sender would send. svix 2.9.1, which stands on it, does the same.
#
# Seen: the signature of 12:00+02:00 is that of 12:00 UTC, and not that of 10:00 UTC, the same moment.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check standardwebhooks==1.1.0 svix==2.9.1
env/bin/python - <<'PY'
from datetime import UTC, datetime, timedelta, timezone

import standardwebhooks
import svix

noon = datetime(2026, 6, 1, 12, tzinfo=timezone(timedelta(hours=2)))
for library in (standardwebhooks, svix):
    sign = library.Webhook(b"a secret of some bytes").sign
    signed = sign("msg_1", noon, "{}")
    told = {"as 12:00 UTC": signed == sign("msg_1", noon.replace(tzinfo=UTC), "{}")}
    told["as the same moment"] = signed == sign("msg_1", noon.astimezone(UTC), "{}")
    print(library.__name__, told)
    assert told == {"as 12:00 UTC": True, "as the same moment": False}
PY
