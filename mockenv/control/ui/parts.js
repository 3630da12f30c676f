// Small things that every view is made of: a model watched, problems told, copying, JSON shown, tables; knows no world.

import { html, useCallback, useEffect, useRef, useState } from "./preact.js";

/** Draw again whenever a model (with `watch` and `version`) has changed. */
export function useModel(model) {
  const [, redraw] = useState(0);
  useEffect(() => model.watch(() => redraw((count) => count + 1)), [model]);
  return model;
}

/** What a call answers, asked again when one of `inputs` changes: [answer, problem, ask again]. */
export function useAnswer(ask, inputs) {
  const [state, setState] = useState([null, null]);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let isWanted = true;
    ask().then(
      (answer) => isWanted && setState([answer, null]),
      (problem) => isWanted && setState([null, problem.message]),
    );
    return () => (isWanted = false);
  }, [...inputs, turn]);
  return [...state, useCallback(() => setTurn((count) => count + 1), [])];
}

let announce = () => {};

/** Tell something in the corner of the page, also to a screen reader. */
export function say(text, isProblem = false) {
  announce({ text, isProblem, at: Date.now() });
}

/** Run what may be refused, and tell the refusal. */
export async function attempt(action, done) {
  try {
    const answer = await action();
    if (done) say(typeof done === "function" ? done(answer) : done);
    return answer;
  } catch (problem) {
    say(problem.message, true);
    return undefined;
  }
}

export function Announcements() {
  const [said, setSaid] = useState(null);
  announce = setSaid;
  useEffect(() => {
    if (!said || said.isProblem) return undefined;
    const timer = setTimeout(() => setSaid(null), 4_000);
    return () => clearTimeout(timer);
  }, [said]);
  return html`<div class="said" role="status" aria-live="polite">
    ${said &&
    html`<p class=${said.isProblem ? "problem" : ""}>
      ${said.text} <button class="plain" aria-label="Dismiss" onClick=${() => setSaid(null)}>×</button>
    </p>`}
  </div>`;
}

/** A button that copies `text()`, which may be a promise. */
export function Copy({ label, text }) {
  const copy = () => attempt(async () => navigator.clipboard.writeText(await text()), `${label}: copied`);
  return html`<button type="button" onClick=${copy}>${label}</button>`;
}

/** Text to be copied, with its button. */
export function Snippet({ label, text }) {
  return html`<figure class="snippet">
    <figcaption>${label} <${Copy} label="Copy" text=${() => text} /></figcaption>
    <pre tabindex="0" aria-label=${label}>${text}</pre>
  </figure>`;
}

/** A JSON value, or a text as it is. */
export function Value({ value, label }) {
  if (value === null || value === undefined) return html`<p class="faint">none</p>`;
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return html`<pre tabindex="0" aria-label=${label}>${text}</pre>`;
}

export function Status({ of }) {
  if (!of) return null;
  return html`<span class="status" data-status=${tone(of)}>${of}</span>`;
}

const TONES = [
  [/^(active|ready|done|delivered|ok|enabled|success|succeeded|completed?|2\d\d)$/, "good"],
  [/fail|error|dropped|undelivered|rolled|^5\d\d|^0$|gone/, "bad"],
  [/held|stalled|cancel|suspend|^4\d\d|disabled|terminat/, "odd"],
];

export const tone = (word) => TONES.find(([pattern]) => pattern.test(String(word).toLowerCase()))?.[1] ?? "busy";

/** A window over the page. Escape closes it; the browser keeps the focus inside. */
export function Dialog({ title, onClose, children }) {
  const dialog = useRef(null);
  useEffect(() => {
    dialog.current.showModal();
  }, []);
  return html`<dialog ref=${dialog} aria-label=${title} onClose=${onClose}>
    <header>
      <h2>${title}</h2>
      <button type="button" class="plain" aria-label="Close" onClick=${() => dialog.current.close()}>×</button>
    </header>
    ${children}
  </dialog>`;
}

let ids = 0;

/** A control with its label beside it: a label around it would have all options in its name. */
function Labelled({ label, children }) {
  const id = useRef(null);
  id.current ??= `field-${(ids += 1)}`;
  return html`<div class="field"><label for=${id.current}>${label}</label>${children(id.current)}</div>`;
}

/** One choice of many: `options` are texts or [value, text]. */
export function Choice({ label, value, options, onChange, empty }) {
  return html`<${Labelled} label=${label}>
    ${(id) => html`<select id=${id} value=${value} onChange=${(event) => onChange(event.target.value)}>
      ${empty !== undefined && html`<option value="">${empty}</option>`}
      ${options.map((one) => {
        const [code, text] = Array.isArray(one) ? one : [one, one];
        return html`<option value=${code} selected=${code === value}>${text}</option>`;
      })}
    </select>`}
  <//>`;
}

export function Field({ label, value, onInput, ...more }) {
  return html`<${Labelled} label=${label}>
    ${(id) => html`<input id=${id} value=${value} onInput=${(event) => onInput?.(event.target.value)} ...${more} />`}
  <//>`;
}

export function Text({ label, value, onInput, ...more }) {
  return html`<${Labelled} label=${label}>
    ${(id) => html`<textarea id=${id} value=${value} spellcheck=${false} onInput=${(event) => onInput(event.target.value)} ...${more}></textarea>`}
  <//>`;
}
