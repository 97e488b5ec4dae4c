/** How fast work goes, from what was done when; over a sliding window, so that a pause shows and old speed is forgotten. */
const WINDOW = 15;

export class Rate {
  #seen = [];

  /** @param {number} done so far, any unit @param {number} at seconds */
  note(done, at) {
    const last = this.#seen.at(-1);
    if (last && done < last.done) this.#seen = []; // begun anew
    this.#seen.push({ done, at });
    while (this.#seen.length > 2 && this.#seen[1].at <= at - WINDOW) this.#seen.shift();
  }

  /** Units a second, or null before there is anything to tell. */
  get perSecond() {
    const first = this.#seen[0];
    const last = this.#seen.at(-1);
    if (!first || last.at - first.at < 0.5) return null;
    return (last.done - first.done) / (last.at - first.at);
  }

  /** Seconds until `total`, or null when it cannot be told. */
  left(total) {
    const speed = this.perSecond;
    if (!speed || speed <= 0 || !(total > 0)) return null;
    return Math.max(0, total - this.#seen.at(-1).done) / speed;
  }
}
