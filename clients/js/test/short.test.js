// The client in twenty lines, for the page.
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { startServer } from "../src/server.js";

const { mockenv, stop } = await startServer();
after(stop);

test("an environment becomes active", async () => {
  const world = await mockenv.sandbox({ clock: "manual" });
  const reply = await fetch(`${world.url}/api/v1/vector/sites/12345/environments`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...world.headers("vector") },
    body: JSON.stringify({ name: "staging", php_version: "8.3" }),
  });
  const { id } = (await reply.json()).data;
  assert.ok((await world.advanceUntil(`vector/environment/${id}`, "active")).reached);
  await world.expectRequests({ operation: "createEnvironment" }, { exactly: 1 });
  await world.drop();
});
