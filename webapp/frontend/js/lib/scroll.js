/**
 * Scrolling through more pixels than a browser can: Chromium clips a scroll box at 33,554,428 device px.
 *
 * Up to LIMIT the scroll box is as high as its content. Above, the box is LIMIT high; near both ends one scrolled
 * pixel is one content pixel, in between they differ by a factor. Small movements (wheel, touch, keys) are always
 * followed one to one, so that nothing seems to race; long ones (dragging the bar) go by the map.
 */
export const LIMIT = 8_000_000;
const END = 200_000;
/** How far the box may run ahead of the map before it is set right, well inside END. */
const DRIFT = 50_000;

export class ScrollMap {
  /** @param {number} content px @param {number} view px */
  constructor(content, view) {
    this.lastTop = Math.max(0, content - view);
    this.box = Math.min(content, LIMIT);
    this.lastScroll = Math.max(0, this.box - view);
    this.direct = content <= LIMIT;
    this.factor = this.direct ? 1 : (this.lastTop - 2 * END) / (this.lastScroll - 2 * END);
  }

  toContent(scroll) {
    const at = Math.min(Math.max(0, scroll), this.lastScroll);
    if (this.direct || at <= END) return at;
    if (at >= this.lastScroll - END) return this.lastTop - (this.lastScroll - at);
    return END + (at - END) * this.factor;
  }

  toScroll(top) {
    const at = Math.min(Math.max(0, top), this.lastTop);
    if (this.direct || at <= END) return at;
    if (at >= this.lastTop - END) return this.lastScroll - (this.lastTop - at);
    return END + (at - END) / this.factor;
  }

  /** Where the content is after the box moved from `before` to `after`, having been at `top`. */
  follow(top, before, after, view) {
    if (this.direct) return after;
    const moved = after - before;
    if (Math.abs(moved) > 2 * view) return this.toContent(after);
    if (after <= 0) return 0;
    if (after >= this.lastScroll) return this.lastTop;
    return Math.min(Math.max(0, top + moved), this.lastTop);
  }

  /** Whether the box has run so far from the map that it must be set right at once. */
  strays(top, scroll) {
    return Math.abs(this.toScroll(top) - scroll) > DRIFT;
  }
}
