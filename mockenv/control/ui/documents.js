// The services' documents in Swagger UI, which is loaded when it is first looked at; what is tried there goes to this world.

import { html, useEffect, useRef, useState } from "./preact.js";
import { get } from "./api.js";
import { Choice, useAnswer } from "./parts.js";
import { ORIGIN, ROOT } from "./place.js";
import { authorization } from "./requests.js";
import { link } from "./route.js";

const FILES = `${ROOT}/_mockenv/ui/swagger-ui`;

export function Documents({ world, catalogue, route, go }) {
  const { provider = Object.keys(catalogue.providers)[0] } = route.query;
  const [role, setRole] = useState("");
  const service = catalogue.providers[provider];
  const wanted = service.roles.includes(role) ? role : service.clients_role;
  return html`<section aria-label="Documents">
    <div class="bar-of-tools">
      <${Choice} label="Service" value=${provider} options=${Object.entries(catalogue.providers).map(([name, one]) => [name, one.title])} onChange=${(one) => go(link(world.name, "documents", { provider: one }))} />
      <${Choice} label="Try it as" value=${wanted} options=${service.roles} onChange=${setRole} />
      <span class="faint">of ${world.name}</span>
    </div>
    <${Browser} key=${provider} world=${world} catalogue=${catalogue} provider=${provider} role=${wanted} />
  </section>`;
}

function Browser({ world, catalogue, provider, role }) {
  const place = useRef(null);
  const token = useRef("");
  const [sandbox] = useAnswer(() => get(`sandboxes/${world.name}`), [world.name]);
  const [document, problem] = useAnswer(() => get(`documents/${provider}`), [provider]);
  if (sandbox) token.current = authorization(catalogue, sandbox.tokens, provider, role);
  useEffect(() => {
    if (document && sandbox) open(place.current, { ...document, servers: [{ url: `${ORIGIN}/_sandbox/${world.name}` }] }, () => token.current);
  }, [document, sandbox]);
  return html`${problem && html`<p class="empty">${problem}</p>`}
    <div class="document" ref=${place}><p class="faint">Loading the document …</p></div>`;
}

/** Show a document. `token` is asked for when something is sent. */
async function open(place, spec, token) {
  const SwaggerUIBundle = await load();
  help(place);
  const sign = (request) => {
    request.headers.Authorization ??= token();
    return request;
  };
  SwaggerUIBundle({ spec, domNode: place, docExpansion: "list", filter: true, validatorUrl: null, tryItOutEnabled: true, requestInterceptor: sign, syntaxHighlight: { activated: false } });
}

const DARK = matchMedia("(prefers-color-scheme: dark)");
const darken = () => document.documentElement.classList.toggle("dark-mode", DARK.matches);
DARK.addEventListener("change", darken);

/** Controls that Swagger UI leaves without a name, named, and boxes that scroll within a key's reach: whenever it has drawn. */
function help(place) {
  const mend = () => {
    for (const one of place.querySelectorAll(":is(select, input, textarea):not([aria-label], [id])")) {
      one.setAttribute("aria-label", one.closest("[data-param-name]")?.dataset.paramName ?? "Example");
    }
    for (const one of place.querySelectorAll("pre.microlight:not([tabindex])")) one.tabIndex = 0;
  };
  new MutationObserver(mend).observe(place, { childList: true, subtree: true });
}

let loading = null;

/** The program and its looks, once. */
function load() {
  darken();
  loading ??= new Promise((done, failed) => {
    const looks = Object.assign(document.createElement("link"), { rel: "stylesheet", href: `${FILES}.css` });
    const program = Object.assign(document.createElement("script"), { src: `${FILES}.js`, onload: () => done(window.SwaggerUIBundle), onerror: failed });
    document.head.append(looks, program);
  });
  return loading;
}
