// The control plane from JavaScript: `new Mockenv(url)` and its sandboxes. Nothing but fetch; what is sent and answered is typed
// by the control plane's own document (`npm run generate`).

/** @typedef {import("../generated/control.js").components["schemas"]} Schemas */
/** @typedef {import("../generated/control.js").operations} Operations */
/** @typedef {Schemas["NewSandbox"]} World How a sandbox begins. */
/** @typedef {Omit<World, "clock"> & { clock?: World["clock"] | "real" | "manual" | "auto" | null }} WorldOrMode */
/**
 * Where and how often: what a rule says beside its effect.
 * @typedef {{
 *   provider?: string, operation?: string, method?: string, path?: string, params?: Record<string, unknown>, header?: Record<string, string>,
 *   connection?: "fresh" | "reused", phase?: "before" | "after", force?: boolean, resource?: string, step?: string, attempt?: number,
 *   event?: string, times?: number, after?: number, every?: number, probability?: number, expires?: Duration,
 * }} FaultPlace
 */
/** @typedef {string | number} Duration Seconds, or a text such as `1h30m`, `90s`, `250ms`. */

/** The server refused. `status` is HTTP's; the message is the problem's `detail`. */
export class MockenvError extends Error {
  /** @param {number} status @param {string} detail */
  constructor(status, detail) {
    super(`${status}: ${detail}`);
    this.name = "MockenvError";
    this.status = status;
    this.detail = detail;
  }
}

/** A running server. */
export class Mockenv {
  /** @param {string} url @param {{ adminToken?: string }} [options] */
  constructor(url, { adminToken } = {}) {
    this.url = url.replace(/\/+$/, "");
    this.adminToken = adminToken;
  }

