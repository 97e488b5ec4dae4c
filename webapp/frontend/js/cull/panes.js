/** One, two or four pictures beside each other, looked at in step. */
import { icon } from "../dom.js";
import { around } from "../lib/walk.js";

export class Panes {
  #count = 1;

  /** @param {HTMLElement} stage @param {(index: number) => void} chosen */
  constructor(stage, chosen) {
    this.stage = stage;
    this.panes = [];
    stage.addEventListener("pointerdown", (event) => {
      const at = this.panes.indexOf(event.target.closest("ma-pane"));
      if (at >= 0 && this.#count > 1 && this.open[at] !== this.current) chosen(this.open[at]);
    });
    stage.addEventListener("ma-view", (event) => this.#inStep(event.target));
  }

  get count() {
    return this.#count;
  }

  set count(count) {
    this.#count = count;
    this.open = null;
  }

  get active() {
    return this.panes[this.open?.indexOf(this.current)] ?? null;
  }

  whole() {
    for (const pane of this.panes) if (!pane.fitted) pane.toggle();
  }

  /** Which pictures stand side by side: those that stood there, as long as the current one is among them. */
  indexes(flags, current, passes) {
    const stays = this.open?.includes(current) && this.open.length === this.#count;
    if (!stays) {
      const following = around(flags, current, 0, this.#count - 1, passes);
      this.open = around(flags, current, this.#count - following.length, this.#count - 1, passes).slice(0, this.#count);
    }
    return this.open;
  }

  draw(list, open, current, details) {
    this.current = current;
    this.#arranging = true;
    this.#make(open.length);
    open.forEach((index, at) => this.#fill(this.panes[at], list, index, details));
    this.#share = this.active?.share ?? null;
    this.#arranging = false;
  }

  #share = null;
  #arranging = false;

  #make(count) {
    if (this.panes.length === count) return;
    while (this.panes.length > count) this.panes.pop().remove();
    if (!this.panes.length) this.stage.replaceChildren();
    while (this.panes.length < count) {
      const pane = document.createElement("ma-pane");
      this.stage.append(pane);
      this.panes.push(pane);
    }
    this.stage.dataset.count = count;
    for (const pane of this.panes) pane.measure();
  }

  #fill(pane, list, index, details) {
    const flag = list.flags[index];
    pane.classList.toggle("is-active", index === this.current && this.#count > 1);
    pane.classList.toggle("is-rejected", flag === "reject");
    pane.dataset.label = list.labels[index] ?? "";
    const sign = flag ? icon(flag === "pick" ? "flag" : "circle-x") : null;
    pane.signs.replaceChildren(...[sign, "★".repeat(list.ratings[index] ?? 0)].filter(Boolean));
    const card = details.get(list.ids[index]);
    if (card) pane.display(card, () => this.#share);
  }

  #inStep(moved) {
    if (this.#arranging || moved.isArranging || !this.panes.includes(moved)) return;
    this.#share = moved.share;
    if (this.panes.length < 2) return;
    this.#arranging = true;
    for (const pane of this.panes) {
      if (pane === moved || !pane.state) continue;
      if (this.#share) pane.follow(this.#share);
      else if (!pane.fitted) pane.toggle();
    }
    this.#arranging = false;
  }
}
