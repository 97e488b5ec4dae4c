/**
 * The outline of a list of any length: id, shape, kind and colour of every item, as columns.
 *
 * The server sends it in pages: `{"ids": [], "ratios": [], "kinds": [], "colours": [], "next": cursor|null}`; the first page
 * may say where years begin: `"years": [[2019, 0], [2018, 5321]]`. A list that is put together by something says where its
 * groups begin in each page: `"groups": [["2017-06-12", "2017-06-12", 0], ...]`. Until an item is known its shape is a guess, so that
 * the whole length can be scrolled at once.
 */
const GUESS = 1.5;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

const pause = (ms, signal) =>
  new Promise((done) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), done()), { once: true });
  });

export class Skeleton {
  constructor(total) {
    this.known = 0;
    this.years = null;
    /** Groups of the list in their order: `{key, label, start}`. */
    this.groups = [];
    this.#hold(total);
  }

  get total() {
    return this.ratios.length;
  }

  get isComplete() {
    return this.known === this.total;
  }

  #hold(total) {
    const old = this.ratios ?? new Float32Array(0);
    this.ratios = new Float32Array(total).fill(GUESS);
    this.ratios.set(old.subarray(0, total));
    this.ids = Object.assign(this.ids ?? [], { length: total });
    this.kinds = Object.assign(this.kinds ?? [], { length: total });
    this.colours = Object.assign(this.colours ?? [], { length: total });
  }

  /**
   * Fetches page after page; `changed(from)` is called after each with the first item that is new.
   * A page that cannot be had is asked for again, less and less often.
   */
  async load(src, signal, changed) {
    let cursor = null;
    let wait = FIRST_WAIT_MS;
    do {
      try {
        const page = await fetchPage(src, cursor, signal);
        if (signal.aborted) return;
        const from = this.known;
        cursor = page.next;
        this.#take(page, cursor === null);
        wait = FIRST_WAIT_MS;
        changed(from);
      } catch (error) {
        if (signal.aborted) return;
        console.warn(`the list's outline could not be fetched (${error.message}); asking again`);
        await pause((wait = Math.min(LONGEST_WAIT_MS, wait * 2)), signal);
        cursor ??= undefined;
      }
    } while (cursor !== null && !signal.aborted);
  }

  #take(page, isLast) {
    const end = this.known + page.ids.length;
    if (end > this.total || (isLast && end !== this.total)) this.#hold(end); // the list changed since it was counted
    for (let i = 0; i < page.ids.length; i += 1) {
      const at = this.known + i;
      this.ids[at] = page.ids[i];
      this.ratios[at] = page.ratios[i] > 0 ? page.ratios[i] : GUESS;
      this.kinds[at] = page.kinds[i];
      this.colours[at] = page.colours[i];
    }
    this.years ??= page.years ?? null;
    for (const [key, label, at] of page.groups ?? []) {
      // a group may go on over the end of a page
      if (this.groups.at(-1)?.key !== key) this.groups.push({ key, label, start: this.known + at });
    }
    this.known = end;
  }
}

async function fetchPage(src, cursor, signal) {
  const address = new URL(src, location.href);
  if (cursor) address.searchParams.set("cursor", cursor);
  const answer = await fetch(address, { signal, headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
  const page = await answer.json();
  return { ...page, next: page.next ?? null };
}
