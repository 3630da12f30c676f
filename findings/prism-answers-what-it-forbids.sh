#!/bin/sh
# Prism 5.14.2 (@stoplight/prism-cli) does not know `prefixItems`, OpenAPI 3.1's word for a list whose places have schemas. A plain answer is
# then one that Prism itself calls a violation, in a header of a 201; with `Prefer: dynamic=true` the same request is a 500.
#
# Seen: `{"place":[]}` with `sl-violations: … minItems …`; then 500 and `missing items for …`.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . @stoplight/prism-cli@5.14.2
cat >document.yaml <<'YAML'
openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /a:
    post:
      operationId: makeA
      responses:
        "201":
          description: made
          content:
            application/json:
              schema:
                type: object
                required: [place]
                properties: {place: {type: array, prefixItems: [{type: number}, {type: number}], minItems: 2}}
YAML
port=$(node -p 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); }); ""' | tail -1)
node_modules/.bin/prism mock --port "$port" document.yaml >said 2>&1 & prism=$!
trap 'kill $prism; rm -rf "$work"' EXIT
PORT=$port node - <<'JS'
const assert = require('node:assert');
const url = `http://127.0.0.1:${process.env.PORT}/a`;
const ask = async (headers) => {
  for (let left = 300; ; left -= 1) {
    try {
      const reply = await fetch(url, { method: 'POST', headers });
      return [reply.status, reply.headers.get('sl-violations') ?? '', await reply.text()];
    } catch (error) {
      if (!left) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
};
(async () => {
  const plain = await ask({});
  const dynamic = await ask({ Prefer: 'dynamic=true' });
  console.log(plain, dynamic);
  assert.equal(plain[0], 201);
  assert.match(plain[1], /minItems/);
  assert.equal(plain[2], '{"place":[]}');
  assert.equal(dynamic[0], 500);
  assert.match(dynamic[2], /missing items for/);
})().catch((error) => { console.error(error); process.exit(1); });
JS
