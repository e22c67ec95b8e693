// Builds templates/assets/verify.js, openbadges2.js, records.js and check.js, the same bytes from the same sources.
//
//   node build.mjs [--check]      --check: compare with what is there, write nothing
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = new URL(".", import.meta.url);
const root = new URL("../", here);
const CONTEXTS = new URL("obit_build/contexts/", root);
// Named by documents about people, not by badges, and never accepted in one.
const LEFT_OUT = ["https://www.w3.org/ns/did/v1"];
const SCRIPTS = {
  "verify.js": { entry: "page", limit: 35 * 1024 },
  "openbadges2.js": { entry: "openbadges2", limit: 6 * 1024 },
  "records.js": { entry: "records", limit: 3 * 1024 },
  "check.js": { entry: "check", limit: 2 * 1024 },
};

/** The contexts that the Python verifier carries, compared with its lock; similar ones side by side. */
async function contexts() {
  const lock = JSON.parse(await readFile(new URL("lock.json", CONTEXTS), "utf8"));
  const found = {};
  for (const [url, { file, sha256 }] of Object.entries(lock).sort()) {
    const data = await readFile(new URL(file, CONTEXTS));
    if (createHash("sha256").update(data).digest("hex") !== sha256) throw new Error(`${file} was changed`);
    if (!LEFT_OUT.includes(url) && !url.includes("/spec/clr/")) found[url] = JSON.parse(data);
  }
  return JSON.stringify(found);
}

const carried = {
  name: "contexts",
  setup(of) {
    of.onResolve({ filter: /^obit:contexts$/ }, () => ({ path: "contexts", namespace: "obit" }));
    of.onLoad({ filter: /./, namespace: "obit" }, async () => ({ contents: await contexts(), loader: "json" }));
  },
};

// What openbadges2.js and records.js share with verify.js, which loads them, is taken from there.
const shared = {
  name: "shared",
  setup(of) {
    of.onResolve({ filter: /\/shared\.js$/ }, ({ importer }) =>
      /(openbadges2|records)[^/]*$/.test(importer) ? { path: "shared", namespace: "shared" } : null);
    of.onLoad({ filter: /./, namespace: "shared" }, () => ({ contents: "module.exports = obit.shared", loader: "js" }));
  },
};

export async function built(entry, options = {}) {
  const result = await build({
    absWorkingDir: fileURLToPath(here),
    entryPoints: [`src/${entry}.ts`],
    bundle: true, minify: true, write: false, format: "iife", target: "es2022",
    charset: "ascii", legalComments: "none", plugins: [carried, shared], logLevel: "warning", ...options,
  });
  // Inside texts only; obit refuses files with control characters, its own theme included.
  const visible = (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  return Buffer.from(result.outputFiles[0].text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g, visible));
}

async function main(check) {
  const assets = new URL("templates/assets/", root), sums = new URL("SHA256SUMS", here);
  await mkdir(assets, { recursive: true });
  const lines = [];
  for (const [name, { entry, limit }] of Object.entries(SCRIPTS)) {
    const data = await built(entry), size = gzipSync(data, { level: 9 }).length;
    if (size > limit) throw new Error(`${name} has ${size} bytes when packed; ${limit} are allowed`);
    const file = new URL(name, assets);
    if (check && !data.equals(await readFile(file))) throw new Error(`${name} is not what its sources give`);
    if (!check) await writeFile(file, data);
    lines.push(`${createHash("sha256").update(data).digest("hex")}  ${name}\n`);
    console.log(`${name}: ${data.length} bytes, ${size} packed`);
  }
  if (check && lines.join("") !== (await readFile(sums, "utf8"))) throw new Error("SHA256SUMS is out of date");
  if (!check) await writeFile(sums, lines.join(""));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.includes("--check"));
