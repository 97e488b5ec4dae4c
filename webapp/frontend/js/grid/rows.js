/**
 * The rows of the grid and the way through them: laying out, drawing what is in view, following the scroll box.
 *
 * `top` is the place in the list in content px and is what counts; the scroll box follows it as lib/scroll.js says.
 */
import { justify, rowAt, rowHeight, rowOf, rowsToShow } from "../lib/layout.js";
import { ScrollMap } from "../lib/scroll.js";

const GAP = 2;
const MOST_CELLS = 300;
const NARROW_PX = 600;
const LEAST_HEIGHT = 320;
/** A line of a list, and the room for the heading of a group. */
const LINE_PX = 56;
const HEADING_PX = 40;
const SETTLE_MS = 150;
const RUSH_MS = 80;
/** How long the outline's pages are gathered before the rows are laid anew: in view, and further down. */
const SOON_MS = 100;
const LATER_MS = 600;

export class Rows extends HTMLElement {
  // --- layout

  get view() {
    return this.scroller.clientHeight;
  }

  get lastTop() {
    return this.map.lastTop;
  }

  /** The whole list anew, the rows in view staying where they are. */
  layOut(from = 0) {
    const anchor = this.rows && this.anchor();
    const width = Math.floor(this.scroller.clientWidth);
    const shape = this.shape(width);
    const same = ["width", "target", "heading"].every((name) => this.rows?.[name] === shape[name]);
    const reuse = same && this.rows.ratios === this.skeleton.ratios;
    this.rows = justify(this.skeleton.ratios, shape, reuse ? this.rows : null, reuse ? from : 0);
    this.fitHeight();
    this.map = new ScrollMap(this.rows.height, this.view);
    this.canvas.style.height = `${this.map.box}px`;
    // the beginning of the list stays in view, whatever comes to stand over it
    if (anchor && this.top > 0) this.top = this.rows.tops[rowOf(this.rows, anchor.index)] + anchor.offset;
    this.jump(this.top);
    this.scrubber.draw();
  }

  get isList() {
    return this.getAttribute("view") === "list";
  }

  shape(width) {
    const target = this.isList ? LINE_PX : Number(this.getAttribute("row-height")) || (width < NARROW_PX ? 120 : 220);
    const breaks = this.skeleton.groups.map(({ start }) => start);
    return { width, target, gap: this.isList ? 1 : GAP, lines: this.isList, breaks, heading: breaks.length ? HEADING_PX : 0 };
  }

  /** From where the grid begins down to the foot of the window, or less if it has less to show. */
  fitHeight() {
    const begins = this.getBoundingClientRect().top + window.scrollY;
    const below = parseFloat(getComputedStyle(this).getPropertyValue("--ma-grid-below")) || 0;
    const room = begins > innerHeight * 0.6 ? innerHeight * 0.85 : innerHeight - begins - below;
    this.style.height = `${Math.min(Math.max(LEAST_HEIGHT, Math.floor(room)), this.rows.height)}px`;
  }

  /** What must not move: the current item if it is in view, else the first row in view. */
  anchor() {
    const own = rowOf(this.rows, Math.min(this.current, this.rows.ratios.length - 1));
    const y = this.rows.tops[own];
    const seen = y + rowHeight(this.rows, own) > this.top && y < this.top + this.view;
    const row = seen ? own : rowAt(this.rows, this.top);
    return { index: seen ? this.current : this.rows.starts[row], offset: this.top - this.rows.tops[row] };
  }

  onOutline(from) {
    this.selection.total = this.skeleton.total;
    this.findAgain();
    this.relayFrom = Math.min(this.relayFrom ?? from, from);
    if (from === 0 || this.skeleton.isComplete) this.relay();
    else if (!this.relaying) this.relaying = setTimeout(() => this.relay(), this.isInView(from) ? SOON_MS : LATER_MS);
    if (this.skeleton.isComplete) this.onComplete();
  }

  isInView(from) {
    return from < Number(this.firstShown) + this.cells.count && this.skeleton.known > Number(this.firstShown);
  }

  relay() {
    clearTimeout(this.relaying);
    this.relaying = null;
    this.layOut(this.relayFrom);
    this.relayFrom = undefined;
    this.refresh();
  }

  async onComplete() {
    this.setAttribute("complete", "");
    try {
      this.scrubber.setYears(await this.timeline.years());
    } catch (error) {
      console.warn(`the years could not be fetched: ${error.message}`); // the strip works without them
    }
  }

  // --- scrolling

  onScroll() {
    const now = this.scroller.scrollTop;
    if (now !== this.scrolled) this.top = this.map.follow(this.top, this.scrolled, now, this.view);
    this.scrolled = now;
    if (this.map.strays(this.top, now)) this.setBox();
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.settle(), SETTLE_MS);
    this.draw();
  }

  /** Once the hand is off the wheel: the scroll box back in step with the content, and the place remembered. */
  settle() {
    if (Math.abs(this.map.toScroll(this.top) - this.scroller.scrollTop) >= 1) this.setBox();
    this.draw();
    this.remember();
  }

  setBox() {
    this.scroller.scrollTop = this.map.toScroll(this.top);
    this.scrolled = this.scroller.scrollTop;
    if (this.map.direct) this.top = this.scrolled;
  }

  /** Shows the list from content px `top`. */
  jump(top) {
    this.top = Math.min(Math.max(0, top), this.lastTop);
    this.setBox();
    this.draw();
  }

  draw() {
    const view = this.view;
    const ahead = this.top >= (this.drawnTop ?? 0) ? [view, view / 2] : [view / 2, view];
    const now = performance.now();
    if (Math.abs(this.top - (this.drawnTop ?? 0)) > 2 * view) this.rushedAt = now;
    const rushes = now - (this.rushedAt ?? -Infinity) < RUSH_MS;
    this.drawnTop = this.top;
    const [first, end] = rowsToShow(this.rows, this.top, view, ahead[0], ahead[1], MOST_CELLS);
    this.cells.show(this.rows, first, end, this.scrolled - this.top);
    this.groups.show(first, end);
    this.want(this.rows.starts[first], this.rows.starts[end], rushes);
    this.scrubber.follow();
  }

  /** Details of items in view; while the list rushes past nothing is asked for. */
  want(first, end, rushes) {
    clearTimeout(this.wanting);
    if (!rushes) return this.details.want(first, end);
    this.details.stop();
    this.wanting = setTimeout(() => this.details.want(first, end), RUSH_MS);
    return undefined;
  }

  refresh() {
    this.cells.refresh();
    this.details.want(Number(this.firstShown), Number(this.firstShown) + this.cells.count);
    this.info.show(this.details.get(this.skeleton.ids[this.current]));
  }

  get firstShown() {
    return this.cells.sheet.firstElementChild?.dataset.index ?? 0;
  }
}
