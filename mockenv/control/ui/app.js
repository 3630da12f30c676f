// The dashboard: which world and which view, the frame around them, keys for all; knows what no view draws.

import { html, render, useEffect, useRef, useState } from "./preact.js";
import { get, onTokenWanted } from "./api.js";
import { advance } from "./clock.js";
import { Deliveries } from "./deliveries.js";
import { Documents } from "./documents.js";
import { Announcements, Dialog, Field, say, useModel } from "./parts.js";
import { Requests } from "./requests.js";
import { Agenda, Resources } from "./resource.js";
import { link, parseRoute } from "./route.js";
import { Send } from "./send.js";
import { Timeline } from "./timeline.js";
import { Trouble } from "./trouble.js";
import { Worlds } from "./worlds.js";
import { World } from "./world.js";
import { ROOT } from "./place.js";

const VIEWS = [
  ["timeline", "Timeline", Timeline],
  ["requests", "Requests", Requests],
  ["resources", "Resources", Resources],
  ["deliveries", "Deliveries", Deliveries],
  ["agenda", "Agenda", Agenda],
  ["trouble", "Faults", Trouble],
  ["send", "Send", Send],
  ["documents", "Documents", Documents],
];

function App() {
  const [route, go] = useRoute();
  const [catalogue, setCatalogue] = useState(null);
  const [asking, setAsking] = useState(null);
  useEffect(() => {
    onTokenWanted((isWrong) => new Promise((answer) => setAsking({ answer, isWrong })));
    get("catalogue").then(setCatalogue, (problem) => say(problem.message, true));
  }, []);
  const world = useWorld(route.world, catalogue);
  useEffect(() => {
    document.title = route.world ? `${route.world} – mockenv` : "mockenv";
  }, [route.world]);
  return html`
    <a class="skip" href="#main" onClick=${(event) => (event.preventDefault(), document.querySelector("main").focus())}>To the content</a>
    ${world ? html`<${Frame} world=${world} route=${route} go=${go} catalogue=${catalogue} />` : html`<${Top} /><main id="main" tabindex="-1">${catalogue && !route.world && html`<${Worlds} catalogue=${catalogue} go=${go} />`}</main>`}
    ${asking && html`<${AskToken} isWrong=${asking.isWrong} onToken=${(token) => (asking.answer(token), setAsking(null))} />`}
    <${Announcements} />
  `;
}

function Top({ children }) {
  return html`<header class="top"><a class="home" href="#/"><img src=${`${ROOT}/_mockenv/ui/icon.svg`} alt="" width="22" height="22" />mockenv</a>${children}</header>`;
}

function Frame({ world, route, go, catalogue }) {
  useModel(world);
  useKeys(world, route, go);
  const [, , View] = VIEWS.find(([name]) => name === route.view) ?? VIEWS[0];
  return html`
    <${Top}>
      <span class="where"><a href="#/">Worlds</a> / <b>${world.name}</b></span>
      <span class="live" data-state=${world.state} role="status">${world.state}</span>
      <span class="push"></span>
      <nav aria-label="Views">
        ${VIEWS.map(([name, text]) => html`<a href=${link(world.name, name)} aria-current=${name === route.view ? "page" : undefined}>${text}</a>`)}
      </nav>
    <//>
    <main id="main" tabindex="-1">
      ${world.state === "gone" && html`<p class="empty">This world is gone. <a href="#/">The others</a></p>`}
      ${world.state !== "gone" && world.isThere && html`<${View} world=${world} catalogue=${catalogue} route=${route} go=${go} />`}
    </main>
  `;
}

function useRoute() {
  const [route, setRoute] = useState(parseRoute(location.hash));
  useEffect(() => {
    const change = () => setRoute(parseRoute(location.hash));
    addEventListener("hashchange", change);
    return () => removeEventListener("hashchange", change);
  }, []);
  return [route, (hash) => (location.hash = hash)];
}

/** The world of the route, kept by its stream; a page that nobody sees lets its connection go. */
function useWorld(name, catalogue) {
  const [world, setWorld] = useState(null);
  const stop = useRef(null);
  useEffect(() => {
    if (!name || !catalogue) {
      setWorld(null);
      return undefined;
    }
    const opened = new World(name);
    const follow = () => {
      stop.current?.abort();
      stop.current = new AbortController();
      if (!document.hidden) opened.follow(stop.current.signal);
    };
    setWorld(opened);
    follow();
    document.addEventListener("visibilitychange", follow);
    return () => {
      document.removeEventListener("visibilitychange", follow);
      stop.current.abort();
    };
  }, [name, catalogue]);
  return world?.name === name ? world : null;
}

const isTyping = (target) => target.closest("input, textarea, select, dialog, [contenteditable]") !== null;

/** 1 to 8 for the views, n for what is next, i until idle. */
function useKeys(world, route, go) {
  useEffect(() => {
    const press = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const view = VIEWS[Number(event.key) - 1];
      if (view) go(link(world.name, view[0]));
      else if (event.key === "n") advance(world, { until: "next" });
      else if (event.key === "i") advance(world, { until: "idle" });
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [world]);
}

function AskToken({ isWrong, onToken }) {
  const [token, setToken] = useState("");
  return html`<${Dialog} title="Admin token" onClose=${() => onToken(token)}>
    <form onSubmit=${(event) => (event.preventDefault(), onToken(token))}>
      <p>This server was started with <code>--admin-token</code>.${isWrong ? " The one that was given is not it." : ""}</p>
      <${Field} label="Token" type="password" autocomplete="current-password" autofocus value=${token} onInput=${setToken} />
      <p><button class="main">Go on</button></p>
    </form>
  <//>`;
}

render(html`<${App} />`, document.getElementById("app"));
