/** What the keyboard does in the grid. */

const ARROWS = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };

/** @param {import("./element.js").Grid} grid @returns actions for the registry */
export function gridActions(grid) {
  const of = (name, label, keys, run, more = {}) => ({ name: `grid.${name}`, label, keys, run, group: "Pictures", scope: grid, ...more });
  const step = (event) => ARROWS[event.key];
  const star = (stars) => of(`stars${stars}`, "Stars", [String(stars)], () => grid.deed("rate", stars), { when: () => grid.may("describe"), silent: stars !== 3 });
  return [
    of("move", "Move", Object.keys(ARROWS), (event) => grid.step(step(event))),
    of("extend", "Select while moving", Object.keys(ARROWS).map((key) => `Shift+${key}`), (event) => grid.extend(step(event))),
    of("first", "First", ["Home"], () => grid.go(0)),
    of("last", "Last", ["End"], () => grid.go(grid.skeleton.total - 1)),
    of("pageDown", "A screen down", ["PageDown"], () => grid.page(1)),
    of("pageUp", "A screen up", ["PageUp"], () => grid.page(-1)),
    of("open", "Open", ["Enter"], () => grid.open()),
    of("select", "Select or clear", ["x"], () => grid.toggle(grid.current)),
    of("selectAll", "Select all results", ["Ctrl+a"], () => grid.selectAll()),
    of("clear", "Clear the selection", ["Escape"], () => grid.clear(), { when: () => grid.selection.count > 0 || grid.info.isOpen }),
    of("date", "Go to date", ["g"], () => grid.goToDate()),
    of("selectGroup", "Select the whole group", ["Shift+x"], () => grid.selectGroup(), { when: () => grid.skeleton.groups.length > 0 }),
    of("favourite", "Favourite, or not any more", ["f"], () => grid.deed("favour")),
    of("tag", "Add keywords", ["t"], () => grid.deed("tag"), { when: () => grid.may("describe") }),
    of("collect", "Put into a collection", ["l"], () => grid.deed("collect"), { when: () => grid.may("arrange") }),
    ...[0, 1, 2, 3, 4, 5].map(star),
    of("info", "Information", ["i"], () => grid.showInfo()),
  ];
}
