// A server of one's own for a test run: `mockenv serve` as a child process on a free port; knows nothing of test runners.
import { spawn } from "node:child_process";

import { Mockenv } from "./index.js";

/**
 * Start one, or take the one that `MOCKENV_URL` names. `command` is how mockenv is called: `mockenv`, or what MOCKENV_COMMAND says.
 * @param {{ flags?: string[], command?: string }} [options]
 * @returns {Promise<{ mockenv: Mockenv, stop: () => Promise<void> }>}
 */
export async function startServer({ flags = [], command = process.env.MOCKENV_COMMAND ?? "mockenv" } = {}) {
  const there = process.env.MOCKENV_URL;
  if (there) return { mockenv: new Mockenv(there, { adminToken: process.env.MOCKENV_ADMIN_TOKEN }), stop: async () => {} };
  const [program, ...words] = command.split(" ");
  const child = spawn(program, [...words, "serve", "--port", "0", "--log-level", "warning", ...flags], { stdio: ["ignore", "ignore", "pipe"] });
  const url = await firstUrl(child);
  child.stderr.resume(); // a pipe that nobody reads fills up
  const ended = new Promise((resolve) => child.once("exit", resolve));
  process.once("exit", () => child.kill());
  const stop = async () => {
    child.kill();
    await ended;
  };
  return { mockenv: new Mockenv(url), stop };
}

/**
 * What it prints once its port is open. Throws what it said if it ends before that.
 * @param {import("node:child_process").ChildProcess} child @returns {Promise<string>}
 */
function firstUrl(child) {
  return new Promise((resolve, reject) => {
    let said = "";
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`mockenv did not start: ${said}`)));
    child.stderr?.on("data", (chunk) => {
      said += chunk;
      const found = said.match(/https?:\/\/[^\s"]+/);
      if (found) resolve(found[0]);
    });
  });
}
