// A first test with mockenv: replace `create` and `show` by the client that you want to test.
// Start the server first: mockenv serve
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, test } from "node:test";

const server = process.env.MOCKENV_URL ?? "http://127.0.0.1:6368";
const environments = "/api/v1/vector/sites/12345/environments";
let world;

async function control(method, path, body) {
  const reply = await fetch(`${server}/_mockenv/${path}`, {
    method,
    headers: { "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const told = await reply.json();
  if (!reply.ok) throw new Error(told.detail);
  return told;
}

async function ask(method, path, body) {
  const reply = await fetch(`${server}/_sandbox/${world.name}${path}`, {
    method,
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${world.tokens.vector.owner}` },
    body: body && JSON.stringify(body),
  });
  return (await reply.json()).data;
}

const create = (name) => ask("POST", environments, { name, php_version: "8.3" });
const show = (id) => ask("GET", `${environments}/${id}`);

beforeEach(async () => {
  world = await control("POST", "sandboxes", { clock: { mode: "manual" } }); // a world for each test
});

afterEach(() => control("DELETE", `sandboxes/${world.name}`));

test("an environment becomes active", async () => {
  const { id } = await create("staging");
  await control("POST", `sandboxes/${world.name}/clock/advance`, { by: "1m" }); // its clock stands still until you move it
  assert.equal((await show(id)).status, "active");
});

test("a failed environment says why", async () => {
  const rule = JSON.parse(await readFile(new URL("../scenarios/fault.json", import.meta.url)));
  await control("POST", `sandboxes/${world.name}/faults`, rule);
  const { id } = await create("staging");
  await control("POST", `sandboxes/${world.name}/clock/advance`, { by: "1m" });
  assert.equal((await show(id)).failure_reason, "the database did not answer");
});
