/** The strip of small pictures under the large one: the current in the middle, those that the filter lets through around it. */
import { icon, make } from "../dom.js";
import { around } from "../lib/walk.js";
import { say } from "../words.js";

const CELL_PX = 96;
const LEAST = 3;
const SIGNS = { pick: "flag", reject: "circle-x" };

export class Strip {
  /** @param {HTMLElement} place @param {(index: number) => void} chosen */
  constructor(place, chosen) {
    this.place = place;
    this.cells = new Map();
    place.addEventListener("click", (event) => {
      const cell = event.target.closest("[data-index]");
      if (!cell) return;
      event.preventDefault();
      chosen(Number(cell.dataset.index));
    });
  }

  get half() {
    return Math.max(LEAST, Math.floor(this.place.clientWidth / CELL_PX / 2));
  }

  /** The indexes that are shown; for who fetches their details. */
  draw(list, at, open, passes, details) {
    const shown = around(list.flags, at, this.half, this.half, passes);
    const cells = shown.map((index) => this.#dress(this.cells.get(index) ?? this.#make(index), list, index, details.get(list.ids[index])));
    for (const [i, index] of shown.entries()) {
      cells[i].classList.toggle("is-open", open.includes(index));
      if (index === at) cells[i].setAttribute("aria-current", "true");
      else cells[i].removeAttribute("aria-current");
    }
    this.cells = new Map(shown.map((index, i) => [index, cells[i]]));
    this.place.replaceChildren(...cells);
    return shown;
  }

  /** Cells stay what they are while they are in view, so that their pictures do not flicker. */
  #make(index) {
    const cell = make("button", { type: "button", className: "strip-cell", tabIndex: -1 });
    cell.dataset.index = index;
    return cell;
  }

  #dress(cell, list, index, card) {
    const flag = list.flags[index];
    const look = JSON.stringify([card?.thumb, card?.title, flag, list.ratings[index], list.labels[index]]);
    if (cell.look === look) return cell;
    cell.look = look;
    const name = card?.title || say("Item {number}", { number: index + 1 });
    const picture = card?.thumb ? (cell.querySelector("img") ?? make("img", { src: card.thumb, alt: "", draggable: false })) : null;
    const stars = list.ratings[index] ? make("span", { className: "stars" }, "★".repeat(list.ratings[index])) : null;
    const sign = flag ? make("span", { className: `sign ${flag}` }, icon(SIGNS[flag])) : null;
    cell.replaceChildren(...[picture, sign, stars].filter(Boolean));
    cell.title = name;
    cell.setAttribute("aria-label", name);
    cell.dataset.label = list.labels[index] ?? "";
    cell.classList.toggle("is-rejected", flag === "reject");
    return cell;
  }
}
