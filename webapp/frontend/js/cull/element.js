/**
 * <ma-cull src cards save grid up who at total>: a shoot's pictures one after the other, judged by single keys.
 *
 * What is decided shows at once and is saved in the background (saver.js). The server's own picture, forms and links inside
 * are what is seen without this script.
 */
import { register } from "../actions.js";
import { make } from "../dom.js";
import { FILTERS, next, tally } from "../lib/walk.js";
import { fetchCards } from "../grid/details.js";
import { remember } from "../grid/memory.js";
import { toast } from "../page/toasts.js";
import { say } from "../words.js";
import { Badge } from "./badge.js";
import { cullActions } from "./keys.js";
import { Panes } from "./panes.js";
import { Saver } from "./saver.js";
import { Strip } from "./strip.js";

const FIELDS = ["flag", "rating", "label"];
/** The column of the list that holds a field. */
const columnOf = (field) => `${field}s`;
/** Pictures loaded ahead and behind. */
const AHEAD = 3;
const MOST_PRELOADED = 12;
const WINDOW = 100;
/** After this a picture that could not be had is asked for again. */
const AGAIN_MS = 5000;

export class Cull extends HTMLElement {
  connectedCallback() {
    if (this.life) return;
    this.life = new AbortController();
    Object.assign(this, { list: { ids: [], flags: [], ratings: [], labels: [] }, details: new Map(), done: [], current: 0, filter: "all", advance: true, preloaded: new Map() });
    this.build();
    this.forget = register(...cullActions(this));
    this.saver = new Saver(this.getAttribute("save"), this.getAttribute("who"), {
      state: (name, count) => this.badge.saving(name, count),
      answer: (one) => this.onAnswer(one),
    });
    this.load();
  }

  disconnectedCallback() {
    this.forget?.();
    this.saver?.stop();
    this.life?.abort();
    this.life = null;
  }

  build() {
    const { signal } = this.life;
    this.badge = new Badge(this.querySelector("[data-cull=badge]"));
    this.panes = new Panes(this.querySelector("[data-cull=stage]"), (index) => this.go(index));
    this.strip = new Strip(this.querySelector("[data-cull=strip]"), (index) => this.go(index));
    const filter = this.querySelector("[data-cull=filter]");
    filter.addEventListener("change", () => (filter.blur(), this.narrow(filter.value)), { signal });
    window.addEventListener("resize", () => this.draw(), { signal });
    window.addEventListener("pagehide", () => this.remember(), { signal });
    this.classList.add("is-ready");
  }

  /** The whole list, some thousands at a time; the screen is there with the first. */
  async load() {
    const address = this.getAttribute("src");
    try {
      for (let cursor = ""; cursor !== null; ) {
        const answer = await fetch(`${address}${cursor && `?cursor=${encodeURIComponent(cursor)}`}`, { signal: this.life.signal, headers: { Accept: "application/json" } });
        if (!answer.ok) throw new Error(answer.statusText);
        const page = await answer.json();
        for (const name of Object.keys(this.list)) this.list[name].push(...page[name]);
        this.onPage(cursor === "");
        cursor = page.next;
      }
    } catch {
      if (this.life) toast(say("The server cannot be reached. What you typed is kept: try again in a moment."), "problem");
    }
  }

  onPage(isFirst) {
    const at = this.list.ids.indexOf(this.getAttribute("at"));
    if (isFirst || (at >= 0 && !this.moved)) this.go(Math.max(0, at), true);
    else this.draw();
  }

  get passes() {
    return FILTERS[this.filter];
  }

  // --- moving

  go(index, unmoved = false) {
    this.current = index;
    this.moved ||= !unmoved;
    const id = this.list.ids[index];
    if (id) history.replaceState(history.state, "", `?at=${id}`);
    this.draw();
  }

  step(step) {
    const index = next(this.list.flags, this.current, step, this.passes);
    if (index !== null) this.go(index);
    return index !== null;
  }

  end(step) {
    const outside = step > 0 ? -1 : this.list.ids.length;
    const index = next(this.list.flags, outside, step, this.passes);
    if (index !== null) this.go(index);
  }

  narrow(filter) {
    this.filter = filter in FILTERS ? filter : "all";
    if (!this.passes(this.list.flags[this.current]) && !this.step(1)) this.step(-1);
    this.draw();
  }

  // --- deciding

