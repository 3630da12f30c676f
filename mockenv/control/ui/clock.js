// A sandbox's time in the hand: what time it is, on to the next, until idle or until something is so, mode and speed.

import { html, useEffect, useState } from "./preact.js";
import { clockTime, day, parse } from "./moments.js";
import { attempt, Choice, Field } from "./parts.js";
import { post, put } from "./api.js";

/** Let time pass, and tell what ran. */
export function advance(world, how) {
  return attempt(
    () => post(`sandboxes/${world.name}/clock/advance`, how),
    ({ now, fired, reached }) => {
      const ran = fired.length === 1 ? fired[0].detail : `${fired.length || "nothing"} ran`;
      return `${clockTime(parse(now))}: ${ran}${reached === false ? ", but not as far as it was to go" : ""}`;
    },
  );
}

export function ClockBar({ world, catalogue, resource }) {
  const [by, setBy] = useState("10s");
  const [status, setStatus] = useState("");
  const clock = world.clock;
  if (!clock) return html`<div class="clock-bar"></div>`;
  const change = (plan) => attempt(() => put(`sandboxes/${world.name}/clock`, plan));
  const statuses = statusesOf(catalogue, resource);
  const now = world.now();
  const wanted = status && statuses.includes(status) ? status : statuses[0];
  return html`<div class="clock-bar" role="toolbar" aria-label="Clock">
    <time class="now" datetime=${new Date(now).toISOString()}>${clockTime(now)} <small>${day(now)}</small></time>
    <span class="buttons">
      <button type="button" disabled=${!clock.next} onClick=${() => advance(world, { until: "next" })} title="To the next thing that is due (n)">Next</button>
      <button type="button" disabled=${!clock.next} onClick=${() => advance(world, { until: "idle" })} title="Until nothing is pending (i)">Until idle</button>
    </span>
    <form class="buttons" onSubmit=${(event) => (event.preventDefault(), advance(world, { by }))}>
      <input class="short" aria-label="Advance by" value=${by} onInput=${(event) => setBy(event.target.value)} />
      <button>Advance</button>
    </form>
    ${statuses.length > 0 &&
    html`<form class="buttons" onSubmit=${(event) => (event.preventDefault(), advance(world, { until: { resource, status: wanted } }))}>
      <select aria-label="Until this is" value=${wanted} onChange=${(event) => setStatus(event.target.value)}>
        ${statuses.map((one) => html`<option value=${one} selected=${one === wanted}>${one}</option>`)}
      </select>
      <button title=${`Until ${resource} is ${wanted}`}>Until this is ${wanted}</button>
    </form>`}
    <span class="push"></span>
    <${Choice} label="Mode" value=${clock.mode} options=${["manual", "real", "auto"]} onChange=${(mode) => change({ mode })} />
    ${clock.mode === "real" &&
    html`<${Speed} speed=${clock.speed} onSpeed=${(speed) => change({ speed })} />`}
  </div>`;
}

/** What is being typed stays, while the page draws the time that passes. */
function Speed({ speed, onSpeed }) {
  const [text, setText] = useState(String(speed));
  useEffect(() => setText(String(speed)), [speed]);
  return html`<${Field} label="Speed" class="short" type="number" min="0.001" step="any" value=${text} onInput=${setText} onChange=${() => onSpeed(Number(text))} />`;
}

function statusesOf(catalogue, resource) {
  if (!resource) return [];
  const [provider, kind] = resource.split("/");
  const known = catalogue.providers[provider]?.kinds[kind]?.statuses ?? [];
  const aims = [...known.filter((one) => one === "active" || one === "ready"), ...known.filter((one) => one !== "active" && one !== "ready")];
  return known.length ? [...aims, "gone"] : [];
}
