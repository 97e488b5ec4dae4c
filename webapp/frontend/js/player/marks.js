/** In and out, in frames: both frames belong to the clip. */
export class Marks {
  constructor() {
    this.clear();
  }

  clear() {
    this.in = null;
    this.out = null;
  }

  /** Sets "in" or "out"; an end that would stand on the wrong side is taken away. */
  set(end, frame) {
    this[end] = frame;
    if (this.in === null || this.out === null || this.in <= this.out) return;
    this[end === "in" ? "out" : "in"] = null;
  }

  get isEmpty() {
    return this.in === null && this.out === null;
  }

  /** Length in frames, or null while an end is open. */
  get length() {
    return this.in === null || this.out === null ? null : this.out - this.in + 1;
  }
}
