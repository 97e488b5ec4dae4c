/** What the keyboard, the buttons and the palette do while culling. */

const LABELS = ["red", "yellow", "green", "blue", "purple"];
/** Colour labels have the keys of Lightroom, where the fifth has none. */
const LABEL_KEYS = ["6", "7", "8", "9"];

/** @param {import("./element.js").Cull} cull @returns actions for the registry */
export function cullActions(cull) {
  const group = "Culling";
  const of = (name, label, keys, run, more = {}) => ({ name: `cull.${name}`, label, keys, run, group, scope: cull, ...more });
  const stars = [0, 1, 2, 3, 4, 5].map((number) => ({ name: `cull.stars${number}`, label: "Stars", group, keys: [String(number)], run: () => cull.decide("rating", number), silent: number !== 3 }));
  const labels = LABELS.map((label, i) => ({ name: `cull.${label}`, label: "Colour label", group, keys: LABEL_KEYS.slice(i, i + 1), run: () => cull.label(label), silent: i !== 0 }));
  return [
    of("pick", "Pick", ["p"], () => cull.decide("flag", "pick")),
    of("reject", "Reject", ["x"], () => cull.decide("flag", "reject")),
    of("unflag", "Take the flag away", ["u"], () => cull.decide("flag", null)),
    ...stars,
    ...labels,
    of("next", "Next picture", ["ArrowRight"], () => cull.step(1)),
    of("previous", "Previous picture", ["ArrowLeft"], () => cull.step(-1)),
    of("first", "First", ["Home"], () => cull.end(1)),
    of("last", "Last", ["End"], () => cull.end(-1)),
    of("zoom", "Between whole picture and 100 %", ["z"], () => cull.zoom()),
    of("compare", "Compare: one, two or four pictures", ["c"], () => cull.compare()),
    of("advance", "Go on after a verdict, or stay", ["a"], () => cull.toggleAdvance()),
    of("undo", "Undo", ["Ctrl+z"], () => cull.undo(), { when: () => cull.done.length > 0 }),
    of("grid", "Back to the list", ["g"], () => cull.leave()),
    of("back", "Whole picture, one picture, back to the list", ["Escape"], () => cull.back()),
  ];
}
