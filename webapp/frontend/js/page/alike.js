/** Deciding on sets of alike pictures from the keyboard: J and K go from set to set, letters press its buttons. */
import { register } from "../actions.js";

const sets = () => [...document.querySelectorAll(".alike")];

/** The set that has the focus, that the address names, or the first that is not above the window. */
function current() {
  const all = sets();
  const named = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
  const focused = document.activeElement?.closest(".alike");
  return focused ?? all.find((one) => one === named) ?? all.find((one) => one.getBoundingClientRect().bottom > 120) ?? all[0];
}

function go(step) {
  const all = sets();
  const focused = document.activeElement?.closest(".alike");
  const next = focused ? all[all.indexOf(focused) + step] : current();
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

const press = (verdict) => () => current()?.querySelector(`[data-verdict=${verdict}]`)?.click();
const undo = () => document.querySelector("[data-undo]")?.click();

/** Adds the keys where the page has sets, and puts the focus where the last decision leads. */
export function registerAlike() {
  if (!sets().length && !document.querySelector("[data-undo]")) return;
  const group = "Alike pictures";
  register(
    { name: "alike-next", label: "Next set", group, keys: ["j"], run: () => go(1) },
    { name: "alike-previous", label: "Previous set", group, keys: ["k"], run: () => go(-1) },
    { name: "alike-burst", label: "Burst", group, keys: ["b"], run: press("burst") },
    { name: "alike-same", label: "Same picture", group, keys: ["s"], run: press("same") },
    { name: "alike-kept", label: "All wanted", group, keys: ["a"], run: press("kept") },
    { name: "alike-different", label: "Different pictures", group, keys: ["d"], run: press("different") },
    { name: "alike-undo", label: "Undo", group, keys: ["u"], run: undo },
  );
  if (location.hash.startsWith("#s-")) current()?.focus({ preventScroll: true });
}
