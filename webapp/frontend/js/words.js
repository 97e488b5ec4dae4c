/**
 * The reader's language: English templates are the keys, the page brings the translations in
 * `<script type="application/json" id="words">{"Select": "选择", ...}</script>`. All templates stand in words.json.
 */
import { fill } from "./lib/format.js";

let translations = null;

function loaded() {
  translations ??= JSON.parse(document.getElementById("words")?.textContent || "{}");
  return translations;
}

/** `template` in the reader's language with its facts put in. */
export const say = (template, facts) => fill(loaded()[template] ?? template, facts);
