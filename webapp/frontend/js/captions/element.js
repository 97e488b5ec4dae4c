/**
 * <ma-captions save="/captions/{id}" words="/captions/words">: the table of the form inside, worked in like a spreadsheet.
 *
 * A cell that is come to is "ready": arrows lead on, typing replaces it. What is typed then ("enter") is left by arrows too;
 * F2, a second click or a double one lead into the text ("edit"). Cells are text fields all the time, so that input methods
 * work from the first key on. Rows are saved when they are left.
 */
import { register } from "../actions.js";
import { isBlock, parse, written } from "../lib/tsv.js";
import { toast } from "../page/toasts.js";
import { say } from "../words.js";
import { captionActions } from "./keys.js";
import { Offers } from "./offers.js";
import { Row } from "./rows.js";

const MOST_UNDO = 200;

export class Captions extends HTMLElement {
  connectedCallback() {
    if (this.life) return;
    this.life = new AbortController();
    const { signal } = this.life;
    const lines = [...this.querySelectorAll("tr[data-id]")];
    this.rows = lines.map((line) => new Row(line, this.getAttribute("save").replace("{id}", line.dataset.id)));
    for (const line of this.querySelectorAll("tr.trouble")) line.remove();
    Object.assign(this, { mode: "ready", done: [], range: null });
    this.offers = new Offers(this.getAttribute("words"), (field) => this.wordsOf(field));
    this.forget = register(...captionActions(this));
    this.addEventListener("focusin", (event) => this.onFocus(event), { signal });
    this.addEventListener("focusout", (event) => this.onBlur(event), { signal });
    this.addEventListener("input", (event) => this.onInput(event), { signal });
    this.addEventListener("ma-taken", () => (this.mode = "edit"), { signal });
    this.addEventListener("mousedown", (event) => this.onMouse(event), { signal });
    this.addEventListener("paste", (event) => this.onPaste(event), { signal });
    this.addEventListener("copy", (event) => this.onCopy(event), { signal });
    this.querySelector("form").addEventListener("submit", (event) => (event.preventDefault(), this.saveAll()), { signal });
    window.addEventListener("beforeunload", (event) => this.onLeave(event), { signal });
    this.classList.add("is-ready");
  }

  disconnectedCallback() {
    this.forget?.();
    this.offers?.remove();
    this.life?.abort();
    this.life = null;
  }

  /** Asks before what could not be saved is lost. */
  onLeave(event) {
    if (!this.rows.some((row) => row.isDirty)) return;
    event.preventDefault();
    event.returnValue = "";
  }

  // --- where one is

  get cell() {
    const cell = document.activeElement;
    return cell?.matches?.("textarea[data-field]") && this.contains(cell) ? cell : null;
  }

  /** Row and column of a cell. */
  placeOf(cell) {
    const at = this.rows.findIndex((row) => row.cells.includes(cell));
    return { at, column: this.rows[at].cells.indexOf(cell) };
  }

  get place() {
    return this.placeOf(this.cell);
  }

  cellAt(at, column) {
    return this.rows[at]?.cells[column] ?? null;
  }

  onFocus({ target }) {
    if (!target.matches("textarea[data-field]")) return;
    this.mode = "ready";
    this.entered = target.value;
    target.select();
    const { at } = this.placeOf(target);
    if (this.left !== undefined && this.left !== at) this.rows[this.left].save();
    this.left = at;
  }

  onBlur({ target, relatedTarget }) {
    if (!target.matches("textarea[data-field]")) return;
    this.offers.close();
    this.commit(target);
    if (!this.contains(relatedTarget)) this.rows[this.placeOf(target).at].save();
  }

  onInput({ target }) {
    if (!target.matches("textarea[data-field]")) return;
    if (this.mode === "ready") this.mode = "enter";
    this.unrange();
    this.offers.follow(target);
  }

  /** The first click comes to a cell, the second leads into its text. */
  onMouse(event) {
    const cell = event.target.closest("textarea[data-field]");
    if (!cell) return;
    this.unrange();
    if (cell === this.cell) this.mode = "edit";
    else setTimeout(() => this.cell === cell && this.mode === "ready" && cell.select());
  }

  /** What was typed can be taken back from now on. */
  commit(cell) {
    if (this.entered !== undefined && cell.value !== this.entered) this.note([{ cell, before: this.entered }]);
    this.entered = cell.value;
  }

  note(change) {
    this.done.push(change);
    if (this.done.length > MOST_UNDO) this.done.shift();
  }

  // --- moving

  move(rows, columns) {
    const { at, column } = this.place;
    this.goTo(at + rows, column + columns);
  }

  goTo(at, column) {
    const cell = this.cellAt(at, column);
    if (!cell) return;
    this.unrange();
    cell.focus();
    cell.closest("tr").scrollIntoView({ block: "nearest" });
  }

