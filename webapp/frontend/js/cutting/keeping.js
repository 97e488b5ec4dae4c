/** Enter keeps the part between in and out in the open bin; what was kept is listed without a new page. */
import { make } from "../dom.js";
import { followMarks } from "../player/clips.js";
import { toast } from "../page/toasts.js";
import { say } from "../words.js";
import { post } from "./marking.js";

const NAMES = ["in", "out", "in-exact", "out-exact", "bin", "bin-name", "note"];

export class Keeping {
  constructor(place, player) {
    Object.assign(this, { place, player });
    this.form = place.querySelector("form[data-keep]");
    if (!this.form) return;
    followMarks(this.form);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.keep();
    });
  }

  get may() {
    return Boolean(this.form);
  }

  field(name) {
    return this.form.elements.namedItem(name);
  }

  async keep() {
    if (!this.field("in").value && !this.field("out").value) return toast(say("Mark in and out first: I and O."));
    const one = await post(this.form, Object.fromEntries(NAMES.map((name) => [name, this.field(name).value])));
    if (!one) return undefined;
    this.show(one);
    this.open(one);
    this.player.clearMarks();
    for (const name of ["in", "out", "in-exact", "out-exact", "note", "bin-name"]) this.field(name).value = "";
    return toast(say("Kept in {bin}: {length} s", { bin: one.bin, length: one.length }));
  }

  show(one) {
    const link = make("a", { className: "mono", href: "#", "data-seek": one.seconds }, `${one.in} → ${one.out}`);
    const bin = make("a", { className: "link", href: one.href }, one.bin);
    const list = this.place.querySelector("[data-list=clips]");
    list.append(make("li", { "data-id": one.id }, link, " ", bin, " ", one.note ? make("span", { className: "small" }, one.note) : null));
    this.place.querySelector("[data-count=clips]").textContent = String(list.children.length);
  }

  /** The bin that it was kept in is the open one, and is in the list if it was made just now. */
  open({ bin_id: id, bin }) {
    const list = this.field("bin");
    if (![...list.options].some((option) => option.value === id)) list.prepend(make("option", { value: id }, bin));
    list.value = id;
  }
}
