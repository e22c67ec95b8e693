// Questions about pages of a built site, answered in a few tabs at once; one JSON line each.
//
// A question names its page, and may name width, height, scheme (light, dark), forced (colours of the
// system's own) and script (false: switched off). A page is opened once for all its questions: what
// they differ in is changed under it, as when somebody turns a phone.
import { createInterface } from "node:readline";

import { launch, serve } from "./serving.mjs";

const TABS = 2;

// Answers what stands on standard input: `look(tab, question, heard)` returns the fields of an answer.
// `heard` tells what happened while the page was loaded: `html` (its size), `foreign` (requests to
// other hosts), `missing` (answers that are errors), `said` (on the console, in dialogs, as errors).
export async function answerAll(site, base, look) {
  const questions = [];
  for await (const line of createInterface({ input: process.stdin })) questions.push(JSON.parse(line));
  const server = await serve(site, base);
  const browser = await launch();
  const waiting = byPage(questions), answers = new Map();
  const work = async () => {
    const tabs = new Map();
    for (let group = waiting.shift(); group; group = waiting.shift()) {
      const { page, script = true } = group[0];
      if (!tabs.has(script)) tabs.set(script, await opened(browser, server.origin, script));
      const { tab, heard } = tabs.get(script);
      Object.assign(heard, { foreign: [], said: [], missing: [] });
      await arrange(tab, group[0]);
      const answer = await tab.goto(`${server.origin}${base}${page}`, { waitUntil: "load" });
      heard.html = (await answer.body()).length;
      for (const question of group) {
        await arrange(tab, question);
        answers.set(question, await look(tab, question, heard));
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: TABS }, work));
    for (const question of questions) console.log(JSON.stringify({ ...question, ...answers.get(question) }));
  } finally {
    await browser.close();
    server.close();
  }
}

function byPage(questions) {
  const groups = new Map();
  for (const question of questions) {
    const key = `${question.page} ${question.script ?? true}`;
    groups.set(key, [...(groups.get(key) ?? []), question]);
  }
  return [...groups.values()];
}

async function opened(browser, origin, javaScriptEnabled) {
  const context = await browser.newContext({ javaScriptEnabled, reducedMotion: "reduce" });
  const tab = await context.newPage(), heard = {};
  const here = (url) => url.replace(origin, "");
  tab.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !url.startsWith("data:")) heard.foreign.push(url);
  });
  tab.on("response", (response) => response.status() >= 400 && heard.missing.push(here(response.url())));
  tab.on("console", (message) => heard.said.push(`${message.text()} ${here(message.location().url)}`));
  tab.on("pageerror", (error) => heard.said.push(String(error)));
  tab.on("dialog", (dialog) => { heard.said.push(`dialog ${dialog.message()}`); return dialog.dismiss(); });
  return { tab, heard };
}

async function arrange(tab, { width = 1280, height = 900, scheme = "light", forced = false }) {
  await tab.setViewportSize({ width, height });
  await tab.emulateMedia({ colorScheme: scheme, forcedColors: forced ? "active" : "none" });
}
