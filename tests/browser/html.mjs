// Runs html-validate over every page of a built site.
//
//   node html.mjs SITE_DIR
//
// One JSON line per page that has something to mend; then how many pages there are. Pages that differ
// in nothing but how many folders up their links lead are judged once.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { require } from "./serving.mjs";

const { HtmlValidate, StaticConfigLoader } = require("html-validate");

// "recommended", without the rules about how the source is laid out.
const LAYOUT = ["no-trailing-whitespace", "void-style", "doctype-style", "attr-quotes", "no-inline-style"];
const rules = {
  ...Object.fromEntries(LAYOUT.map((rule) => [rule, "off"])),
  "require-sri": ["error", { target: "crossorigin" }], // our own files come from our own host
};
const validator = new HtmlValidate(new StaticConfigLoader({
  extends: ["html-validate:recommended", "html-validate:document"], rules,
}));

const [site] = process.argv.slice(2);
const seen = new Set();
let pages = 0;
for (const entry of (await readdir(site, { recursive: true })).sort()) {
  if (!entry.endsWith(".html")) continue;
  pages += 1;
  const html = await readFile(join(site, entry), "utf8");
  const same = html.replace(/"(\.\.\/)+(fr\/)?/g, '"');
  if (seen.has(same)) continue;
  seen.add(same);
  const report = await validator.validateString(html, entry);
  const messages = report.results.flatMap((result) => result.messages);
  if (messages.length) {
    const told = messages.slice(0, 8).map((m) => `${m.line}:${m.column} ${m.ruleId}: ${m.message}`);
    console.log(JSON.stringify({ page: entry, problems: messages.length, told }));
  }
}
console.log(JSON.stringify({ pages, judged: seen.size }));
