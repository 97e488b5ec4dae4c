/** Verdicts that the server has not confirmed yet, in their order: `{id, field, value, was}`. */
export class Pending {
  #waiting = [];

  /** @param {object[]} kept what an earlier page left unsaved */
  constructor(kept = []) {
    this.#waiting = kept.map((verdict) => ({ ...verdict, tried: true }));
  }

  get count() {
    return this.#waiting.length;
  }

  /** Adds one; what was decided just before of the same field, and never sent, is replaced by it. */
  add(verdict) {
    const before = this.#waiting.findLast((one) => one.id === verdict.id && one.field === verdict.field);
    if (!before || before.tried) this.#waiting.push({ ...verdict });
    else if (before.was === verdict.value) this.#waiting.splice(this.#waiting.indexOf(before), 1);
    else before.value = verdict.value;
  }

  /** The next to send; they stay until `done` is told, and may reach the server more than once. */
  take(most) {
    const taken = this.#waiting.slice(0, most);
    for (const one of taken) one.tried = true;
    return taken.map(({ id, field, value, was }) => ({ id, field, value, was }));
  }

  /** The first `count` were answered. */
  done(count) {
    this.#waiting.splice(0, count);
  }

  has(id) {
    return this.#waiting.some((one) => one.id === id);
  }

  toJSON() {
    return this.#waiting.map(({ id, field, value, was }) => ({ id, field, value, was }));
  }
}
