/** Deciding on suggestions from the keyboard: J and K go from subject to subject, A accepts what is ticked, R refuses it. */
import { register } from "./actions.js";

const groups = () => [...document.querySelectorAll(".suggested")];

/** The group that has the focus, or the first that is not above the window. */
function current() {
  const focused = document.activeElement?.closest(".suggested");
  return focused ?? groups().find((one) => one.getBoundingClientRect().bottom > 120) ?? groups()[0];
}

function go(step) {
  const all = groups();
  const focused = document.activeElement?.closest(".suggested");
  const next = focused ? all[all.indexOf(focused) + step] : current();
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

const ticks = (group) => [...(group?.querySelectorAll("input[type=checkbox][name=suggestion]") ?? [])];

/** Ticks all of a group, or none where all are ticked. */
function tick(group) {
  const boxes = ticks(group);
  const all = boxes.every((box) => box.checked);
  for (const box of boxes) box.checked = !all;
}

const press = (verdict) => () => current()?.querySelector(`[data-verdict=${verdict}]`)?.click();
const undo = () => document.querySelector("[data-take-back]")?.click();

const group = "Suggestions";
register(
  { name: "suggestions-next", label: "Next subject", group, keys: ["j"], run: () => go(1) },
  { name: "suggestions-previous", label: "Previous subject", group, keys: ["k"], run: () => go(-1) },
  { name: "suggestions-accept", label: "Accept what is ticked", group, keys: ["a"], run: press("accepted") },
  { name: "suggestions-refuse", label: "Refuse what is ticked", group, keys: ["r"], run: press("refused") },
  { name: "suggestions-tick", label: "Tick all or none", group, keys: ["t"], run: () => tick(current()) },
  { name: "suggestions-undo", label: "Undo", group, keys: ["u"], run: undo },
);
for (const button of document.querySelectorAll("[data-tick]")) {
  button.hidden = false;
  button.addEventListener("click", () => tick(button.closest(".suggested")));
}
