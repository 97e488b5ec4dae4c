/**
 * The one registry of what can be done on a page: keys, `data-action` buttons, palette and help all read it.
 *
 * An action is `{name, label, group, keys, run, when?, scope?, silent?}`: `label` and `group` are English templates,
 * `keys` chords as in lib/keys.js, `run(event, button?)` does it, `when()` tells whether it can be done now, `scope`
 * is the element it belongs to, `silent` keeps it out of palette and help.
 */
import { chord, drawn, isNative, isTyping } from "./lib/keys.js";

const actions = new Map();

/** Adds actions; the answer removes them again. */
export function register(...added) {
  for (const action of added) actions.set(action.name, action);
  label(document);
  return () => added.forEach((action) => actions.get(action.name) === action && actions.delete(action.name));
}

/** What can be done now, in the order of registration. */
export const available = () => [...actions.values()].filter((action) => action.when?.() ?? true);

export const everything = () => [...actions.values()].filter((action) => !action.silent);

/** Does the named action if it can be done now. */
export function run(name, event, button) {
  const action = actions.get(name);
  if (!action || !(action.when?.() ?? true)) return false;
  action.run(event, button);
  return true;
}

/** Tells assistive technology and the pointer which key does the same as a button. */
function label(root) {
  for (const button of root.querySelectorAll("[data-action]:not([aria-keyshortcuts])")) {
    const [key] = actions.get(button.dataset.action)?.keys ?? [];
    if (!key) continue;
    button.setAttribute("aria-keyshortcuts", key.replace("Ctrl", "Control"));
    if (button.title) button.title += ` (${drawn(key)})`;
  }
}

/** A bare key belongs to its element when the focus is there or nowhere; letters reach it from anywhere on the page. */
function reaches(action, name, target) {
  const inside = action.scope?.contains(target);
  const nowhere = target === document.body || target === document.documentElement;
  if (isNative(name) && target.closest?.("a, button, summary, [role=slider], [role=option]")) {
    return Boolean(inside) && !/^(Enter|Space)$/.test(name);
  }
  return !isNative(name) || inside || nowhere || !action.scope;
}

function onKey(event) {
  const name = chord(event);
  const target = event.target;
  const dialog = document.querySelector("dialog:modal");
  for (const action of [...actions.values()].reverse()) {
    if (!action.keys?.includes(name) || (isTyping(event) && !action.whileTyping)) continue;
    if (event.isComposing || event.keyCode === 229 || (dialog && !dialog.contains(action.scope ?? null))) continue;
    if (!reaches(action, name, target) || !(action.when?.() ?? true)) continue;
    event.preventDefault();
    action.run(event);
    return;
  }
}

function onClick(event) {
  const button = event.target.closest?.("[data-action]");
  if (button && run(button.dataset.action, event, button)) event.preventDefault();
}

/** Starts listening; once a page. */
export function listen() {
  document.addEventListener("keydown", (event) => event.defaultPrevented || onKey(event));
  document.addEventListener("click", onClick);
}
