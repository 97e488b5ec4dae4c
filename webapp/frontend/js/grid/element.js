/**
 * <ma-grid src="/assets/skeleton?…" window="/assets/window" total="N" row-height="220">: all results as justified rows.
 *
 * The server's own cells inside stay what is seen until the first drawing. Emits `ma-selection` with
 * `{count, all, ids(), except()}` when the selection changes.
 */
import { register } from "../actions.js";
import { make } from "../dom.js";
import { neighbour, rowAt, rowHeight, rowOf } from "../lib/layout.js";
import { Selection } from "../lib/selection.js";
import { whenIdle } from "../page/idle.js";
import { toast } from "../page/toasts.js";
import { say } from "../words.js";
import { idsOf, SelectionBar } from "./bar.js";
import { Cells } from "./cells.js";
import { Details } from "./details.js";
import { Groups } from "./groups.js";
import { gridActions } from "./keys.js";
import { recall, remember } from "./memory.js";
import { askForDate, Info } from "./panels.js";
import { followPointer } from "./pointer.js";
import { Rows } from "./rows.js";
import { Scrubber } from "./scrubber.js";
import { adopt } from "./served.js";
import { Skeleton } from "./skeleton.js";
import { Timeline } from "./timeline.js";

const deeds = () => import("./deeds.js");

export class Grid extends Rows {
  connectedCallback() {
    const total = Number(this.getAttribute("total"));
    if (this.life || !(total > 0)) return;
    this.life = new AbortController();
    this.current = 0;
    this.top = 0;
    this.scrolled = 0;
    this.skeleton = new Skeleton(total);
    this.selection = new Selection(total);
    this.details = new Details(this.windowAddress, this.skeleton, () => this.refresh());
    this.timeline = new Timeline(this.windowAddress, this.skeleton);
    this.build();
    this.listen();
    this.layOut();
    this.restore();
    this.skeleton.load(this.getAttribute("src"), this.life.signal, (from) => this.onOutline(from));
  }

  disconnectedCallback() {
    if (!this.life) return;
    this.life.abort();
    this.life = null;
    this.details.stop();
    this.bar.stop();
    this.forget();
    this.observer.disconnect();
    clearTimeout(this.settling);
    clearTimeout(this.relaying);
    clearTimeout(this.wanting);
  }

  get windowAddress() {
    return this.getAttribute("window") ?? "/assets/window";
  }

  addressOf(id) {
    return this.itemAddress.replace("{id}", encodeURIComponent(id));
  }

  build() {
    this.itemAddress = adopt(this, this.skeleton, this.details);
    this.cells = new Cells(this);
    this.info = new Info();
    this.bar = new SelectionBar(this);
    this.groups = new Groups(this);
    this.scrubber = new Scrubber(this);
    this.canvas = make("div", { className: "ma-canvas" }, this.cells.sheet, this.cells.heads);
    this.scroller = make("div", { className: "ma-scroll" }, this.canvas);
    this.replaceChildren(this.scroller, this.groups.sticky, this.scrubber.strip, this.info.panel);
    this.classList.add("is-ready");
  }

  listen() {
    const { signal } = this.life;
    this.forget = register(...gridActions(this));
    whenIdle(deeds);
    this.scroller.addEventListener("scroll", () => this.onScroll(), { signal, passive: true });
    window.addEventListener("resize", () => this.layOut(), { signal });
    window.addEventListener("pagehide", () => this.remember(), { signal });
    document.addEventListener("click", (event) => this.passOn(event.target.closest?.("a[data-grid-at]")), { signal });
    followPointer(this, signal);
    this.observer = new ResizeObserver(([entry]) => {
      if (Math.abs(entry.contentRect.width - this.rows.width) >= 1) this.layOut();
    });
    this.observer.observe(this.scroller);
  }

  // --- the current item

  /** Makes `index` the current item, in view and with the focus. */
  go(index) {
    this.current = Math.min(this.skeleton.total - 1, Math.max(0, index));
    const row = rowOf(this.rows, this.current);
    const y = this.rows.tops[row];
    const height = rowHeight(this.rows, row);
    // the heading of a group stays in view over its items
    const head = this.rows.heading;
    if (y - head < this.top) this.jump(y - head);
    else if (y + height > this.top + this.view) this.jump(height > this.view ? y : y + height - this.view);
    this.focusCurrent();
  }

  focusCurrent() {
    this.refresh();
    this.cells.at(this.current)?.focus({ preventScroll: true });
  }

