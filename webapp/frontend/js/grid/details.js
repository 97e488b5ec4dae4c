/**
 * What is known of items in view: title, thumbnail, duration ... fetched in windows, the nearest first.
 * What scrolled out of view before it came is cancelled.
 */
const WINDOW = 100;
const AT_ONCE = 3;
/** About 80 screens; a card takes well under a kilobyte. */
const MOST_CARDS = 8000;

/** Fetches cards of some ids, in any order: `[{"id", "title", "thumb", "kind", "duration", "taken", "problem"}]`. */
export async function fetchCards(address, ids, signal) {
  const answer = await fetch(`${address}${address.includes("?") ? "&" : "?"}ids=${ids.map(encodeURIComponent).join(",")}`, { signal, headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
  return answer.json();
}

export class Details {
  #cards = new Map();
  #waiting = [];
  #coming = new Map();

  /** @param {string} address @param {import("./skeleton.js").Skeleton} skeleton @param {() => void} arrived */
  constructor(address, skeleton, arrived) {
    Object.assign(this, { address, skeleton, arrived });
  }

  get(id) {
    return this.#cards.get(id);
  }

  keep(card) {
    this.#cards.delete(card.id); // so that the newest stand last
    this.#cards.set(card.id, card);
  }

  /** Items [first, end) are in view: fetch what is missing, stop what is no longer wanted. */
  want(first, end) {
    const windows = [];
    for (let w = Math.floor(first / WINDOW); w * WINDOW < end; w += 1) windows.push(w);
    const centre = (first + end) / 2 / WINDOW - 0.5;
    windows.sort((a, b) => Math.abs(a - centre) - Math.abs(b - centre));
    for (const [w, control] of this.#coming) if (!windows.includes(w)) control.abort();
    this.#waiting = windows.filter((w) => !this.#coming.has(w) && this.#missing(w).length);
    this.#next();
  }

  stop() {
    this.#waiting = [];
    for (const control of this.#coming.values()) control.abort();
  }

  #missing(w) {
    const ids = this.skeleton.ids.slice(w * WINDOW, Math.min((w + 1) * WINDOW, this.skeleton.known));
    return ids.filter((id) => id !== undefined && this.#isMissing(id));
  }

  #isMissing(id) {
    const card = this.#cards.get(id);
    return !card || Boolean(card.isServed);
  }

  #next() {
    while (this.#coming.size < AT_ONCE && this.#waiting.length) this.#fetch(this.#waiting.shift());
  }

  async #fetch(w) {
    const control = new AbortController();
    this.#coming.set(w, control);
    try {
      for (const card of await fetchCards(this.address, this.#missing(w), control.signal)) this.keep(card);
      this.#forget();
      this.arrived();
    } catch (error) {
      // the next movement asks again; a cancelled one is no longer wanted
      if (!control.signal.aborted) console.warn(`details could not be fetched: ${error.message}`);
    } finally {
      this.#coming.delete(w);
      this.#next();
    }
  }

  #forget() {
    for (const id of this.#cards.keys()) {
      if (this.#cards.size <= MOST_CARDS) return;
      this.#cards.delete(id);
    }
  }
}
