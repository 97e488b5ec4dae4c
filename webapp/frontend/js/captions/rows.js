/** Rows of the table as they are saved: one request a row, with the version that was seen; what was refused stays beside it. */
import { make } from "../dom.js";
import { send } from "../lib/token.js";
import { say } from "../words.js";

const AGAIN_MS = 4000;

export class Row {
  /** @param {HTMLTableRowElement} line @param {string} address where it is saved */
  constructor(line, address) {
    Object.assign(this, { line, address, version: Number(line.dataset.version) });
    this.cells = [...line.querySelectorAll("textarea")];
    this.state = line.querySelector("[data-row-state]");
    this.saved = this.values;
  }

  get values() {
    return Object.fromEntries(this.cells.map((cell) => [cell.dataset.field, cell.value]));
  }

  get changed() {
    return Object.fromEntries(Object.entries(this.values).filter(([field, text]) => text !== this.saved[field]));
  }

  get isDirty() {
    return Object.keys(this.changed).length > 0;
  }

  cell(field) {
    return this.cells.find((cell) => cell.dataset.field === field);
  }

  /** Saves what was changed, unless that is under way; then once more behind it. */
  async save() {
    if (this.busy) return void (this.again = true);
    const sent = this.changed;
    if (!Object.keys(sent).length) return;
    this.busy = true;
    this.tell("saving", say("saving …"));
    await this.#send(sent);
    this.busy = false;
    if (this.again) {
      this.again = false;
      await this.save();
    }
  }

  async #send(sent) {
    clearTimeout(this.timer);
    try {
      const answer = await send(this.address, { version: this.version, values: sent });
      const told = await answer.json();
      if (answer.ok) this.#take(told, sent);
      else if (answer.status === 409 && told.values) this.#disagree(told);
      else this.#refuse(told);
    } catch {
      this.tell("failed", say("not saved: no connection"));
      this.timer = setTimeout(() => this.save(), AGAIN_MS);
    }
  }

  /** What was saved holds; cells that were typed in meanwhile stay. */
  #take({ version, values }, sent) {
    this.version = version;
    this.clear();
    for (const cell of this.cells) {
      const field = cell.dataset.field;
      const untouched = cell.value === (sent[field] ?? this.saved[field]);
      this.saved[field] = values[field];
      if (untouched && cell.value !== values[field]) cell.value = values[field];
    }
    this.tell("saved", say("saved"));
  }

  #refuse({ problem, detail, column }) {
    this.tell("failed", say("not saved"));
    this.clear();
    if (column) this.cell(column)?.setAttribute("aria-invalid", "true");
    this.#beside(make("p", { className: "wrong" }, problem ?? detail ?? say("not saved")));
  }

  /** Somebody else changed the asset: both values beside each other, and the choice. */
  #disagree({ problem, version, values }) {
    this.tell("failed", say("not saved"));
    this.clear();
    const others = this.cells.filter((cell) => values[cell.dataset.field] !== this.saved[cell.dataset.field]);
    const lines = others.flatMap((cell) => [
      make("dt", {}, cell.getAttribute("aria-label").split(" · ")[0]),
      make("dd", {}, say("theirs: “{theirs}” · yours: “{mine}”", { theirs: values[cell.dataset.field], mine: cell.value })),
    ]);
    const keep = make("button", { type: "button", className: "button" }, say("Keep mine"));
    const take = make("button", { type: "button", className: "button" }, say("Take theirs"));
    keep.addEventListener("click", () => this.#settle(version, values, false));
    take.addEventListener("click", () => this.#settle(version, values, true));
    this.#beside(make("p", { className: "wrong" }, problem), make("dl", { className: "facts" }, ...lines), make("div", { className: "buttons" }, keep, take));
  }

  /** With theirs, what nobody else touched is still mine. */
  #settle(version, values, theirs) {
    this.version = version;
    for (const cell of this.cells) {
      const field = cell.dataset.field;
      const mine = cell.value !== this.saved[field];
      const changed = values[field] !== this.saved[field];
      if (changed && (theirs || !mine)) cell.value = values[field];
      this.saved[field] = values[field];
    }
    this.clear();
    this.cells[0].focus();
    if (this.isDirty) this.save();
    else this.tell("saved", say("saved"));
  }

  #beside(...content) {
    this.trouble = make("tr", { className: "trouble", role: "alert" }, make("td", { colSpan: this.cells.length + 1 }, ...content));
    this.line.after(this.trouble);
  }

  clear() {
    this.trouble?.remove();
    this.trouble = null;
    for (const cell of this.cells) cell.removeAttribute("aria-invalid");
  }

  tell(name, words) {
    this.line.dataset.state = name;
    this.state.textContent = words;
  }
}
