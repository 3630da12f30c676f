// The fixtures for vitest, used as a project would.
import { describe, expect } from "vitest";

import { test } from "../src/vitest.js";

const SITES = "/api/v1/vector/sites";

test("a world of its own, its clock standing still", async ({ mockenv }) => {
  const reply = await fetch(`${mockenv.url}${SITES}`, { headers: mockenv.headers("vector") });
  expect(reply.status).toBe(200);
  expect((await mockenv.clock()).mode).toBe("manual");
  expect(await mockenv.journal()).toHaveLength(1);
});

test("nothing of another test is in it", async ({ mockenv }) => {
  expect(await mockenv.journal()).toHaveLength(0);
});

describe("a world that begins otherwise", () => {
  test.scoped({ world: { clock: "auto", faults: [{ effect: { status: 503 } }] } });

  test("has its own clock and rules", async ({ mockenv }) => {
    expect((await mockenv.clock()).mode).toBe("auto");
    expect((await fetch(`${mockenv.url}${SITES}`, { headers: mockenv.headers("vector") })).status).toBe(503);
  });
});
