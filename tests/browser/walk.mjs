// Walks through pages of a built site with the keyboard alone; one JSON line in (see tabs.mjs), one out.
//
//   node walk.mjs SITE_DIR BASE_PATH
//
// A line may also name badge (base64): the page checks it, chosen by Enter; or open (a selector): the
// first stop that fits it is opened by Enter. Nothing but Tab, Enter and Escape is pressed. Answers the
// stops in their order, what can be used but was not reached, and what came of it.
import { answerAll } from "./tabs.mjs";

const MOST_STOPS = 300;
const [site, base] = process.argv.slice(2);

await answerAll(site, base, async (tab, question) => {
  const { badge, open } = question;
  if (badge) return checked(tab, Buffer.from(badge, "base64"));
  if (open) return opened(tab, open);
  return walked(tab);
});

async function walked(tab) {
  const stops = [];
  await tab.evaluate(() => document.activeElement.blur());
  for (let stop = await next(tab); stop && stops.length < MOST_STOPS; stop = await next(tab)) {
    if (stop.at === stops[0]?.at) break;
    stops.push(stop);
  }
  return { stops, missed: await tab.evaluate(missed, stops.map((stop) => stop.at)), moving: await tab.evaluate(moving) };
}

/** Goes on by one stop; null at the end of the page. */
async function next(tab) {
  await tab.keyboard.press("Tab");
  return tab.evaluate(here);
}

/** Goes on until a stop fits a selector. */
async function reach(tab, selector) {
  for (let steps = 0; steps < MOST_STOPS; steps += 1) {
    await tab.keyboard.press("Tab");
    if (await tab.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
  }
  throw new Error(`${selector} can't be reached by Tab`);
}

function focused(tab) {
  return tab.evaluate(() => (document.activeElement.matches("[data-file]") ? "file" : document.activeElement.localName));
}

/** Chooses a badge on the verify page, looks at the answer, and asks again for somebody else's address. */
async function checked(tab, buffer) {
  const verdict = async () => {
    await tab.locator(".checked .verdict").waitFor();
    return tab.locator(".checked").getAttribute("data-reason");
  };
  const chooser = tab.waitForEvent("filechooser");
  await reach(tab, ".skip");
  await tab.keyboard.press("Enter");
  await reach(tab, "[data-file]");
  await tab.keyboard.press("Enter");
  await (await chooser).setFiles({ name: "badge.json", mimeType: "application/json", buffer });
  const first = { reason: await verdict(), at: await focused(tab) };
  await reach(tab, "[data-recipient]");
  await tab.keyboard.insertText("somebody@else.example");
  await tab.keyboard.press("Escape");
  await reach(tab, "[data-check]");
  await tab.keyboard.press("Enter");
  await tab.waitForFunction(() => document.querySelector(".checked").dataset.reason === "recipient.other");
  return { first, second: { reason: await verdict(), at: await focused(tab) } };
}

/** Opens what a stop leads to, past the skip link. */
async function opened(tab, selector) {
  await reach(tab, ".skip");
  await tab.keyboard.press("Enter");
  await reach(tab, selector);
  await Promise.all([tab.waitForURL((url) => !url.hash && !url.pathname.endsWith("/badges/")), tab.keyboard.press("Enter")]);
  return { opened: new URL(tab.url()).pathname };
}

/** Runs in the page: where the focus is, whether it can be seen, and what lies on it. */
function here() {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  // A file field is as large as a pixel; its label shows the focus.
  const shown = element.matches(".unseen") ? element.closest("label") : element;
  const style = getComputedStyle(shown), box = shown.getClientRects()[0] ?? shown.getBoundingClientRect();
  const ringed = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const [x, y] = [box.left + box.width / 2, box.top + Math.min(box.height / 2, 12)];
  const top = document.elementFromPoint(x, y);
  return {
    at: [...document.querySelectorAll("*")].indexOf(element),
    name: `${element.localName} ${element.id || element.textContent.trim().slice(0, 40)}`,
    ringed,
    covered: top !== null && !shown.contains(top) && !top.contains(shown),
    inView: x >= 0 && x <= innerWidth && y >= 0 && y <= innerHeight,
  };
}

/** Runs in the page: what a mouse could use and no Tab has reached. */
function missed(reached) {
  const usable = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  return [...document.querySelectorAll("*")]
    .filter((element, at) => element.matches(usable) && !element.disabled && element.checkVisibility() && !reached.includes(at))
    .map((element) => `${element.localName} ${element.id || element.textContent.trim().slice(0, 40)}`);
}

/** Runs in the page, for somebody who asked for less motion: what moves all the same. */
function moving() {
  return [...document.querySelectorAll("*")].filter((element) => {
    const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(element);
    return !/^0s(, 0s)*$/.test(transitionDuration) || animationName !== "none" || scrollBehavior !== "auto";
  }).map((element) => `${element.localName}.${element.className}`);
}
