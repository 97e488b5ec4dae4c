/** What a key event means. */

const NOT_TEXT = new Set(["button", "checkbox", "radio", "submit", "reset", "file", "image"]);

/** Whether keys belong to what the user is writing, or to the input method. */
export function isTyping(event) {
  if (event.isComposing || event.keyCode === 229) return true;
  const target = event.target;
  const tag = target?.tagName;
  if (tag === "INPUT") return !NOT_TEXT.has(target.type);
  return tag === "TEXTAREA" || tag === "SELECT" || target?.isContentEditable === true;
}

/**
 * "Ctrl+k", "Shift+ArrowLeft", "?", "x": the name of a key event. Command on a Mac counts as Ctrl; Shift is named only
 * where it does not already change the character.
 */
export function chord(event) {
  const character = event.key.length === 1;
  const letter = character && event.key.toLowerCase() !== event.key.toUpperCase();
  const key = event.key === " " ? "Space" : letter ? event.key.toLowerCase() : event.key;
  const shift = event.shiftKey && (!character || letter || key === "Space");
  const parts = [(event.ctrlKey || event.metaKey) && "Ctrl", event.altKey && "Alt", shift && "Shift", key];
  return parts.filter(Boolean).join("+");
}

const DRAWN = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc" };

/** A key's name for reading: "Ctrl+K", "Shift+←". */
export const drawn = (name) =>
  name === "+" ? "+" : name.split("+").map((part) => DRAWN[part] ?? (part.length === 1 ? part.toUpperCase() : part)).join("+");

/** Keys that buttons, links and scrolling use themselves. */
export const isNative = (name) => /^(Enter|Space|Home|End|PageUp|PageDown|Arrow\w+|Shift\+Arrow\w+)$/.test(name);
