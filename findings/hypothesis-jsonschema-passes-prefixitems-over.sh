#!/bin/sh
# hypothesis-jsonschema 0.23.1 takes a schema of JSON Schema 2020-12, OpenAPI 3.1's, and passes over the words that are new in it:
# `prefixItems` and `minContains`. It says nothing, and draws what the schema forbids.
#
# Seen, of 100 draws each, checked by jsonschema 4.26.0: all are invalid for `prefixItems: [integer, string], minItems: 2`, and some for
# `contains: integer, minContains: 2`.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check hypothesis==6.170.17 hypothesis-jsonschema==0.23.1 jsonschema==4.26.0
cat >look.py <<'PY'
from hypothesis import HealthCheck, given, seed, settings
from hypothesis_jsonschema import from_schema
from jsonschema import Draft202012Validator


def invalid(schema):
    told = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    verdicts = []

    @seed(1)
    @settings(max_examples=100, database=None, suppress_health_check=list(HealthCheck))
    @given(from_schema(schema))
    def draw(value):
        verdicts.append(not Draft202012Validator(told).is_valid(value))

    draw()
    return sum(verdicts), len(verdicts)


pair = invalid({"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}], "minItems": 2})
twice = invalid({"type": "array", "contains": {"type": "integer"}, "minContains": 2})
print("invalid, of all:", pair, twice)
assert pair[0] == pair[1] >= 100
assert 0 < twice[0]
PY
env/bin/python look.py
