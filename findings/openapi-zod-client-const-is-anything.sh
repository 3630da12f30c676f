#!/bin/sh
# openapi-zod-client 1.18.3, given OpenAPI 3.1: `const` becomes `z.unknown()`, which takes anything; so does an `enum` without `type`. Of
# `maximum` and `exclusiveMaximum` together only `maximum` stays. It warns of none of it. (`exclusiveMinimum` alone, as a number, and
# `type: [string, "null"]` are understood.)
#
# Seen: `kind: z.unknown()`, `state: z.unknown()`, `share: z.number().lte(5)`, `size: z.number().int().gt(0)`.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . openapi-zod-client@1.18.3
cat >document.yaml <<'YAML'
openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /a:
    post:
      operationId: makeA
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [kind, state, share, size]
              properties:
                kind: {const: dynamic}
                state: {enum: [open, shut, null]}
                share: {type: number, maximum: 5, exclusiveMaximum: 5}
                size: {type: integer, exclusiveMinimum: 0}
      responses:
        "201": {description: made, content: {application/json: {schema: {type: object}}}}
YAML
node_modules/.bin/openapi-zod-client document.yaml -o made.ts >said
grep -E '^ +(kind|state|share|size):' made.ts
grep -q 'kind: z.unknown()' made.ts
grep -q 'state: z.unknown()' made.ts
grep -q 'share: z.number().lte(5),' made.ts
grep -q 'size: z.number().int().gt(0)' made.ts
