// What goes wrong on purpose: rules and gates there are, and a form that offers only what exists; shows the same for a shell and for pytest.

import { html, useState } from "./preact.js";
import { post, put, remove } from "./api.js";
import { controlCurl, faultPython, holdPython } from "./curl.js";
import { attempt, Choice, Field, Snippet, useModel } from "./parts.js";
import { link } from "./route.js";

export function Trouble({ world, catalogue, route }) {
  useModel(world);
  const path = `sandboxes/${world.name}`;
  const faults = [...world.faults.values()];
  const holds = [...world.holds.values()];
  return html`<section aria-label="Faults and holds" class="columns">
    <div>
      <h2>Faults</h2>
      ${faults.length === 0 && html`<p class="faint">No rule: everything goes well.</p>`}
      <ul class="cards">
        ${faults.map(
          (fault) => html`<li key=${fault.id}>
            <p><b>${fault.id}</b> ${tellPlace(fault)} → <b>${tellEffect(fault.effect)}</b></p>
            <p class="faint">has acted ${fault.hits}${fault.times ? ` of ${fault.times}` : ""} ${fault.hits === 1 && !fault.times ? "time" : "times"}</p>
            <button type="button" aria-label=${`Remove ${fault.id}`} onClick=${() => attempt(() => remove(`${path}/faults/${fault.id}`), "Removed")}>Remove</button>
          </li>`,
        )}
      </ul>
      <h2>Holds</h2>
      ${holds.length === 0 && html`<p class="faint">No gate is closed.</p>`}
      <ul class="cards">
        ${holds.map(
          (hold) => html`<li key=${hold.step}>
            <p><b>${hold.step}</b> ${hold.resource ? `of ${hold.resource}` : "of all"}</p>
            <p class="faint">${hold.held.length ? `holds ${hold.held.join(", ")}` : "holds nothing yet"}</p>
            <button type="button" aria-label=${`Release ${hold.step}`} onClick=${() => attempt(() => remove(`${path}/holds/${hold.step}`), ({ released }) => `${released} let go`)}>Release</button>
          </li>`,
        )}
      </ul>
    </div>
    <${Form} key=${JSON.stringify(route.query)} world=${world} catalogue=${catalogue} given=${route.query} />
  </section>`;
}

