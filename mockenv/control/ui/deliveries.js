// Webhook deliveries: what was to be told to whom, every attempt with what was signed, and making one again.

import { html } from "./preact.js";
import { post } from "./api.js";
import { clockTime, parse, short } from "./moments.js";
import { attempt, Status, useModel, Value } from "./parts.js";
import { link } from "./route.js";

export function Deliveries({ world, route, go }) {
  useModel(world);
  const { id } = route.query;
  const all = [...world.deliveries.values()].sort((one, other) => other.ordinal - one.ordinal);
  const chosen = id && world.deliveries.get(id);
  const flush = () => attempt(() => post(`sandboxes/${world.name}/deliveries/flush`), ({ flushed }) => `${flushed} attempts were made`);
  return html`<section aria-label="Deliveries" class=${chosen ? "split" : ""}>
    <div>
      <div class="bar-of-tools"><span class="faint">${all.length} ${all.length === 1 ? "delivery" : "deliveries"}</span><span class="push"></span><button type="button" onClick=${flush}>Make all waiting attempts now</button></div>
      ${all.length === 0 && html`<p class="empty">No webhook was to be told anything yet. A client subscribes with <a href=${link(world.name, "send", { operation: "createWebhook" })}>createWebhook</a>.</p>`}
      <table>
        <thead><tr><th scope="col">Planned</th><th scope="col">State</th><th scope="col">Event</th><th scope="col">Of</th><th scope="col">Attempts</th></tr></thead>
        <tbody>
          ${all.slice(0, 500).map(
            (one) => html`<tr key=${one.id} aria-current=${one.id === id ? "true" : undefined}>
              <td><a href=${link(world.name, "deliveries", { id: one.id })} aria-label=${`Delivery ${one.ordinal}`}>${short(one.planned_at, world.now())}</a></td>
              <td><${Status} of=${one.state} /></td>
              <td>${one.event}</td>
              <td><a href=${link(world.name, "timeline", { resource: one.resource })}>${one.resource}</a></td>
              <td>${one.attempts.map((made) => html`<${Status} of=${String(made.status ?? "0")} /> `)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${chosen && html`<${Delivery} world=${world} delivery=${chosen} onClose=${() => go(link(world.name, "deliveries"))} />`}
  </section>`;
}

function Delivery({ world, delivery, onClose }) {
  const again = () => attempt(() => post(`sandboxes/${world.name}/deliveries/${delivery.id}/redeliver`), (now) => `Attempt ${now.attempts.length}: ${now.attempts.at(-1)?.status ?? now.attempts.at(-1)?.error}`);
  const due = world.agendaOf(`kernel/delivery/${delivery.id}`);
  return html`<aside class="panel" aria-label=${`Delivery ${delivery.ordinal}`}>
    <header>
      <h2>${delivery.event}</h2>
      <${Status} of=${delivery.state} />
      <span class="push"></span>
      <button type="button" class="plain" aria-label="Close" onClick=${onClose}>×</button>
    </header>
    <p>to <code>${delivery.url}</code></p>
    <p class="buttons">
      <button type="button" onClick=${again}>Redeliver</button>
      <a class="button" href=${link(world.name, "trouble", { target: "delivery", event: delivery.event })}>Break the next…</a>
    </p>
    ${due.map((entry) => html`<p>Attempt ${entry.attempt} is due ${clockTime(parse(entry.due))}.</p>`)}
    ${delivery.attempts.map(
      (made) => html`<details open>
        <summary>Attempt ${made.attempt} at ${clockTime(parse(made.at), true)}: ${made.status ?? made.error} <span class="faint">${made.milliseconds} ms</span></summary>
        <dl class="headers">${Object.entries(made.request_headers).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
        ${made.body && html`<p class="faint">It answered:</p><${Value} label=${`Answer to attempt ${made.attempt}`} value=${made.body} />`}
      </details>`,
    )}
    <h3>Body, as signed</h3>
    <${Value} label="Body" value=${pretty(delivery.body)} />
  </aside>`;
}

function pretty(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
