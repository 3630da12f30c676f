// What was asked and answered, live: the list with its filters, and one request with both sides and why it was answered so.

import { html, useMemo, useRef, useState } from "./preact.js";
import { get, post, query as members } from "./api.js";
import { requestCurl } from "./curl.js";
import { clockTime } from "./moments.js";
import { Choice, Copy, Field, Status, useAnswer, useModel, Value } from "./parts.js";
import { link } from "./route.js";
import { ORIGIN } from "./place.js";

const SHOWN = 200;
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

export function Requests({ world, catalogue, route, go }) {
  useModel(world);
  const [isPaused, setPaused] = useState(false);
  const kept = useRef([]);
  const { number, ...filter } = route.query;
  const set = (more) => go(link(world.name, "requests", { ...filter, ...more }));
  if (!isPaused) kept.current = world.requests;
  const found = useMemo(() => newest(kept.current, filter), [isPaused ? 0 : world.version, JSON.stringify(filter), isPaused]);
  const operations = filter.provider ? catalogue.providers[filter.provider]?.operations.map((one) => one.operation) ?? [] : [];
  return html`<section aria-label="Requests" class=${number ? "split" : ""}>
    <div>
      <div class="bar-of-tools">
        <${Choice} label="Service" value=${filter.provider ?? ""} options=${Object.keys(catalogue.providers)} empty="all" onChange=${(provider) => set({ provider, operation: "" })} />
        ${operations.length > 0 && html`<${Choice} label="Operation" value=${filter.operation ?? ""} options=${operations} empty="all" onChange=${(operation) => set({ operation })} />`}
        <${Choice} label="Method" value=${filter.method ?? ""} options=${METHODS} empty="all" onChange=${(method) => set({ method })} />
        <${Choice} label="Status" value=${filter.status ?? ""} options=${["2xx", "3xx", "4xx", "5xx", ["0", "no answer"]]} empty="all" onChange=${(status) => set({ status })} />
        <${Field} label="Path" type="search" placeholder="/v1/*" value=${filter.path ?? ""} onInput=${(text) => set({ path: text })} />
        <label class="check"><input type="checkbox" checked=${isPaused} onChange=${(event) => setPaused(event.target.checked)} /> pause</label>
        <span class="push"></span>
        <${Copy} label="Copy as HAR" text=${async () => JSON.stringify(await get(`sandboxes/${world.name}/journal${members({ ...asked(filter), format: "har" })}`), null, 1)} />
      </div>
      <p class="faint">${found.length} shown${world.missed ? `; ${world.missed} came faster than they could be told, the journal has them` : ""}</p>
      ${found.length === 0 && html`<${Nearest} world=${world} filter=${filter} />`}
      <table class="requests">
        <thead><tr><th scope="col">At</th><th scope="col">Status</th><th scope="col">Request</th><th scope="col">Operation</th><th scope="col" class="number">ms</th><th scope="col">Rules</th></tr></thead>
        <tbody>
          ${found.map(
            (one) => html`<tr key=${one.number} aria-current=${String(one.number) === number ? "true" : undefined}>
              <td><a href=${link(world.name, "requests", { ...filter, number: one.number })} aria-label=${`Request ${one.number}`}>${clockTime(one.ms, true)}</a></td>
              <td><${Status} of=${String(one.status)} /></td>
              <td class="path"><b>${one.method}</b> ${one.path}${one.query ? `?${one.query}` : ""}</td>
              <td>${one.operation ?? html`<span class="faint">none</span>`}</td>
              <td class="number">${(one.seconds * 1000).toFixed(1)}</td>
              <td>${one.faults.join(", ")}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${number && html`<${Request} key=${number} world=${world} catalogue=${catalogue} number=${number} onClose=${() => set({})} />`}
  </section>`;
}

function newest(requests, filter) {
  const found = [];
  for (let at = requests.length - 1; at >= 0 && found.length < SHOWN; at -= 1) if (isWanted(requests[at], filter)) found.push(requests[at]);
  return found;
}

function isWanted(one, { provider, operation, method, status, path }) {
  return (
    (!provider || one.provider === provider) &&
    (!operation || (one.operation ?? "").split(",").includes(operation)) &&
    (!method || one.method === method) &&
    (!status || (status.endsWith("xx") ? String(one.status)[0] === status[0] && one.status >= 100 : String(one.status) === status)) &&
    (!path || glob(path).test(one.path))
  );
}

const glob = (pattern) => new RegExp(`^${pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*")}${pattern.includes("*") ? "$" : ""}`);

const asked = ({ provider, operation, method, status, path }) => ({ provider, operation, method, status, path: path && (path.includes("*") ? path : `${path}*`) });

/** Where nothing matches: what nearly did, as verify tells it. */
function Nearest({ world, filter }) {
  const match = Object.fromEntries(Object.entries(asked(filter)).filter(([, value]) => value));
  const isFiltered = Object.keys(match).length > 0;
  const [answer, problem] = useAnswer(async () => (isFiltered ? post(`sandboxes/${world.name}/journal/verify`, { match, at_least: 1 }) : null), [JSON.stringify(match)]);
  if (!isFiltered) return html`<p class="empty">No request has come yet. <a href=${link(world.name, "send")}>Send one</a>, or point a client at <code>${ORIGIN}/_sandbox/${world.name}</code>.</p>`;
  if (problem) return html`<p class="empty">${problem}</p>`;
  if (!answer || answer.ok) return null;
  return html`<div class="empty"><p>Nothing matches.${answer.nearest.length ? " Nearest:" : ""}</p>
    <ul>${answer.nearest.map((one) => html`<li><a href=${link(world.name, "requests", { number: one.number })}>${one.method} ${one.path} → ${one.status}</a>: ${one.differs.join("; ")}</li>`)}</ul></div>`;
}

function Request({ world, catalogue, number, onClose }) {
  const [entry, problem] = useAnswer(() => get(`sandboxes/${world.name}/journal/entries/${number}`), [number]);
  if (problem) return html`<aside class="panel" aria-label="Request"><header><p>${problem}</p><button type="button" class="plain" aria-label="Close" onClick=${onClose}>×</button></header></aside>`;
  if (!entry) return html`<aside class="panel" aria-label="Request"></aside>`;
  const token = async () => {
    const { tokens } = await get(`sandboxes/${world.name}`);
    return authorization(catalogue, tokens, entry.provider);
  };
  return html`<aside class="panel" aria-label=${`Request ${number}`}>
    <header>
      <h2>${entry.method} ${entry.path}${entry.query ? `?${entry.query}` : ""}</h2>
      <${Status} of=${String(entry.status)} />
      <span class="push"></span>
      <button type="button" class="plain" aria-label="Close" onClick=${onClose}>×</button>
    </header>
    <p class="buttons">
      <${Copy} label="Copy as curl" text=${async () => requestCurl(world.name, entry, await token())} />
      <${Copy} label="Copy as HAR" text=${async () => har(world, number)} />
      <a class="button" href=${link(world.name, "trouble", { target: "request", provider: entry.provider, operation: entry.operation, ...(entry.operation ? {} : { method: entry.method, path: entry.path }) })}>Make a fault of this</a>
    </p>
    <${Why} world=${world} entry=${entry} />
    <h3>Request</h3>
    <${Headers} of=${entry.request.headers} />
    <${Value} label="Request body" value=${entry.request.body} />
    <h3>Reply</h3>
    <${Headers} of=${entry.reply.headers} />
    <${Value} label="Reply body" value=${entry.reply.body} />
  </aside>`;
}

async function har(world, number) {
  const found = await get(`sandboxes/${world.name}/journal${members({ format: "har", since: number - 1 })}`);
  found.log.entries = found.log.entries.slice(0, 1);
  return JSON.stringify(found, null, 1);
}

/** The header of the role that this service's clients usually have. */
export function authorization(catalogue, tokens, provider, role = catalogue.providers[provider].clients_role) {
  const token = tokens[provider][role];
  return token.startsWith("api-") ? token : `Bearer ${token}`;
}

const STAGES = {
  identify: "which sandbox it is for",
  preflight: "whether a browser only asks if it may",
  match: "which operation it is",
  authenticate: "who calls, and whether they may",
  refuse_unread: "whether its body could be read",
  fault_before: "what goes wrong on purpose",
  settle: "what was due has run",
  behave: "the operation itself",
};

function Why({ world, entry }) {
  const { stages, stage, against_document: against, near_faults: near } = entry.why;
  const place = stages.indexOf(stage);
  return html`<details open>
    <summary>Why did it answer so</summary>
    <ol class="stages">
      ${stages.map((one, at) => html`<li data-passed=${at < place ? "yes" : at === place ? "here" : "no"}><code>${one}</code> ${STAGES[one] ?? ""}${at === place ? html` <b>answered here</b>` : ""}</li>`)}
    </ol>
    ${entry.note && html`<p>${entry.note}</p>`}
    ${entry.faults.length > 0 && html`<p>Rules that acted: ${entry.faults.map((id) => html`<a href=${link(world.name, "trouble")}>${id}</a> `)}</p>`}
    ${entry.resend_of !== null && html`<p>It repeats <a href=${link(world.name, "requests", { number: entry.resend_of })}>request ${entry.resend_of}</a>, whose answer was spoilt.</p>`}
    ${against.length > 0 ? html`<p>The document says against it:</p><ul>${against.map((one) => html`<li>${one}</li>`)}</ul>` : html`<p class="faint">The document says nothing against it.</p>`}
    ${near.length > 0 && html`<p>Rules that did not act:</p><ul>${near.map((one) => html`<li>${one.id}: ${one.differs.join("; ") || "another phase, or its turn had not come"}</li>`)}</ul>`}
  </details>`;
}

function Headers({ of }) {
  return html`<dl class="headers">${Object.entries(of).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}
