/** Tells the mode, how far one is, and whether all is saved. */
import { make } from "../dom.js";
import { count as written } from "../lib/format.js";
import { say } from "../words.js";

export class Badge {
  /** @param {HTMLElement} place */
  constructor(place) {
    this.mode = make("span", { className: "mode" });
    this.place = make("span", { className: "place" });
    this.saved = make("span", { className: "saved", role: "status" });
    place.replaceChildren(this.mode, this.place, this.saved);
  }

  draw(list, current, panes, advance, tally) {
    const modes = [say("Culling"), panes > 1 ? say("Compare {count}", { count: panes }) : null, advance ? null : say("stays after a verdict")];
    this.mode.textContent = modes.filter(Boolean).join(" · ");
    this.place.textContent = say("{number} of {total} · {picks} picked · {rejects} rejected", {
      number: written(current + 1),
      total: written(list.ids.length),
      picks: written(tally.pick),
      rejects: written(tally.reject),
    });
  }

  /** @param {string} name saved, saving, waiting or signed-out @param {number} count of verdicts that are not saved */
  saving(name, count) {
    const facts = { count: written(count) };
    this.saved.dataset.state = name;
    this.saved.textContent = {
      saved: () => say("All is saved"),
      saving: () => say("{count} being saved", facts),
      waiting: () => say("{count} not saved yet: the server cannot be reached. They are kept and sent again.", facts),
      "signed-out": () => say("{count} not saved: sign in again in another window. They are kept here.", facts),
    }[name]();
  }
}
