#!/bin/sh
# openapi-python-client 0.29.1: an optional property whose `const` is a boolean (OpenAPI 3.1) becomes Python that does not compile: between
# the value and the next word stands no blank. The generator ends with exit code 0 and no word about it. A `const` of text is well.
#
# Seen: `if offline != Falseand not isinstance(offline, Unset):`, a SyntaxError when the client is imported.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check openapi-python-client==0.29.1
cat >document.yaml <<'YAML'
openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /a:
    get:
      operationId: getA
      responses:
        "200": {description: a, content: {application/json: {schema: {$ref: "#/components/schemas/A"}}}}
components:
  schemas:
    A: {type: object, properties: {offline: {const: false}}}
YAML
env/bin/openapi-python-client generate --path document.yaml --output-path made --meta none >said 2>&1
grep 'Falseand' made/models/a.py
env/bin/python -c 'import made.models' 2>error && exit 1
tail -1 error
grep -q SyntaxError error
