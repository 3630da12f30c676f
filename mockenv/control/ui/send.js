// A request as a client of the world would send it: an operation chosen, filled in from its document, and what came back.

import { html, useEffect, useState } from "./preact.js";
import { get, send } from "./api.js";
import { advance } from "./clock.js";
import { example } from "./document.js";
import { attempt, Choice, Field, Snippet, Status, Text, useAnswer, Value } from "./parts.js";
import { authorization } from "./requests.js";
import { link } from "./route.js";
import { ORIGIN } from "./place.js";

const quote = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

export function Send({ world, catalogue, route, go }) {
  const { operation = "", provider = ownerOf(catalogue, operation) } = route.query;
  const service = catalogue.providers[provider];
  const operations = service.operations.filter((one) => one.path);
  const chosen = operations.find((one) => one.operation === operation) ?? operations[0];
  const choose = (more) => go(link(world.name, "send", { provider, operation: chosen.operation, ...more }));
  const choice = html`<h2>Send a request</h2>
      <${Choice} label="Service" value=${provider} options=${Object.entries(catalogue.providers).map(([name, one]) => [name, one.title])} onChange=${(one) => choose({ provider: one, operation: "" })} />
      <${Choice} label="Operation" value=${chosen.operation} options=${operations.map((one) => [one.operation, `${one.operation} – ${one.method} ${one.path}`])} onChange=${(one) => choose({ operation: one })} />`;
  return html`<section aria-label="Send a request"><${Request} key=${`${provider} ${chosen.operation}`} world=${world} catalogue=${catalogue} provider=${provider} operation=${chosen}>${choice}<//></section>`;
}

const ownerOf = (catalogue, operation) => Object.keys(catalogue.providers).find((name) => catalogue.providers[name].operations.some((one) => one.operation === operation)) ?? Object.keys(catalogue.providers)[0];

function Request({ world, catalogue, provider, operation, children }) {
  const [document] = useAnswer(() => get(`documents/${provider}`), [provider]);
  const [sandbox] = useAnswer(() => get(`sandboxes/${world.name}`), [world.name]);
  const [told, setTold] = useState(null);
  const [reply, setReply] = useState(null);
  useEffect(() => {
    if (document) setTold({ role: catalogue.providers[provider].clients_role, ...example(document, operation) });
  }, [document]);
  if (!told || !sandbox) return null;
  const set = (more) => setTold({ ...told, ...more });
  const request = { method: operation.method, path: told.path, body: told.body, token: told.role && authorization(catalogue, sandbox.tokens, provider, told.role) };
  const act = async (event) => {
    event.preventDefault();
    setReply("awaited");
    setReply(await attempt(() => send(world.name, request)));
  };
  return html`<div class="columns"><form onSubmit=${act}>
      ${children}
      <${Choice} label="As" value=${told.role} options=${catalogue.providers[provider].roles} empty="nobody" onChange=${(role) => set({ role })} />
      <${Field} label=${operation.method} value=${told.path} spellcheck=${false} onInput=${(text) => set({ path: text })} />
      ${told.hasBody && html`<${Text} label="Body" rows="8" value=${told.body} onInput=${(body) => set({ body })} />`}
      <p><button class="main">Send</button></p>
    </form>
    <div class="panel"><div class="reply" aria-live="polite">${reply === "awaited" && html`<p>No answer yet: it may wait for the clock. <button type="button" onClick=${() => advance(world, { until: "idle" })}>Until idle</button></p>`}
    ${reply && reply !== "awaited" && html`<h3><${Status} of=${String(reply.status)} /> <span class="faint">${reply.milliseconds} ms</span></h3><${Value} label="Reply" value=${parsed(reply.text)} />`}</div>
    <${Snippet} label="curl" text=${curl(world.name, request)} /></div></div>`;
}

function curl(sandbox, { method, path, body, token }) {
  const parts = [`curl -X ${method} ${quote(`${ORIGIN}/_sandbox/${sandbox}${path}`)}`];
  if (token) parts.push(`-H ${quote(`Authorization: ${token}`)}`);
  if (body) parts.push(`-H 'Content-Type: application/json'`, `-d ${quote(body)}`);
  return parts.join(" \\\n  ");
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
