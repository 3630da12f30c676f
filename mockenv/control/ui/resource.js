// Resources: their list, and one with its document, what happened to it, what is planned, and what can be done to it.

import { html, useMemo, useState } from "./preact.js";
import { get, remove, put, call } from "./api.js";
import { barsOf, labelOf, laneNames, status } from "./lanes.js";
import { clockTime, parse, short } from "./moments.js";
import { attempt, Choice, Field, Status, useAnswer, useModel, Value } from "./parts.js";
import { link } from "./route.js";

export function Resources({ world, catalogue, route, go }) {
  useModel(world);
  const { provider = "", kind = "", text = "", resource } = route.query;
  const filter = (more) => go(link(world.name, "resources", { provider, kind, text, ...more }));
  const names = useMemo(() => laneNames(world, { onlyMoved: false, text }), [world.version, text]);
  const found = names.filter((name) => {
    const [own, sort] = name.split("/");
    return (!provider || own === provider) && (!kind || sort === kind);
  });
  const kinds = [...new Set([...world.resources.values()].filter((one) => !provider || one.provider === provider).map((one) => one.kind))];
  return html`<section aria-label="Resources" class=${resource ? "split" : ""}>
    <div>
      <div class="bar-of-tools">
        <${Choice} label="Service" value=${provider} options=${Object.keys(catalogue.providers)} empty="all" onChange=${(one) => filter({ provider: one, kind: "" })} />
        <${Choice} label="Kind" value=${kind} options=${kinds} empty="all" onChange=${(one) => filter({ kind: one })} />
        <${Field} label="Find" type="search" value=${text} onInput=${(text) => filter({ text })} />
        <span class="faint">${found.length} of ${world.resources.size}</span>
      </div>
      <table>
        <thead><tr><th scope="col">Resource</th><th scope="col">Name</th><th scope="col">Status</th><th scope="col">Step</th></tr></thead>
        <tbody>
          ${found.slice(0, 500).map(
            (name) => html`<tr key=${name} aria-current=${name === resource ? "true" : undefined}>
              <td><a href=${link(world.name, "resources", { provider, kind, text, resource: name })}>${name}</a></td>
              <td>${labelOf(world, name)}</td>
              <td><${Status} of=${status(world, name)} /></td>
              <td>${world.agendaOf(name).map((entry) => entry.step).join(", ")}</td>
            </tr>`,
          )}
        </tbody>
      </table>
      ${found.length > 500 && html`<p class="faint">The first 500 are shown.</p>`}
    </div>
    ${resource && html`<${Resource} key=${resource} world=${world} catalogue=${catalogue} name=${resource} onClose=${() => filter({})} />`}
  </section>`;
}

/** One resource: beside the timeline, or beside the list. */
export function Resource({ world, catalogue, name, onClose }) {
  useModel(world);
  const [provider, kind, ...rest] = name.split("/");
  const id = rest.join("/");
  const path = `sandboxes/${world.name}/resources/${provider}/${kind}/${encodeURIComponent(id)}`;
  const state = status(world, name);
  const stamp = `${state}${world.firedOf.get(name)?.length}${world.eventsOf.get(name)?.length}`;
  const [answer, problem] = useAnswer(() => get(path), [name, stamp]);
  const entries = world.agendaOf(name);
  const known = catalogue.providers[provider]?.kinds[kind] ?? { steps: [], statuses: [] };
  return html`<aside class="panel" aria-label=${`Resource ${name}`}>
    <header>
      <h2><span class="kind">${provider} ${kind}</span> ${labelOf(world, name) || id}${labelOf(world, name) && html` <span class="kind">${id}</span>`}</h2>
      <${Status} of=${state} />
      <span class="push"></span>
      <button type="button" class="plain" aria-label="Close" onClick=${onClose}>×</button>
    </header>
    ${entries.map((entry) => html`<${Planned} key=${entry.id} world=${world} entry=${entry} />`)}
    ${known.statuses.length > 0 && state !== "gone" && html`<${Force} path=${path} statuses=${known.statuses} />`}
    <${Steps} world=${world} name=${name} steps=${known.steps} provider=${provider} kind=${kind} />
    <details open><summary>Document</summary>${problem ? html`<p class="faint">${problem}</p>` : html`<${Value} label="Document" value=${answer?.document} />`}</details>
    <details open><summary>History</summary><${History} world=${world} name=${name} /></details>
  </aside>`;
}

