/** Words offered under the cell that is typed in: from the server, and from the same column of the page. */
import { make } from "../dom.js";
import { replaced, wordAt } from "../lib/listing.js";

const PAUSE_MS = 120;
const MOST = 10;

export class Offers {
  /** @param {string} address @param {(field: string) => string[]} column what stands in the column already */
  constructor(address, column) {
    Object.assign(this, { address, column, at: -1, words: [] });
    this.list = make("ul", { id: "ma-offers", className: "ma-offers", role: "listbox", hidden: true });
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // the cell keeps the focus
      const at = [...this.list.children].indexOf(event.target.closest("li"));
      if (at >= 0) this.take(at);
    });
    document.body.append(this.list);
  }

  remove() {
    this.close();
    this.list.remove();
  }

  get isOpen() {
    return !this.list.hidden;
  }

  /** After something was typed in `cell`. */
  follow(cell) {
    this.close();
    if (cell.dataset.field === "caption" || cell.dataset.field === "taken") return;
    this.timer = setTimeout(() => this.ask(cell), PAUSE_MS);
  }

  async ask(cell) {
    const typed = this.typed(cell).trim();
    if (!typed) return;
    this.control = new AbortController();
    let found = [];
    try {
      const answer = await fetch(`${this.address}?${new URLSearchParams({ field: cell.dataset.field, q: typed })}`, { signal: this.control.signal, headers: { Accept: "application/json" } });
      if (answer.ok) found = await answer.json();
    } catch {
      if (this.control.signal.aborted) return; // typed on meanwhile; without the server the column's own words are offered
    }
    const own = this.column(cell.dataset.field).filter((word) => word.includes(typed) && word !== typed);
    this.show(cell, [...new Set([...found, ...own])].slice(0, MOST));
  }

  typed(cell) {
    return "list" in cell.dataset ? wordAt(cell.value, cell.selectionStart).typed : cell.value;
  }

  show(cell, words) {
    if (!words.length || document.activeElement !== cell) return;
    Object.assign(this, { cell, words, at: -1 });
    this.list.replaceChildren(...words.map((word, i) => make("li", { id: `ma-offer-${i}`, role: "option", "aria-selected": "false" }, word)));
    const box = cell.getBoundingClientRect();
    Object.assign(this.list.style, { left: `${box.left}px`, minWidth: `${box.width}px` });
    this.list.hidden = false;
    const below = innerHeight - box.bottom > this.list.offsetHeight + 8;
    this.list.style.top = `${below ? box.bottom : Math.max(0, box.top - this.list.offsetHeight)}px`;
    cell.setAttribute("aria-controls", this.list.id);
    cell.setAttribute("aria-expanded", "true");
  }

  /** Marks the next or the previous word. */
  step(step) {
    this.at = (this.at + step + this.words.length + (this.at < 0 && step < 0 ? 1 : 0)) % this.words.length;
    [...this.list.children].forEach((line, i) => line.setAttribute("aria-selected", String(i === this.at)));
    this.list.children[this.at].scrollIntoView({ block: "nearest" });
    this.cell.setAttribute("aria-activedescendant", `ma-offer-${this.at}`);
  }

  /** Puts the marked word into the cell; false where none is marked. */
  take(at = this.at) {
    const word = this.words[at];
    if (!this.isOpen || word === undefined) return false;
    const { cell } = this;
    const made = "list" in cell.dataset ? replaced(cell.value, cell.selectionStart, word) : { text: word, caret: word.length };
    cell.value = made.text;
    cell.setSelectionRange(made.caret, made.caret);
    this.close();
    cell.dispatchEvent(new CustomEvent("ma-taken", { bubbles: true }));
    return true;
  }

  close() {
    clearTimeout(this.timer);
    this.control?.abort();
    this.list.hidden = true;
    for (const name of ["aria-controls", "aria-expanded", "aria-activedescendant"]) this.cell?.removeAttribute(name);
  }
}
