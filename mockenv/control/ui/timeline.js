// The timeline of a world: a lane for each resource on the sandbox's own time, and the clock that can be pulled forward.

import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from "./preact.js";
import { barsOf, columns, extent, labelOf, laneNames, marksOf, status } from "./lanes.js";
import { clockTime, span, tick } from "./moments.js";
import { ClockBar, advance } from "./clock.js";
import { Resource } from "./resource.js";
import { link } from "./route.js";
import { Field, Status, useModel } from "./parts.js";
import { ORIGIN } from "./place.js";

const ROW = 30;
const SPARE = 6;
const REAL_WINDOW = 60_000;

export function Timeline({ world, catalogue, route, go }) {
  useModel(world);
  const [filter, setFilter] = useState({ onlyMoved: true, text: "" });
  const [view, setView] = useState(null);
  const [box, scroll, size] = useScroll();
  const now = useNow(world);
  const names = useMemo(() => laneNames(world, filter), [world.version, filter]);
  const shown = view ?? fit(world, now);
  const first = Math.max(0, Math.floor(scroll / ROW) - SPARE);
  const visible = names.slice(first, first + Math.ceil(size.height / ROW) + 2 * SPARE);
  const x = (ms) => ((ms - shown.from) / (shown.to - shown.from)) * size.track;
  const at = (px) => shown.from + (px / size.track) * (shown.to - shown.from);
  const chosen = route.query.resource;
  const choose = (name) => go(link(world.name, "timeline", { resource: name }));

  return html`<section class=${chosen ? "timeline with-panel" : "timeline"} aria-label="Timeline">
    <div>
    <${ClockBar} world=${world} catalogue=${catalogue} resource=${chosen} />
    <div class="bar-of-tools">
      <${Field} label="Lanes" type="search" placeholder="name or status" value=${filter.text} onInput=${(text) => setFilter({ ...filter, text })} />
      <label class="check"><input type="checkbox" checked=${filter.onlyMoved} onChange=${(event) => setFilter({ ...filter, onlyMoved: event.target.checked })} /> only what moved</label>
      <span class="faint" data-testid="lane-count">${names.length} ${names.length === 1 ? "lane" : "lanes"}${world.cut.length ? `; not shown: ${world.cut.join(", ")}` : ""}</span>
      <span class="push"></span>
      <${Zoom} shown=${shown} now=${now} setView=${setView} isFit=${view === null} />
    </div>
    <${Legend} />
    <div class="lanes" ref=${box} tabindex="0" role="region" aria-label="Lanes" onWheel=${(event) => zoomByWheel(event, shown, at, setView, size)} onKeyDown=${(event) => moveByKey(event, shown, setView)}>
      <div class="axis"><span class="label">${clockTime(shown.from)}</span><${Axis} shown=${shown} x=${x} size=${size} /></div>
      <div class="lane requests"><span class="label">requests</span><div class="track"><${Columns} world=${world} shown=${shown} size=${size} go=${go} /></div></div>
      <div class="rows" style=${{ height: `${names.length * ROW}px` }}>
        ${visible.map((name, at) => html`<${Lane} key=${name} world=${world} name=${name} top=${(first + at) * ROW} x=${x} now=${now} size=${size} isChosen=${name === chosen} choose=${choose} go=${go} />`)}
        ${names.length === 0 && html`<${Nothing} world=${world} filter=${filter} catalogue=${catalogue} />`}
      </div>
      <${ClockLine} world=${world} now=${now} x=${x} at=${at} size=${size} shown=${shown} height=${Math.max(names.length * ROW + 58, size.height)} />
    </div>
    </div>
    ${chosen && html`<${Resource} world=${world} catalogue=${catalogue} name=${chosen} key=${chosen} onClose=${() => go(link(world.name, "timeline"))} />`}
  </section>`;
}

/** What makes something that is provisioned step by step: an environment, if there is such a thing. */
function maker(catalogue) {
  const found = makers(catalogue);
  return found.find((one) => one.operation === "createEnvironment") ?? found[0] ?? {};
}

