// Opens pages of a built site in Chromium, as a phone and as a desktop, and says what it saw.
//
//   node look.mjs SITE_DIR BASE_PATH [--shots DIR [--fold]] PAGE...
//
// One JSON line per page and width: requests to other hosts, messages on the console, errors,
// whether the page is wider than the screen, its language, title and the length of its visible text
// without what only scripts can do (elements that were hidden in the file).
import { join } from "node:path";

import { launch, serve } from "./serving.mjs";

const WIDTHS = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 900 } };
const SURROUNDINGS = [
  ["phone", "light", false], ["phone", "dark", true], ["desktop", "light", true],
];

const [site, base, ...rest] = process.argv.slice(2);
const shots = rest[0] === "--shots" ? rest.splice(0, 2)[1] : null;
const fold = rest[0] === "--fold" && Boolean(rest.shift()); // only what the first screen shows

const server = await serve(site, base);
const { origin } = server;
const browser = await launch();
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
    for (const part of scripted) part.style.setProperty("display", "none", "important");
    const text = document.body.innerText.length;
    for (const part of scripted) part.style.removeProperty("display");
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
