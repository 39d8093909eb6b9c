// The benchmarks of the console: `cargo xtask bench` runs them in a headless browser on the production build.
//
// node tests/bench/bench.mjs --console FOLDER --headers FILE --platform BINARY --out FILE [--only table,log,load,soak]
//
// Each answers rows: what was measured, the figure, the target where there is one, and whether it is met.

import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "@playwright/test";

const KEY = "astro_demo_owner_5d1c7a9e";

const argument = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : process.argv[at + 1];
};

const CONSOLE = argument("console");
const HEADERS = argument("headers");
const PLATFORM = argument("platform");

/** A platform that serves the console, on a free port. */
async function platform(...flags) {
  const all = ["--listen", "127.0.0.1:0", "--seed", "1", "--console", CONSOLE, "--headers", HEADERS, ...flags];
  const child = spawn(PLATFORM, all, { stdio: ["ignore", "pipe", "inherit"] });
  const url = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const found = /http:\/\/[0-9.]+:\d+/.exec(line);
      if (found) resolve(found[0]);
    });
    child.once("exit", (code) => reject(new Error(`the platform ended with ${code}`)));
  });
  const json = async (path, body) => {
    const init = body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    const answer = await fetch(url + path, init);
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    const text = await answer.text();
    return text ? JSON.parse(text) : undefined;
  };
  return {
    url,
    json,
    application: async (name) => {
      const { data } = await json("/_platform/act", { as: "owner", operation: "listApplications" });
      return data.find((application) => application.name === name).id;
    },
    stop: () => new Promise((resolve) => {
      child.once("exit", resolve);
      child.kill("SIGKILL");
    }),
  };
}

const FLAGS = [
  "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
  "--disable-sync", "--no-first-run", "--disable-dev-shm-usage", "--enable-precise-memory-info", "--js-flags=--expose-gc",
];

async function browser() {
  return chromium.launch({ executablePath: process.env.CHROME || undefined, args: FLAGS });
}

/**
 * A page in a browser of which nobody else is told anything. Playwright listens to the network, so that every frame of a
 * socket goes through the browser's process and Playwright's as well: at thousands a second that is what one would measure.
 */
