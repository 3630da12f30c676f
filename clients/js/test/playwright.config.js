import { defineConfig } from "@playwright/test";

export default defineConfig({ testDir: ".", testMatch: "*.playwright.js", reporter: "list", workers: 1 });
