/**
 * What is selected in a list of any length, kept as ranges of positions, never as a list of ids.
 */

/** A set of whole numbers as sorted, disjoint, half-open ranges. */
export class Ranges {
  /** Alternately starts and ends: [s0, e0, s1, e1, ...]. */
  #edges = [];

  /** How many edges are below `value`, or `atMost` it. */
  #edgesBelow(value, atMost = false) {
    let low = 0;
    let high = this.#edges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#edges[middle] < value || (atMost && this.#edges[middle] === value)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  has(value) {
    return this.#edgesBelow(value, true) % 2 === 1;
  }

  add(start, end) {
    if (end > start) this.#replace(start, end, true);
  }

  remove(start, end) {
    if (end > start) this.#replace(start, end, false);
  }

  /** An odd number of edges below a place means that the place is inside a range. */
  #replace(start, end, inside) {
    const first = this.#edgesBelow(start);
    const last = this.#edgesBelow(end, true);
    const edges = [];
    if ((first % 2 === 1) !== inside) edges.push(start);
    if ((last % 2 === 1) !== inside) edges.push(end);
    this.#edges.splice(first, last - first, ...edges);
  }

  clear() {
    this.#edges = [];
  }

  get count() {
    let count = 0;
    for (const [start, end] of this) count += end - start;
    return count;
  }

  *[Symbol.iterator]() {
    for (let i = 0; i < this.#edges.length; i += 2) yield [this.#edges[i], this.#edges[i + 1]];
  }
}

/** A selection over `total` results: some of them, or all of them but some. */
export class Selection {
  constructor(total) {
    this.total = total;
    this.all = false;
    this.anchor = null;
    this.reach = null;
    this.ranges = new Ranges();
  }

  has(index) {
    return this.ranges.has(index) !== this.all;
  }

  get count() {
    return this.all ? this.total - this.ranges.count : this.ranges.count;
  }

  /** Select or clear one, and remember it as the start of a later range. */
  toggle(index) {
    this.#set(index, index + 1, !this.has(index));
    this.anchor = index;
    this.reach = null;
  }

  /** Select everything from the last toggled one to `index`, both included, instead of what was last reached from there. */
  extend(index) {
    this.anchor ??= index;
    if (this.reach !== null) this.#span(this.reach, false);
    this.#span(index, true);
    this.reach = index;
  }

  /** Selects items [start, end), or clears them if all of them are selected. */
  toggleSpan(start, end) {
    let all = true;
    for (let index = start; index < end && all; index += 1) all = this.has(index);
    this.#set(start, end, !all);
    this.anchor = start;
    this.reach = null;
  }

  #span(index, wanted) {
    this.#set(Math.min(this.anchor, index), Math.max(this.anchor, index) + 1, wanted);
  }

  #set(start, end, wanted) {
    if (wanted !== this.all) this.ranges.add(start, end);
    else this.ranges.remove(start, end);
  }

  selectAll() {
    this.clear();
    this.all = true;
  }

  clear() {
    this.all = false;
    this.anchor = null;
    this.reach = null;
    this.ranges.clear();
  }
}
