// One request by a Node library: `node.mjs LIBRARY METHOD URL WARM`; prints what its program gets. Knows nothing of mockenv.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [library, method, url, warm] = process.argv.slice(2);
const resolve = createRequire(process.env.NODE_HOME + '/package.json').resolve;
const load = async (name) => import(pathToFileURL(resolve(name)).href);
const loadEsm = async (name, file) => import(pathToFileURL(`${process.env.NODE_HOME}/node_modules/${name}/${file}`).href);
const headers = { Authorization: 'Bearer x', 'Content-Type': 'application/json' };
const body = method === 'POST' ? JSON.stringify({ partner_customer_id: 'c', dev_php_version: '8.3' }) : undefined;
const length = (text) => Buffer.byteLength(typeof text === 'string' ? text : '');

// undici takes a connection back a moment after its answer has been read
const moment = () => new Promise((resolve) => setTimeout(resolve, 50));

async function byFetch(fetch, more = {}) {
  if (warm) await (await fetch(warm, { headers, ...more })).text().then(moment);
  const got = await fetch(url, { method, headers, body, ...more });
  return [got.status, await got.text()];
}

async function byAxios(axios) {
  const all = { headers, responseType: 'text', validateStatus: () => true };
  if (warm) await axios.get(warm, all);
  const got = await axios.request({ ...all, method, url, data: body });
  return [got.status, got.data];
}

async function bySuperagent(retries) {
  const superagent = (await load('superagent')).default;
  const agent = await keeping();
  const plain = (request) => request.agent(agent).set(headers).ok(() => true).buffer(true);
  if (warm) await plain(superagent.get(warm));
  const asked = plain(superagent(method, url)).retry(retries);
  const got = await (body ? asked.send(body) : asked);
  return [got.status, got.text];
}

const keeping = async () => new (await import('node:http')).Agent({ keepAlive: true });

// the way every library here goes in the end: a response whose body is read to its end, or an error
async function byHttp() {
  const http = await import('node:http');
  const agent = await keeping();
  const ask = (how, where, content) =>
    new Promise((resolve, reject) => {
      const request = http.request(where, { method: how, headers, agent }, (reply) => {
        const parts = [];
        reply.on('data', (part) => parts.push(part)).on('error', reject);
        reply.on('end', () => resolve([reply.statusCode, Buffer.concat(parts).toString()]));
      });
      request.on('error', reject).end(content);
    });
  if (warm) await ask('GET', warm);
  return ask(method, url, body);
}

async function byNeedle() {
  const needle = (await load('needle')).default;
  const all = { headers, agent: await keeping(), parse: false };
  const text = (reply) => [reply.statusCode, reply.body.toString()];
  if (warm) await needle('get', warm, null, all);
  return text(await needle(method.toLowerCase(), url, body ?? null, all));
}

const libraries = {
  'node:http': byHttp,
  needle: byNeedle,
  'node-fetch': async () => byFetch((await load('node-fetch')).default, { agent: await keeping() }),
  'fetch-retry': async () => byFetch((await load('fetch-retry')).default(fetch)),
  'make-fetch-happen': async () => byFetch((await load('make-fetch-happen')).default),
  ofetch: async () => {
    const { ofetch } = await load('ofetch');
    if (warm) await ofetch(warm, { headers }).then(moment);
    const reply = await ofetch.raw(url, { method, headers, body, responseType: 'text' });
    return [reply.status, reply._data];
  },
  fetch: () => byFetch(fetch),
  'undici RetryAgent': async () => {
    const undici = await load('undici');
    return byFetch(undici.fetch, { dispatcher: new undici.RetryAgent(new undici.Agent()) });
  },
  axios: async () => byAxios((await load('axios')).default),
  'axios-retry': async () => {
    const axios = (await load('axios')).default.create();
    const retry = (await load('axios-retry')).default;
    (retry.default ?? retry)(axios);
    // axios-retry looks at errors only: a status has to be one
    const all = { headers, responseType: 'text' };
    if (warm) await axios.get(warm, all);
    const got = await axios.request({ ...all, method, url, data: body });
    return [got.status, got.data];
  },
  got: async () => {
    const got = (await loadEsm('got', 'dist/source/index.js')).default;
    const all = { headers, agent: { http: await keeping() } };
    if (warm) await got(warm, all);
    const reply = await got(url, { ...all, method, body });
    return [reply.statusCode, reply.body];
  },
  ky: async () => {
    const ky = (await loadEsm('ky', 'distribution/index.js')).default;
    if (warm) await ky(warm, { headers }).text().then(moment);
    const reply = await ky(url, { method, headers, body });
    return [reply.status, await reply.text()];
  },
  superagent: () => bySuperagent(0),
  'superagent retry(2)': () => bySuperagent(2),
};

try {
  const [status, text] = await libraries[library]();
  console.log(JSON.stringify({ status, bytes: length(text) }));
} catch (error) {
  const status = error.response?.status ?? error.response?.statusCode ?? (error.code === 'UND_ERR_REQ_RETRY' ? error.statusCode : 0);
  const cause = error.cause ? ` (${error.cause.code ?? error.cause.name}: ${error.cause.message})` : error.code ? ` (${error.code})` : '';
  console.log(JSON.stringify({ error: `${error.name}: ${error.message}${cause}`, status: status || undefined }));
}
process.exit(0);