  /** The cell behind or before, over the ends of rows; null at the ends of the table, where the key leaves it. */
  beside(step) {
    const { at, column } = this.place;
    const place = at * this.rows[0].cells.length + column + step;
    const width = this.rows[0].cells.length;
    return place < 0 ? null : this.cellAt(Math.floor(place / width), place % width);
  }

  tab(step) {
    this.offers.take();
    const next = this.beside(step);
    this.unrange();
    next.focus();
  }

  enter(step) {
    if (this.offers.take()) return;
    const { at, column } = this.place;
    if (this.cellAt(at + step, column)) return void this.goTo(at + step, column);
    this.commit(this.cell);
    this.mode = "ready";
    this.cell.select();
    this.rows[at].save();
  }

  edit() {
    this.mode = "edit";
    this.cell.setSelectionRange(this.cell.value.length, this.cell.value.length);
  }

  escape() {
    if (this.offers.isOpen) return void this.offers.close();
    if (this.entered !== undefined) this.cell.value = this.entered;
    this.mode = "ready";
    this.unrange();
    this.cell.select();
  }

  newLine() {
    this.cell.setRangeText("\n", this.cell.selectionStart, this.cell.selectionEnd, "end");
    this.mode = "edit";
  }

  // --- several cells of a column

  extend(step) {
    const { at, column } = this.place;
    this.range ??= { column, anchor: at, reach: at };
    const reach = Math.min(this.rows.length - 1, Math.max(0, this.range.reach + step));
    this.range.reach = reach;
    this.markRange();
    this.cellAt(reach, column).scrollIntoView({ block: "nearest" });
  }

  get chosen() {
    if (!this.range) return [];
    const { column, anchor, reach } = this.range;
    const [first, last] = [Math.min(anchor, reach), Math.max(anchor, reach)];
    return this.rows.slice(first, last + 1).map((row) => row.cells[column]);
  }

  markRange() {
    const chosen = new Set(this.chosen);
    for (const row of this.rows) for (const cell of row.cells) cell.parentElement.classList.toggle("is-chosen", chosen.has(cell));
  }

  unrange() {
    if (!this.range) return;
    this.range = null;
    this.markRange();
  }

  // --- filling

  /** Sets cells, `[cell, text]` each, as one step that can be taken back, and saves their rows. */
  fill(pairs) {
    const changes = pairs.filter(([cell, text]) => cell.value !== text);
    this.note(changes.map(([cell]) => ({ cell, before: cell.value })));
    for (const [cell, text] of changes) cell.value = text;
    if (this.cell) this.entered = this.cell.value;
    this.saveRowsOf(changes.map(([cell]) => cell));
  }

  saveRowsOf(cells) {
    for (const at of new Set(cells.map((cell) => this.placeOf(cell).at))) this.rows[at].save();
  }

  /** The value of the topmost chosen cell in all below; with one cell, that of the cell above. */
  fillDown() {
    const chosen = this.chosen;
    if (chosen.length < 2) return this.copyAbove();
    return this.fill(chosen.slice(1).map((cell) => [cell, chosen[0].value]));
  }

  copyAbove() {
    const { at, column } = this.place;
    const above = this.cellAt(at - 1, column);
    if (!above) return;
    this.fill([[this.cell, above.value]]);
    this.mode = "ready";
    this.cell.select();
  }

  empty() {
    this.fill((this.range ? this.chosen : [this.cell]).map((cell) => [cell, ""]));
  }

  onPaste(event) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!this.cell || this.mode === "edit" || !isBlock(text)) return;
    event.preventDefault();
    const { at, column } = this.place;
    const block = parse(text);
    const pairs = block.flatMap((line, y) => line.map((value, x) => [this.cellAt(at + y, column + x), value]));
    this.fill(pairs.filter(([cell]) => cell));
    const beyond = pairs.filter(([cell]) => !cell).length;
    if (beyond) toast(say("{count} cells lie beyond this page and were left out.", { count: beyond }), "problem");
    this.cell.select();
  }

  onCopy(event) {
    if (this.chosen.length < 2) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", written(this.chosen.map((cell) => [cell.value])));
  }

  undo() {
    const step = this.done.pop();
    for (const { cell, before } of step) cell.value = before;
    this.saveRowsOf(step.map(({ cell }) => cell));
    step[0].cell.focus();
    this.entered = step[0].cell.value;
    this.cell.select();
  }

  saveAll() {
    if (this.cell) this.commit(this.cell);
    for (const row of this.rows) row.save();
  }

  /** What stands in a column already, each word once. */
  wordsOf(field) {
    const words = this.rows.map((row) => row.cell(field)).filter((cell) => cell && cell !== this.cell).flatMap((cell) => ("list" in cell.dataset ? cell.value.split(/[\n;；、]/) : [cell.value]));
    return [...new Set(words.map((word) => word.trim()).filter(Boolean))];
  }
}
