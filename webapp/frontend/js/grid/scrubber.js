/** The strip at the right with years: shows where one is, and goes where it is pulled. */
import { make } from "../dom.js";
import { rowAt, rowOf } from "../lib/layout.js";

const LABEL_PX = 18;

export class Scrubber {
  /** @param {import("./element.js").Grid} grid */
  constructor(grid) {
    this.grid = grid;
    this.years = [];
    this.labels = make("div", { className: "ma-years" });
    this.thumb = make("div", { className: "ma-thumb" });
    this.bubble = make("div", { className: "ma-bubble", hidden: true });
    // a pointer's tool: keys have Home, End, Page Up and Down, and G
    this.strip = make("div", { className: "ma-scrubber", "aria-hidden": "true" }, this.labels, this.thumb, this.bubble);
    this.strip.addEventListener("pointerdown", (event) => this.#begin(event));
    this.strip.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel", "pointerleave"]) {
      this.strip.addEventListener(name, () => this.#end());
    }
  }

  /** @param {[number, number][]} years year and first item */
  setYears(years) {
    this.years = years;
    this.draw();
  }

  /** Labels that have room, at the height where their year begins. */
  draw() {
    const { rows, lastTop } = this.grid;
    const height = this.strip.clientHeight;
    this.strip.classList.toggle("is-idle", lastTop <= 0);
    let free = 0;
    const labels = [];
    for (const [year, index] of this.years) {
      const y = lastTop > 0 ? Math.min(1, rows.tops[rowOf(rows, index)] / lastTop) * (height - LABEL_PX) : 0;
      if (y < free) continue;
      const label = make("span", {}, String(year));
      label.style.transform = `translateY(${Math.round(y)}px)`;
      labels.push(label);
      free = y + LABEL_PX;
    }
    this.labels.replaceChildren(...labels);
    this.follow();
  }

  /** Puts the mark where the list is. */
  follow() {
    const { top, lastTop } = this.grid;
    const part = lastTop > 0 ? top / lastTop : 0;
    this.thumb.style.transform = `translateY(${part * (this.strip.clientHeight - 2)}px)`;
  }

  #part(event) {
    const box = this.strip.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientY - box.top) / box.height));
  }

  #begin(event) {
    event.preventDefault();
    this.strip.setPointerCapture(event.pointerId);
    this.pulling = true;
    this.#move(event);
  }

  #move(event) {
    const top = this.#part(event) * this.grid.lastTop;
    this.#tell(top, event);
    if (this.pulling) this.grid.jump(top);
  }

  #tell(top, event) {
    const year = this.#yearAt(top);
    this.bubble.hidden = year === null;
    this.bubble.textContent = year ?? "";
    this.bubble.style.transform = `translateY(${this.#part(event) * this.strip.clientHeight}px)`;
  }

  #yearAt(top) {
    const { rows } = this.grid;
    const index = rows.starts[rowAt(rows, top + this.grid.view / 2)];
    return this.years.filter(([, first]) => first <= index).at(-1)?.[0] ?? null;
  }

  #end() {
    this.pulling = false;
    this.bubble.hidden = true;
  }
}
