// A world as lanes: which resources there are to draw, their bars and marks, and from when to when; draws nothing.

import { parse } from "./moments.js";

/** Bars that are over count as rolled back where a later step of the same walk failed and took theirs back. */
export function barsOf(world, name, now) {
  const bars = [];
  for (const one of world.firedOf.get(name) ?? []) {
    if (one.kind === "step") addFired(bars, one, now);
  }
  for (const entry of world.agendaOf(name)) {
    if (entry.kind === "step") addEntry(bars, entry, now);
  }
  return bars;
}

const AFTER = { held: "held", stalled: "stalled" };

function addFired(bars, one, now) {
  const { from, to } = one;
  const before = bars.at(-1);
  if (before && AFTER[before.outcome] && before.isOpen) close(bars, before, from);
  const state = { done: "done", failed: "failed", crashed: "failed", gone: "gone" }[one.outcome] ?? "ran";
  bars.push({ step: one.step, attempt: one.attempt, from, to, state, key: one.number });
  rollBack(bars, new Set(one.undone));
  if (AFTER[one.outcome]) {
    bars.push({ step: one.step, attempt: one.attempt, from: to, to: Math.max(to, now), state: one.outcome, outcome: one.outcome, isOpen: true, key: -one.number });
  }
}

function close(bars, bar, at) {
  bar.to = at;
  bar.isOpen = false;
}

function rollBack(bars, undone) {
  for (let at = bars.length - 1; at >= 0; at -= 1) {
    const bar = bars[at];
    if (bar.state === "failed" && at < bars.length - 1) return;
    if (bars[at + 1] && bar.to < bars[at + 1].from) return;
    if (bar.state === "done" && undone.has(bar.step)) bar.state = "rolledback";
  }
}

function addEntry(bars, entry, now) {
  const before = bars.at(-1);
  if (entry.state === "held" || entry.state === "stalled") {
    if (!before?.isOpen) bars.push(waiting(entry, now));
    return;
  }
  const { from, to: due } = entry;
  if (before?.isOpen) close(bars, before, from);
  bars.push({ step: entry.step, attempt: entry.attempt, from, to: due, state: "running", key: `a${entry.id}` });
  let start = due;
  for (const one of entry.ahead) {
    bars.push({ step: one.step, attempt: 1, from: start, to: one.to, state: "planned", key: `a${entry.id}${one.step}` });
    start = one.to;
  }
}

const waiting = (entry, now) => ({
  step: entry.step,
  attempt: entry.attempt,
  from: entry.to,
  to: Math.max(now, entry.to),
  state: entry.state,
  isOpen: true,
  key: `a${entry.id}`,
});

/** Events of a resource, and the attempts to tell of them. */
export function marksOf(world, name) {
  const marks = (world.eventsOf.get(name) ?? []).map((event) => ({
    kind: "event",
    at: event.ms,
    text: event.type,
    key: `e${event.id}`,
    event,
  }));
  for (const delivery of world.attemptsOf(name)) {
    for (const attempt of delivery.attempts) {
      marks.push({
        kind: attempt.status >= 200 && attempt.status < 300 ? "delivered" : "undelivered",
        at: parse(attempt.at),
        text: `webhook ${delivery.event}, attempt ${attempt.attempt}: ${attempt.status ?? attempt.error}`,
        key: `d${delivery.id}${attempt.attempt}`,
        delivery,
      });
    }
    for (const entry of world.agendaOf(`kernel/delivery/${delivery.id}`)) {
      marks.push({ kind: "retry", at: entry.to, text: `webhook ${delivery.event}, attempt ${entry.attempt} is due`, key: `r${entry.id}`, delivery });
    }
  }
  return marks;
}

const COLLATOR = new Intl.Collator("en", { numeric: true });

/** The names of all lanes, by provider and kind, those of things that are no more included. */
function allNames(world) {
  if (world.names) return world.names;
  const names = new Set(world.resources.keys());
  for (const name of world.firedOf.keys()) if (!name.startsWith("kernel/")) names.add(name);
  for (const name of world.eventsOf.keys()) names.add(name);
  world.names = [...names].sort((one, other) => COLLATOR.compare(one, other));
  return world.names;
}

/** Those that are wanted. */
export function laneNames(world, { onlyMoved, text }) {
  const wanted = text.trim().toLowerCase();
  const isMeant = (name) => [name, labelOf(world, name), status(world, name)].some((word) => word.toLowerCase().includes(wanted));
  return allNames(world).filter((name) => (!onlyMoved || hasMoved(world, name)) && (!wanted || isMeant(name)));
}

/** What people call it. */
export const labelOf = (world, name) => world.resources.get(name)?.label ?? "";

export const hasMoved = (world, name) => world.firedOf.has(name) || world.eventsOf.has(name) || world.agendaOf(name).length > 0;

export const status = (world, name) => (world.resources.has(name) ? world.resources.get(name).status ?? "" : "gone");

/** From when to when anything happens or is planned: what there is to see. While steps are under way, later attempts are not waited for. */
export function extent(world, now) {
  world.ends ??= endsOf(world);
  const { from, steps, attempts } = world.ends;
  return { from: Math.min(world.first, from, now), to: Math.max(now, steps > now ? steps : attempts) };
}

function endsOf(world) {
  const ends = { from: Infinity, steps: -Infinity, attempts: -Infinity };
  for (const entry of world.agenda.values()) {
    const kind = entry.kind === "step" ? "steps" : "attempts";
    if (entry.state === "pending") ends[kind] = Math.max(ends[kind], entry.ahead.at(-1)?.to ?? entry.to);
    ends.from = Math.min(ends.from, entry.from);
  }
  return ends;
}

/** Requests in columns: how many there are in each, and the worst that one of them was. */
export function columns(requests, from, to, count) {
  const found = new Map();
  for (let at = requests.length - 1; at >= 0; at -= 1) {
    const moment = requests[at].ms;
    if (moment < from || moment > to) continue;
    const column = Math.floor(((moment - from) / (to - from)) * count);
    const known = found.get(column) ?? { column, count: 0, worst: 0, newest: requests[at] };
    known.count += 1;
    known.worst = Math.max(known.worst, requests[at].status || 599);
    found.set(column, known);
  }
  return [...found.values()];
}
