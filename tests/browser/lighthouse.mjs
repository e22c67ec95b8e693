// Asks Lighthouse about pages of a built site, as a phone and as a desktop sees them.
//
//   node lighthouse.mjs SITE_DIR BASE_PATH PAGE...
//
// One JSON line per page and form: the four scores (0 to 100), and the audits that cost points.
import { launch, require, serve } from "./serving.mjs";

const { default: lighthouse, desktopConfig } = await import(require.resolve("lighthouse"));
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const PORT = 9333;

const [site, base, ...pages] = process.argv.slice(2);
const server = await serve(site, base);
const browser = await launch([`--remote-debugging-port=${PORT}`]);
try {
  for (const page of pages) {
    for (const [form, config] of [["phone", undefined], ["desktop", desktopConfig]]) {
      const options = { port: PORT, logLevel: "silent", onlyCategories: CATEGORIES };
      const { lhr } = await lighthouse(`${server.origin}${base}${page}`, options, config);
      const scores = Object.fromEntries(CATEGORIES.map((c) => [c, Math.round(lhr.categories[c].score * 100)]));
      const lost = CATEGORIES.flatMap((c) => lhr.categories[c].auditRefs
        .filter((ref) => ref.weight > 0 && (lhr.audits[ref.id].score ?? 1) < 1)
        .map((ref) => `${c}: ${ref.id} ${lhr.audits[ref.id].displayValue ?? ""}`.trim()));
      console.log(JSON.stringify({ page, form, ...scores, lost }));
    }
  }
} finally {
  await browser.close();
  server.close();
}