async function unwatched(kept) {
  const folder = await mkdtemp(join(tmpdir(), "astro-bench-"));
  const flags = [...FLAGS, "--remote-debugging-pipe", `--user-data-dir=${folder}`, "--window-size=1440,900", "about:blank"];
  const child = spawn(process.env.CHROME || chromium.executablePath(), flags, {
    stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
  });
  const [, , , to, from] = child.stdio;
  const waiting = new Map();
  const complaints = [];
  let rest = "";
  from.setEncoding("utf8").on("data", (part) => {
    const all = (rest + part).split("\0");
    rest = all.pop();
    for (const one of all) {
      const { id, method, params, result, error } = JSON.parse(one);
      if (method === "Runtime.exceptionThrown") complaints.push(params.exceptionDetails.text);
      const [done, failed] = waiting.get(id) ?? [];
      waiting.delete(id);
      if (error) failed?.(new Error(error.message));
      else done?.(result);
    }
  });
  let last = 0;
  const send = (method, params = {}, sessionId = undefined) => new Promise((done, failed) => {
    waiting.set((last += 1), [done, failed]);
    to.write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`);
  });
  const { targetId } = await send("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
  const session = { send: (method, params) => send(method, params, sessionId) };
  await session.send("Page.enable");
  await session.send("Runtime.enable");
  const storage = `for (const [name, value] of Object.entries(${kept})) sessionStorage.setItem(name, value);`;
  const source = `if (location.protocol === "http:") { ${storage} } (${instruments})();`;
  await session.send("Page.addScriptToEvaluateOnNewDocument", { source });
  const evaluate = async (script) => {
    const { result, exceptionDetails } = await session.send("Runtime.evaluate", {
      expression: `(${script})()`, awaitPromise: true, returnByValue: true, userGesture: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };
  const waitForTimeout = (time) => new Promise((done) => setTimeout(done, time));
  return {
    complaints,
    session,
    page: {
      evaluate,
      waitForTimeout,
      goto: (url) => session.send("Page.navigate", { url }),
      waitForFunction: async (script) => {
        for (const until = Date.now() + 60_000; !(await evaluate(script).catch(() => false)); await waitForTimeout(50)) {
          if (Date.now() > until) throw new Error(`it never came: ${script}`);
        }
      },
    },
    close: async () => {
      const ended = new Promise((done) => child.once("exit", done));
      child.kill("SIGKILL");
      await ended;
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** What a tab keeps that is signed in. */
async function signedIn(url) {
  const { chrome, page } = await open(url);
  const kept = await page.evaluate(() => JSON.stringify(sessionStorage));
  await chrome.close();
  return kept;
}

/** Notes long tasks and late frames, and finds the memory of the program. */
function instruments() {
  const wasm = { memory: undefined };
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...all) => {
      const done = await original.apply(WebAssembly, all);
      // The parts of the program share the memory of the main module, which alone exports it.
      wasm.memory = (done.instance ?? done).exports.memory ?? wasm.memory;
      return done;
    };
  }
  const noted = { tasks: [], frames: [], on: false };
  new PerformanceObserver((list) => {
    if (noted.on) for (const entry of list.getEntries()) noted.tasks.push(entry.duration);
  }).observe({ type: "longtask", buffered: false });
  // Only while frames are noted: who asks for every frame makes a page that stands still draw, and each change then waits
  // for the next tick.
  let last;
  const frame = (now) => {
    if (!noted.on) return;
    if (last !== undefined) noted.frames.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  window.__bench = {
    start() {
      noted.tasks.length = 0;
      noted.frames.length = 0;
      noted.on = true;
      last = undefined;
      requestAnimationFrame(frame);
    },
    stop() {
      noted.on = false;
      return { tasks: [...noted.tasks], frames: [...noted.frames] };
    },
    wasm: () => wasm.memory?.buffer.byteLength ?? 0,
  };
}

async function signIn(page, url) {
  await page.goto(`${url}/`);
  await page.getByLabel("API key", { exact: true }).fill(KEY);
  await page.getByRole("button", { name: "Sign in with key" }).click();
  await page.getByRole("button", { name: "Sign out" }).first().waitFor();
}

async function open(url, options = {}) {
  const chrome = await browser();
  const context = await chrome.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await page.addInitScript(instruments);
  await signIn(page, url);
  const session = await context.newCDPSession(page);
  return { chrome, page, session, complaints };
}

const quantile = (values, share) => {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] : 0;
};
const most = (values) => values.reduce((one, other) => Math.max(one, other), 0);
const ms = (value) => `${Math.round(value * 10) / 10} ms`;
const mib = (bytes) => `${(bytes / 1048576).toFixed(1)} MiB`;
const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;
const row = (bench, what, value, shown, target, met) => ({ bench, what, value, shown, target: target ?? "", met: met ?? null });

/** JS heap after a collection, and the memory of the program. */
async function memory(page, session) {
  await session.send("HeapProfiler.collectGarbage");
  await session.send("HeapProfiler.collectGarbage");
  const heap = (await session.send("Runtime.getHeapUsage")).usedSize;
  return { heap, wasm: await page.evaluate(() => window.__bench.wasm()) };
}

/** 10,000 applications in the table. */
async function table() {
  const served = await platform("--scale", "large", "--rate-limit", "off");
  const { chrome, page, complaints } = await open(served.url);
  try {
    const rows = [];
    // From the answer to the first rows on the screen.
    await page.addInitScript(() => {
      const original = window.fetch;
      window.__answered = 0;
      window.fetch = async (...all) => {
        const answer = await original(...all);
        const url = typeof all[0] === "string" ? all[0] : all[0].url;
        // Later ones renew what is shown already.
        if (/\/applications(\?|$)/.test(url)) window.__answered ||= performance.now();
        return answer;
      };
      window.__painted = 0;
      const look = () => {
        if (window.__answered && !window.__painted && document.querySelector("#content tbody tr")) {
          requestAnimationFrame(() => { window.__painted = performance.now(); });
        } else if (!window.__painted) requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
    await page.goto(`${served.url}/o/acme/applications`);
    await page.waitForFunction(() => window.__painted > 0, null, { timeout: 60_000 });
    const paint = await page.evaluate(() => window.__painted - window.__answered);
    rows.push(row("table", "answer to first paint", paint, ms(paint)));
    const inDom = await page.locator("#content tbody tr").count();
    rows.push(row("table", "rows in the DOM", inDom, String(inDom), "≤ 120", inDom <= 120));

    const field = page.getByRole("searchbox").first();
    if (await field.count()) {
      await field.focus();
      // From the key to the end of the frame that shows what it did.
      await page.evaluate(() => {
        window.__keys = [];
        document.addEventListener("keydown", () => {
          const began = performance.now();
          requestAnimationFrame(() => {
            const channel = new MessageChannel();
            channel.port1.onmessage = () => window.__keys.push(performance.now() - began);
            channel.port2.postMessage(0);
          });
        }, true);
      });
      for (const word of ["checkout", "payments", "edge-12", "search"]) {
        for (const letter of word) {
          await page.keyboard.press(letter === "-" ? "Minus" : letter);
          await page.waitForTimeout(120);
        }
        for (let left = word.length; left > 0; left -= 1) {
          await page.keyboard.press("Backspace");
          await page.waitForTimeout(120);
        }
      }
      const keys = await page.evaluate(() => window.__keys);
      const [median, high] = [quantile(keys, 0.5), quantile(keys, 0.95)];
      rows.push(row("table", `filter keystroke to paint, median of ${keys.length}`, median, ms(median), "≤ 16 ms", median <= 16));
      rows.push(row("table", "filter keystroke to paint, 95 %", high, ms(high)));
    } else {
      rows.push(row("table", "filter keystroke to paint", null, "the table has no filter", "≤ 16 ms", false));
    }

    const scrolled = await page.evaluate(async () => {
      const cell = document.querySelector("#content tbody tr");
      let scroller = cell;
      while (scroller && !(scroller.scrollHeight > scroller.clientHeight + 10 && /auto|scroll/.test(getComputedStyle(scroller).overflowY))) {
        scroller = scroller.parentElement;
      }
      scroller ??= document.scrollingElement;
      window.__bench.start();
      for (let screen = 0; screen < 100; screen += 1) {
        scroller.scrollTop += scroller.clientHeight;
        await new Promise((done) => requestAnimationFrame(done));
      }
      return window.__bench.stop();
    });
    const late = scrolled.frames.filter((length) => length > 32).length;
    rows.push(row("table", "scroll of 100 screens, frames over 32 ms", late, `${late} of ${scrolled.frames.length}`));
    rows.push(row("table", "scroll of 100 screens, longest task", most(scrolled.tasks), ms(most(scrolled.tasks))));
    rows.push(row("table", "errors on the page", complaints.length, String(complaints.length), "0", complaints.length === 0));
    return rows;
  } finally {
    await chrome.close();
    await served.stop();
  }
}

/** 20,000 lines a second, through the real socket. */
async function log(seconds, rate, dropped) {
  const name = dropped ? `log, dropped every 3 s` : "log";
  const served = await platform("--rate-limit", "off", "--log-rate", String(rate));
  const chrome = await unwatched(await signedIn(served.url));
  const { page, session, complaints } = chrome;
  try {
    const id = await served.application("checkout");
    await served.json("/_platform/seen");
    await page.goto(`${served.url}/o/acme/applications/${id}/logs?tail=200`);
    await page.waitForFunction(() => document.querySelectorAll(".log-line").length > 10);
    const received = () => page.evaluate(() => Number(document.querySelector(".logs").dataset.received));
    const sent = async () => (await served.json("/_platform/seen")).sockets.streamApplicationLogs.frames;
    await page.evaluate(() => window.__bench.start());
    const began = Date.now();
    const before = await received();
    while (Date.now() - began < seconds * 1000) {
      await page.waitForTimeout(Math.min(3000, seconds * 1000 - (Date.now() - began)));
      if (dropped && Date.now() - began < (seconds - 2) * 1000) {
        await served.json("/_platform/faults", { operation: "streamApplicationLogs", kind: "ws-drop" });
      }
    }
    const { tasks, frames } = await page.evaluate(() => window.__bench.stop());
    const after = await received();
    const took = (Date.now() - began) / 1000;
    const rows = [];
    const came = after - before;
    rows.push(row(name, `lines taken in ${took.toFixed(1)} s`, came, came.toLocaleString("en")));
    rows.push(row(name, "lines a second", came / took, Math.round(came / took).toLocaleString("en"), `≥ ${(rate * 0.97).toLocaleString("en")}`, came / took >= rate * 0.97));
    // No more is written; what is under way arrives. The numbers of lines are by their times, which no two share.
    await served.json("/_platform/faults", { operation: "streamApplicationLogs", kind: "ws-silent" });
    let last = -1;
    for (let now = await received(); now !== last; now = await received()) {
      last = now;
      await page.waitForTimeout(1500);
    }
    const total = await received();
    if (!dropped) {
      const frames = await sent();
      rows.push(row(name, "lines sent and counted", total, `${frames.toLocaleString("en")} and ${total.toLocaleString("en")}`, "equal", frames === total));
    }
    const text = await page.evaluate(async () => {
      let text = "";
      const original = URL.createObjectURL;
      URL.createObjectURL = (blob) => {
        text = blob.text();
        return original.call(URL, blob);
      };
      document.querySelector("[aria-label='Download the lines that are shown']").click();
      return text;
    });
    const held = text.split("\n").filter(Boolean);
    const gaps = held.filter((line) => line.startsWith("---")).length;
    const times = new Map();
    let disorder = 0;
    for (const line of held) {
      const [time, pod, container] = line.split(" ", 3);
      const of = `${pod} ${container}`;
      if (times.has(of) && times.get(of) >= time) disorder += 1;
      times.set(of, time);
    }
    rows.push(row(name, `of ${held.length.toLocaleString("en")} held lines, repeated or out of order`, disorder, String(disorder), "0", disorder === 0));
    rows.push(row(name, "gaps marked", gaps, String(gaps), "0", gaps === 0));
    const longest = most(tasks);
    rows.push(row(name, "longest task", longest, ms(longest), "≤ 100 ms", longest <= 100));
    const late = frames.filter((length) => length > 50).length;
    rows.push(row(name, "frames over 50 ms", late, `${late} of ${frames.length}`));
    const { heap, wasm } = await memory(page, session);
    rows.push(row(name, "memory of the program (the ring holds 32 MiB at most)", wasm, mib(wasm)));
    rows.push(row(name, "JS heap", heap, mib(heap)));
    rows.push(row(name, "errors on the page", complaints.length, String(complaints.length), "0", complaints.length === 0));
    return rows;
  } finally {
    await chrome.close();
    await served.stop();
  }
}

/** The list of clusters in a browser that has never been here, on a slow phone's terms. */
async function load() {
  const served = await platform("--rate-limit", "off");
  const storage = await signedIn(served.url);
  const chrome = await browser();
  try {
    const context = await chrome.newContext({ viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    await page.addInitScript((kept) => {
      for (const [name, value] of Object.entries(JSON.parse(kept))) sessionStorage.setItem(name, value);
    }, storage);
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    await session.send("Network.setCacheDisabled", { cacheDisabled: false });
    // Fast 4G as the browser's own tools have it: 9 Mbit/s down, 1.5 up, 60 ms.
    await session.send("Network.emulateNetworkConditions", {
      offline: false, latency: 60, downloadThroughput: (9 * 1024 * 1024) / 8, uploadThroughput: (1.5 * 1024 * 1024) / 8,
    });
    await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    let bytes = 0;
    let requests = 0;
    const assets = new Map();
    const urls = new Map();
    session.on("Network.responseReceived", ({ requestId, response }) => urls.set(requestId, response.url));
    session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      requests += 1;
      bytes += encodedDataLength;
      const url = urls.get(requestId) ?? "";
      if (!url.includes("/api/v1/")) assets.set(url, encodedDataLength);
    });
    const began = Date.now();
    await page.goto(`${served.url}/o/acme/clusters`, { waitUntil: "commit" });
    await page.locator("#content").getByText("prod-eu").first().waitFor({ timeout: 60_000 });
    const visible = Date.now() - began;
    const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0);
    await page.waitForTimeout(1000);
    const artifact = [...assets.values()].reduce((sum, one) => sum + one, 0);
    return [
      row("load", "artifact over the wire, brotli", artifact, kib(artifact), "≤ 380 KiB", artifact <= 380 * 1024),
      row("load", "bytes in all", bytes, kib(bytes)),
      row("load", "requests", requests, String(requests)),
      row("load", "first contentful paint", paint, ms(paint)),
      row("load", "rows visible", visible, ms(visible)),
    ];
  } finally {
    await chrome.close();
    await served.stop();
  }
}

/** Going about for long, with streams open. */
async function soak(navigations) {
  const served = await platform("--rate-limit", "off", "--log-rate", "50");
  const { chrome, page, session, complaints } = await open(served.url);
  try {
    const id = await served.application("checkout");
    const routes = [
      "o/acme", "o/acme/clusters", "o/acme/clusters/prod-eu", "o/acme/applications", `o/acme/applications/${id}`,
      `o/acme/applications/${id}/logs`, "organizations", "o/acme/clusters/staging", "o/acme/applications?q=a", `o/acme/applications/${id}/logs?level=error`,
    ];
    await page.goto(`${served.url}/o/acme`);
    await page.locator("#content h1").first().waitFor();
    const go = async (index) => {
      // As a link does: without loading the program anew.
      await page.evaluate((path) => {
        const link = document.createElement("a");
        link.href = path;
        document.querySelector("#content").append(link);
        link.click();
        link.remove();
      }, routes[index % routes.length]);
      await page.locator("#content h1, #content h2").first().waitFor();
      await page.waitForTimeout(40);
    };
    const marks = [];
    for (let index = 1; index <= navigations; index += 1) {
      await go(index);
      if (index === 100 || index === navigations) {
        // At the same page both times, when what was left has been let go.
        await go(0);
        await page.waitForTimeout(1500);
        marks.push(await memory(page, session));
      }
    }
    const [early, late] = marks;
    const growth = (late.heap + late.wasm) / (early.heap + early.wasm) - 1;
    const percent = (value) => `${(value * 100).toFixed(1)} %`;
    return [
      row("soak", "JS heap at 100 navigations", early.heap, mib(early.heap)),
      row("soak", `JS heap at ${navigations}`, late.heap, `${mib(late.heap)} (${percent(late.heap / early.heap - 1)})`),
      row("soak", "wasm memory at 100", early.wasm, mib(early.wasm)),
      row("soak", `wasm memory at ${navigations}`, late.wasm, `${mib(late.wasm)} (${percent(late.wasm / early.wasm - 1)})`),
      row("soak", "growth of both", growth, percent(growth), "≤ 5 %", growth <= 0.05),
      row("soak", "errors on the page", complaints.length, String(complaints.length), "0", complaints.length === 0),
    ];
  } finally {
    await chrome.close();
    await served.stop();
  }
}

const BENCHES = {
  table: () => table(),
  log: async () => [...(await log(15, 20_000, false)), ...(await log(15, 2_000, true))],
  load: () => load(),
  soak: () => soak(Number(argument("navigations", "500"))),
};

const only = argument("only", Object.keys(BENCHES).join(",")).split(",");
const results = [];
let failed = false;
for (const name of only) {
  const bench = BENCHES[name];
  if (!bench) throw new Error(`there is no benchmark ${name}: ${Object.keys(BENCHES).join(", ")}`);
  process.stderr.write(`• ${name} …\n`);
  try {
    results.push(...(await bench()));
  } catch (error) {
    failed = true;
    results.push(row(name, "did not run", null, String(error).split("\n")[0], "", false));
  }
}
const out = argument("out");
if (out) await writeFile(out, `${JSON.stringify({ at: new Date().toISOString(), results }, null, 2)}\n`);

const cells = [["", "measured", "", "target", ""], ...results.map(({ bench, what, shown, target, met }) => [
  bench, what, shown, target, met === null ? "" : met ? "met" : "MISSED",
])];
const widths = cells[0].map((_, column) => most(cells.map((cell) => cell[column].length)));
for (const cell of cells) {
  console.log(cell.map((text, column) => (column === 2 ? text.padStart(widths[column]) : text.padEnd(widths[column]))).join("  ").trimEnd());
}
process.exit(failed ? 1 : 0);
