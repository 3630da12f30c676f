#!/bin/sh
# TinyDB 4.9.0: what `search` finds is kept, and handed out again to the next one who asks the same. Who changes a member of a found document
# changes what others find, though nothing was written: `all()` and the file still say the old.
#
# Seen: after appending to a list in a found document: `search` finds `[1, 2]`, `all` and the file have `[1]`.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check tinydb==4.9.0
env/bin/python - <<'PY'
from tinydb import TinyDB, where

db = TinyDB("db.json")
db.insert({"name": "a", "tags": [1]})
same = where("name") == "a"
db.search(same)[0]["tags"].append(2)
searched, listed, written = db.search(same)[0]["tags"], db.all()[0]["tags"], open("db.json").read()
print(searched, listed, written)
assert searched == [1, 2]
assert listed == [1]
assert '"tags": [1]' in written
PY