function makers(catalogue) {
  const found = [];
  for (const [provider, one] of Object.entries(catalogue.providers)) {
    for (const [kind, { steps }] of Object.entries(one.kinds)) {
      const operation = `create${kind[0].toUpperCase()}${kind.slice(1)}`;
      if (steps.length && one.operations.some((known) => known.operation === operation && known.path)) found.push({ provider, operation });
    }
  }
  return found;
}

function Nothing({ world, filter, catalogue }) {
  if (filter.text || !filter.onlyMoved) return html`<p class="empty">No lane is called so.</p>`;
  return html`<p class="empty">
    Nothing has moved here yet. <a href=${link(world.name, "send", maker(catalogue))}>Create an environment</a>, or point a client at
    <code>${ORIGIN}/_sandbox/${world.name}</code>.
  </p>`;
}

function Legend() {
  const words = [["running", "running"], ["planned", "planned"], ["done", "done"], ["held", "held"], ["stalled", "stalled"], ["failed", "failed"], ["rolledback", "rolled back"]];
  const marks = [["event", "event"], ["delivered", "webhook taken"], ["undelivered", "webhook refused"], ["retry", "webhook due"]];
  return html`<ul class="legend" aria-label="Legend">
    ${words.map(([state, text]) => html`<li><i class="swatch" data-state=${state}></i>${text}</li>`)}
    ${marks.map(([kind, text]) => html`<li><i class="mark" data-kind=${kind}></i>${text}</li>`)}
  </ul>`;
}

// What is in view

function fit(world, now) {
  const all = extent(world, now);
  const speed = world.clock?.speed ?? 1;
  if (world.clock?.mode === "real") {
    const window = REAL_WINDOW * Math.min(speed, 3_600);
    return { from: Math.max(now - window, Math.min(all.from, now - window / 4)), to: now + window / 3 };
  }
  const length = Math.max(all.to - all.from, 5_000);
  return { from: all.from - length * 0.03, to: all.from + length * 1.12 };
}

function Zoom({ shown, now, setView, isFit }) {
  return html`<span class="buttons" role="group" aria-label="Zoom">
    <button type="button" aria-label="Zoom out" onClick=${() => setView(zoomed(shown, 2, now))}>−</button>
    <button type="button" aria-label="Zoom in" onClick=${() => setView(zoomed(shown, 0.5, now))}>+</button>
    <button type="button" aria-pressed=${isFit} onClick=${() => setView(null)}>Fit</button>
  </span>`;
}

function zoomed({ from, to }, factor, around) {
  const middle = Math.min(Math.max(around, from), to);
  return { from: middle - (middle - from) * factor, to: middle + (to - middle) * factor };
}

const moved = ({ from, to }, part) => ({ from: from + (to - from) * part, to: to + (to - from) * part });

function zoomByWheel(event, shown, at, setView, size) {
  if (!event.ctrlKey && !event.shiftKey) return;
  event.preventDefault();
  const px = event.clientX - event.currentTarget.getBoundingClientRect().left - size.label;
  setView(event.ctrlKey ? zoomed(shown, event.deltaY > 0 ? 1.25 : 0.8, at(px)) : moved(shown, event.deltaY > 0 ? 0.1 : -0.1));
}

function moveByKey(event, shown, setView) {
  if (event.target !== event.currentTarget) return;
  const part = { ArrowLeft: -0.1, ArrowRight: 0.1 }[event.key];
  const factor = { "+": 0.5, "=": 0.5, "-": 2 }[event.key];
  if (part) setView(moved(shown, part));
  else if (factor) setView(zoomed(shown, factor, (shown.from + shown.to) / 2));
  else if (event.key === "0") setView(null);
  else return;
  event.preventDefault();
}

