// What is done here as others would do it: as a line for a shell, or of a pytest test; does nothing itself.

import { ORIGIN } from "./place.js";

const quote = (text) => `'${String(text).replaceAll("'", `'\\''`)}'`;

/** A call of the control plane as a line for a shell. */
export function controlCurl(method, path, body) {
  const parts = [`curl -X ${method} ${quote(`${ORIGIN}/_mockenv/${path}`)}`];
  if (method !== "GET" && method !== "DELETE") parts.push(`-H 'Content-Type: application/json'`, `-d ${quote(JSON.stringify(body ?? {}))}`);
  if (sessionStorage.getItem("mockenv-admin-token") !== null) parts.push(`-H "Authorization: Bearer $MOCKENV_ADMIN_TOKEN"`);
  return parts.join(" \\\n  ");
}

const DROPPED = new Set(["host", "content-length", "connection", "accept-encoding", "authorization", "transfer-encoding"]);

/** A request of the journal as a line for a shell. Secrets are not in the journal: a token of the sandbox stands for them. */
export function requestCurl(sandbox, entry, token) {
  const url = `${ORIGIN}/_sandbox/${sandbox}${entry.path}${entry.query ? `?${entry.query}` : ""}`;
  const headers = Object.entries(entry.request.headers).filter(([name]) => !DROPPED.has(name) && !name.startsWith("sec-"));
  const parts = [`curl -X ${entry.method} ${quote(url)}`];
  if (token) parts.push(`-H ${quote(`Authorization: ${token}`)}`);
  parts.push(...headers.map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`));
  const body = entry.request.body;
  if (body !== null) parts.push(`-d ${quote(typeof body === "string" ? body : JSON.stringify(body))}`);
  return parts.join(" \\\n  ");
}

/** A JSON value as Python writes it. */
export function python(value) {
  if (value === true) return "True";
  if (value === false) return "False";
  if (value === null) return "None";
  if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
  if (typeof value === "object") return `{${Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}: ${python(member)}`).join(", ")}}`;
  return JSON.stringify(value);
}

/** A fault as a line of a pytest test. */
export function faultPython({ effect, ...rule }) {
  const more = Object.entries(rule).map(([name, value]) => `${name}=${python(value)}`);
  return `mockenv.fault(${[python(effect), ...more].join(", ")})`;
}

/** A gate as a line of a pytest test. */
export const holdPython = (step, resource) => `mockenv.hold(${[step, resource].filter(Boolean).map(python).join(", ")})`;
