// Measures pages of a built site in Chromium: one JSON line in, one JSON line out.
//
//   node measure.mjs SITE_DIR [--shots DIR]
//
// A line: page (path on the site), width, scheme (light, dark), forced (colours of the system's own),
// script (false: switched off), print (count the sheets of A4). Answers what does not fit: how much
// wider the page is than the screen, which elements stick out, which targets are too small to hit;
// what was asked of other hosts, said on the console, opened as a dialog.
import { join } from "node:path";
import { createInterface } from "node:readline";

import { launch, serve } from "./serving.mjs";

const SMALLEST_TARGET = 24;
const [folder, ...rest] = process.argv.slice(2);
const shots = rest[0] === "--shots" ? rest[1] : null;
const server = await serve(folder, "/");
const { origin } = server;
const browser = await launch();
try {
  for await (const line of createInterface({ input: process.stdin })) {
    const wish = JSON.parse(line);
    console.log(JSON.stringify({ ...wish, ...(await measured(wish)) }));
  }
} finally {
  await browser.close();
  server.close();
}

async function measured({ page: path, width = 1280, height = 900, scheme = "light", forced = false, script = true, print = false, fold = false }) {
  const context = await browser.newContext({
    viewport: { width, height }, colorScheme: scheme, javaScriptEnabled: script,
    forcedColors: forced ? "active" : "none", reducedMotion: "reduce",
  });
  const tab = await context.newPage(), foreign = [], said = [], missing = [];
  tab.on("request", (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith("data:")) foreign.push(request.url());
  });
  tab.on("response", (response) => response.status() >= 400 && missing.push(response.url().slice(origin.length)));
  tab.on("console", (message) => said.push(`${message.text()} ${message.location().url.slice(origin.length)}`));
  tab.on("pageerror", (error) => said.push(String(error)));
  tab.on("dialog", (dialog) => { said.push(`dialog ${dialog.message()}`); return dialog.dismiss(); });
  const answer = await tab.goto(`${origin}/${path}`, { waitUntil: "load" });
  const html = (await answer.body()).length;
  const seen = await tab.evaluate(look, SMALLEST_TARGET);
  if (shots) {
    await tab.evaluate(() => document.querySelectorAll("img[loading]").forEach((image) => (image.loading = "eager")));
    const name = `${path.replace(/[^a-z0-9]+/gi, "-") || "home"}${width}-${forced ? "forced" : scheme}.png`;
    await tab.screenshot({ path: join(shots, name), fullPage: !fold });
  }
  const sheets = print ? pagesOf(await tab.pdf({ preferCSSPageSize: true, printBackground: true })) : null;
  await context.close();
  return { ...seen, html, foreign, said, missing, sheets };
}

/** Counts the pages of a PDF as Chromium writes it: one object each. */
function pagesOf(pdf) {
  return (pdf.toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g) ?? []).length;
}

/** Runs in the page. */
function look(smallest) {
  const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const name = (element) => `${element.localName}.${element.className} ${element.textContent.trim().slice(0, 30)}`;
  const right = document.documentElement.clientWidth;
  const all = [...document.body.querySelectorAll("*")].filter(shown);
  // What is there for ears only is a pixel wide; the skip link waits outside of the page.
  const sticksOut = all.filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.right > right + 1 && !element.closest(".unseen, .skip");
  });
  const cut = all.filter((element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1 &&
    getComputedStyle(element).overflowX === "hidden");
  // A link inside a sentence may be as high as its line (WCAG 2.5.8, inline).
  const small = all.filter((element) => {
    if (!element.matches("a[href], button, summary, input, textarea, select") || element.closest(".skip, .unseen")) return false;
    const box = element.getBoundingClientRect(), whole = element.closest(".card")?.getBoundingClientRect() ?? box;
    const inline = getComputedStyle(element).display === "inline";
    return !inline && !element.matches(".unseen") && (whole.width < smallest || whole.height < smallest);
  });
  return {
    wide: document.documentElement.scrollWidth - right,
    sticksOut: sticksOut.slice(0, 5).map(name),
    cut: cut.slice(0, 5).map(name),
    small: small.slice(0, 5).map(name),
    text: document.body.innerText.length,
    title: document.title,
  };
}
