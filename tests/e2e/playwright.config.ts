import { defineConfig } from "@playwright/test";

// The built console, under the headers of production, against the local platform. `cargo xtask test` builds both and
// says where they are; by hand: `cargo xtask test --only e2e`.
export default defineConfig({
  testDir: ".",
  outputDir: "../../test-results",
  fullyParallel: true,
  // Two cores: a browser and its platform keep one busy.
  workers: 2,
  // A test that needs a second try has found something.
  retries: 0,
  forbidOnly: true,
  // Some walks click a lot; two of them share two cores with two platforms.
  timeout: 150_000,
  expect: { timeout: 15_000 },
  use: {
    browserName: "chromium",
    viewport: { width: 1440, height: 900 },
    // Without its film, which costs a third of two cores; the snapshots tell as much.
    trace: { mode: "retain-on-failure", screenshots: false, snapshots: true, sources: false },
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.CHROME ?? "/usr/bin/chromium",
      args: [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
      ],
    },
  },
});