  decide(field, value) {
    const index = this.current;
    const was = this.list[columnOf(field)][index];
    if (was === undefined) return;
    if (was !== value) {
      this.put(index, field, value, was);
      this.done.push({ index, field, value, was });
    }
    if (!this.advance || !this.step(1)) this.draw();
  }

  /** The same label again takes it away. */
  label(label) {
    this.decide("label", this.list.labels[this.current] === label ? null : label);
  }

  put(index, field, value, was) {
    this.list[columnOf(field)][index] = value;
    this.saver.add({ id: this.list.ids[index], field, value, was });
  }

  undo() {
    const { index, field, value, was } = this.done.pop();
    this.put(index, field, was, value);
    this.go(index);
  }

  /** What the server says holds now; where it refused, somebody else was there before. */
  onAnswer(answer) {
    const index = this.list.ids.indexOf(answer.id);
    if (index < 0 || this.saver.pending.has(answer.id)) return;
    for (const field of FIELDS) if (field in answer) this.list[columnOf(field)][index] = answer[field];
    if (answer.problem) toast(`${this.details.get(answer.id)?.title ?? ""} ${answer.problem}`.trim(), "problem");
    this.draw();
  }

  // --- looking

  zoom() {
    this.panes.active?.toggle();
  }

  compare() {
    this.panes.count = { 1: 2, 2: 4, 4: 1 }[this.panes.count];
    this.draw();
  }

  toggleAdvance() {
    this.advance = !this.advance;
    this.draw();
  }

  back() {
    if (this.panes.active && !this.panes.active.fitted) return this.panes.whole();
    if (this.panes.count === 1) return this.leave();
    this.panes.count = 1;
    return this.draw();
  }

  /** To the list of the shoot, on the row of the current picture; it runs the other way, newest first. */
  leave() {
    this.remember();
    location.assign(this.getAttribute("up"));
  }

  remember() {
    const index = Math.max(0, this.list.ids.length - 1 - this.current);
    remember(this.getAttribute("grid"), { index, offset: 0, current: index, id: this.list.ids[this.current], focused: true });
  }

  // --- drawing

  draw() {
    if (!this.list.ids.length || !this.life) return;
    const open = this.panes.indexes(this.list.flags, this.current, this.passes);
    const shown = this.strip.draw(this.list, this.current, open, this.passes, this.details);
    this.panes.draw(this.list, open, this.current, this.details);
    this.badge.draw(this.list, this.current, this.panes.count, this.advance, tally(this.list.flags));
    this.press();
    this.want([...open, ...shown]);
    this.preload(open);
  }

  /** The buttons show what is decided of the current picture. */
  press() {
    for (const button of this.querySelectorAll("button[data-verdict]")) {
      const [field, value] = button.dataset.verdict.split(":");
      const holds = String(this.list[columnOf(field)][this.current] ?? "");
      button.setAttribute("aria-pressed", String(field === "rating" ? Number(holds) >= Number(value) && Number(value) > 0 : holds === value && value !== ""));
    }
  }

  async want(indexes) {
    const ids = [...new Set(indexes)].map((index) => this.list.ids[index]).filter((id) => !this.details.has(id)).slice(0, WINDOW);
    if (!ids.length || this.wanting) return;
    this.wanting = true;
    try {
      for (const card of await fetchCards(this.getAttribute("cards"), ids, this.life.signal)) this.details.set(card.id, card);
      for (const id of ids) if (!this.details.has(id)) this.details.set(id, { id, title: "" }); // gone meanwhile
    } catch {
      await new Promise((again) => setTimeout(again, 2000));
    }
    this.wanting = false;
    this.draw();
  }

  preload(open) {
    let index = Math.max(...open);
    for (let count = 0; count < AHEAD * this.panes.count && index !== null; count += 1) {
      index = next(this.list.flags, index, 1, this.passes);
      if (index !== null) this.fetchAhead(this.details.get(this.list.ids[index])?.large);
    }
    const before = next(this.list.flags, this.current, -1, this.passes);
    if (before !== null) this.fetchAhead(this.details.get(this.list.ids[before])?.large);
  }

  fetchAhead(address) {
    if (!address || this.preloaded.has(address)) return;
    const image = make("img", { src: address });
    image.decode?.().catch(() => setTimeout(() => this.preloaded.delete(address), AGAIN_MS));
    this.preloaded.set(address, image);
    for (const old of this.preloaded.keys()) if (this.preloaded.size > MOST_PRELOADED) this.preloaded.delete(old);
  }
}
