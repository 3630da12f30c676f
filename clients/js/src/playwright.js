// Fixtures for Playwright: a server for each worker, a fresh sandbox for each test.
import { test as base } from "@playwright/test";

import { startServer } from "./server.js";

/** @typedef {{ world: import("./index.js").WorldOrMode, mockenv: import("./index.js").Sandbox }} Fixtures */
/** @typedef {{ mockenvServer: import("./index.js").Mockenv }} WorkerFixtures */

/** @type {import("@playwright/test").Fixtures<Fixtures, WorkerFixtures>} */
const fixtures = {
  world: [{}, { option: true }],
  mockenvServer: [
    async ({}, use) => {
      const { mockenv, stop } = await startServer();
      await use(mockenv);
      await stop();
    },
    { scope: "worker" },
  ],
  mockenv: async ({ mockenvServer, world }, use) => {
    const sandbox = await mockenvServer.sandbox({ clock: "manual", ...world });
    await use(sandbox);
    await sandbox.drop();
  },
};

/**
 * `test("…", async ({ mockenv, page }) => …)`: its clock stands still until it is moved, and it is gone afterwards.
 * `test.use({ world: { scenario: "flaky-503" } })` says how it begins.
 */
export const test = base.extend(fixtures);
export { expect } from "@playwright/test";
