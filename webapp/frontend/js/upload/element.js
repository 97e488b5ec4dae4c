/**
 * <ma-uploads delivery src endpoint hasher [open]>: choosing, sending and handing over the files of one delivery, and the
 * sentence that says whether the card may be formatted. Around the plain form, which works without it.
 */
import { icon, make } from "../dom.js";
import { isLitter } from "../lib/deliveries.js";
import * as format from "../lib/format.js";
import { Rate } from "../lib/rate.js";
import { say } from "../words.js";
import { chosen, dropped } from "./gathering.js";
import { List } from "./list.js";
import { Queue } from "./queue.js";
import { Server } from "./server.js";

const POLL_MS = 2000;
const DRAWN_MS = 250;

export class Uploads extends HTMLElement {
  connectedCallback() {
    this.server = new Server(this.getAttribute("src"));
    if (this.hasAttribute("open")) this.prepare();
    else if (this.getAttribute("stage") !== "cleared") this.watch();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.queue?.pause();
    removeEventListener("beforeunload", this.holdBack);
  }

  prepare() {
    this.form = this.querySelector("[data-plain]");
    this.rate = new Rate();
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.querySelector("button").hidden = true;
    for (const input of this.form.querySelectorAll("input[type=file]")) {
      input.addEventListener("change", () => this.take(chosen(input)).then(() => (input.value = "")));
    }
    this.drop = make("div", { className: "drop" }, icon("folder-input"), make("span", {}, say("Drop files, folders or a whole card here")));
    this.form.prepend(this.drop);
    for (const name of ["dragenter", "dragover"]) this.addEventListener(name, (event) => this.over(event, true));
    this.addEventListener("dragleave", (event) => this.over(event, false));
    this.addEventListener("drop", (event) => {
      this.over(event, false);
      this.take(dropped(event.dataTransfer));
    });
    this.holdBack = (event) => this.queue && !this.queue.totals.isOver && event.preventDefault();
    addEventListener("beforeunload", this.holdBack);
  }

  over(event, isOver) {
    event.preventDefault();
    this.drop.classList.toggle("is-over", isOver);
  }

  /** Adds what was chosen; the server is asked first what it has of it. */
  async take(gathering) {
    const found = await gathering;
    const files = found.filter(({ path }) => !isLitter(path)).sort((one, other) => (one.path < other.path ? -1 : 1));
    this.skipped = (this.skipped ?? 0) + found.length - files.length;
    if (!files.length) return;
    try {
      this.served ??= await this.server.files();
    } catch (error) {
      this.tell(error.message);
      return;
    }
    this.build();
    this.queue.ended = false;
    this.queue.add(files, this.served);
  }

  build() {
    if (this.queue) return;
    const { server } = this;
    this.queue = new Queue({ delivery: this.getAttribute("delivery"), endpoint: this.getAttribute("endpoint"), hasher: this.getAttribute("hasher"), server });
    this.list = new List(this.queue.entries);
    this.bar = make("progress", { "aria-label": say("Progress") });
    this.says = make("div", { className: "says", role: "status" });
    this.pausing = make("button", { type: "button", className: "button" });
    this.pausing.addEventListener("click", () => (this.queue.isPaused ? this.queue.resume() : this.queue.pause()));
    this.again = make("button", { type: "button", className: "button", hidden: true }, say("Try what failed again"));
    this.again.addEventListener("click", () => this.queue.retry());
    const tools = make("div", { className: "buttons" }, this.pausing, this.again);
    this.querySelector("[data-queue]").append(make("div", { className: "run" }, this.bar, this.says, tools, this.list.element));
    this.querySelector("[data-served]")?.remove();
    this.queue.addEventListener("change", () => this.drawSoon());
    this.queue.addEventListener("shut-out", () => this.tell(say("Sign in again in another window, then go on: nothing is lost.")));
    this.queue.addEventListener("over", () => this.allThere());
  }

  drawSoon() {
    this.drawing ??= setTimeout(() => {
      this.drawing = null;
      this.draw();
    }, DRAWN_MS);
  }

  draw() {
    const { totals, isPaused } = this.queue;
    this.rate.note(totals.came, performance.now() / 1000);
    Object.assign(this.bar, { max: totals.bytes || 1, value: totals.came });
    const speed = isPaused || totals.isOver ? null : this.rate.perSecond;
    const left = isPaused || totals.isOver ? null : this.rate.left(totals.bytes);
    const parts = [
      say("{done} of {all} files", { done: format.count(totals.settled), all: format.count(totals.files) }),
      `${format.size(totals.came)} / ${format.size(totals.bytes)}`,
      speed ? format.rate(speed) : null,
      left === null ? null : say("time left {time}", { time: format.duration(left) }),
      totals.byState.there ? say("{count} are in the archive already", { count: format.count(totals.byState.there) }) : null,
      totals.byState.failed ? say("{count} failed", { count: format.count(totals.byState.failed) }) : null,
      this.skipped ? say("{count} hidden or system files left out", { count: format.count(this.skipped) }) : null,
    ];
    this.says.replaceChildren(...parts.filter(Boolean).map((text) => make("span", {}, text)));
    const unsafe = { count: format.count(totals.files), files: format.count(totals.files) };
    if (!this.handed) this.querySelector("[data-sentence]").textContent = say("Keep the card as it is: {count} of {files} files are not safe yet.", unsafe);
    const [sign, label] = isPaused ? ["play", say("Go on")] : ["pause", say("Pause")];
    this.pausing.replaceChildren(...[icon(sign), label].filter(Boolean));
    this.pausing.hidden = totals.isOver;
    this.again.hidden = !totals.byState.failed;
    this.list.draw();
  }

  async allThere() {
    this.draw();
    const handing = document.querySelector("[data-hand-over]");
    if (handing) handing.disabled = false;
    if (!this.form.querySelector("[name=hand-over]").checked) return;
    try {
      this.handed = true;
      this.show(await this.server.handOver());
      this.form.hidden = true;
      for (const one of document.querySelectorAll("[data-hand-over]")) one.closest(".buttons").hidden = true;
      this.watch();
    } catch (error) {
      this.handed = false;
      this.tell(error.message);
    }
  }

  /** Asks how the delivery stands until the card may be formatted, or a person is needed. */
  async watch() {
    try {
      const facts = await this.server.standing();
      this.show(facts);
      if (facts.stage !== "handed over") await this.tellFates();
      if (facts.safe_to_format || facts.problem || (facts.stage !== "handed over" && !facts.copying)) return;
    } catch {
      // not reachable now: asked again
    }
    if (this.isConnected) this.timer = setTimeout(() => this.watch(), POLL_MS);
  }

  /** What became of each file in the archive, in the list. */
  async tellFates() {
    if (!this.queue) return;
    const files = await this.server.files();
    for (const entry of this.queue.entries) {
      const { fate, reason } = files.get(entry.path) ?? {};
      Object.assign(entry, { fate, reason: reason ?? "" });
    }
    this.list.draw();
  }

  show(facts) {
    const card = this.querySelector("[data-card]");
    card.classList.toggle("good", facts.safe_to_format);
    card.classList.toggle("bad", Boolean(facts.problem));
    card.querySelector("[data-sentence]").textContent = facts.problem ?? facts.sentence;
    card.querySelector(".icon")?.replaceWith(icon(facts.safe_to_format ? "circle-check" : "hard-drive") ?? "");
    this.toggleAttribute("safe", facts.safe_to_format);
  }

  tell(words) {
    document.dispatchEvent(new CustomEvent("ma-toast", { detail: { text: words, kind: "problem" } }));
  }
}
