import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const HERE = new URL("..", import.meta.url);
const read = (path) => readFileSync(new URL(path, HERE), "utf8");
const files = (folder, ending) => readdirSync(new URL(folder, HERE), { recursive: true }).filter((name) => name.endsWith(ending)).map((name) => folder + name);

/** Everything said in the scripts: `say("…")`, labels and groups of actions. */
function said() {
  const source = files("js/", ".js").map(read).join("\n");
  const patterns = [/\bsay\(\s*"([^"]+)"/g, /\b(?:label|group)(?::| =) "([^"]+)"/g, /\bof\("[\w.]+", "([^"]+)"/g];
  return new Set(patterns.flatMap((pattern) => [...source.matchAll(pattern)].map((match) => match[1])));
}

test("words.json lists exactly what the scripts say, so that all of it can be translated", () => {
  assert.deepEqual(JSON.parse(read("words.json")), [...said()].sort());
});

test("every icon that a template or script draws is in the sprite", () => {
  const icons = new Set(JSON.parse(read("icons.json")));
  const source = [...files("js/", ".js"), ...files("../templates/", ".html")].map(read).join("\n");
  const drawn = [...source.matchAll(/\bicon\(\s*['"]([a-z0-9-]+)['"]/g)].map((match) => match[1]);
  assert.deepEqual(drawn.filter((name) => !icons.has(name)), []);
});
