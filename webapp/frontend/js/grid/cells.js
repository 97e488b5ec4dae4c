/** The cells that are in the document: bare links, made for what is in view and taken away after. */
import { icon, make } from "../dom.js";
import * as format from "../lib/format.js";
import { cellsOf, rowHeight } from "../lib/layout.js";
import { paint } from "../paint.js";
import { say } from "../words.js";

/** Browsers place elements exactly only within some millions of px: cells are placed relative to a near origin. */
const ORIGIN_STEP = 100_000;
const KIND_ICONS = { film: "film", sound: "audio-lines" };

export class Cells {
  #shown = new Map();
  #range = [0, 0];
  #rows = null;
  #origin = -1;

  /** @param {import("./element.js").Grid} grid */
  constructor(grid) {
    this.grid = grid;
    this.sheet = make("div", { className: "ma-sheet" });
    /** Headings of groups, placed as the cells are. */
    this.heads = make("div", { className: "ma-sheet ma-heads" });
  }

  get count() {
    return this.#shown.size;
  }

  at(index) {
    return this.#shown.get(index);
  }

  /** Shows rows [first, end); `base` is how far the scroll box is ahead of the content. */
  show(rows, first, end, base) {
    const origin = Math.floor(rows.tops[first] / ORIGIN_STEP) * ORIGIN_STEP;
    const same = rows === this.#rows && origin === this.#origin;
    this.sheet.style.transform = `translateY(${base + origin}px)`;
    this.heads.style.transform = this.sheet.style.transform;
    if (same && first === this.#range[0] && end === this.#range[1]) return;
    const old = same ? this.#range : [0, 0];
    Object.assign(this, { origin });
    this.#rows = rows;
    this.#origin = origin;
    this.#range = [first, end];
    this.#removeOutside(rows.starts[first], rows.starts[end]);
    for (let row = first; row < end; row += 1) if (row < old[0] || row >= old[1]) this.#place(row);
  }

  #removeOutside(from, to) {
    for (const [index, cell] of this.#shown) {
      if (index >= from && index < to) continue;
      cell.querySelector("img").removeAttribute("src"); // stops a load under way
      cell.remove();
      this.#shown.delete(index);
    }
  }

  #place(row) {
    const height = rowHeight(this.#rows, row);
    const top = this.#rows.tops[row] - this.#origin;
    for (const { index, left, width } of cellsOf(this.#rows, row)) {
      const cell = this.#shown.get(index) ?? this.#make(index);
      Object.assign(cell.style, { width: `${width}px`, height: `${height}px`, transform: `translate(${left}px, ${top}px)` });
    }
  }

  #make(index) {
    const image = make("img", { alt: "", draggable: false, decoding: "async" });
    image.addEventListener("load", () => image.classList.add("is-loaded"));
    image.addEventListener("error", () => cell.classList.add("is-broken"));
    const cell = make("a", { className: this.grid.isList ? "cell line" : "cell", tabIndex: -1 }, image);
    cell.dataset.index = index;
    this.#shown.set(index, cell);
    this.#insert(cell, index);
    this.#dress(index, cell);
    return cell;
  }

