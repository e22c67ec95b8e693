// Measures pages of a built site in Chromium: one JSON line in (see tabs.mjs), one JSON line out.
//
//   node measure.mjs SITE_DIR BASE_PATH [--shots DIR]
//
// A line may also name print (count the sheets of A4) and fold (take a picture of the first screen
// only). Answers what does not fit: how much wider the page is than the screen, which elements stick
// out or are cut, which targets are too small to hit; what the page says, with and without what only
// scripts can do; what was asked of other hosts, said on the console, opened as a dialog.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { answerAll } from "./tabs.mjs";

const SMALLEST_TARGET = 24;
const [site, base, ...rest] = process.argv.slice(2);
const shots = rest[0] === "--shots" ? rest[1] : null;
if (shots) await mkdir(shots, { recursive: true });

await answerAll(site, base, async (tab, question, heard) => {
  if (question.script !== false) await tab.evaluate(loadPictures);
  const seen = await tab.evaluate(look, SMALLEST_TARGET);
  if (shots) await tab.screenshot({ path: join(shots, pictureOf(question)), fullPage: !question.fold });
  const sheets = question.print ? pagesOf(await tab.pdf({ preferCSSPageSize: true, printBackground: true })) : null;
  return { ...seen, ...heard, sheets };
});

function pictureOf({ page, width = 1280, scheme = "light", forced }) {
  const name = page.replace(/[^a-z0-9]+/gi, "-").replace(/-$/, "") || "home";
  return `${name}-${width}-${forced ? "forced" : scheme}.png`;
}

/** Counts the pages of a PDF as Chromium writes it: one object each. */
function pagesOf(pdf) {
  return (pdf.toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g) ?? []).length;
}

/** Runs in the page: those that wait for a visitor to scroll are a part of it too. */
async function loadPictures() {
  const pictures = [...document.images];
  for (const picture of pictures) picture.loading = "eager";
  await Promise.all(pictures.map((picture) => picture.decode().catch(() => {})));
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
  const text = document.body.innerText.length;
  const scripted = [...document.querySelectorAll("[data-verifier], [data-search], button[data-credential], li:has([data-copy])")]
    .filter((part) => !part.hidden);
  for (const part of scripted) part.style.setProperty("display", "none", "important");
  const plain = document.body.innerText.length;
  for (const part of scripted) part.style.removeProperty("display");
  return {
    wide: document.documentElement.scrollWidth - right,
    sticksOut: sticksOut.slice(0, 5).map(name),
    cut: cut.slice(0, 5).map(name),
    small: small.slice(0, 5).map(name),
    text, plain,
    title: document.title,
    language: document.documentElement.lang,
    headings: document.querySelectorAll("h1").length,
    unnamed: [...document.images].filter((picture) => !picture.hasAttribute("alt")).length,
  };
}
