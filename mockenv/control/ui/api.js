// The control plane as functions: calls with the admin token, failures as exceptions, the stream; knows no view.

import { ROOT } from "./place.js";

const TOKEN = "mockenv-admin-token";

/** A refusal of the control plane: its status, and a line that says what to do. */
export class Problem extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

let askForToken = null;

/** Have `ask` called when the server wants its token; it answers with a promise of one. */
export function onTokenWanted(ask) {
  askForToken = ask;
}

function headers(more = {}) {
  const token = sessionStorage.getItem(TOKEN);
  return { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}), ...more };
}

/** One asking for all that is refused at the same time. */
let asking = null;

async function withToken(send) {
  const reply = await send();
  if (reply.status !== 401 || !askForToken) return reply;
  asking ??= askForToken(sessionStorage.getItem(TOKEN) !== null).finally(() => (asking = null));
  sessionStorage.setItem(TOKEN, await asking);
  return withToken(send);
}

/** A call below `/_mockenv/`: its parsed reply. Throws Problem. */
export async function call(method, path, body) {
  const reply = await withToken(() =>
    fetch(`${ROOT}/_mockenv/${path}`, { method, headers: headers(), body: body === undefined ? undefined : JSON.stringify(body) }),
  );
  const isJson = (reply.headers.get("content-type") ?? "").includes("json");
  const content = isJson ? await reply.json() : await reply.text();
  if (!reply.ok) throw new Problem(reply.status, content.detail ?? String(content));
  return content;
}

export const get = (path) => call("GET", path);
export const post = (path, body = {}) => call("POST", path, body);
export const put = (path, body = {}) => call("PUT", path, body);
export const remove = (path) => call("DELETE", path);

/** `?a=1&b=2` of what is given. */
export function query(members) {
  const given = Object.entries(members).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return given.length ? `?${new URLSearchParams(given)}` : "";
}

/** Server-sent events of a path, as objects {event, id, data}, until `signal` aborts or the server ends them.
 *  Read with fetch, since an EventSource can send no token. */
export async function* listen(path, lastId, signal) {
  const more = lastId ? { "Last-Event-ID": lastId } : {};
  const reply = await withToken(() => fetch(`${ROOT}/_mockenv/${path}`, { headers: headers(more), signal }));
  if (!reply.ok) throw new Problem(reply.status, (await reply.json().catch(() => ({}))).detail ?? reply.statusText);
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const told = parseEvent(block);
      if (told) yield told;
    }
  }
}

function parseEvent(block) {
  const fields = Object.fromEntries(
    block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]),
  );
  return fields.event && { event: fields.event, id: fields.id, data: JSON.parse(fields.data) };
}

/** A request to a service, as a client of this sandbox would send it: what came back. */
export async function send(sandbox, { method, path, token, body, more = {} }) {
  const started = performance.now();
  const reply = await fetch(`${ROOT}/_sandbox/${sandbox}${path}`, {
    method,
    credentials: "omit",
    headers: { ...(token ? { Authorization: token } : {}), ...(body ? { "Content-Type": "application/json" } : {}), ...more },
    body: body || undefined,
  });
  const text = await reply.text();
  return { status: reply.status, text, headers: [...reply.headers], milliseconds: Math.round(performance.now() - started) };
}
