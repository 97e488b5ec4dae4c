/** The analysis of a film or recording: cuts, and stretches that are black, standing or silent. */

const STRETCHES = ["black", "freeze", "silence"];

/** @returns {{cuts: number[], stretches: {name: string, start: number, end: number}[]}} all in seconds, cuts in order */
export function readNoticed(file) {
  const cuts = (file.cuts ?? []).map(({ seconds }) => seconds).sort((a, b) => a - b);
  const stretches = STRETCHES.flatMap((name) => (file[name] ?? []).map(({ start, end }) => ({ name, start, end })));
  return { cuts, stretches };
}

/** The nearest cut before (`way` -1) or behind (1) `seconds`; null if there is none. `slack` keeps it from the one it stands on. */
export function nextCut(cuts, seconds, way, slack = 0.02) {
  const there = way > 0 ? cuts.find((each) => each > seconds + slack) : cuts.findLast((each) => each < seconds - slack);
  return there ?? null;
}