/** The box's scroll position and the sizes that drawing needs. */
function useScroll() {
  const box = useRef(null);
  const [scroll, setScroll] = useState(0);
  const [size, setSize] = useState({ height: 400, track: 600, label: 220 });
  useLayoutEffect(() => {
    const element = box.current;
    const measure = () => {
      const label = Number.parseInt(getComputedStyle(element).getPropertyValue("--label"), 10) || 220;
      setSize({ height: element.clientHeight, track: Math.max(80, element.clientWidth - label), label });
    };
    const observer = new ResizeObserver(measure);
    const onScroll = () => setScroll(element.scrollTop);
    observer.observe(element);
    element.addEventListener("scroll", onScroll, { passive: true });
    measure();
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", onScroll);
    };
  }, []);
  return [box, scroll, size];
}

/** The sandbox's time, drawn on as long as it runs. */
function useNow(world) {
  const [, redraw] = useState(0);
  const runs = world.clock?.mode === "real";
  useEffect(() => {
    if (!runs) return undefined;
    const timer = setInterval(() => document.hidden || redraw((count) => count + 1), 100);
    return () => clearInterval(timer);
  }, [runs]);
  return world.now();
}

// What is drawn

function Axis({ shown, x, size }) {
  const step = tick(shown.to - shown.from, size.track / 90);
  const marks = [];
  for (let at = Math.ceil(shown.from / step) * step; at < shown.to; at += step) marks.push(at);
  return html`<div class="track" aria-hidden="true">
    ${marks.map((at) => html`<span class="tick" style=${{ left: `${x(at)}px` }}>${clockTime(at, step < 1_000)}</span>`)}
  </div>`;
}

function Columns({ world, shown, size, go }) {
  const count = Math.max(1, Math.floor(size.track / 6));
  return columns(world.requests, shown.from, shown.to, count).map(({ column, count: many, worst, newest }) => {
    const text = many === 1 ? `${newest.method} ${newest.path} → ${newest.status}` : `${many} requests, the worst ${worst === 599 ? "without an answer" : worst}`;
    return html`<button type="button" class="request" key=${column} data-class=${Math.floor(worst / 100)} title=${text} aria-label=${text} style=${{ left: `${column * 6}px`, height: `${Math.min(22, 8 + 4 * Math.log2(many + 1))}px` }} onClick=${() => go(link(world.name, "requests", { number: newest.number }))}></button>`;
  });
}

function Lane({ world, name, top, x, now, size, isChosen, choose, go }) {
  const bars = barsOf(world, name, now);
  const [provider, kind, ...id] = name.split("/");
  const inView = bars.filter((bar) => x(bar.to) > 0 && x(bar.from) < size.track);
  return html`<div class="lane" data-lane=${name} aria-current=${isChosen ? "true" : undefined} style=${{ transform: `translateY(${top}px)` }}>
    <button type="button" class="label" onClick=${() => choose(name)} title=${name}>
      <span class="kind">${kind}</span> ${labelOf(world, name) || id.join("/")} <${Status} of=${status(world, name)} /><span class="hidden">${tellBars(bars, provider)}</span>
    </button>
    <div class="track">
      ${inView.map((bar) => html`<${Bar} key=${bar.key} bar=${bar} x=${x} now=${now} size=${size} onClick=${() => choose(name)} />`)}
      ${apart(marksOf(world, name), x, size).map((mark) => html`<button type="button" class="mark" key=${mark.key} data-kind=${mark.kind} title=${`${clockTime(mark.at)} ${mark.text}`} aria-label=${`${mark.text} at ${clockTime(mark.at)}`} style=${{ left: `${x(mark.at)}px` }} onClick=${() => (mark.delivery ? go(link(world.name, "deliveries", { id: mark.delivery.id })) : choose(name))}></button>`)}
    </div>
  </div>`;
}

/** For who does not see the bars. */
function tellBars(bars, provider) {
  const told = bars.filter((bar) => bar.state !== "planned").slice(-4);
  return `, ${provider}${told.map((bar) => `, ${bar.step} ${bar.state === "rolledback" ? "rolled back" : bar.state}`).join("")}`;
}

