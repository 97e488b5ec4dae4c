/**
 * Builds what browsers load: scripts, style sheet and icons with their digest in the name, and a manifest of them.
 *
 *     node webapp/frontend/build.mjs [--watch] [--out FOLDER]
 *
 * Writes FOLDER (webapp/static/built)/manifest.json: {"app.js": "app-4PJ3KQ2A.js", "icons.svg": ...}. Fails when a page would
 * weigh more than its budget.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";

import * as esbuild from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, "..", "..");
const { values: options } = parseArgs({
  options: { watch: { type: "boolean" }, out: { type: "string", default: join(HERE, "..", "static", "built") } },
});
const OUT = resolve(options.out);

/** Gzipped bytes that a kind of page may load: its entries, and the most they may weigh together. */
const BUDGETS = [
  { page: "any page", entries: ["app.js"], most: 30_000 },
  { page: "any page", entries: ["app.css"], most: 20_000 },
  { page: "search and grid", entries: ["app.js", "grid.js"], most: 45_000 },
  { page: "photograph", entries: ["app.js", "viewer.js", "texts.js", "map.js"], most: 30_000 },
  { page: "upload", entries: ["app.js", "upload.js"], most: 30_000 },
  { page: "film and sound", entries: ["app.js", "player.js", "texts.js"], most: 30_000 },
  { page: "rough cut", entries: ["app.js", "cut.js", "arranging.js"], most: 30_000 },
  { page: "culling", entries: ["app.js", "cull.js"], most: 30_000 },
  { page: "caption table", entries: ["app.js", "captions.js"], most: 30_000 },
  { page: "map", entries: ["app.js", "map.js"], most: 30_000 },
];

const settings = {
  absWorkingDir: ROOT,
  entryPoints: ["app", "grid", "viewer", "player", "texts", "watermark", "arranging", "compare", "suggestions", "cull", "captions", "map", "upload", "hasher", "cut"].map((name) => join(HERE, "js", `${name}.js`)),
  outdir: OUT,
  entryNames: "[name]-[hash]",
  chunkNames: "shared-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  minify: true,
  sourcemap: options.watch ? "linked" : false,
  legalComments: "none",
  target: ["chrome109", "firefox115", "safari16"],
  metafile: true,
  logLevel: "warning",
  plugins: [{ name: "manifest", setup: (build) => void build.onEnd((result) => result.errors.length || finish(result)) }],
};
const styles = join(HERE, "css", "app.css");
if (existsSync(styles)) settings.entryPoints.push(styles);

/** Icons that the pages use, as one picture file with a symbol for each; ISC licence of Lucide kept in it. */
async function drawSprite() {
  const names = JSON.parse(await readFile(join(HERE, "icons.json"), "utf8"));
  const symbols = await Promise.all(names.map(readIcon));
  const licence = "<!-- Lucide icons, ISC licence, https://lucide.dev/license -->";
  const sprite = `<svg xmlns="http://www.w3.org/2000/svg">${licence}${symbols.join("")}</svg>\n`;
  const digest = createHash("sha256").update(sprite).digest("hex").slice(0, 8).toUpperCase();
  const name = `icons-${digest}.svg`;
  await writeFile(join(OUT, name), sprite);
  return name;
}

async function readIcon(name) {
  const file = join(ROOT, "node_modules", "lucide-static", "icons", `${name}.svg`);
  const source = await readFile(file, "utf8").catch(() => {
    throw new Error(`icons.json names "${name}", which Lucide does not have: choose one from node_modules/lucide-static/icons`);
  });
  const shapes = source.slice(source.indexOf(">", source.indexOf("<svg")) + 1, source.lastIndexOf("</svg>")).trim().replace(/\s*\n\s*/g, "");
  const pen = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';
  return `<symbol id="${name}" viewBox="0 0 24 24" ${pen}>${shapes}</symbol>`;
}

/** Outputs that belong to source entries: {"app.js": "/…/app-4PJ3KQ2A.js"}. */
function entriesOf(metafile) {
  const found = Object.entries(metafile.outputs).filter(([, output]) => output.entryPoint);
  return Object.fromEntries(found.map(([file, output]) => [basename(output.entryPoint), file]));
}

/** An output and everything it imports at once. */
function withImports(metafile, file, seen = new Set()) {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const used of metafile.outputs[file].imports) {
    if (used.kind === "import-statement" && metafile.outputs[used.path]) withImports(metafile, used.path, seen);
  }
  return seen;
}

async function weigh(files) {
  const sizes = await Promise.all([...files].map(async (file) => gzipSync(await readFile(resolve(ROOT, file))).length));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** @returns one sentence for each page that is too heavy */
async function checkBudgets(metafile, entries) {
  const tooHeavy = [];
  for (const { page, entries: names, most } of BUDGETS) {
    const files = new Set(names.filter((name) => entries[name]).flatMap((name) => [...withImports(metafile, entries[name])]));
    const weight = await weigh(files);
    const line = `${page}: ${names.join(" + ")} ${(weight / 1000).toFixed(1)} of ${most / 1000} kB gzipped`;
    if (!options.watch) console.log(line);
    if (weight > most) tooHeavy.push(line);
  }
  return tooHeavy;
}

async function removeOld(kept) {
  const stale = (await readdir(OUT)).filter((name) => !kept.has(name));
  await Promise.all(stale.map((name) => rm(join(OUT, name), { recursive: true })));
}

/** The manifest is put in place only when all that it names is there. */
async function finish({ metafile }) {
  const entries = entriesOf(metafile);
  const manifest = Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, basename(file)]));
  manifest["icons.svg"] = await drawSprite();
  const tooHeavy = await checkBudgets(metafile, entries);
  if (tooHeavy.length && !options.watch) throw new Error(`over the budget:\n${tooHeavy.join("\n")}`);
  await writeFile(join(OUT, "manifest.json.new"), `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(join(OUT, "manifest.json.new"), join(OUT, "manifest.json"));
  const outputs = Object.keys(metafile.outputs).map((file) => basename(file));
  await removeOld(new Set(["manifest.json", manifest["icons.svg"], ...outputs]));
  console.log(`built ${relative(process.cwd(), OUT) || OUT}`);
}

await mkdir(OUT, { recursive: true });
if (options.watch) {
  await (await esbuild.context(settings)).watch();
} else {
  await esbuild.build(settings).catch((error) => {
    console.error(error.errors?.length ? "The front end was not built: see above." : error.message);
    process.exitCode = 1;
  });
}
