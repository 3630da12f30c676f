// What is known of one sandbox: loaded once, then kept by its stream; tells whoever looks that it has changed, never draws.

import { get, listen, Problem } from "./api.js";
import { parse } from "./moments.js";

const REQUESTS_KEPT = 2_000;
const LANES = 5_000;
const PAGES = 5;
const RELOAD_AFTER = 3_000;

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

export class World {
  constructor(name) {
    this.name = name;
    this.listeners = new Set();
    this.version = 0;
    this.state = "connecting";
    this.isThere = false;
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
    let lastId = null;
    while (!signal.aborted) {
      try {
        for await (const told of listen(`sandboxes/${this.name}/stream`, lastId, signal)) {
          lastId = told.id;
          await this.take(told);
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
    const known = this.resources.get(one.name);
    this.resources.set(one.name, { ...known, ...one });
  }

  take_agenda(entry) {
    if (entry.gone) this.agenda.delete(String(entry.id));
    else this.agenda.set(String(entry.id), entry);
    this.entriesOf = null;
  }

  take_fired(one) {
    if (this.fired.has(one.number)) return;
    this.fired.set(one.number, one);
    push(this.firedOf, one.resource, one);
  }

  take_event(event) {
    if (event.gone || this.events.has(event.id)) return;
    this.events.set(event.id, event);
    push(this.eventsOf, event.resource, event);
  }

  take_delivery(delivery) {
    if (delivery.gone) this.deliveries.delete(delivery.id);
    else this.deliveries.set(delivery.id, delivery);
    this.deliveriesOf = null;
  }

  take_request(entry) {
    const last = this.requests.at(-1);
    if (last && entry.number <= last.number) return;
    this.requests.push(entry);
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
