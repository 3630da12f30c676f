// All worlds of the server: made, opened, forked, reset, dropped; and what runs here at all.

import { html, useEffect, useState } from "./preact.js";
import { get, post, put, remove } from "./api.js";
import { controlCurl } from "./curl.js";
import { full } from "./moments.js";
import { attempt, Choice, Dialog, Field, Snippet, Status } from "./parts.js";
import { link } from "./route.js";
import { ORIGIN, ROOT } from "./place.js";

const EVERY = 2_000;

export function Worlds({ catalogue, go }) {
  const [worlds, setWorlds] = useState(null);
  const [asked, setAsked] = useState(null);
  const look = async () => setWorlds((await get("sandboxes")).sandboxes);
  useEffect(() => {
    attempt(look);
    const timer = setInterval(() => document.hidden || look().catch(() => {}), EVERY);
    return () => clearInterval(timer);
  }, []);
  const act = (action, done) => attempt(action, done).then(look);
  return html`<section aria-label="Worlds">
    <div class="bar-of-tools">
      <h1>Worlds</h1>
      <span class="push"></span>
      <button type="button" class="main" onClick=${() => setAsked({ what: "make" })}>New world</button>
    </div>
    <table>
      <thead><tr><th scope="col">World</th><th scope="col">Clock</th><th scope="col">Now</th><th scope="col">Next</th><th scope="col" class="number">Pending</th><th scope="col" class="number">Requests</th><th scope="col">Last request</th><th scope="col"><span class="hidden">What to do</span></th></tr></thead>
      <tbody>
        ${(worlds ?? []).map(
          (one) => html`<tr key=${one.name}>
            <td><a href=${link(one.name)}><b>${one.name}</b></a></td>
            <td>${one.clock.mode}${one.clock.mode === "real" && one.clock.speed !== 1 ? ` × ${one.clock.speed}` : ""}</td>
            <td>${full(one.clock.now)}</td>
            <td>${full(one.clock.next)}</td>
            <td class="number">${one.pending}</td>
            <td class="number">${one.requests}</td>
            <td>${full(one.last_request)}</td>
            <td><span class="buttons">
              <button type="button" aria-label=${`Fork ${one.name}`} onClick=${() => setAsked({ what: "fork", name: one.name })}>Fork</button>
              <button type="button" aria-label=${`Reset ${one.name}`} onClick=${() => setAsked({ what: "reset", name: one.name })}>Reset</button>
              <button type="button" aria-label=${`Drop ${one.name}`} onClick=${() => setAsked({ what: "drop", name: one.name })}>Drop</button>
            </span></td>
          </tr>`,
        )}
      </tbody>
    </table>
    <${Services} catalogue=${catalogue} />
    ${asked?.what === "make" && html`<${Make} catalogue=${catalogue} onClose=${() => setAsked(null)} go=${go} />`}
    ${asked?.what === "fork" && html`<${Fork} name=${asked.name} onClose=${() => setAsked(null)} go=${go} />`}
    ${asked?.what === "reset" && html`<${Sure} title=${`Reset ${asked.name}?`} text="Back to how it began: what was made is gone, tokens stay." word="Reset" onClose=${() => setAsked(null)} onYes=${() => act(() => post(`sandboxes/${asked.name}/reset`), `${asked.name} is as new`)} />`}
    ${asked?.what === "drop" && html`<${Sure} title=${`Drop ${asked.name}?`} text="The world goes with all its snapshots." word="Drop" onClose=${() => setAsked(null)} onYes=${() => act(() => remove(`sandboxes/${asked.name}`), ({ held }) => `${asked.name} is gone; it still held ${held.length} things`)} />`}
  </section>`;
}

