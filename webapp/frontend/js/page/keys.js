/** A dialog with all keys of this page; loaded when somebody asks for it. */
import { everything } from "../actions.js";
import { make } from "../dom.js";
import { drawn } from "../lib/keys.js";
import { say } from "../words.js";
import { open } from "./dialogs.js";

function line(action) {
  const keys = action.keys.flatMap((key, i) => [i ? " " : null, make("kbd", {}, drawn(key))]);
  return make("div", { className: "ma-help-line" }, make("dt", {}, ...keys), make("dd", {}, say(action.label)));
}

function section(group, actions) {
  return make("section", {}, make("h3", {}, say(group)), make("dl", {}, ...actions.map(line)));
}

export function show() {
  const actions = everything().filter((action) => action.keys.length);
  const groups = [...new Set(actions.map((action) => action.group))];
  const close = make("button", { type: "button", className: "ma-tool", "aria-label": say("Close") }, "×");
  const dialog = make(
    "dialog",
    { className: "ma-dialog ma-help", "aria-label": say("All keys") },
    make("header", {}, make("h2", {}, say("All keys")), close),
    make("div", { className: "ma-help-groups" }, ...groups.map((group) => section(group, actions.filter((each) => each.group === group)))),
  );
  open(dialog, close);
}
