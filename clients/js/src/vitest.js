// Fixtures for vitest: a server for each worker, a fresh sandbox for each test.
import { test as base } from "vitest";

import { startServer } from "./server.js";

/** @typedef {import("./index.js").WorldOrMode} WorldOrMode */
/** @typedef {{ world: WorldOrMode, mockenv: import("./index.js").Sandbox }} Fixtures */

/** @type {Promise<Awaited<ReturnType<typeof startServer>>> | undefined} */
let server;

/**
 * `test("…", async ({ mockenv }) => …)`: its clock stands still until it is moved, and it is gone afterwards.
 * `test.scoped({ world: { scenario: "flaky-503" } })` says how it begins.
 */
export const test = /** @type {import("vitest").TestAPI<Fixtures>} */ (
  base.extend({
    world: async ({}, use) => use({}),
    mockenv: async ({ world }, use) => {
      server ??= startServer();
      const sandbox = await (await server).mockenv.sandbox({ clock: "manual", .../** @type {WorldOrMode} */ (world) });
      await use(sandbox);
      await sandbox.drop();
    },
  })
);
