#!/bin/sh
# undici 7.30.2: a RetryAgent repeats a GET whose body broke off by asking for the rest (`Range: bytes=40-99`). A server may ignore Range and
# answer 200 with all of it; then the whole, good answer is thrown away and the program gets an error. So against a server without ranges
# its retries never mend a body that broke off, though they mend an answer that never began.
#
# Seen: two requests, the second with Range, and `server does not support the range header and the payload was partially consumed`.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . undici@7.30.2
node - <<'JS'
const assert = require('node:assert');
const net = require('node:net');
const { fetch, Agent, RetryAgent } = require('undici');
const body = '0123456789'.repeat(10);
const ranges = [];
const server = net.createServer((socket) => {
  socket.on('error', () => {}).once('data', (data) => {
    ranges.push(/^range: (.*)$/im.exec(data.toString())?.[1] ?? 'all');
    const part = ranges.length === 1 ? body.slice(0, 40) : body;
    socket.end(`HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n${part}`);
  });
});
server.listen(0, '127.0.0.1', async () => {
  const dispatcher = new RetryAgent(new Agent());
  const told = await fetch(`http://127.0.0.1:${server.address().port}/`, { dispatcher })
    .then((reply) => reply.text(), (error) => error)
    .catch((error) => `${error.cause?.code}: ${error.cause?.message}`);
  console.log(ranges, told);
  assert.deepEqual(ranges, ['all', 'bytes=40-99']);
  assert.equal(told, 'UND_ERR_REQ_RETRY: server does not support the range header and the payload was partially consumed');
  process.exit(0);
});
JS
