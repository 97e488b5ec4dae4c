/** The files of a queue, one row each; only those in view are in the page. */
import { make, icon } from "../dom.js";
import { rowsInView } from "../lib/deliveries.js";
import { size } from "../lib/format.js";
import { say } from "../words.js";

const HEIGHT = 36;
const SIGNS = { waiting: "clock", checking: "hash", ready: "clock", sending: "arrow-up", arrived: "check", there: "copy", failed: "circle-x" };
const LOOKS = { arrived: "good", there: "good", failed: "bad", sending: "warn" };

const FATES = {
  safe: ["circle-check", "good", () => say("every copy verified")],
  copying: ["loader", "warn", () => say("stored, copies not verified yet")],
  refused: ["circle-x", "bad", (reason) => reason || say("not taken in")],
  different: ["triangle-alert", "bad", () => say("not the same bytes as on the card")],
  skipped: ["minus", "idle", () => say("left out")],
};

/** Sign, look and words of a file: what became of it in the archive, once that is known. */
function told(entry) {
  const [sign, look, say_] = FATES[entry.fate] ?? [SIGNS[entry.state], LOOKS[entry.state] ?? "idle", () => words(entry)];
  return [sign, look, say_(entry.reason)];
}

function words(entry) {
  switch (entry.state) {
    case "checking":
      return entry.read ? say("checking {done}", { done: size(entry.read) }) : say("checking");
    case "sending":
      return say("{done} of {all}", { done: size(entry.came), all: size(entry.size) });
    case "arrived":
      return say("arrived");
    case "there":
      return say("not sent: the archive has it");
    case "failed":
      return entry.reason || say("failed");
    default:
      return say("waiting");
  }
}

export class List {
  /** @param {object[]} entries the queue's own, which grow */
  constructor(entries) {
    this.entries = entries;
    this.sheet = make("div", { className: "sheet-of-rows", role: "list", "aria-label": say("Files of the delivery") });
    this.element = make("div", { className: "panel upload-rows", tabIndex: 0, role: "region", "aria-label": say("Files of the delivery") }, this.sheet);
    this.element.addEventListener("scroll", () => this.drawSoon(), { passive: true });
  }

  drawSoon() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.draw();
    });
  }

  draw() {
    this.sheet.style.height = `${this.entries.length * HEIGHT}px`;
    const [first, last] = rowsInView(this.element.scrollTop, this.element.clientHeight || 400, HEIGHT, this.entries.length);
    this.sheet.replaceChildren(...this.entries.slice(first, last).map((entry, at) => this.row(entry, first + at)));
  }

  row(entry, at) {
    const [sign, look, text] = told(entry);
    const status = make("span", { className: `status ${look}`, title: text }, icon(sign) ?? "", make("span", {}, text));
    const name = make("span", { className: "name mono", title: entry.path }, entry.path);
    const attributes = { className: "upload-row", role: "listitem", "aria-setsize": String(this.entries.length), "aria-posinset": String(at + 1) };
    const row = make("div", attributes, name, make("span", { className: "number muted" }, size(entry.size)), status);
    row.style.transform = `translateY(${at * HEIGHT}px)`;
    return row;
  }
}
