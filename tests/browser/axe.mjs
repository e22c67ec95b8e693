// Runs axe-core, with every rule that it has, over pages of a built site.
//
//   node axe.mjs SITE_DIR BASE_PATH < JSON lines {"page", "colorScheme", "width"}
//
// One JSON line per question: the violations, each with its rule and the first elements, and what
// axe could not decide itself.
import { createInterface } from "node:readline";
import { readFile } from "node:fs/promises";

import { launch, require, serve } from "./serving.mjs";

const [site, base] = process.argv.slice(2);
const source = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");
const server = await serve(site, base);
const browser = await launch();
try {
  for await (const line of createInterface({ input: process.stdin })) {
    const question = JSON.parse(line);
    console.log(JSON.stringify({ ...question, ...(await judged(question)) }));
  }
} finally {
  await browser.close();
  server.close();
}

async function judged({ page, colorScheme, width, forcedColors }) {
  const viewport = { width, height: 900 };
  const context = await browser.newContext({ viewport, colorScheme, forcedColors, reducedMotion: "reduce" });
  const tab = await context.newPage();
  await tab.goto(`${server.origin}${base}${page}`, { waitUntil: "load" });
  await tab.evaluate(source); // not a script of the page: its policy stays in force
  const found = await tab.evaluate(() =>
    globalThis.axe.run(document, { resultTypes: ["violations", "incomplete"] }));
  await context.close();
  const told = (results) => results.map(({ id, nodes }) => ({
    id, nodes: nodes.slice(0, 3).map((node) => node.html.slice(0, 200)),
    why: nodes[0]?.failureSummary?.slice(0, 300),
  }));
  return { violations: told(found.violations), undecided: told(found.incomplete), passes: found.passes.length };
}
