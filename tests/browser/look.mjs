// Opens pages of a built site in Chromium, as a phone and as a desktop, and says what it saw.
//
//   node look.mjs SITE_DIR BASE_PATH [--shots DIR [--fold]] PAGE...
//
// One JSON line per page and width: requests to other hosts, messages on the console, errors,
// whether the page is wider than the screen, its language, title and the length of its visible text
// without what only scripts can do (elements that were hidden in the file).
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { readFile, stat } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(new URL("../interop/package.json", import.meta.url));
const { chromium } = require("playwright-core");

const TYPES = {
  ".html": "text/html; charset=utf-8", ".css": "text/css", ".svg": "image/svg+xml",
  ".png": "image/png", ".json": "application/json", ".js": "text/javascript",
};
const WIDTHS = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 900 } };
const SURROUNDINGS = [
  ["phone", "light", false], ["phone", "dark", true], ["desktop", "light", true],
];

const [site, base, ...rest] = process.argv.slice(2);
const shots = rest[0] === "--shots" ? rest.splice(0, 2)[1] : null;
const fold = rest[0] === "--fold" && Boolean(rest.shift()); // only what the first screen shows

const server = createServer(async (request, response) => {
  const path = decodeURIComponent(new URL(request.url, "http://x").pathname);
  const inside = path.startsWith(base) ? path.slice(base.length) : path.slice(1);
  let file = join(site, normalize(`/${inside}`));
  try {
    if ((await stat(file)).isDirectory()) file = join(file, "index.html");
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
    response.end(await readFile(file));
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${server.address().port}`;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run"],
});
try {
  for (const [name, colorScheme, javaScriptEnabled] of SURROUNDINGS) {
    const viewport = WIDTHS[name];
    const context = await browser.newContext({ viewport, colorScheme, javaScriptEnabled });
    for (const page of rest) {
      const seen = await look(context, page, `${name}-${colorScheme}`);
      console.log(JSON.stringify({ page, name, colorScheme, javaScriptEnabled, ...seen }));
    }
    await context.close();
  }
} finally {
  await browser.close();
  server.close();
}

async function look(context, path, surroundings) {
  const tab = await context.newPage();
  const foreign = [], said = [], missing = [];
  tab.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !url.startsWith("data:")) foreign.push(url);
  });
  tab.on("response", (response) => response.status() >= 400 && missing.push(response.url()));
  tab.on("console", (message) => said.push(message.text()));
  tab.on("pageerror", (error) => said.push(String(error)));
  await tab.goto(`${origin}${base}${path}`, { waitUntil: "load" });
  const view = await tab.evaluate(() => {
    const scripted = [...document.querySelectorAll("[data-verifier], [data-search], button[data-credential], li:has([data-copy])")]
      .filter((part) => !part.hidden);
    for (const part of scripted) part.hidden = true;
    const text = document.body.innerText.length;
    for (const part of scripted) part.hidden = false;
    return {
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    language: document.documentElement.lang,
    title: document.title,
    text,
    headings: document.querySelectorAll("h1").length,
    unnamed: [...document.images].filter((image) => !image.hasAttribute("alt")).length,
    };
  });
  if (shots) {
    const file = `${path.replace(/[^a-z0-9]+/gi, "-") || "home"}-${surroundings}.png`;
    await tab.screenshot({ path: join(shots, file), fullPage: !fold });
  }
  await tab.close();
  return { foreign, said, missing, ...view };
}
