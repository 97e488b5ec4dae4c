/**
 * Another order for the assets of a collection, by dragging rows or by their arrows: `[data-arrange]` is the list, its value
 * where a move is sent, `data-behind` the asset before the first row of this page. Without it the arrows reload the page.
 */
import { token } from "./lib/token.js";
import { say } from "./words.js";

/** The asset behind which a row stands: that of the row before it, or the one before this page. */
export const behind = (list, row) => row.previousElementSibling?.dataset.asset ?? list.dataset.behind ?? "";

/** Moves are sent one after the other: each says behind which row it stands after those before it. */
let sending = Promise.resolve();

/** Sends where a row stands now; what cannot be kept is shown as it is by loading the page again. */
function keep(list, row) {
  const body = new URLSearchParams({ do: "move", asset: row.dataset.asset, after: behind(list, row) });
  const headers = { "X-CSRFToken": token(), Accept: "application/json" };
  sending = sending
    .then(() => fetch(list.dataset.arrange, { method: "POST", body, headers }))
    .then((answer) => answer.ok || location.reload(), () => location.reload());
}

/** Says where a row is now, to those who do not see it move. */
function tell(list, row) {
  const place = [...list.children].indexOf(row) + 1;
  const facts = { title: row.querySelector("strong")?.textContent ?? "", place, count: list.children.length };
  const said = list.parentElement.querySelector("[data-said]");
  if (said) said.textContent = say("{title}: place {place} of {count}", facts);
}

function put(list, row, change) {
  const focused = document.activeElement;
  change();
  if (row.contains(focused)) focused.focus();
  tell(list, row);
  keep(list, row);
}

/** Dragging: a row goes before or behind the one it is dropped on, by the half that the pointer is in. */
function drag(list) {
  let dragged = null;
  let target = null;
  const mark = (row, lower) => {
    target = row && row !== dragged ? { row, lower } : null;
    for (const one of list.children) {
      one.classList.toggle("over", one === target?.row && !lower);
      one.classList.toggle("under", one === target?.row && lower);
    }
  };
  for (const row of list.children) row.draggable = true;
  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("li");
    event.dataTransfer.effectAllowed = "move";
  });
  list.addEventListener("dragover", (event) => {
    const row = event.target.closest("li");
    if (!dragged || !row) return;
    event.preventDefault();
    const box = row.getBoundingClientRect();
    mark(row, event.clientY > box.top + box.height / 2);
  });
  list.addEventListener("dragend", () => {
    mark(null);
    dragged = null;
  });
  list.addEventListener("drop", (event) => {
    if (!dragged || !target) return;
    event.preventDefault();
    const { row, lower } = target;
    const moved = dragged;
    mark(null);
    put(list, moved, () => (lower ? row.after(moved) : row.before(moved)));
  });
}

/** The arrows: the row moves at once and its arrow keeps the focus. At an end of the page the server moves it. */
function step(list) {
  list.addEventListener("submit", (event) => {
    const way = event.submitter?.value;
    const row = event.target.closest("li");
    const other = way === "up" ? row.previousElementSibling : way === "down" ? row.nextElementSibling : null;
    if (!other) return;
    event.preventDefault();
    put(list, row, () => (way === "up" ? other.before(row) : other.after(row)));
  });
}

for (const list of document.querySelectorAll("[data-arrange]")) {
  drag(list);
  step(list);
}
