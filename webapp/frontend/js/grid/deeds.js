/** What keys do with pictures: stars, favourites, keywords, collections. Loaded when the first is pressed. */
import { make } from "../dom.js";
import { send } from "../lib/token.js";
import { open } from "../page/dialogs.js";
import { toast } from "../page/toasts.js";
import { say } from "../words.js";
import { Collecting } from "./collecting.js";

/** More are for the bulk edit, which can be tried first and taken back. */
const MOST = 200;

/** Ids that a key is for, or null after it was said why there are none. */
function few(grid) {
  const ids = grid.meant;
  if (ids?.length && ids.length <= MOST) return ids;
  if (ids?.length !== 0) toast(say("Keys change at most {most} pictures. Use the bulk edit for more.", { most: MOST }));
  return null;
}

/** Sends what is to be done to `ids`; shows the cards as `changed` makes them, and says what was refused. */
async function change(grid, address, ids, fields, changed) {
  const answer = await send(address, { ids, ...fields }).catch(() => null);
  const told = await answer?.json().catch(() => null);
  if (!answer?.ok) {
    toast(told?.detail ?? say("The server cannot be reached. What you typed is kept: try again in a moment."), "problem");
    return false;
  }
  const refused = new Set((told.problems ?? []).map(({ id }) => id));
  for (const id of ids) {
    const card = grid.details.get(id);
    if (card && !refused.has(id)) grid.details.keep(changed(card));
  }
  grid.refresh();
  if (told.problems?.length) toast(told.problems[0].problem, "problem");
  return true;
}

export async function rate(grid, stars) {
  const ids = few(grid);
  if (!ids) return;
  const columns = (card) => (card.columns ? { ...card.columns, rating: "★".repeat(stars) } : card.columns);
  await change(grid, "/marks/rating", ids, { value: stars }, (card) => ({ ...card, rating: stars || null, columns: columns(card) }));
}

export async function favour(grid) {
  const ids = few(grid);
  if (!ids) return;
  const liked = !ids.every((id) => grid.details.get(id)?.favourite);
  const done = await change(grid, "/marks/favourite", ids, { liked }, (card) => ({ ...card, favourite: liked }));
  if (done) toast(liked ? say("Among your favourites") : say("No longer among your favourites"));
}

export async function tag(grid) {
  const ids = few(grid);
  if (!ids) return;
  const input = make("input", { type: "text", name: "words", required: true, autocomplete: "off", maxLength: 500 });
  const form = make("form", { method: "dialog" }, make("label", {}, say("Keywords for {count}", { count: ids.length }), input), make("p", {}, say("Several with 、 or ; between them.")), make("button", { className: "ma-tool is-primary" }, say("Add keywords")));
  const dialog = make("dialog", { className: "ma-dialog ma-date", "aria-label": say("Add keywords") }, form);
  form.addEventListener("submit", async () => {
    const add = input.value.split(/[;；、,，\n]/).map((word) => word.trim()).filter(Boolean);
    if (!add.length) return;
    const done = await change(grid, "/marks/keywords", ids, { add }, (card) => card);
    if (done) toast(say("Keywords added to {count}", { count: ids.length }));
  });
  open(dialog);
  input.focus();
}

/** L: a list of collections to choose from; everything a query finds goes by the form of the selection bar. */
export function collect(grid) {
  const ids = grid.meant;
  if (ids === null) document.querySelector("[data-selection-bar] form[data-collect]")?.requestSubmit();
  else if (ids.length) new Collecting(ids).ask();
}

/** While pictures are dragged the collections stand at the side. */
export function carry(_grid, ids) {
  if (ids?.length) new Collecting(ids).receive();
}