  /**
   * One call of the control plane: `path` below `/_mockenv/`. The parsed reply.
   * @param {string} method
   * @param {string} path
   * @param {{ body?: unknown, query?: Record<string, unknown> }} [more]
   * @returns {Promise<any>}
   */
  async call(method, path, { body, query = {} } = {}) {
    const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
    const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
    const reply = await fetch(`${this.url}/_mockenv/${path}${search && `?${search}`}`, {
      method,
      headers: {
        "Content-Type": "application/json",
        ...(this.adminToken && { Authorization: `Bearer ${this.adminToken}` }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await reply.text();
    const told = /json/.test(reply.headers.get("content-type") ?? "") ? JSON.parse(text) : text;
    if (!reply.ok) throw new MockenvError(reply.status, told.detail ?? text);
    return told;
  }

  health() {
    return this.call("GET", "health");
  }

  /** Every sandbox there is, in short. @returns {Promise<Array<{ name: string, seed: number }>>} */
  async sandboxes() {
    return (await this.call("GET", "sandboxes")).sandboxes;
  }

  /** Requests that belong to nobody, with the nearest route and why. @param {{ why?: string, after?: number, limit?: number }} [query] */
  async unmatched(query) {
    return (await this.call("GET", "unmatched", { query })).unmatched;
  }

  /**
   * Make a sandbox; `clock` may be a mode alone. What is left out comes from the server's flags.
   * @param {WorldOrMode} [world]
   */
  async sandbox({ clock, ...world } = {}) {
    const spec = clock === undefined ? world : { ...world, clock: typeof clock === "string" ? { mode: clock } : clock };
    return new Sandbox(this, await this.call("POST", "sandboxes", { body: spec }));
  }

  /** A sandbox that exists. */
  async get(name = "default") {
    return new Sandbox(this, await this.call("GET", `sandboxes/${encodeURIComponent(name)}`));
  }
}

/** One world. With `await using` it is dropped at the end, where the language has that. */
export class Sandbox {
  /** @param {Mockenv} server @param {Schemas["Sandbox"]} about */
  constructor(server, about) {
    this.server = server;
    this.about = about;
  }

  get name() {
    return this.about.name;
  }

  /** The base URL that leads here, for clients that take one with a path. */
  get url() {
    return `${this.server.url}/_sandbox/${this.name}`;
  }

  /** Provider → role → token: for clients that can only be given a token. */
  get tokens() {
    return this.about.tokens;
  }

  /**
   * An Authorization header of this sandbox; the provider's first role if none is named.
   * @param {string} provider @param {string} [role]
   */
  headers(provider, role) {
    const roles = oneOf(this.tokens, provider, "provider");
    const token = oneOf(roles, role ?? Object.keys(roles)[0], `role of ${provider}`);
    return { Authorization: token.startsWith("api-") ? token : `Bearer ${token}` };
  }

  /** What points a provider's clients here. @param {string} provider @param {string} [role] @returns {Promise<Record<string, string>>} */
  async variables(provider, role) {
    return (await this.#call("GET", `variables/${encodeURIComponent(provider)}`, { query: { role } })).variables;
  }

  /** Delete the sandbox; the names of what was made in it and never deleted. @returns {Promise<string[]>} */
  async drop() {
    return (await this.#call("DELETE", "")).held;
  }

  /** Back to the beginning; tokens stay. */
  async reset() {
    this.about = await this.#call("POST", "reset");
  }

  async [Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]() {
    await this.drop();
  }

  // Time

  /** @returns {Promise<Schemas["Clock"]>} */
  clock() {
    return this.#call("GET", "clock");
  }

  /** Change mode or speed, or move forward to `now`. @param {{ mode?: "real" | "manual" | "auto", speed?: number, now?: string }} told @returns {Promise<Schemas["Clock"]>} */
  setClock(told) {
    return this.#call("PUT", "clock", { body: told });
  }

  /** Let this much time pass; answers when all that fell due has run. @param {Duration} by @returns {Promise<Schemas["Advanced"]>} */
  advance(by) {
    return this.#call("POST", "clock/advance", { body: { by } });
  }

  /** Go to the next due time and run what is due then. @param {Duration} [max] @returns {Promise<Schemas["Advanced"]>} */
  advanceToNext(max = "24h") {
    return this.#call("POST", "clock/advance", { body: { until: "next", max } });
  }

  /** Go on until nothing is pending but what is held or stalled. @param {Duration} [max] @returns {Promise<Schemas["Advanced"]>} */
  advanceUntilIdle(max = "24h") {
    return this.#call("POST", "clock/advance", { body: { until: "idle", max } });
  }

  /**
   * Go on until a resource (`vector/environment/67890`) has a status (`gone` where it is no more).
   * @param {string} resource @param {string} status @param {Duration} [max] @returns {Promise<Schemas["Advanced"]>}
   */
  advanceUntil(resource, status, max = "24h") {
    return this.#call("POST", "clock/advance", { body: { until: { resource, status }, max } });
  }

  /** What is pending, soonest first. */
  async agenda() {
    return (await this.#call("GET", "agenda")).entries;
  }

  /**
   * Wait (real seconds) until a resource has a status; whether it came to that.
   * @param {string} resource @param {string} status @param {number} [timeout] @returns {Promise<boolean>}
   */
  async wait(resource, status, timeout = 30) {
    return (await this.#call("GET", "wait", { query: { resource, status, timeout: `${timeout}s` } })).reached;
  }

  // Trouble

  /**
   * Make something go wrong; the rule's id. `fault({ fail: "no" }, { step: "configuring_database", times: 1 })`.
   * @param {Record<string, unknown>} effect @param {FaultPlace} [place] @returns {Promise<string>}
   */
  async fault(effect, place = {}) {
    return (await this.#call("POST", "faults", { body: { ...place, effect } })).id;
  }

  async faults() {
    return (await this.#call("GET", "faults")).faults;
  }

  /** @param {string} id */
  async removeFault(id) {
    await this.#call("DELETE", `faults/${encodeURIComponent(id)}`);
  }

  /** Take all rules away; how many there were. @returns {Promise<number>} */
  async clearFaults() {
    return (await this.#call("DELETE", "faults")).removed;
  }

  /** Keep a step from finishing until `release`. @param {string} step @param {string} [resource] */
  async hold(step, resource) {
    await this.#call("PUT", `holds/${encodeURIComponent(step)}`, { body: resource ? { resource } : {} });
  }

  /** Open the gate; how many steps it let go. @param {string} step @returns {Promise<number>} */
  async release(step) {
    return (await this.#call("DELETE", `holds/${encodeURIComponent(step)}`)).released;
  }

  // Evidence

  /** Requests and replies, oldest first. @param {Operations["getJournal"]["parameters"]["query"]} [query] */
  async journal(query) {
    return (await this.#call("GET", "journal", { query })).entries;
  }

  /**
   * Whether the requests are as wished: `verify({ operation: "createEnvironment" }, { exactly: 1 })`. `ok` is null where nobody can tell.
   * @param {Schemas["Verify"]["match"]} match
   * @param {{ exactly?: number, at_least?: number, at_most?: number }} [wish]
   * @returns {Promise<Schemas["Verified"]>}
   */
  verify(match, wish = { at_least: 1 }) {
    return this.#call("POST", "journal/verify", { body: { match, ...wish } });
  }

  /**
   * The same, but what is not so throws, with the nearest misses.
   * @param {Schemas["Verify"]["match"]} match @param {{ exactly?: number, at_least?: number, at_most?: number }} [wish]
   */
  async expectRequests(match, wish) {
    const found = await this.verify(match, wish);
    if (found.ok === true) return;
    if (found.ok === null) throw new MockenvError(200, `cannot be told: ${found.reason}`);
    const near = found.nearest.map((one) => `  ${JSON.stringify(one)}`).join("\n");
    throw new MockenvError(200, `${found.count} requests match ${JSON.stringify(match)}${near && `; the nearest:\n${near}`}`);
  }

  /** What happened. @param {Operations["listEvents"]["parameters"]["query"]} [query] */
  async events(query) {
    return (await this.#call("GET", "events", { query })).events;
  }

  /** What there is. @param {Operations["listResources"]["parameters"]["query"]} [query] */
  async resources(query) {
    return (await this.#call("GET", "resources", { query })).resources;
  }

  /** Webhook deliveries with every attempt. @param {Operations["listDeliveries"]["parameters"]["query"]} [query] */
  async deliveries(query) {
    return (await this.#call("GET", "deliveries", { query })).deliveries;
  }

  /** Attempt a delivery once more; the delivery, with what came of it. @param {string} id */
  redeliver(id) {
    return this.#call("POST", `deliveries/${encodeURIComponent(id)}/redeliver`);
  }

  // Snapshots

  /** Keep the world as it is; a snapshot of that name is replaced. @param {string} name */
  async snapshot(name) {
    await this.#call("PUT", `snapshots/${encodeURIComponent(name)}`, { body: {} });
  }

  /** Back to a snapshot, clock and agenda included. @param {string} name */
  async restore(name) {
    this.about = await this.#call("POST", `snapshots/${encodeURIComponent(name)}/restore`, { body: {} });
  }

  /** Another world from a snapshot. @param {string} name @param {string} into */
  async fork(name, into) {
    return new Sandbox(this.server, await this.#call("POST", `snapshots/${encodeURIComponent(name)}/restore`, { body: { into } }));
  }

  /** @param {string} method @param {string} path @param {{ body?: unknown, query?: Record<string, unknown> }} [more] @returns {Promise<any>} */
  #call(method, path, more) {
    return this.server.call(method, `sandboxes/${encodeURIComponent(this.name)}${path && `/${path}`}`, more);
  }
}

/** @template T @param {Record<string, T>} found @param {string} name @param {string} what @returns {T} */
function oneOf(found, name, what) {
  if (!Object.hasOwn(found, name)) throw new Error(`no ${what} ${JSON.stringify(name)}; there are ${Object.keys(found).join(", ")}`);
  return found[name];
}
