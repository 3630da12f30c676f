// The documents of the services in a browser of their own, which is loaded when it is first looked at.

import { html } from "./preact.js";
import { link } from "./route.js";
import { Choice } from "./parts.js";

export function Documents({ world, catalogue, route, go }) {
  const { provider = Object.keys(catalogue.providers)[0] } = route.query;
  return html`<section aria-label="Documents">
    <div class="bar-of-tools"><${Choice} label="Service" value=${provider} options=${Object.entries(catalogue.providers).map(([name, one]) => [name, one.title])} onChange=${(one) => go(link(world.name, "documents", { provider: one }))} /></div>
  </section>`;
}
