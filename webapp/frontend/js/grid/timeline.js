/** Where dates are in a list that may or may not be in the order of dates. */
import { direction, firstTrue, reached, spread, yearsFrom } from "../lib/dates.js";
import { fetchCards } from "./details.js";

const SAMPLES = 48;

export class Timeline {
  #way = null;

  /** @param {string} address of details @param {import("./skeleton.js").Skeleton} skeleton */
  constructor(address, skeleton) {
    Object.assign(this, { address, skeleton });
  }

  async #dates(positions) {
    const ids = positions.map((at) => this.skeleton.ids[at]);
    const cards = await fetchCards(this.address, ids);
    const taken = new Map(cards.map((card) => [card.id, card.taken ?? null]));
    return ids.map((id) => taken.get(id) ?? null);
  }

  /** Years with the item they begin at; none if the list is in another order. */
  async years() {
    const positions = spread(this.skeleton.known, SAMPLES);
    const dates = await this.#dates(positions);
    this.#way = direction(dates);
    if (!this.#way) return [];
    return this.skeleton.years ?? yearsFrom(positions, dates);
  }

  /** The first item at `date`; null if the list is not in the order of dates. */
  async find(date) {
    if (this.#way === null) await this.years();
    if (!this.#way) return null;
    const ask = async (positions) => (await this.#dates(positions)).map((taken) => reached(taken, date, this.#way));
    return Math.min(this.skeleton.known - 1, await firstTrue(this.skeleton.known, ask));
  }
}
