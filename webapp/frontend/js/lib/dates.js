/** Finding dates in a list that only the server knows, by asking for a few items at a time. */

/** The year of "2017-06-12T...", "2017-06" or "1987"; null if unknown. */
export const yearOf = (taken) => (/^\d{4}/.test(taken ?? "") ? Number(taken.slice(0, 4)) : null);

/** `many` positions from first to last of `total`, evenly spread, without repeats. */
export function spread(total, many) {
  if (total <= many) return Array.from({ length: total }, (_, i) => i);
  return Array.from({ length: many }, (_, i) => Math.round((i * (total - 1)) / (many - 1)));
}

/**
 * -1 if dates fall along the list, 1 if they rise, 0 if they do neither (the list is in another order).
 *
 * @param {(string|null)[]} dates at rising positions
 */
export function direction(dates) {
  const known = dates.filter((date) => yearOf(date) !== null).map((date) => date.slice(0, 10));
  const falls = known.every((date, i) => !i || comparable(known[i - 1], date) >= 0);
  const rises = known.every((date, i) => !i || comparable(known[i - 1], date) <= 0);
  if (known.length < 2) return -1;
  return falls ? -1 : rises ? 1 : 0;
}

/** Dates of different precision are compared as far as both go. */
function comparable(one, other) {
  const length = Math.min(one.length, other.length);
  const [a, b] = [one.slice(0, length), other.slice(0, length)];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether an item taken at `taken` stands at or after the place of `date` in a list going `way`; undated ones stand last. */
export const reached = (taken, date, way) => yearOf(taken) === null || comparable(taken, date) * way >= 0;

/**
 * The first position in [0, total) for which the answer is true, or `total`.
 *
 * @param {(positions: number[]) => Promise<boolean[]>} ask answers must go from false to true once
 */
export async function firstTrue(total, ask, many = 32) {
  let low = 0; // everything before it is false
  let high = total; // true, or the end
  while (low < high) {
    const positions = spread(high - low, many).map((each) => low + each);
    const answers = await ask(positions);
    const found = answers.indexOf(true);
    if (found < 0) return high;
    high = positions[found];
    low = found ? positions[found - 1] + 1 : high;
  }
  return high;
}

/**
 * Where each year begins, from samples; used when the server did not say.
 *
 * @param {number[]} positions rising @param {(string|null)[]} dates of the items there
 * @returns {[number, number][]} year and first position seen
 */
export function yearsFrom(positions, dates) {
  const years = [];
  dates.forEach((date, i) => {
    const year = yearOf(date);
    if (year !== null && year !== years.at(-1)?.[0]) years.push([year, positions[i]]);
  });
  return years;
}
