#!/bin/sh
# openapi-python-client 0.29.1: an operation whose *required* body may come in two media types becomes a module that uses a name which it
# does not import. Left optional, the same body imports that name and is well. The generator ends with exit code 0.
#
# Seen: `body: A | A | Unset = UNSET` in both; required: NameError, `name 'Unset' is not defined`.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check openapi-python-client==0.29.1
document() {
    cat <<YAML
openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /a:
    post:
      operationId: makeA
      requestBody:
        required: $1
        content:
          application/json: {schema: {\$ref: "#/components/schemas/A"}}
          application/x-www-form-urlencoded: {schema: {\$ref: "#/components/schemas/A"}}
      responses:
        "204": {description: made}
components:
  schemas:
    A: {type: object, properties: {name: {type: string}}}
YAML
}
for required in true false; do
    document $required >$required.yaml
    env/bin/openapi-python-client generate --path $required.yaml --output-path made_$required --meta none >said 2>&1
done
env/bin/python -c 'import made_false.api.default.make_a'
env/bin/python -c 'import made_true.api.default.make_a' 2>error && exit 1
tail -1 error
grep -q "NameError: name 'Unset' is not defined" error
