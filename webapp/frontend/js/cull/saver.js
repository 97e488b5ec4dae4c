/**
 * Saves verdicts behind the back of who decides: in order, again and again until the server has answered.
 *
 * What is not saved yet lies in the browser's storage too, so that neither a broken line nor a closed window loses it. A
 * verdict that is sent twice does nothing the second time.
 */
import { send } from "../lib/token.js";
import { Pending } from "../lib/verdicts.js";

const MOST = 100;
const SOONEST_MS = 1000;
const LATEST_MS = 30_000;
/** The server does not take them from whoever is signed in no longer. */
const SIGNED_OUT = new Set([400, 401, 403]);

export class Saver {
  /** @param {string} address @param {string} who @param {{state: (name: string, count: number) => void, answer: (one: object) => void}} told */
  constructor(address, who, told) {
    Object.assign(this, { address, told, prefix: `ma-cull:${who}:`, wait: SOONEST_MS });
    this.key = this.prefix + crypto.getRandomValues(new Uint32Array(2)).join("-");
    this.pending = new Pending(this.#adopt());
    this.onOnline = () => this.retry();
    window.addEventListener("online", this.onOnline);
    this.#keep();
    this.#send();
  }

  stop() {
    window.removeEventListener("online", this.onOnline);
    clearTimeout(this.timer);
    this.stopped = true;
  }

  add(verdict) {
    this.pending.add(verdict);
    this.#keep();
    if (!this.timer) this.#send();
    else this.told.state("waiting", this.pending.count);
  }

  retry() {
    clearTimeout(this.timer);
    this.timer = null;
    this.#send();
  }

  /** What windows that are gone have left; those that are still open will only say the same again. */
  #adopt() {
    const found = [];
    try {
      for (const key of Object.keys(localStorage).filter((one) => one.startsWith(this.prefix)).sort()) {
        found.push(...JSON.parse(localStorage.getItem(key)));
        localStorage.removeItem(key);
      }
    } catch {
      // forbidden, or nothing that can be read: what this window decides is still sent
    }
    return found;
  }

  #keep() {
    try {
      if (this.pending.count) localStorage.setItem(this.key, JSON.stringify(this.pending));
      else localStorage.removeItem(this.key);
    } catch {
      // full or forbidden: kept in memory as long as the window is open
    }
  }

  async #send() {
    if (this.busy || this.stopped) return;
    const batch = this.pending.take(MOST);
    if (!batch.length) return void this.told.state("saved", 0);
    this.busy = true;
    this.told.state("saving", this.pending.count);
    const problem = await this.#post(batch);
    this.busy = false;
    if (problem) return void this.#later(problem);
    this.wait = SOONEST_MS;
    await this.#send();
  }

  /** Sends a batch; what kept it from arriving, or null. */
  async #post(batch) {
    try {
      const answer = await send(this.address, batch);
      if (SIGNED_OUT.has(answer.status)) return "signed-out";
      if (!answer.ok && answer.status !== 404 && answer.status !== 422) return "waiting";
      const told = answer.ok ? await answer.json() : [];
      this.pending.done(batch.length); // one that cannot be understood is not understood the next time either
      this.#keep();
      for (const one of told) this.told.answer(one);
      return null;
    } catch {
      return "waiting";
    }
  }

  #later(problem) {
    this.told.state(problem, this.pending.count);
    this.timer = setTimeout(() => this.retry(), this.wait);
    this.wait = Math.min(LATEST_MS, this.wait * 2);
  }
}
