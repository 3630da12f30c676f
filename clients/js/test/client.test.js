// The client against a real server: what the Python client can, this one can.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Mockenv, MockenvError } from "../src/index.js";
import { startServer } from "../src/server.js";

const ENVIRONMENTS = "/api/v1/vector/sites/12345/environments";
/** @type {Awaited<ReturnType<typeof startServer>>} */
let server;

before(async () => {
  server = await startServer();
});
after(() => server.stop());

/** @param {import("../src/index.js").WorldOrMode} world @param {(sandbox: import("../src/index.js").Sandbox) => Promise<void>} body */
async function within(world, body) {
  const sandbox = await server.mockenv.sandbox({ clock: "manual", ...world });
  try {
    await body(sandbox);
  } finally {
    await sandbox.drop();
  }
}

async function create(sandbox, name = "staging") {
  const reply = await fetch(`${sandbox.url}${ENVIRONMENTS}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...sandbox.headers("vector") },
    body: JSON.stringify({ name, php_version: "8.3" }),
  });
  if (!reply.ok) throw new Error(String(reply.status));
  return `vector/environment/${(await reply.json()).data.id}`;
}

test("time moves by a span, to the next step, until idle and until a status", () =>
  within({}, async (sandbox) => {
    const resource = await create(sandbox);
    assert.equal((await sandbox.advance("1s")).now, "2026-01-24T10:30:01Z");
    assert.equal((await sandbox.advanceToNext()).fired[0].resource, resource);
    assert.equal((await sandbox.advanceUntil(resource, "active")).reached, true);
    assert.equal((await sandbox.advanceUntilIdle()).fired.length, 0);
    assert.equal(await sandbox.wait(resource, "active"), true);
    assert.deepEqual(await sandbox.agenda(), []);
    assert.equal((await sandbox.setClock({ mode: "auto" })).mode, "auto");
    assert.equal((await sandbox.clock()).mode, "auto");
  }));

test("rules and gates come and go", () =>
  within({}, async (sandbox) => {
    const id = await sandbox.fault({ fail: "no room" }, { step: "finalizing", times: 1 });
    const failing = await create(sandbox);
    assert.equal((await sandbox.advanceUntil(failing, "failed")).reached, true);
    await sandbox.removeFault(id);
    assert.deepEqual(await sandbox.faults(), []);
    await sandbox.hold("finalizing");
    const held = await create(sandbox, "held");
    assert.equal((await sandbox.advanceUntil(held, "active", "1h")).reached, false);
    assert.equal(await sandbox.release("finalizing"), 1);
    await sandbox.fault({ status: 503 });
    assert.equal(await sandbox.clearFaults(), 1);
  }));

test("requests are verified, and what is not so throws with the nearest", () =>
  within({}, async (sandbox) => {
    await create(sandbox);
    assert.equal((await sandbox.verify({ operation: "createEnvironment" }, { exactly: 1 })).ok, true);
    await sandbox.expectRequests({ operation: "createEnvironment" });
    await assert.rejects(sandbox.expectRequests({ operation: "deleteEnvironment" }), /0 requests match .*nearest/s);
    assert.equal((await sandbox.journal({ operation: "createEnvironment" }))[0].status, 201);
    assert.equal((await sandbox.resources({ provider: "vector", kind: "environment", status: "pending" })).length, 1);
    await sandbox.advanceUntilIdle();
    assert.ok((await sandbox.events()).some((one) => one.type === "vector.environment.created"));
    assert.deepEqual(await sandbox.deliveries(), []);
  }));

test("a snapshot is gone back to, and forked", () =>
  within({}, async (sandbox) => {
    const resource = await create(sandbox);
    await sandbox.snapshot("new");
    await sandbox.advanceUntilIdle();
    await sandbox.restore("new");
    assert.equal((await sandbox.agenda()).length, 1);
    const fork = await sandbox.fork("new", `${sandbox.name}-fork`);
    assert.equal((await fork.advanceUntil(resource, "active")).reached, true);
    assert.equal((await sandbox.agenda()).length, 1);
    await fork.drop();
    await sandbox.reset();
    assert.deepEqual(await sandbox.agenda(), []);
  }));

test("what is refused says why, and what does not exist is not taken in silence", async () => {
  await assert.rejects(server.mockenv.sandbox({ scenario: "flakey-503" }), (error) => {
    assert.ok(error instanceof MockenvError);
    assert.equal(error.status, 422);
    return /did you mean 'flaky-503'/.test(error.detail);
  });
  await within({}, async (sandbox) => {
    assert.throws(() => sandbox.headers("vektor"), /there are .*vector/);
    await assert.rejects(sandbox.journal(/** @type {any} */ ({ opration: "x" })), /operation/);
  });
  await assert.rejects(server.mockenv.get("nobody"), /404/);
});

test("a world is listed while it is there, and dropping tells what was left behind", async () => {
  const sandbox = await server.mockenv.sandbox({ clock: "manual", seed: 7 });
  const resource = await create(sandbox);
  assert.ok((await server.mockenv.sandboxes()).some((one) => one.name === sandbox.name && one.seed === 7));
  assert.deepEqual(await (await server.mockenv.get(sandbox.name)).drop(), [resource]);
  assert.equal((await server.mockenv.health()).status, "ok");
});

test("where nothing listens, that is said", async () => {
  await assert.rejects(new Mockenv("http://127.0.0.1:9").health(), /fetch failed/);
});
