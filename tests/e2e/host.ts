import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { promisify } from "node:util";
import { required } from "./fixtures.ts";

/** An entry of `headers.json`, as `cargo xtask dist` writes it. */
interface Rule {
  match: string;
  headers: Record<string, string>;
}

const TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
};

const matches = (pattern: string, path: string): boolean =>
  new RegExp(`^${pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*")}$`).test(path);

/**
 * A host as simple as they come: files below a path, with the headers of the artifact's own list, precompressed where the
 * browser takes that, and the page for every deep link.
 */
export class Host {
  private constructor(
    readonly url: string,
    /** The files that it serves. */
    readonly folder: string,
    private readonly server: Server,
    /** The paths that it was asked for. */
    readonly asked: string[],
  ) {}

  static async start(folder: string, headers: string, base: string): Promise<Host> {
    const rules = JSON.parse(await readFile(headers, "utf8")) as Rule[];
    const asked: string[] = [];
    const server = createServer((request, response) => {
      void answer(request, response).catch((error: unknown) => {
        response.writeHead(500).end(String(error));
      });
    });
    const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const path = decodeURIComponent(new URL(request.url ?? "/", "http://host").pathname);
      asked.push(path);
      const missing = () => void response.writeHead(404, { "Content-Type": "text/plain" }).end("Not here");
      if (!path.startsWith(base)) return missing();
      const inner = normalize(path.slice(base.length) || "index.html");
      if (inner.startsWith("..")) return missing();
      const file = extname(inner) === "" ? "index.html" : inner;
      const sent: Record<string, string> = { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream" };
      for (const rule of rules.filter(({ match }) => matches(match, path))) Object.assign(sent, rule.headers);
      const takesBrotli = /\bbr\b/.test(request.headers["accept-encoding"] ?? "");
      const compressed = takesBrotli ? await readFile(join(folder, `${file}.br`)).catch(() => undefined) : undefined;
      const content = compressed ?? (await readFile(join(folder, file)).catch(() => undefined));
      if (!content) return missing();
      if (compressed) sent["Content-Encoding"] = "br";
      response.writeHead(200, { ...sent, Vary: "Accept-Encoding" }).end(content);
    };
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    return new Host(`http://127.0.0.1:${port}${base}`, folder, server, asked);
  }

  /** A copy of a built console, configured as a deployment is for an API on another origin, for as long as it is used. */
  static async configured(
    console: string,
    base: string,
    api: string,
    config: object,
    use: (host: Host) => Promise<void>,
  ): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), "astro-console-"));
    const dist = join(folder, "dist");
    await cp(console, dist, { recursive: true });
    const file = join(folder, "config.json");
    const where = { api: { base: api }, websocket: { base: api.replace("http", "ws") } };
    await writeFile(file, JSON.stringify({ ...where, ...config }));
    await promisify(execFile)(required("ASTRO_XTASK"), ["configure", "--config", file, "--out", dist]);
    const host = await Host.start(dist, join(folder, "dist-hosting", "headers.json"), base);
    await use(host);
    await host.stop();
    await rm(folder, { recursive: true });
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
