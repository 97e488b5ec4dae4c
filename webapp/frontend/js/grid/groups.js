/** Headings of groups: over their rows, and one that stays at the top while its group goes by; each selects its group. */
import { make } from "../dom.js";
import { count } from "../lib/format.js";
import { headOf, rowAt } from "../lib/layout.js";
import { say } from "../words.js";

export class Groups {
  #shown = new Map();

  /** @param {import("./element.js").Grid} grid */
  constructor(grid) {
    this.grid = grid;
    this.sticky = make("div", { className: "ma-group is-sticky", hidden: true });
    grid.addEventListener("click", (event) => {
      const button = event.target.closest?.("[data-group]");
      if (button) grid.selectGroup(Number(button.dataset.group));
    });
  }

  get all() {
    return this.grid.skeleton.groups;
  }

  /** The group of an item by its place among the groups; -1 where there is none. */
  at(index) {
    return this.all.findLastIndex(({ start }) => start <= index);
  }

  /** First item of an item's group and the one behind its last, as far as the list is known. */
  spanOf(index) {
    const at = this.at(index);
    if (at < 0) return null;
    const { skeleton } = this.grid;
    return [this.all[at].start, this.all[at + 1]?.start ?? skeleton.known];
  }

  /** Headings of rows [first, end), and of the group that is at the top. */
  show(first, end) {
    if (!this.all.length) return;
    const { rows, cells } = this.grid;
    const wanted = new Map();
    for (let row = first; row < end; row += 1) if (headOf(rows, row)) wanted.set(rows.starts[row], row);
    for (const [start, heading] of this.#shown) {
      if (wanted.has(start)) continue;
      heading.remove();
      this.#shown.delete(start);
    }
    for (const [start, row] of wanted) {
      const heading = this.#shown.get(start) ?? this.#add(start);
      this.#fill(heading, start);
      heading.style.transform = `translateY(${rows.tops[row] - rows.heading - cells.origin}px)`;
    }
    this.#stick(rows);
  }

  #add(start) {
    const heading = make("div", { className: "ma-group" });
    this.#shown.set(start, heading);
    this.grid.cells.heads.append(heading);
    return heading;
  }

  #fill(heading, start) {
    const [from, to] = this.spanOf(start);
    const { label } = this.all[this.at(start)];
    const many = this.all.at(-1).start === from && !this.grid.skeleton.isComplete ? "" : count(to - from);
    const told = `${label}|${from}|${many}`;
    if (heading.dataset.told === told) return;
    heading.dataset.told = told;
    const button = make("button", { type: "button", className: "ma-tool", tabIndex: -1, "data-group": String(start), "aria-label": say("Select all of {group}", { group: label }) }, say("Select"));
    heading.replaceChildren(make("strong", {}, label), make("span", { className: "count" }, many), button);
  }

  #stick(rows) {
    const { top } = this.grid;
    const index = rows.starts[rowAt(rows, top + rows.heading)];
    const at = this.at(index);
    this.sticky.hidden = at < 0;
    if (at >= 0) this.#fill(this.sticky, this.all[at].start);
  }
}
