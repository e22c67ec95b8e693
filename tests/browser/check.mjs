// Checks badges on the pages of a built site in Chromium, as a person does: choose, drop, paste, type.
//
//   node check.mjs SITE_DIR SITE_URL TIME [--shots DIR]     stdin: one JSON line per scene
//
// A scene: name, page (path on the site, or "file:" and a path), how (choose, drop, paste, keyboard,
// button, nothing), data (base64) or text, fileName, recipient, size (a file of so many zeros),
// web (address → base64), issuers (ids that the verify page shall know), scheme (light, dark).
// Prints what was seen, in the order in which the scenes end. What is neither on the site nor in the scene's web does not answer.
import { mkdtemp, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, normalize } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

import { launch, typeOf } from "./serving.mjs";

const AT_ONCE = 3;
const [folder, site, time, ...rest] = process.argv.slice(2);
const shots = rest[0] === "--shots" ? rest[1] : null;

// A tab is used for one scene after another: to start one takes longer than most scenes. What the scene
// is about is in its `now`; between two scenes it is empty.
const free = [];
const browser = await launch();
try {
  const playing = new Set();
  for await (const line of createInterface({ input: process.stdin })) {
    const scene = JSON.parse(line);
    const told = played(scene)
      .then((seen) => console.log(JSON.stringify({ name: scene.name, ...seen })))
      // Whoever waits for this scene's answer would wait for ever.
      .catch((error) => { console.error(scene.name, error); process.exit(1); })
      .finally(() => playing.delete(told));
    playing.add(told);
    if (playing.size === AT_ONCE) await Promise.race(playing);
  }
  await Promise.all(playing);
} finally {
  await browser.close();
}

async function onSite(url, issuers) {
  let file = join(folder, normalize(`/${decodeURIComponent(new URL(url).pathname.slice(new URL(site).pathname.length))}`));
  if ((await stat(file)).isDirectory()) file = join(file, "index.html");
  const data = await readFile(file);
  const contentType = typeOf(file);
  if (!issuers || !file.endsWith("verify/index.html")) return { body: data, contentType };
  return { body: data.toString().replace(/data-issuers="[^"]*"/, `data-issuers="${issuers}"`), contentType };
}

async function opened() {
  const page = await browser.newPage(), tab = { page, now: null };
  page.on("pageerror", (error) => tab.now.said.push(String(error)));
  page.on("dialog", (dialog) => { tab.now.said.push(`dialog ${dialog.message()}`); return dialog.dismiss(); });
  page.on("console", (message) => {
    if (!message.text().startsWith("Failed to load resource")) tab.now.said.push(message.text());
  });
  await page.route("**/*", (route) => answered(route, tab.now));
  return tab;
}

async function answered(route, { asked, foreign, sent, web = {}, issuers }) {
  const url = route.request().url();
  asked.push(url);
  // Whatever leaves the device is an address that a badge names, asked for without a body.
  if (route.request().method() !== "GET" || route.request().postData()) sent.push(url);
  if (url.startsWith("file:")) return route.continue();
  if (Object.hasOwn(web, url)) {
    return route.fulfill({ headers: { "access-control-allow-origin": "*" }, body: Buffer.from(web[url], "base64") });
  }
  if (!url.startsWith(site)) {
    foreign.push(url);
    return route.abort();
  }
  const found = await onSite(url, issuers).catch(() => null);
  return found ? route.fulfill(found) : route.fulfill({ status: 404, body: "" });
}

async function played(scene) {
  const tab = free.pop() ?? await opened();
  const seen = await playedIn(tab, scene);
  await tab.page.goto("about:blank");
  free.push(tab);
  return seen;
}

async function playedIn(tab, scene) {
  const { web, issuers, scheme = "light", width = 900 } = scene, { page } = tab;
  const said = [], asked = [], foreign = [], sent = [];
  tab.now = { said, asked, foreign, sent, web, issuers };
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme: scheme });
  await page.clock.setFixedTime(new Date(scene.at ?? time));
  const where = scene.page.startsWith("file:") ? pathToFileURL(join(folder, scene.page.slice(5))).href : site + scene.page;
  await page.goto(where);
  const before = asked.length;
  if (scene.recipient) await page.locator("[data-recipient]").fill(scene.recipient);
  await act(page, scene);
  const result = page.locator(".checked");
  if (scene.how !== "nothing") {
    await page.waitForFunction(() => document.querySelector(".checked .verdict, .checked .notice:not(:empty)") &&
      !document.querySelector(".checked").textContent.endsWith("…"), null, { timeout: 20_000 });
  }
  const seen = await result.evaluate((place) => ({
    role: place.getAttribute("role"),
    verdict: place.querySelector(".verdict")?.className.replace("verdict ", "") ?? null,
    headline: place.querySelector(".verdict h3")?.textContent ?? null,
    reason: place.dataset.reason ?? null,
    steps: [...place.querySelectorAll(".ladder li")].map((step) => [
      step.querySelector("strong").textContent, step.className, step.querySelectorAll("svg").length,
    ]),
    facts: [...place.querySelectorAll("dd")].map((fact) => fact.textContent),
    times: [...place.querySelectorAll("time")].map((day) => [day.dateTime, day.textContent]),
    notes: [...place.querySelectorAll(".notes li")].map((note) => note.textContent),
    text: place.innerText,
    elements: [...new Set([...place.querySelectorAll("*")].map((element) => element.localName))].sort(),
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  }));
  if (shots) await page.screenshot({ path: join(shots, `${scene.name.replace(/[^a-z0-9]+/gi, "-")}.png`), fullPage: true });
  return { ...seen, said, foreign, sent, before: asked.slice(0, before), after: asked.slice(before) };
}

// A large file that takes no room: it lies on the disk, since handing it over would take seconds.
async function sparse(size) {
  const path = join(await mkdtemp(join(tmpdir(), "obit-check-")), "badge.png");
  await writeFile(path, "");
  await truncate(path, size);
  return path;
}

async function act(page, { how, data, text, size, fileName = "badge.png" }) {
  const bytes = Buffer.from(data ?? "", "base64");
  const file = { name: fileName, mimeType: "application/octet-stream", buffer: bytes };
  if (how === "choose") await page.locator("[data-file]").setInputFiles(size ? await sparse(size) : file);
  if (how === "drop") {
    const transfer = await page.evaluateHandle(([name, content]) => {
      const made = new DataTransfer();
      made.items.add(new File([Uint8Array.from(atob(content), (c) => c.charCodeAt(0))], name));
      return made;
    }, [fileName, bytes.toString("base64")]);
    await page.dispatchEvent(".drop", "dragover", { dataTransfer: transfer });
    await page.dispatchEvent(".drop", "drop", { dataTransfer: transfer });
  }
  if (how === "paste") {
    await page.locator("[data-paste]").fill(text);
    await page.locator("[data-check]").click();
  }
  if (how === "keyboard") {
    // From the drop zone on: file, specimen, text, e-mail, button; nothing but Tab, typing and Enter.
    await page.locator("[data-file]").focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.insertText(text);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
  }
  if (how === "button") await page.locator("button[data-credential]").click();
}
