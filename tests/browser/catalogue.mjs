// Walks through the catalogue of a built site in Chromium, with and without scripts.
//
//   node catalogue.mjs SITE_DIR
//
// One JSON line per scene: its name and what was seen.
import { launch, serve } from "./serving.mjs";

const [site] = process.argv.slice(2);
const server = await serve(site, "/");
const { origin } = server;
const browser = await launch();

async function open(path, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const tab = await context.newPage();
  tab.said = [];
  tab.on("console", (message) => tab.said.push(message.text()));
  tab.on("pageerror", (error) => tab.said.push(String(error)));
  await tab.goto(`${origin}/${path}`, { waitUntil: "load" });
  return tab;
}

const shown = (tab) => tab.evaluate(() =>
  [...document.querySelectorAll("[data-badge]")]
    .filter((card) => card.checkVisibility())
    .map((card) => card.dataset.badge));
// What a screen reader is told: the number is made by the style sheet, so the page's text lacks it.
async function counted(tab) {
  const session = await tab.context().newCDPSession(tab);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  const texts = nodes.filter((node) => !node.ignored && node.role?.value === "StaticText")
    .map((node) => node.name.value.trim());
  const at = texts.indexOf("Badges affichés\u202f:");
  return at < 0 ? "" : texts[at + 1];
}
const status = (tab) => tab.locator("[role=status]").textContent();
const focused = (tab) => tab.evaluate(() => {
  const here = document.activeElement;
  return here.id || here.className || here.getAttribute("href") || here.tagName;
});
const settled = (tab) => tab.waitForTimeout(300);

async function type(tab, text) {
  await tab.locator("#search").fill("");
  await tab.locator("#search").pressSequentially(text);
  await settled(tab);
  return { shown: await shown(tab), said: await status(tab) };
}

const scenes = {
  async withoutScripts() {
    const tab = await open("fr/badges/", { javaScriptEnabled: false });
    const box = await tab.locator("#search").isVisible();
    const all = await shown(tab), before = await counted(tab);
    await tab.locator("#by-issuer").selectOption("issuer=technocite");
    const ofIssuer = await shown(tab), count = await counted(tab);
    await tab.locator("#by-level").selectOption("level=5");
    const both = await shown(tab), bothCount = await counted(tab);
    await tab.locator(".reset a").click();
    await tab.waitForLoadState("load");
    return { box, all, before, ofIssuer, count, both, bothCount, again: await shown(tab) };
  },
  async search() {
    const tab = await open("fr/badges/");
    const plain = await type(tab, "reseau");
    const loud = await type(tab, "RÉSEAU");
    const code = await type(tab, "E.8");
    const two = await type(tab, "pare-feu firewall");
    const address = new URL(tab.url()).search;
    const nothing = await type(tab, "zzzz");
    return { plain, loud, code, two, address, nothing, said: tab.said };
  },
  async address() {
    const tab = await open("fr/badges/?q=reseau&level=5");
    await settled(tab);
    const first = await shown(tab);
    const level = await tab.locator("#by-level").inputValue();
    await tab.reload();
    await settled(tab);
    return { first, level, again: await shown(tab), odd: await oddAddress(), said: tab.said };
  },
  async keyboard() {
    const tab = await open("fr/badges/");
    await tab.locator("#search").focus();
    const walk = [];
    for (let steps = 0; steps < 9; steps += 1) {
      walk.push(await focused(tab));
      await tab.keyboard.press("Tab");
    }
    await tab.locator("#by-level").focus();
    await tab.keyboard.press("ArrowDown");
    await settled(tab);
    const chosen = { value: await tab.locator("#by-level").inputValue(), shown: await shown(tab) };
    await tab.locator(".reset a").focus();
    await tab.keyboard.press("Enter");
    await settled(tab);
    const reset = { shown: await shown(tab), at: await focused(tab), address: new URL(tab.url()).search };
    await tab.keyboard.type("siem");
    await settled(tab);
    const typed = await shown(tab);
    await tab.keyboard.press("Escape");
    await settled(tab);
    return { walk, chosen, reset, typed, cleared: await shown(tab) };
  },
  async withoutTheList() {
    const context = await browser.newContext();
    const tab = await context.newPage();
    await tab.route("**/search.*.json", (route) => route.abort());
    await tab.goto(`${origin}/fr/badges/`);
    return { byName: (await type(tab, "pare feu")).shown, byCode: (await type(tab, "E.8")).shown };
  },
  async table() {
    const tab = await open("fr/frameworks/", { viewport: { width: 360, height: 800 } });
    const region = tab.locator(".scroll");
    await region.focus();
    const before = await region.evaluate((part) => part.scrollLeft);
    for (let times = 0; times < 5; times += 1) await tab.keyboard.press("ArrowRight");
    await settled(tab);
    const after = await region.evaluate((part) => part.scrollLeft);
    const wide = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    return { before, after, wide, name: await tab.getByRole("region", { name: "Quel badge atteste quelle compétence" }).count() };
  },
};

async function oddAddress() {
  const tab = await open("fr/badges/?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&level=99&issuer=__proto__");
  await settled(tab);
  return { shown: await shown(tab), status: await status(tab), said: tab.said };
}

try {
  for (const [name, scene] of Object.entries(scenes)) {
    console.log(JSON.stringify({ scene: name, seen: await scene() }));
  }
} finally {
  await browser.close();
  server.close();
}
