import base from "../e2e/playwright.config.ts";
import { defineConfig } from "@playwright/test";

// Screenshots of every route and of the gallery, by `cargo xtask shots`.
export default defineConfig(base, {
  testDir: ".",
  outputDir: "../../test-results/shots",
  globalTeardown: "./sheet.ts",
  use: { trace: "off", screenshot: "off" },
});
