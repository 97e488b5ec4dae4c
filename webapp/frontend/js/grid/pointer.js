/** What the mouse and the finger do in the grid: open, select, and the select mark that appears over a cell. */
import { icon, make } from "../dom.js";
import { say } from "../words.js";

/** @param {import("./element.js").Grid} grid @param {AbortSignal} signal */
export function followPointer(grid, signal) {
  const mark = make("button", { type: "button", className: "ma-pick", tabIndex: -1, hidden: true, "aria-label": say("Select or clear") }, icon("check") ?? "✓");
  const sheet = grid.cells.sheet;
  grid.canvas.append(mark);
  let over = null;

  const indexOf = (event) => {
    const cell = event.target.closest?.("a.cell");
    return cell ? Number(cell.dataset.index) : null;
  };

  function choose(event, index) {
    event.preventDefault();
    if (event.shiftKey) grid.extendTo(index);
    else grid.toggle(index);
  }

  function onClick(event) {
    const index = indexOf(event);
    if (index === null) return;
    if (event.shiftKey || event.ctrlKey || event.metaKey) choose(event, index);
    else leave(event, index);
  }

  function leave(event, index) {
    if (!event.target.closest("a").href) event.preventDefault(); // not known yet
    grid.current = index;
    grid.cells.at(index)?.focus({ preventScroll: true });
    grid.remember();
  }

  function show(event) {
    const cell = event.target.closest?.("a.cell");
    if (!cell || event.pointerType === "touch") return;
    over = Number(cell.dataset.index);
    const [box, origin] = [cell.getBoundingClientRect(), grid.canvas.getBoundingClientRect()];
    mark.style.transform = `translate(${box.left - origin.left + 4}px, ${box.top - origin.top + 4}px)`;
    mark.hidden = false;
    mark.classList.toggle("is-on", grid.selection.has(over));
  }

  mark.addEventListener("click", (event) => {
    choose(event, over);
    mark.classList.toggle("is-on", grid.selection.has(over));
  });
  sheet.addEventListener("click", onClick, { signal });
  // what is dragged is the selection, or the picture under the hand
  sheet.addEventListener("dragstart", (event) => {
    const index = indexOf(event);
    if (index === null || !grid.may("arrange")) return;
    if (!grid.selection.has(index)) grid.current = index;
    event.dataTransfer.effectAllowed = "copyLink";
    grid.deed("carry", grid.selection.has(index) ? grid.meant : [grid.skeleton.ids[index]]);
  }, { signal });
  sheet.addEventListener("pointerover", show, { signal });
  grid.scroller.addEventListener("scroll", () => (mark.hidden = true), { signal, passive: true });
  grid.addEventListener("pointerleave", () => (mark.hidden = true), { signal });
  // a long press on a touch screen selects
  sheet.addEventListener("contextmenu", (event) => event.pointerType === "touch" && indexOf(event) !== null && choose(event, indexOf(event)), { signal });
  sheet.addEventListener("focusin", (event) => {
    const index = indexOf(event);
    if (index === null || index === grid.current) return;
    grid.current = index;
    grid.refresh();
  }, { signal });
}
