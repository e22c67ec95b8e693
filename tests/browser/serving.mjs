// A built site on loopback, and Chromium beside it: what every program here begins with.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { readFile, stat } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { gzipSync } from "node:zlib";

export const require = createRequire(new URL("../interop/package.json", import.meta.url));

const TYPES = {
  ".html": "text/html; charset=utf-8", ".css": "text/css", ".svg": "image/svg+xml",
  ".png": "image/png", ".json": "application/json", ".js": "text/javascript",
  ".txt": "text/plain; charset=utf-8", ".xml": "application/xml", ".pdf": "application/pdf",
  ".webmanifest": "application/manifest+json",
};

// The media type that hosts give to a file of this name.
export const typeOf = (file) => TYPES[extname(file)] ?? "application/octet-stream";

const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--no-first-run",
];

// Serve a folder below a path, compressed; wrong addresses get its 404.html: as on real hosts.
export async function serve(site, base) {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://x").pathname);
    const inside = path.startsWith(base) ? path.slice(base.length) : path.slice(1);
    let file = join(site, normalize(`/${inside}`));
    try {
      if ((await stat(file)).isDirectory()) file = join(file, "index.html");
      const body = await readFile(file);
      const packed = typeOf(file) !== "image/png" && /\bgzip\b/.test(request.headers["accept-encoding"]);
      response.writeHead(200, { "content-type": typeOf(file), ...(packed ? { "content-encoding": "gzip" } : {}) });
      response.end(packed ? gzipSync(body) : body);
    } catch {
      const body = await readFile(join(site, "404.html")).catch(() => "");
      response.writeHead(404, { "content-type": typeOf("404.html") }).end(body);
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

export function launch(more = []) {
  const { chromium } = require("playwright-core");
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: [...FLAGS, ...more] });
}
