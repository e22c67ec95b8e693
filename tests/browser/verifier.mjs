// Lets the verifier of the site judge badges in Chromium: one JSON line in, one JSON line out.
//
//   node verifier.mjs VERIFY_JS WORDS_JSON [--without-ed25519]
//
// A line has name, data, web, gone, at, recipient. With the option, the browser is one from before 2025.
// The web is what the line says; everything else does not answer, and is told. What checks older badges
// and learner records lies beside verify.js, as on a site.
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

import { launch } from "./serving.mjs";

const [script, words] = await Promise.all(process.argv.slice(2, 4).map((path) => readFile(path, "utf8")));
const beside = Object.fromEntries(await Promise.all(["openbadges2.js", "records.js"].map(async (name) =>
  [`/${name}`, await readFile(join(dirname(process.argv[2]), name), "utf8")])));
const PAGE = "<!doctype html><title>x</title><script src=verify.js></script>" +
  "<script src=openbadges2.js nomodule data-openbadges2></script><script src=records.js nomodule data-records></script>";
const ORIGIN = "https://checker.example";
const POLICY = "default-src 'none'; script-src 'self'; connect-src 'self' https:";

const browser = await launch();
let web = {}, gone = [], asked = [];
try {
  const page = await (await browser.newContext()).newPage();
  const said = [];
  if (process.argv.includes("--without-ed25519")) await page.addInitScript(forgetEd25519);
  page.on("pageerror", (error) => said.push(String(error)));
  page.on("console", (message) => {
    // A host that does not answer is a part of many cases.
    if (!message.text().startsWith("Failed to load resource")) said.push(message.text());
  });
  await page.route("**/*", (route) => {
    const url = route.request().url();
    if (url === `${ORIGIN}/`) {
      const headers = { "content-security-policy": POLICY, "content-type": "text/html" };
      return route.fulfill({ headers, body: PAGE });
    }
    if (url === `${ORIGIN}/verify.js`) return route.fulfill({ contentType: "text/javascript", body: script });
    const more = url.startsWith(ORIGIN) && beside[url.slice(ORIGIN.length)];
    if (more) return route.fulfill({ contentType: "text/javascript", body: more });
    asked.push(url);
    const headers = { "access-control-allow-origin": "*" };
    if (gone.includes(url)) return route.fulfill({ status: 410, headers });
    if (!Object.hasOwn(web, url)) return route.abort();
    return route.fulfill({ headers, body: Buffer.from(web[url], "base64") });
  });
  await page.goto(`${ORIGIN}/`);
  for await (const line of createInterface({ input: process.stdin })) {
    const { name, data, at, recipient, ...rest } = JSON.parse(line);
    [web, gone, asked] = [rest.web, rest.gone ?? [], []];
    said.length = 0;
    const report = await page.evaluate(judge, { data, at, recipient, words });
    console.log(JSON.stringify({ name, ...report, asked, said }));
  }
} finally {
  await browser.close();
}

async function judge({ data, at, recipient, words }) {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const { verify, webFetch, further, spoken } = globalThis.obit;
  const catalogue = new Map(Object.entries(JSON.parse(words)));
  const began = performance.now();
  const report = await verify(bytes, { at, fetch: webFetch(), further, recipient: recipient ?? undefined });
  const milliseconds = performance.now() - began;
  const { verdict, state, preview, specimen, says, notices } = report;
  const steps = report.steps.map(({ name, outcome, reason, sentence }) => ({
    name, outcome, reason, message: spoken(sentence, catalogue),
  }));
  const told = notices.map((notice) => spoken(notice, catalogue));
  const parts = report.parts.map((part) => [part.verdict, part.state, part.decisive.reason]);
  return { parts, verdict, state, preview, specimen, says, notices: told, decisive: report.decisive.name, steps, milliseconds };
}

function forgetEd25519() {
  const { importKey } = crypto.subtle;
  crypto.subtle.importKey = function (format, data, algorithm, ...rest) {
    if (algorithm !== "Ed25519") return importKey.call(this, format, data, algorithm, ...rest);
    return Promise.reject(new DOMException("no such algorithm", "NotSupportedError"));
  };
}
