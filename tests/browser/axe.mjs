// Runs axe-core over pages of a built site: one JSON line in (see tabs.mjs), one JSON line out.
//
//   node axe.mjs SITE_DIR BASE_PATH
//
// A line may name the rules to try; without them, axe tries all that it has. Answers the violations,
// each with its rule and the first elements, and what axe could not decide itself.
import { readFile } from "node:fs/promises";

import { require } from "./serving.mjs";
import { answerAll } from "./tabs.mjs";

const [site, base] = process.argv.slice(2);
const source = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");

await answerAll(site, base, async (tab, { rules }) => {
  // Not a script of the page: its policy stays in force.
  if (!(await tab.evaluate(() => "axe" in globalThis))) await tab.evaluate(source);
  const found = await tab.evaluate((only) =>
    globalThis.axe.run(document, {
      resultTypes: ["violations", "incomplete"], ...(only ? { runOnly: only } : {}),
    }), rules);
  const told = (results) => results.map(({ id, nodes }) => ({
    id, nodes: nodes.slice(0, 3).map((node) => node.html.slice(0, 200)),
    why: nodes[0]?.failureSummary?.slice(0, 300),
  }));
  return { violations: told(found.violations), undecided: told(found.incomplete), passes: found.passes.length };
});
