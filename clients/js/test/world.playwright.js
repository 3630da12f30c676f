// The fixtures for Playwright, used as a project would; without a page, so that no browser is needed.
import { expect, test } from "../src/playwright.js";

const SITES = "/api/v1/vector/sites";

test("a world of its own, its clock standing still", async ({ mockenv }) => {
  const reply = await fetch(`${mockenv.url}${SITES}`, { headers: mockenv.headers("vector") });
  expect(reply.status).toBe(200);
  expect((await mockenv.clock()).mode).toBe("manual");
});

test.describe("a world that begins otherwise", () => {
  test.use({ world: { faults: [{ effect: { status: 503 } }] } });

  test("has its own rules", async ({ mockenv }) => {
    expect((await fetch(`${mockenv.url}${SITES}`, { headers: mockenv.headers("vector") })).status).toBe(503);
    expect(await mockenv.journal()).toHaveLength(1);
  });
});