function Planned({ world, entry }) {
  const due = entry.state === "pending" ? `is due ${clockTime(parse(entry.due))}` : `is ${entry.state}`;
  return html`<p>
    <b>${entry.step}</b> ${due}${entry.attempt > 1 ? `, attempt ${entry.attempt}` : ""}
    ${entry.kind === "step" &&
    html` <span class="buttons">
      ${entry.state === "held"
        ? html`<button type="button" onClick=${() => attempt(() => remove(`sandboxes/${world.name}/holds/${entry.step}`), "Released")}>Release</button>`
        : html`<button type="button" onClick=${() => attempt(() => put(`sandboxes/${world.name}/holds/${entry.step}`, { resource: entry.resource }), "Held")}>Hold</button>`}
      <a class="button" href=${link(world.name, "trouble", { target: "step", resource: entry.resource, step: entry.step })}>Break…</a>
    </span>`}
  </p>`;
}

function Force({ path, statuses }) {
  const [wanted, setWanted] = useState(statuses[0]);
  return html`<form class="buttons" onSubmit=${(event) => (event.preventDefault(), attempt(() => call("PATCH", path, { status: wanted }), `Is ${wanted} now`))}>
    <select aria-label="Status to force" value=${wanted} onChange=${(event) => setWanted(event.target.value)}>${statuses.map((one) => html`<option value=${one} selected=${one === wanted}>${one}</option>`)}</select>
    <button>Force status</button>
  </form>`;
}

function Steps({ world, name, steps, provider, kind }) {
  if (!steps.length) return null;
  const bars = barsOf(world, name, world.now());
  const last = new Map(bars.map((bar) => [bar.step, bar.state]));
  return html`<details>
    <summary>Steps of ${kind}</summary>
    <ol class="steps">
      ${steps.map((step) => html`<li><span><i class="swatch" data-state=${last.get(step) ?? "planned"}></i> ${step} <span class="faint">${last.get(step) ?? ""}</span></span> <a href=${link(world.name, "trouble", { target: "step", provider, resource: kind, step })}>Break…</a></li>`)}
    </ol>
  </details>`;
}

function History({ world, name }) {
  const told = [
    ...(world.firedOf.get(name) ?? []).map((one) => ({ at: one.at, text: `${one.step}: ${one.outcome}`, more: one.attempt > 1 ? `attempt ${one.attempt}` : "" })),
    ...(world.eventsOf.get(name) ?? []).map((one) => ({ at: one.at, text: one.type, more: one.actor ? `by ${one.actor}` : "event" })),
  ].sort((one, other) => (one.at < other.at ? 1 : -1));
  if (!told.length) return html`<p class="faint">Nothing has happened to it since the server began to watch.</p>`;
  return html`<ul class="history">${told.slice(0, 200).map((one) => html`<li><time>${clockTime(parse(one.at), one.at.includes("."))}</time> ${one.text} <span class="faint">${one.more}</span></li>`)}</ul>`;
}

/** What will happen, soonest first. */
export function Agenda({ world }) {
  useModel(world);
  const entries = [...world.agenda.values()].sort((one, other) => (one.state === "pending") === (other.state === "pending") ? one.to - other.to || one.id - other.id : one.state === "pending" ? -1 : 1);
  return html`<section aria-label="Agenda">
    <p class="faint">${entries.length ? `${entries.length} entries, soonest first` : "Nothing is planned."}</p>
    ${entries.length > 0 &&
    html`<table>
      <thead><tr><th scope="col">Due</th><th scope="col">What</th><th scope="col">Of</th><th scope="col">State</th><th scope="col">Then</th></tr></thead>
      <tbody>
        ${entries.slice(0, 500).map(
          (entry) => html`<tr key=${entry.id}>
            <td>${short(entry.due, world.now())}</td>
            <td>${entry.step}${entry.attempt > 1 ? ` (attempt ${entry.attempt})` : ""}</td>
            <td><a href=${link(world.name, entry.resource.startsWith("kernel/delivery/") ? "deliveries" : "timeline", entry.resource.startsWith("kernel/delivery/") ? { id: entry.resource.slice(16) } : { resource: entry.resource })}>${entry.resource}</a></td>
            <td><${Status} of=${entry.state} /></td>
            <td class="faint">${entry.ahead.map((one) => one.step).join(", ")}</td>
          </tr>`,
        )}
      </tbody>
    </table>`}
  </section>`;
}