function Services({ catalogue }) {
  return html`<h2>Services</h2>
    <table>
      <thead><tr><th scope="col">Service</th><th scope="col">Paths</th><th scope="col" class="number">Operations</th><th scope="col">Document</th></tr></thead>
      <tbody>
        ${Object.entries(catalogue.providers).map(
          ([name, one]) => html`<tr key=${name}>
            <td>${one.title}</td>
            <td>${one.prefixes.map((prefix) => html`<code>${prefix}</code> `)}</td>
            <td class="number">${one.operations.length}</td>
            <td><a href=${link("default", "documents", { provider: name })}>browse</a> <a href=${`${ROOT}/openapi/${name}.json`}>JSON</a> <a href=${`${ROOT}/openapi/${name}.yaml`}>YAML</a></td>
          </tr>`,
        )}
      </tbody>
    </table>
    <p class="faint">All in one document: <a href=${`${ROOT}/openapi.json`}>openapi.json</a>. What this page speaks to: <a href=${`${ROOT}/openapi/control.json`}>openapi/control.json</a>.</p>
    <p class="faint">Point a client at <code>${ORIGIN}</code>, or at <code>${ORIGIN}/_sandbox/NAME</code> for one world. <a href=${`${ROOT}/_mockenv/docs`}>How to use it</a>, for this version.</p>`;
}

function Make({ catalogue, onClose, go }) {
  const [told, setTold] = useState({ name: "", mode: "manual", fixture: "", scenario: "" });
  const set = (more) => setTold({ ...told, ...more });
  const { name, mode, fixture, scenario } = told;
  const body = { ...(name ? { name } : {}), clock: { mode }, ...(fixture ? { fixture } : {}), ...(scenario ? { scenario } : {}) };
  const make = async (event) => {
    event.preventDefault();
    const made = await attempt(() => post("sandboxes", body), (one) => `${one.name} is there`);
    if (made) go(link(made.name));
  };
  return html`<${Dialog} title="New world" onClose=${onClose}>
    <form onSubmit=${make}>
      <${Field} label="Name" value=${name} placeholder="one is found" pattern="[A-Za-z0-9_\\-]{1,64}" autofocus onInput=${(one) => set({ name: one })} />
      <${Choice} label="Clock" value=${mode} options=${[["manual", "manual: moves when told"], ["real", "real: runs"], ["auto", "auto: moves when polled"]]} onChange=${(one) => set({ mode: one })} />
      <${Choice} label="Scenario" value=${scenario} options=${catalogue.scenarios} empty="none" onChange=${(one) => set({ scenario: one, fixture: "" })} />
      ${!scenario && html`<${Choice} label="Begins with" value=${fixture} options=${catalogue.fixtures} empty="as the server was told" onChange=${(one) => set({ fixture: one })} />`}
      <p><button class="main">Make it</button></p>
      <${Snippet} label="curl" text=${controlCurl("POST", "sandboxes", body)} />
    </form>
  <//>`;
}

function Fork({ name, onClose, go }) {
  const [into, setInto] = useState(`${name}-fork`);
  const fork = async (event) => {
    event.preventDefault();
    const made = await attempt(async () => {
      await put(`sandboxes/${name}/snapshots/dashboard-fork`);
      const forked = await post(`sandboxes/${name}/snapshots/dashboard-fork/restore`, { into });
      await remove(`sandboxes/${name}/snapshots/dashboard-fork`);
      return forked;
    }, `${into} is as ${name} was just now`);
    if (made) go(link(into));
  };
  return html`<${Dialog} title=${`Fork ${name}`} onClose=${onClose}>
    <form onSubmit=${fork}>
      <${Field} label="Into" value=${into} required autofocus onInput=${setInto} />
      <p><button class="main">Fork</button></p>
    </form>
  <//>`;
}

export function Sure({ title, text, word, onYes, onClose }) {
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <p>${text}</p>
    <p class="buttons"><button type="button" class="main" autofocus onClick=${() => (onYes(), onClose())}>${word}</button><button type="button" onClick=${onClose}>Leave it</button></p>
  <//>`;
}