function tellPlace({ id, effect, hits, times, after, every, probability, expires, phase, force, ...place }) {
  const parts = Object.entries(place).filter(([, value]) => value !== null && (typeof value !== "object" || Object.keys(value).length));
  const often = Object.entries({ phase: phase === "after" ? phase : null, after, every, probability, expires }).filter(([, value]) => value !== null && value !== undefined);
  return [...parts, ...often].map(([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`).join(", ") || "everything";
}

const tellEffect = (effect) => Object.entries(effect).map(([name, value]) => (value === true ? name : `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`)).join(", ");

// The form

const TARGETS = [["request", "a request"], ["step", "a step"], ["delivery", "a webhook"], ["hold", "hold a step"]];
/** What an effect's value is to begin with; those that are not here are switches. */
const VALUES = { status: 503, message: "down for maintenance", headers: { "Retry-After": "2" }, delay: "2s", drip: "5s", rate_limit: 1, fail: "the database did not answer", slow: "30s", rollback: "fails", duplicate: 2, stale_timestamp: "1h" };
const FIRST = { request: "status", step: "fail", delivery: "drop" };

function Form({ world, catalogue, given }) {
  const [told, setTold] = useState(() => begin(catalogue, given));
  const set = (more) => setTold({ ...told, ...more });
  const { target, provider } = told;
  const providers = Object.entries(catalogue.providers).filter(([, one]) => offers(one, target));
  const service = catalogue.providers[provider];
  const rule = ruleOf(told);
  const path = `sandboxes/${world.name}`;
  const isHold = target === "hold";
  const act = (event) => {
    event.preventDefault();
    if (isHold) attempt(() => put(`${path}/holds/${told.step}`, rule), "The gate is closed");
    else attempt(() => post(`${path}/faults`, rule), ({ id }) => `${id} acts from now on`);
  };
  const setTarget = (next) => set({ target: next, effect: FIRST[next], value: spell(VALUES[FIRST[next]]) });
  return html`<form class="panel" aria-label="New fault or hold" onSubmit=${act}>
    <h2>Make something go wrong</h2>
    <${Choice} label="What" value=${target} options=${TARGETS} onChange=${setTarget} />
    <${Choice} label="Service" value=${provider} options=${providers.map(([name, one]) => [name, one.title])} empty=${target === "request" ? "all" : "any"} onChange=${(one) => set({ provider: one, operation: "", resource: "", step: "", event: "" })} />
    ${target === "request" && html`<${RequestPlace} told=${told} set=${set} service=${service} />`}
    ${(target === "step" || isHold) && html`<${StepPlace} told=${told} set=${set} catalogue=${catalogue} world=${world} />`}
    ${target === "delivery" && html`<${Choice} label="Event" value=${told.event} options=${events(catalogue, provider)} empty="any" onChange=${(event) => set({ event })} />`}
    ${!isHold && html`<${Effect} told=${told} set=${set} effects=${catalogue.effects[target]} />`}
    ${!isHold && html`<div class="row">
      <${Field} label="Times" type="number" min="1" placeholder="always" value=${told.times} onInput=${(times) => set({ times })} />
      <${Field} label="Let pass first" type="number" min="0" placeholder="0" value=${told.after} onInput=${(after) => set({ after })} />
      ${target === "request" && html`<${Choice} label="When" value=${told.phase} options=${[["before", "instead of it"], ["after", "after it is done"]]} onChange=${(phase) => set({ phase })} />`}
    </div>`}
    <p><button class="main" disabled=${isHold && !told.step}>${isHold ? "Hold" : "Make it so"}</button></p>
    <${Snippet} label="curl" text=${isHold ? controlCurl("PUT", `${path}/holds/${told.step}`, rule) : controlCurl("POST", `${path}/faults`, rule)} />
    <${Snippet} label="pytest" text=${isHold ? holdPython(told.step, rule.resource) : faultPython(rule)} />
  </form>`;
}

function begin(catalogue, given) {
  const target = TARGETS.some(([one]) => one === given.target) ? given.target : "request";
  const effect = FIRST[target] ?? "";
  const provider = given.provider ?? (given.resource?.includes("/") ? given.resource.split("/")[0] : Object.keys(catalogue.providers).find((one) => offers(catalogue.providers[one], target)));
  return { target, provider, operation: "", method: "", path: "", resource: "", step: "", event: "", times: "1", after: "", phase: "before", ...given, effect, value: spell(VALUES[effect]) };
}

function offers(service, target) {
  if (target === "delivery") return service.events.length > 0;
  return target === "request" || Object.values(service.kinds).some((kind) => kind.steps.length);
}

function RequestPlace({ told, set, service }) {
  const operations = (service?.operations ?? []).map((one) => [one.operation, one.method ? `${one.operation} – ${one.method} ${one.path}` : one.operation]);
  return html`<div class="row">
    ${service && html`<${Choice} label="Operation" value=${told.operation} options=${operations} empty="all" onChange=${(operation) => set({ operation })} />`}
    <${Choice} label="Method" value=${told.method} options=${["GET", "POST", "PUT", "PATCH", "DELETE"]} empty="any" onChange=${(method) => set({ method })} />
    <${Field} label="Path" placeholder=${`${service?.prefixes[0] ?? "/"}*`} value=${told.path} onInput=${(path) => set({ path })} />
  </div>`;
}

function StepPlace({ told, set, catalogue, world }) {
  const services = told.provider ? { [told.provider]: catalogue.providers[told.provider] } : catalogue.providers;
  const kinds = Object.values(services).flatMap((one) => Object.entries(one.kinds).filter(([, kind]) => kind.steps.length));
  const sort = told.resource.includes("/") ? told.resource.split("/")[1] : told.resource;
  const steps = [...new Set(kinds.filter(([name]) => !sort || name === sort).flatMap(([, kind]) => kind.steps))];
  const names = [...world.resources.values()].filter((one) => (!told.provider || one.provider === told.provider) && kinds.some(([name]) => name === one.kind)).slice(-200);
  const known = [...kinds.map(([name]) => [told.target === "hold" ? `${told.provider}/${name}` : name, `every ${name}`]), ...names.map((one) => one.name)];
  if (told.resource && !known.some((one) => one === told.resource || one[0] === told.resource)) known.unshift(told.resource);
  return html`<div class="row">
    <${Choice} label="Resource" value=${told.resource} options=${known} empty="any" onChange=${(resource) => set({ resource, step: "" })} />
    <${Choice} label="Step" value=${told.step} options=${steps} empty=${told.target === "hold" ? "choose" : "any"} onChange=${(step) => set({ step })} />
  </div>`;
}

const events = (catalogue, provider) => Object.entries(catalogue.providers).filter(([name]) => !provider || name === provider).flatMap(([, one]) => one.events);

function Effect({ told, set, effects }) {
  return html`<div class="row">
    <${Choice} label="Effect" value=${told.effect} options=${effects} onChange=${(effect) => set({ effect, value: spell(VALUES[effect]) })} />
    ${told.effect in VALUES && html`<${Field} label="Value" value=${told.value} onInput=${(value) => set({ value })} />`}
  </div>`;
}

const spell = (value) => (value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value));

/** JSON where it is JSON and a number or an object; else the text itself. */
function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The rule as the control plane takes it: what is empty is left out. */
function ruleOf(told) {
  const { target, provider, operation, method, path, resource, step, event, effect, value, times, after, phase } = told;
  if (target === "hold") return resource ? { resource } : {};
  const places = { request: { operation, method, path, phase: phase === "after" ? phase : "" }, step: { resource, step }, delivery: { event } }[target];
  const counts = { times: times && Number(times), after: after && Number(after) };
  const given = Object.entries({ provider, ...places, ...counts }).filter(([, one]) => one !== "" && one !== undefined && one !== 0);
  return { ...Object.fromEntries(given), effect: { [effect]: effect in VALUES ? read(value) : true } };
}
