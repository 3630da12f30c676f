#!/bin/sh
# TinyDB 4.9.0: within a process the id of a deleted document is never given again. Once the file has been opened anew it is, if it was the
# last: the next id is counted from what is there. An id that was handed out can thus come to mean another document.
#
# Seen: ids 1, 2, 3; 3 is deleted; the next in this process is 4; 4 is deleted and the file reopened: the next is 3.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check tinydb==4.9.0
env/bin/python - <<'PY'
from tinydb import TinyDB

db = TinyDB("db.json")
ids = [db.insert({"n": n}) for n in range(3)]
db.remove(doc_ids=[3])
ids.append(db.insert({"n": "after a deletion"}))
db.remove(doc_ids=[4])
db.close()
ids.append(TinyDB("db.json").insert({"n": "after reopening"}))
print(ids)
assert ids == [1, 2, 3, 4, 3]
PY
