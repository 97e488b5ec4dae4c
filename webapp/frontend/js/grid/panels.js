/** Small things that open over the grid: the details of the current item, and the question for a date. */
import { make } from "../dom.js";
import { duration } from "../lib/format.js";
import { open } from "../page/dialogs.js";
import { say } from "../words.js";

/** The current item in words; stays open and follows until it is closed. */
export class Info {
  constructor() {
    this.panel = make("aside", { className: "ma-info", hidden: true, "aria-live": "polite", "aria-label": say("Information") });
  }

  get isOpen() {
    return !this.panel.hidden;
  }

  toggle(card) {
    this.panel.hidden = !this.panel.hidden;
    this.show(card);
  }

  show(card) {
    if (!this.isOpen) return;
    const facts = card ? [card.taken, typeof card.duration === "number" ? duration(card.duration) : card.duration, card.problem].filter(Boolean) : [];
    this.panel.replaceChildren(make("strong", {}, card?.title || "…"), ...facts.map((fact) => make("p", {}, String(fact))));
  }
}

/** Asks for a date: the answer is "2017", "2017-06" or "2017-06-12", or null. */
export function askForDate() {
  return new Promise((answer) => {
    const input = make("input", { type: "text", name: "date", inputmode: "numeric", placeholder: "2017-06-12", pattern: "\\d{4}(-\\d{2}(-\\d{2})?)?", required: true, autocomplete: "off" });
    const form = make(
      "form",
      { method: "dialog" },
      make("label", {}, say("Go to date"), input),
      make("p", {}, say("A year, a month or a day: 2017, 2017-06, 2017-06-12.")),
      make("button", { className: "ma-tool is-primary" }, say("Go")),
    );
    const dialog = make("dialog", { className: "ma-dialog ma-date", "aria-label": say("Go to date") }, form);
    dialog.addEventListener("close", () => answer(form.dataset.sent ? input.value : null));
    form.addEventListener("submit", () => (form.dataset.sent = "yes"));
    open(dialog);
    input.focus();
  });
}
