#!/bin/sh
# launchdarkly-api 13.0.0 (npm, LaunchDarkly's generated client for JavaScript): its calls take a callback and return the request, which has
# a `then`. Who awaits one without a callback is told of an error, and the request has been made all the same.
#
# Seen: `await environments.postEnvironment(…)` ends with `.end() was called twice. This is not supported in superagent`; the server has got
# the POST, once.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . launchdarkly-api@13.0.0
node - <<'JS'
const assert = require('node:assert');
const http = require('node:http');
const { ApiClient, EnvironmentsApi } = require('launchdarkly-api');
const seen = [];
const server = http.createServer((request, reply) => {
  request.resume().on('end', () => {
    seen.push(request.method);
    reply.writeHead(201, { 'Content-Type': 'application/json' }).end('{}');
  });
});
const quiet = console.warn;
console.warn = () => {};
server.listen(0, '127.0.0.1', async () => {
  const client = new ApiClient(`http://127.0.0.1:${server.address().port}`);
  client.authentications.ApiKey.apiKey = 'api-key';
  const environments = new EnvironmentsApi(client);
  let told = 'nothing';
  try {
    await environments.postEnvironment('project', { key: 'e', name: 'e', color: 'ffffff' });
  } catch (error) {
    told = error.message;
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
  console.warn = quiet;
  console.log('told:', told, '| the server got:', seen);
  assert.match(told, /\.end\(\) was called twice/);
  assert.deepEqual(seen, ['POST']);
  process.exit(0);
});
JS
