/** The way through a shoot's pictures while some of them are left out. */

/** What each filter lets through, by the flag of a picture. */
export const FILTERS = {
  all: () => true,
  kept: (flag) => flag !== "reject",
  picks: (flag) => flag === "pick",
  open: (flag) => flag === null,
};

/** The nearest index from `from` in steps of `step` (1 or -1), `from` left out, that passes; null where there is none. */
export function next(flags, from, step, passes) {
  for (let i = from + step; i >= 0 && i < flags.length; i += step) if (passes(flags[i])) return i;
  return null;
}

/** Up to `before` passing indexes, `at` itself, and up to `after` more, in their order. */
export function around(flags, at, before, after, passes) {
  const left = [];
  for (let i = next(flags, at, -1, passes); i !== null && left.length < before; i = next(flags, i, -1, passes)) left.unshift(i);
  const right = [];
  for (let i = next(flags, at, 1, passes); i !== null && right.length < after; i = next(flags, i, 1, passes)) right.push(i);
  return [...left, at, ...right];
}

/** How many have each flag. */
export function tally(flags) {
  const counts = { pick: 0, reject: 0, open: 0 };
  for (const flag of flags) counts[flag ?? "open"] += 1;
  return counts;
}
