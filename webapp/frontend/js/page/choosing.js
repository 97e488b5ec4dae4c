/** The list of everything that can be done on a page; loaded when somebody asks for it. */
import { available, run } from "../actions.js";
import { make } from "../dom.js";
import { drawn } from "../lib/keys.js";
import { say } from "../words.js";
import { open } from "./dialogs.js";

const MOST = 50;

/** Actions of this page and the places its navigation leads to. */
function choices() {
  const actions = available()
    .filter((action) => !action.silent && action.name !== "palette")
    .map((action) => ({ label: say(action.label), keys: action.keys, go: () => run(action.name) }));
  const links = [...document.querySelectorAll("nav a[href]")]
    .map((link) => ({ label: link.textContent.trim() || link.title, keys: [], go: () => link.click() }))
    .filter((choice) => choice.label);
  return [...actions, ...links];
}

export class Palette {
  constructor() {
    this.all = choices();
    this.input = make("input", { type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": "ma-choices", "aria-label": say("What do you want to do?"), placeholder: say("What do you want to do?"), autocomplete: "off" });
    this.list = make("ul", { id: "ma-choices", role: "listbox", "aria-label": say("Actions") });
    this.dialog = make("dialog", { className: "ma-dialog ma-palette", "aria-label": say("Actions") }, this.input, this.list);
    this.input.addEventListener("input", () => this.filter());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.list.addEventListener("click", (event) => this.take(event.target.closest("li")));
    this.filter();
    open(this.dialog);
    this.input.focus();
  }

  filter() {
    const wanted = this.input.value.trim().toLowerCase();
    this.shown = this.all.filter((choice) => choice.label.toLowerCase().includes(wanted)).slice(0, MOST);
    const lines = this.shown.map((choice, i) =>
      make("li", { id: `ma-choice-${i}`, role: "option" }, make("span", {}, choice.label), ...choice.keys.slice(0, 1).map((key) => make("kbd", {}, drawn(key)))),
    );
    this.list.replaceChildren(...lines);
    this.mark(0);
  }

  mark(at) {
    this.at = Math.max(0, Math.min(this.shown.length - 1, at));
    [...this.list.children].forEach((line, i) => line.setAttribute("aria-selected", String(i === this.at)));
    this.input.setAttribute("aria-activedescendant", this.shown.length ? `ma-choice-${this.at}` : "");
    this.list.children[this.at]?.scrollIntoView({ block: "nearest" });
  }

  onKey(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.mark(this.at + step);
    else if (event.key === "Enter") this.take(this.list.children[this.at]);
    else return;
    event.preventDefault();
  }

  take(line) {
    const choice = this.shown[[...this.list.children].indexOf(line)];
    if (!choice) return;
    this.dialog.close();
    choice.go();
  }
}
