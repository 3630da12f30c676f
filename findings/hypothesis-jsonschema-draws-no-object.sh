#!/bin/sh
# hypothesis-jsonschema 0.23.1 with Hypothesis 6.170.17: a strategy is made for any schema of an object, and the first draw from it raises,
# since it reaches into a part of Hypothesis that is another now. Lists, numbers and texts are drawn as ever.
#
# Seen: for `{"type": "object", "properties": {"a": {"type": "integer"}}}`: AttributeError, `'many' object has no attribute 'more'`.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check hypothesis==6.170.17 hypothesis-jsonschema==0.23.1
cat >look.py <<'PY'
from hypothesis import given, settings
from hypothesis_jsonschema import from_schema


def drawn(schema):
    seen = []

    @settings(max_examples=5, database=None)
    @given(from_schema(schema))
    def draw(value):
        seen.append(value)

    draw()
    return seen


print(drawn({"type": "array", "items": {"type": "integer"}}))
try:
    raise SystemExit(drawn({"type": "object", "properties": {"a": {"type": "integer"}}}))
except AttributeError as error:
    print(error)
    assert str(error) == "'many' object has no attribute 'more'"
PY
env/bin/python look.py