/** Marks of one kind that would lie on each other are one. */
function apart(marks, x, size) {
  const taken = new Set();
  return marks.filter((mark) => {
    const px = x(mark.at);
    const place = `${mark.kind}${Math.round(px / 5)}`;
    if (px < -4 || px > size.track + 4 || taken.has(place)) return false;
    taken.add(place);
    return true;
  });
}

function Bar({ bar, x, now, size, onClick }) {
  const left = Math.max(-4, x(bar.from));
  const right = Math.min(size.track + 4, x(bar.to));
  const width = Math.max(3, right - left - 1);
  const passed = bar.state === "running" ? Math.max(0, Math.min(1, (now - bar.from) / (bar.to - bar.from || 1))) : 0;
  const words = { rolledback: "rolled back", ran: "ran" }[bar.state] ?? bar.state;
  return html`<span class="bar" data-state=${bar.state} data-step=${bar.step} aria-hidden="true" title=${`${bar.step}: ${words}, ${span(bar.to - bar.from)}${bar.attempt > 1 ? `, attempt ${bar.attempt}` : ""}`} style=${{ left: `${left}px`, width: `${width}px` }} onClick=${onClick}>
    ${passed > 0 && html`<i class="passed" style=${{ width: `${passed * 100}%` }}></i>`}
    ${width > 44 && html`<b>${bar.step}</b>`}
  </span>`;
}

/** The clock as a line that can be pulled forward: with the pointer, or with the arrow keys and Enter. */
function ClockLine({ world, now, x, at, size, shown, height }) {
  const [target, setTarget] = useState(null);
  const handle = useRef(null);
  const goal = target === null ? null : Math.max(target, now);
  const step = tick(shown.to - shown.from, size.track / 30);
  const apply = () => {
    if (goal !== null && goal > now) advance(world, { by: `${Math.round((goal - now) * 1000)}us` });
    setTarget(null);
  };
  const pull = (event) => {
    if (!handle.current.hasPointerCapture(event.pointerId)) return;
    const left = handle.current.closest(".lanes").getBoundingClientRect().left + size.label;
    setTarget(at(Math.min(event.clientX - left, size.track)));
  };
  const keys = {
    ArrowRight: () => setTarget((goal ?? now) + step),
    ArrowLeft: () => setTarget(Math.max(now, (goal ?? now) - step)),
    PageUp: () => setTarget((goal ?? now) + 10 * step),
    End: () => setTarget(shown.to),
    Enter: apply,
    Escape: () => setTarget(null),
  };
  const place = x(goal ?? now);
  const ahead = goal === null ? 0 : goal - now;
  return html`<div class="clock-lines" style=${{ height: `${height}px` }}>
    ${x(now) >= 0 && x(now) <= size.track && html`<i class="clock-line" style=${{ left: `${x(now)}px` }}></i>`}
    ${ahead > 0 && html`<i class="clock-line goal" style=${{ left: `${place}px` }}></i><i class="clock-way" style=${{ left: `${x(now)}px`, width: `${place - x(now)}px` }}></i>`}
    <span
      class="clock-handle"
      ref=${handle}
      role="slider"
      tabindex="0"
      aria-label="Clock: pull it forward, Enter lets the time pass"
      aria-valuemin="0"
      aria-valuemax=${Math.round((shown.to - now) / 1000)}
      aria-valuenow=${Math.round(ahead / 1000)}
      aria-valuetext=${ahead > 0 ? `${span(ahead)} ahead` : clockTime(now)}
      style=${{ left: `${Math.max(0, Math.min(size.track, place))}px` }}
      onPointerDown=${(event) => handle.current.setPointerCapture(event.pointerId)}
      onPointerMove=${pull}
      onPointerUp=${apply}
      onPointerCancel=${() => setTarget(null)}
      onKeyDown=${(event) => keys[event.key] && (event.preventDefault(), keys[event.key]())}
      >${ahead > 0 ? `+${span(ahead)}` : clockTime(now)}</span
    >
  </div>`;
}
