/** The keys of a spreadsheet, in the caption table. */

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** @param {import("./element.js").Captions} table @returns actions for the registry */
export function captionActions(table) {
  const group = "Caption table";
  const inCell = () => table.cell !== null;
  const of = (name, label, keys, run, when = inCell) => ({ name: `captions.${name}`, label, keys, run, group, when, scope: table, whileTyping: true });
  const ready = () => inCell() && table.mode === "ready";
  const leads = () => inCell() && table.mode !== "edit" && !table.offers.isOpen;
  const offers = () => inCell() && table.offers.isOpen;
  return [
    of("move", "Move", Object.keys(ARROWS), (event) => table.move(...ARROWS[event.key]), leads),
    of("offered", "Choose what is offered", ["ArrowDown", "ArrowUp"], (event) => table.offers.step(event.key === "ArrowDown" ? 1 : -1), offers),
    of("extend", "Several cells of a column", ["Shift+ArrowDown", "Shift+ArrowUp"], (event) => table.extend(event.key === "ArrowDown" ? 1 : -1), ready),
    of("down", "Down", ["Enter"], () => table.enter(1)),
    of("up", "Up", ["Shift+Enter"], () => table.enter(-1)),
    of("right", "Next cell", ["Tab"], () => table.tab(1), () => inCell() && table.beside(1) !== null),
    of("left", "Previous cell", ["Shift+Tab"], () => table.tab(-1), () => inCell() && table.beside(-1) !== null),
    of("edit", "Into the text of the cell", ["F2"], () => table.edit()),
    of("line", "A new line in the cell", ["Alt+Enter"], () => table.newLine()),
    of("escape", "As it was", ["Escape"], () => table.escape()),
    of("fill", "Fill down", ["Ctrl+d"], () => table.fillDown()),
    of("above", "Take from above", ["Ctrl+\"", "Ctrl+Shift+'", "Ctrl+＂"], () => table.copyAbove()),
    of("empty", "Empty the cells", ["Delete"], () => table.empty(), ready),
    of("undo", "Undo", ["Ctrl+z"], () => table.undo(), () => ready() && table.done.length > 0),
    of("save", "Save all rows", ["Ctrl+s"], () => table.saveAll()),
  ];
}
