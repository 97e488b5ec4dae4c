/** Dragging the assets of a collection into another order: `[data-arrange]` is the list, its value where a move is sent. */
const token = () => document.querySelector("meta[name=csrf-token]")?.content ?? "";

/** Where a row goes that is dropped on `target`: behind the row before it, or to the beginning. */
export function before(list, target) {
  const rows = [...list.children];
  return rows[rows.indexOf(target) - 1]?.dataset.asset ?? "";
}

export function arrange(list) {
  let dragged = null;
  const mark = (row) => {
    for (const one of list.children) one.classList.toggle("over", one === row && one !== dragged);
  };
  for (const row of list.children) row.draggable = true;
  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("li");
    event.dataTransfer.effectAllowed = "move";
  });
  list.addEventListener("dragover", (event) => {
    const row = event.target.closest("li");
    if (!dragged || !row) return;
    event.preventDefault();
    mark(row);
  });
  list.addEventListener("dragend", () => {
    dragged = null;
    mark(null);
  });
  list.addEventListener("drop", async (event) => {
    const row = event.target.closest("li");
    if (!dragged || !row || row === dragged) return;
    event.preventDefault();
    const moved = dragged;
    row.before(moved);
    mark(null);
    const sent = new URLSearchParams({ do: "move", asset: moved.dataset.asset, after: before(list, moved) });
    const answer = await fetch(list.dataset.arrange, { method: "POST", body: sent, headers: { "X-CSRFToken": token() }, redirect: "manual" });
    if (answer.type !== "opaqueredirect" && !answer.ok) location.reload();
  });
}

for (const list of document.querySelectorAll("[data-arrange]")) arrange(list);
