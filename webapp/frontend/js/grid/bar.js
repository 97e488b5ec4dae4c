/**
 * What the page shows of a selection: `[data-selection-bar]` is there while something is selected, its `[data-field=sentence]`
 * says how much, and forms inside it are sent with the selection: `ids`, or `query` and `except` when it is everything.
 */
import { count } from "../lib/format.js";
import { say } from "../words.js";

function sentence(selection) {
  if (selection.count === selection.total && selection.all) {
    return say("All {count} results selected", { count: count(selection.count) });
  }
  return say("{count} selected", { count: count(selection.count) });
}

/** Ids of ranges of the list, as far as they are known. */
export function idsOf(skeleton, ranges) {
  return [...ranges].flatMap(([start, end]) => skeleton.ids.slice(start, Math.min(end, skeleton.known)));
}

export class SelectionBar {
  /** @param {import("./element.js").Grid} grid */
  constructor(grid) {
    this.grid = grid;
    this.onFormData = (event) => this.#complete(event);
    document.addEventListener("formdata", this.onFormData);
  }

  stop() {
    document.removeEventListener("formdata", this.onFormData);
  }

  show() {
    const { selection } = this.grid;
    for (const bar of document.querySelectorAll("[data-selection-bar]")) {
      bar.hidden = selection.count === 0;
      const slot = bar.querySelector("[data-field=sentence]");
      if (slot) slot.textContent = sentence(selection);
      for (const form of bar.querySelectorAll("[data-two]")) form.hidden = selection.count !== 2 || selection.all;
    }
  }

  #complete({ target, formData }) {
    if (!target.closest("[data-selection-bar]")) return;
    const { selection, skeleton } = this.grid;
    const ids = idsOf(skeleton, selection.ranges);
    if (selection.all) formData.append("query", this.grid.getAttribute("src"));
    for (const id of ids) formData.append(selection.all ? "except" : "ids", id);
  }
}
