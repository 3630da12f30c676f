#!/bin/sh
# openapi-generator 7.26.0 (its Python package), typescript-fetch: an answer that is one of two objects (`anyOf`), of which one spells a word
# `keyDigest` and the other `key_digest`, becomes one interface with the same property twice, which no TypeScript compiler takes. `validate`
# finds nothing in the document, and the generator ends with exit code 0. Wants Java.
#
# Seen: `error TS2300: Duplicate identifier 'keyDigest'.` from TypeScript 5.9.3.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check openapi-generator-cli==7.26.0
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . typescript@5.9.3
cat >document.yaml <<'YAML'
openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /a:
    get:
      operationId: getA
      responses:
        "200":
          description: either spelling
          content:
            application/json:
              schema:
                anyOf:
                  - {type: object, required: [keyDigest], properties: {keyDigest: {type: string}}}
                  - {type: object, required: [key_digest], properties: {key_digest: {type: string}}}
YAML
env/bin/openapi-generator-cli validate -i document.yaml | tail -1
env/bin/openapi-generator-cli generate -i document.yaml -g typescript-fetch -o made >said 2>&1
node_modules/.bin/tsc --noEmit --skipLibCheck --target es2022 --module esnext --moduleResolution bundler --lib es2022,dom,dom.iterable \
    made/index.ts >errors && exit 1
head -1 errors
grep -q "TS2300: Duplicate identifier 'keyDigest'" errors
