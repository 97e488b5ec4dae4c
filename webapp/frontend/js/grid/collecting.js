/** The collections that pictures can be put into: as a dialog to choose from, or at the side while pictures are dragged. */
import { make } from "../dom.js";
import { token } from "../lib/token.js";
import { open } from "../page/dialogs.js";
import { toast } from "../page/toasts.js";
import { say } from "../words.js";

let recent = null;

async function post(address, fields) {
  const headers = { "X-CSRFToken": token(), Accept: "application/json" };
  const answer = await fetch(address, { method: "POST", body: new URLSearchParams(fields), headers }).catch(() => null);
  const told = await answer?.json().catch(() => null);
  if (answer?.ok) return told;
  toast(told?.detail ?? say("The server cannot be reached. What you typed is kept: try again in a moment."), "problem");
  return null;
}

export class Collecting {
  constructor(ids) {
    this.ids = ids;
  }

  async offered() {
    const answer = await fetch("/collections/offered", { headers: { Accept: "application/json" } }).catch(() => null);
    const every = answer?.ok ? await answer.json() : [];
    return every.sort((a, b) => Number(b.id === recent) - Number(a.id === recent));
  }

  async put(id) {
    const told = await post("/collections/add", { collection: id, chosen: JSON.stringify({ ids: this.ids }) });
    if (!told) return;
    recent = id;
    toast(say("{count} put into {name}", { count: told.done, name: told.name }));
  }

  async make(name) {
    const told = await post("/collections", { name, chosen: JSON.stringify({ ids: this.ids }) });
    if (!told) return;
    recent = told.id;
    toast(say("{count} put into {name}", { count: this.ids.length, name: told.name }));
  }

  async ask() {
    const every = await this.offered();
    const input = make("input", { type: "text", autocomplete: "off", maxLength: 255, placeholder: say("Name of a collection"), "aria-label": say("Name of a collection") });
    const list = make("ul", { className: "ma-targets" });
    const dialog = make("dialog", { className: "ma-dialog ma-palette", "aria-label": say("Put into a collection") }, input, list);
    const take = (done) => {
      dialog.close();
      done();
    };
    const draw = () => {
      const wanted = input.value.trim().toLowerCase();
      const found = every.filter(({ name }) => name.toLowerCase().includes(wanted)).slice(0, 12);
      const lines = found.map(({ id, name }) => line(name, () => take(() => this.put(id))));
      if (wanted) lines.push(line(say("New: {name}", { name: input.value.trim() }), () => take(() => this.make(input.value.trim()))));
      list.replaceChildren(...lines);
    };
    input.addEventListener("input", draw);
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      list.querySelector("button")?.click();
    });
    draw();
    open(dialog);
    input.focus();
  }

  async receive() {
    const panel = make("aside", { className: "ma-drop", "aria-label": say("Put into a collection") }, make("strong", {}, say("Put into a collection")));
    const end = () => panel.remove();
    document.addEventListener("dragend", end, { once: true });
    document.body.append(panel);
    for (const { id, name } of (await this.offered()).slice(0, 12)) {
      const target = make("div", { className: "ma-drop-target" }, name);
      target.addEventListener("dragover", (event) => {
        event.preventDefault();
        target.classList.add("is-over");
      });
      target.addEventListener("dragleave", () => target.classList.remove("is-over"));
      target.addEventListener("drop", (event) => {
        event.preventDefault();
        this.put(id);
      });
      panel.append(target);
    }
  }
}

function line(words, done) {
  const button = make("button", { type: "button", className: "ma-tool" }, words);
  button.addEventListener("click", done);
  return make("li", {}, button);
}
