// Presses "check now" on an award's page while an address can't be fetched by scripts; tells where that leads.
//
//   node leads.mjs SITE_DIR PAGE MISSING
import { launch, serve } from "./serving.mjs";

const [site, path, missing] = process.argv.slice(2);
const server = await serve(site, "/"), browser = await launch();
try {
  const page = await browser.newPage();
  await page.route(`**/${missing}`, (route) => (route.request().isNavigationRequest() ? route.continue() : route.abort()));
  await page.goto(`${server.origin}/${path}`);
  await page.locator("button[data-credential]").click();
  await page.waitForURL((url) => url.pathname !== `/${path}`);
  const said = (await page.locator(".checked").textContent()).trim();
  console.log(JSON.stringify({ at: new URL(page.url()).pathname, said }));
} finally {
  await browser.close();
  server.close();
}
