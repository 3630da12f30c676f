// What is known of one sandbox: loaded once, then kept by its stream; tells whoever looks that it has changed, never draws.

import { get, listen, Problem } from "./api.js";
import { parse } from "./moments.js";

const REQUESTS_KEPT = 2_000;
const LANES = 5_000;
const PAGES = 5;
const RELOAD_AFTER = 3_000;
/** Beyond this what is known is asked for anew, which leaves the oldest behind. */
const MOST_KEPT = 50_000;

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

export class World {
  constructor(name) {
    this.name = name;
    this.listeners = new Set();
    this.version = 0;
    this.state = "connecting";
    this.isThere = false;
    this.lastId = null;
    this.forget();
  }

  forget() {
    this.resources = new Map();
    this.agenda = new Map();
    this.fired = new Map();
    this.firedOf = new Map();
    this.events = new Map();
    this.eventsOf = new Map();
    this.deliveries = new Map();
    this.requests = [];
    this.faults = new Map();
    this.holds = new Map();
    this.clock = null;
    this.missed = 0;
    this.cut = [];
    this.first = Infinity;
    this.names = null;
    this.ends = null;
  }

  /** Have `listener` called, once a frame at most, when something is new. The way back is the answer. */
  watch(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  changed() {
    this.version += 1;
    this.frame ??= setTimeout(() => {
      this.frame = null;
      for (const listener of this.listeners) listener();
    }, 30);
  }

  /** The sandbox's time at this moment, in milliseconds. */
  now() {
    if (!this.clock) return 0;
    const passed = this.clock.mode === "real" ? (performance.now() - this.clock.read) * this.clock.speed : 0;
    return this.clock.at + passed;
  }

  // The stream

  async follow(signal) {
    while (!signal.aborted) {
      try {
        for await (const told of listen(`sandboxes/${this.name}/stream`, this.lastId, signal)) {
          await this.take(told);
          this.lastId = told.id;
        }
        this.state = this.state === "gone" ? "gone" : "connecting";
      } catch (error) {
        if (signal.aborted) return;
        this.state = error instanceof Problem && error.status === 404 ? "gone" : "connecting";
      }
      this.changed();
      if (this.state === "gone") return;
      await sleep(1_000);
    }
  }

  async take({ event, data }) {
    if (event === "gone") {
      this.state = "gone";
    } else if (event === "hello" || event === "reset") {
      await this.load();
    } else {
      this.state = "live";
      if (event === "missed") this.miss(data);
      else this[`take_${event}`]?.(data);
    }
    this.changed();
  }

  /** What could not be told one by one is asked for again, but not all the time. */
  miss({ changes, fired, requests }) {
    this.missed += requests;
    if (!changes && !fired) return;
    this.reload ??= setTimeout(async () => {
      this.reload = null;
      await this.load().catch(() => {});
      this.changed();
    }, RELOAD_AFTER);
  }

  async load() {
    const path = `sandboxes/${this.name}/`;
    const [clock, resources, agenda, fired, events, deliveries, journal, faults, holds] = await Promise.all([
      get(`${path}clock`),
      get(`${path}resources?documents=false&limit=${LANES}`),
      get(`${path}agenda?limit=${LANES}`),
      get(`${path}fired?limit=20000`),
      this.loadEvents(),
      get(`${path}deliveries?limit=${LANES}`),
      get(`${path}journal?format=lines&limit=${REQUESTS_KEPT}`),
      get(`${path}faults`),
      get(`${path}holds`),
    ]);
    this.forget();
    this.take_clock(clock);
    resources.resources.forEach((one) => this.take_resource(one));
    agenda.entries.forEach((one) => this.take_agenda(one));
    fired.fired.forEach((one) => this.take_fired(one));
    events.forEach((one) => this.take_event(one));
    deliveries.deliveries.forEach((one) => this.take_delivery(one));
    journal.entries.forEach((one) => this.take_request(one));
    faults.faults.forEach((one) => this.take_fault(one));
    holds.holds.forEach((one) => this.take_hold(one));
    if (resources.left_out) this.cut.push(`${resources.left_out} older resources`);
    if (agenda.matching > agenda.entries.length) this.cut.push(`${agenda.matching - agenda.entries.length} later agenda entries`);
    if (fired.missing) this.cut.push(`${fired.missing} older steps`);
    this.state = "live";
    this.isThere = true;
  }

  async loadEvents() {
    const found = [];
    for (let page = 0, after = 0; page < PAGES; page += 1) {
      const { events, next } = await get(`sandboxes/${this.name}/events?limit=2000&after=${after}`);
      found.push(...events);
      if (events.length < 2000) break;
      after = next;
    }
    return found;
  }

  // One thing each, as the stream and the lists show it

  take_clock(clock) {
    this.clock = { ...clock, at: parse(clock.now), read: performance.now(), due: clock.next && parse(clock.next) };
  }

  take_resource(one) {
    if (!this.resources.has(one.name)) this.names = null;
    this.resources.set(one.name, one);
  }

  take_agenda(entry) {
    if (entry.gone) this.agenda.delete(String(entry.id));
    else this.agenda.set(String(entry.id), timed(entry));
    this.entriesOf = this.ends = null;
  }

  take_fired(one) {
    if (this.fired.has(one.number)) return;
    const fired = { ...one, from: parse(one.begun), to: parse(one.at) };
    this.fired.set(one.number, fired);
    this.note(this.firedOf, one.resource, fired, fired.from);
  }

  take_event(event) {
    if (event.gone || this.events.has(event.id)) return;
    const happened = { ...event, ms: parse(event.at) };
    this.events.set(event.id, happened);
    this.note(this.eventsOf, event.resource, happened, happened.ms);
  }

  take_delivery(delivery) {
    if (delivery.gone) this.deliveries.delete(delivery.id);
    else this.deliveries.set(delivery.id, delivery);
    this.deliveriesOf = null;
  }

  take_request(entry) {
    const last = this.requests.at(-1);
    if (last && entry.number <= last.number) return;
    this.requests.push({ ...entry, ms: parse(entry.at) });
    if (this.requests.length > REQUESTS_KEPT * 1.2) this.requests.splice(0, this.requests.length - REQUESTS_KEPT);
  }

  take_fault(fault) {
    if (fault.gone) this.faults.delete(fault.id);
    else this.faults.set(fault.id, fault);
  }

  take_hold(hold) {
    if (hold.gone) this.holds.delete(hold.id ?? hold.step);
    else this.holds.set(hold.step, hold);
  }

  /** Something happened to a resource then: what is drawn begins there at the latest. `map` has what is known of its sort. */
  note(map, resource, one, ms) {
    this.first = Math.min(this.first, ms);
    if (!map.has(resource)) this.names = null;
    push(map, resource, one);
    if (this.fired.size + this.events.size > MOST_KEPT) this.miss({ changes: 1, fired: 0, requests: 0 });
  }

  // Looked up by resource, worked out when first asked

  agendaOf(resource) {
    this.entriesOf ??= grouped(this.agenda.values());
    return this.entriesOf.get(resource) ?? [];
  }

  attemptsOf(resource) {
    this.deliveriesOf ??= grouped(this.deliveries.values());
    return this.deliveriesOf.get(resource) ?? [];
  }
}

/** An entry with its moments as numbers. */
function timed(entry) {
  return { ...entry, from: parse(entry.begun), to: parse(entry.due), ahead: entry.ahead.map((one) => ({ ...one, to: parse(one.due) })) };
}

function push(map, key, one) {
  const list = map.get(key);
  if (list) list.push(one);
  else map.set(key, [one]);
}

function grouped(ones) {
  const map = new Map();
  for (const one of ones) push(map, one.resource, one);
  return map;
}