  /** In the order of the list, so that assistive technology reads it in order. */
  #insert(cell, index) {
    const after = this.#shown.get(index - 1);
    const before = this.#shown.get(index + 1);
    if (after) after.after(cell);
    else if (before) before.before(cell);
    else this.sheet.append(cell);
  }

  /** Puts in what has become known, and what is selected and current. */
  refresh() {
    for (const [index, cell] of this.#shown) this.#dress(index, cell);
  }

  #dress(index, cell) {
    const { skeleton, details, selection, current } = this.grid;
    const id = skeleton.ids[index];
    if (id !== undefined && cell.dataset.id !== id) this.#identify(cell, id, skeleton.colours[index]);
    const card = details.get(id);
    if (card && cell.card !== card) this.#fill(cell, card);
    const selected = selection.has(index);
    cell.classList.toggle("is-selected", selected);
    cell.tabIndex = index === current ? 0 : -1;
    const said = card?.said?.map(([text]) => text).join("");
    const stars = card?.rating ? say("{count} stars", { count: card.rating }) : null;
    const name = [card?.title, ...(this.grid.isList ? Object.values(card?.columns ?? {}) : [stars]), card?.favourite ? say("Favourite") : null, card?.cold?.[1], said].filter(Boolean).join(" · ") || say("Item {number}", { number: index + 1 });
    cell.setAttribute("aria-label", selected ? say("{title}, selected", { title: name }) : name);
  }

  #identify(cell, id, colour) {
    cell.dataset.id = id;
    cell.href = this.grid.addressOf(id);
    cell.style.backgroundColor = colour ?? "";
    cell.style.backgroundImage = "";
    cell.card = null;
    cell.querySelector("img").removeAttribute("src");
  }

  #fill(cell, card) {
    cell.card = card;
    const image = cell.querySelector("img");
    for (const old of cell.querySelectorAll(":scope > :not(img)")) old.remove();
    if (card.said) cell.append(make("span", { className: "caption said" }, ...card.said.map(marked)));
    cell.classList.toggle("is-rejected", card.flag === "reject");
    if (this.grid.isList) return fillLine(this.grid, cell, card, image);
    cell.classList.toggle("plain", !card.thumb && !card.isServed);
    image.hidden = !card.thumb;
    if (!card.thumb) return void cell.append(...plain(card));
    if (image.getAttribute("src") !== card.thumb) {
      image.src = card.thumb;
      if (!image.complete) cell.style.backgroundImage = paint(card.placeholder);
    }
    if (card.flag === "pick" || card.favourite || card.rating) cell.append(marks(card));
    if (card.cold) cell.append(cold(card));
    if (KIND_ICONS[card.kind] || card.problem) cell.append(badge(card));
  }
}

/** A piece of a text; what was looked for is marked. */
const marked = ([text, met]) => (met ? make("mark", {}, text) : text);
const length = ({ duration: value }) => (typeof value === "number" ? format.duration(value) : value);

/** Length of films and recordings, and a sign on what could not be read in full. */
function badge(card) {
  const sign = card.problem ? "triangle-alert" : KIND_ICONS[card.kind];
  const text = KIND_ICONS[card.kind] ? length(card) : null;
  return make("span", { className: "badge", title: card.problem, "aria-hidden": "true" }, icon(sign), text);
}

/** What people decided of it: chosen, liked, stars. */
function marks({ flag, favourite, rating }) {
  const signs = [flag === "pick" ? icon("flag") : null, favourite ? (icon("heart") ?? "♥") : null, rating ? `★${rating}` : null];
  return make("span", { className: "badge picked", "aria-hidden": "true" }, ...signs);
}

/** A line of a list: the small picture, then the columns. */
function fillLine(grid, cell, card, image) {
  image.hidden = !card.thumb;
  if (card.thumb && image.getAttribute("src") !== card.thumb) image.src = card.thumb;
  if (!card.thumb) cell.append(make("span", { className: "thumbless" }, icon(KIND_ICONS[card.kind] ?? "image")));
  const sign = card.favourite ? "♥ " : "";
  for (const name of (grid.getAttribute("columns") ?? "title").split(" ")) {
    const text = name === "title" ? `${sign}${card.title}` : (card.columns?.[name] ?? "");
    cell.append(make("span", { className: `col col-${name}` }, text));
  }
}

/** That its original lies in cold storage, or is being brought back. */
function cold({ cold: [sign, text] }) {
  return make("span", { className: "badge cold", title: text, "aria-hidden": "true" }, icon(sign), make("span", { className: "word" }, text));
}

/** Instead of a picture: what it is called, and why there is none. */
function plain(card) {
  const why = card.problem ? say("No preview") : card.rendered === false ? say("Being prepared …") : length(card);
  return [icon(KIND_ICONS[card.kind] ?? "image"), make("span", { className: "name" }, card.title), make("span", { className: "why" }, why)];
}
