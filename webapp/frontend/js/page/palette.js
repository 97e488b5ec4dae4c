/** Ctrl+K: to the search box, and from there to a list of everything that can be done. */
import { register } from "../actions.js";
import { whenIdle } from "./idle.js";

const choosing = () => import("./choosing.js");

async function showPalette() {
  const { Palette } = await choosing();
  new Palette();
}

function search() {
  const box = document.querySelector("input[type=search]:not(dialog input)");
  if (!box || document.activeElement === box) return showPalette();
  box.focus();
  box.select();
}

export function registerPalette() {
  whenIdle(choosing);
  return register({ name: "palette", label: "Search, or choose what to do", group: "Everywhere", keys: ["Ctrl+k"], whileTyping: true, run: search });
}
