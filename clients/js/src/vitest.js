// Fixtures for vitest: a server for each worker, a fresh sandbox for each test.
import { test as base } from "vitest";

import { startServer } from "./server.js";

/** @typedef {import("./index.js").WorldOrMode} WorldOrMode */
/** @typedef {{ world: WorldOrMode, mockenvServer: import("./index.js").Mockenv, mockenv: import("./index.js").Sandbox }} Fixtures */

/**
 * `test("…", async ({ mockenv }) => …)`: its clock stands still until it is moved, and it is gone afterwards.
 * `test.scoped({ world: { scenario: "flaky-503" } })` says how it begins.
 */
export const test = /** @type {import("vitest").TestAPI<Fixtures>} */ (
  base.extend({
    world: async ({}, use) => use({}),
    mockenvServer: [
      async ({}, use) => {
        const { mockenv, stop } = await startServer();
        await use(mockenv);
        await stop(); // a worker that vitest ends is killed: nothing else would be run
      },
      { scope: "worker" },
    ],
    mockenv: async ({ mockenvServer, world }, use) => {
      const server = /** @type {import("./index.js").Mockenv} */ (mockenvServer);
      const sandbox = await server.sandbox({ clock: "manual", .../** @type {WorldOrMode} */ (world) });
      await use(sandbox);
      await sandbox.drop();
    },
  })
);