  step(direction) {
    const inView = this.cells.at(this.current);
    this.go(inView ? neighbour(this.rows, this.current, direction) : this.rows.starts[rowAt(this.rows, this.top)]);
  }

  page(way) {
    const row = rowAt(this.rows, this.rows.tops[rowOf(this.rows, this.current)] + way * this.view);
    this.jump(this.top + way * this.view);
    this.go(this.rows.starts[row]);
  }

  open() {
    const cell = this.cells.at(this.current);
    if (cell?.href) cell.click();
  }

  /** Links that go on from the current item (`data-grid-at`) are told which that is, once one has moved. */
  passOn(link) {
    const id = this.skeleton.ids[this.current];
    if (!link || !id || this.current === 0) return;
    const address = new URL(link.href);
    address.searchParams.set("at", id);
    link.href = address.href;
  }

  showInfo() {
    this.info.toggle(this.details.get(this.skeleton.ids[this.current]));
  }

  async goToDate() {
    const date = await askForDate();
    if (!date) return;
    if (!this.skeleton.isComplete) toast(say("The list is still loading: the date is looked for in what is there."));
    try {
      const index = await this.timeline.find(date);
      if (index === null) toast(say("This list is not in the order of dates."));
      else this.showAt(index);
    } catch {
      toast(say("The server cannot be reached. What you typed is kept: try again in a moment."), "problem");
    }
  }

  showAt(index) {
    this.jump(this.rows.tops[rowOf(this.rows, index)] - this.rows.heading);
    this.go(index);
  }

  // --- the selection

  toggle(index) {
    this.current = index;
    this.selection.toggle(index);
    this.onSelection();
  }

  extendTo(index) {
    if (this.selection.anchor === null) this.selection.toggle(this.current);
    this.selection.extend(index);
    this.onSelection();
  }

  extend(direction) {
    const next = neighbour(this.rows, this.current, direction);
    this.extendTo(next);
    this.go(next);
  }

  selectAll() {
    this.selection.selectAll();
    this.onSelection();
  }

  /** Selects the group of an item, or clears it if all of it is selected. */
  selectGroup(index = this.current) {
    const span = this.groups.spanOf(index);
    if (!span) return;
    this.selection.toggleSpan(...span);
    this.onSelection();
  }

  /** Ids of what keys are for: what is selected, else the current item; null where that is everything a query finds. */
  get meant() {
    if (this.selection.all) return null;
    if (this.selection.count) return idsOf(this.skeleton, this.selection.ranges);
    const id = this.skeleton.ids[this.current];
    return id === undefined ? [] : [id];
  }

  /** Whether the server lets one do this: "describe", "arrange". */
  may(what) {
    return (this.getAttribute("may") ?? "").split(" ").includes(what);
  }

  /** What is done to pictures, not to the list, is no part of the page's own weight. */
  async deed(name, ...given) {
    const done = await deeds();
    await done[name](this, ...given);
  }

  clear() {
    if (this.selection.count === 0) return this.showInfo();
    this.selection.clear();
    return this.onSelection();
  }

  onSelection() {
    const { selection, skeleton } = this;
    this.refresh();
    this.bar.show();
    this.classList.toggle("has-selection", selection.count > 0);
    const chosen = () => idsOf(skeleton, selection.ranges);
    const detail = { count: selection.count, all: selection.all, ids: () => (selection.all ? null : chosen()), except: () => (selection.all ? chosen() : []) };
    this.dispatchEvent(new CustomEvent("ma-selection", { bubbles: true, detail }));
  }

  // --- coming back

  remember() {
    if (!this.life || !this.view) return;
    const { index, offset } = this.anchor();
    const focused = this.contains(document.activeElement);
    remember(this.getAttribute("src"), { index, offset, current: this.current, id: this.skeleton.ids[this.current], focused });
  }

  restore() {
    const place = recall(this.getAttribute("src"));
    if (!place || place.index >= this.skeleton.total) return;
    this.current = Math.min(place.current, this.skeleton.total - 1);
    this.jump(this.rows.tops[rowOf(this.rows, place.index)] + place.offset);
    this.refresh();
    if (place.focused) this.focusCurrent();
    this.expected = place.id;
  }

  /** The list may have grown since: the item that was left is looked for, not its number. */
  findAgain() {
    if (this.expected === undefined || this.skeleton.known <= this.current) return;
    const index = this.skeleton.ids.indexOf(this.expected);
    if (index >= 0 && index !== this.current) {
      this.layOut();
      this.showAt(index);
    }
    this.expected = undefined;
  }
}
