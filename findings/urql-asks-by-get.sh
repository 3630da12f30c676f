#!/bin/sh
# @urql/core 6.0.3 sends a query by GET, its text in the address, unless told otherwise, and a mutation by POST. A server that takes POST
# alone refuses the reading half of a program whose writing half works, and what is read stands in its access log.
#
# Seen: with nothing but `url` and `fetchExchange`: `GET /graphql?query=…&variables=%7B%7D`, then `POST /graphql`.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . graphql@16.15.0 @urql/core@6.0.3
node - <<'JS'
const assert = require('node:assert');
const http = require('node:http');
const { Client, fetchExchange } = require('@urql/core');
const seen = [];
const server = http.createServer((request, reply) => {
  seen.push(`${request.method} ${request.url}`);
  request.resume().on('end', () => reply.writeHead(200, { 'Content-Type': 'application/json' }).end('{"data":{"site":1}}'));
});
server.listen(0, '127.0.0.1', async () => {
  const client = new Client({ url: `http://127.0.0.1:${server.address().port}/graphql`, exchanges: [fetchExchange] });
  await client.query('{ site }', {}).toPromise();
  await client.mutation('mutation { site }', {}).toPromise();
  console.log(seen);
  assert.match(seen[0], /^GET \/graphql\?query=.*site.*&variables=%7B%7D$/);
  assert.equal(seen[1], 'POST /graphql');
  process.exit(0);
});
JS
