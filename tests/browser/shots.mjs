// Takes pictures of pages of a built site: every page, three widths, light and dark.
//
//   node shots.mjs SITE_DIR BASE_PATH TARGET_DIR PAGE...
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { launch, serve } from "./serving.mjs";

const WIDTHS = [360, 768, 1280];
const [site, base, target, ...pages] = process.argv.slice(2);
await mkdir(target, { recursive: true });
const server = await serve(site, base);
const browser = await launch();
try {
  for (const width of WIDTHS) {
    for (const colorScheme of ["light", "dark"]) {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
      for (const page of pages) {
        const tab = await context.newPage();
        await tab.goto(`${server.origin}${base}${page}`, { waitUntil: "load" });
        const name = page.replace(/[^a-z0-9]+/gi, "-").replace(/-$/, "") || "home";
        await tab.screenshot({ path: join(target, `${name}-${width}-${colorScheme}.png`), fullPage: true });
        await tab.close();
      }
      await context.close();
    }
  }
} finally {
  await browser.close();
  server.close();
}
