/** The pictures of a place, beside the map. */
import { make } from "../dom.js";
import { count as grouped } from "../lib/format.js";
import { withParameter } from "../lib/places.js";
import { say } from "../words.js";

export class Panel {
  /** @param {HTMLElement} place @param {string} address @param {AbortSignal} signal */
  constructor(place, address, signal) {
    Object.assign(this, { address, signal });
    this.panel = make("aside", { className: "map-panel", hidden: true, "aria-label": say("Pictures of this place"), "aria-live": "polite" });
    place.append(this.panel);
  }

  async show(box) {
    const answer = await fetch(withParameter(this.address, "bbox", box), { signal: this.signal, headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const told = await answer.json();
    const close = make("button", { type: "button", className: "ma-tool", "aria-label": say("Close") }, "×");
    close.addEventListener("click", () => this.hide());
    const all = make("a", { className: "button", href: told.list }, say("All {count} as a list", { count: grouped(told.total) }));
    this.panel.replaceChildren(make("header", {}, all, close), make("div", { className: "map-cells" }, ...told.items.map(cell)));
    this.panel.hidden = false;
  }

  /** What lies there of the city: links to its pages. */
  showSubjects(subjects) {
    const lines = subjects.map(({ id, name }) => make("li", {}, make("a", { className: "link", href: `/subjects/${id}` }, name)));
    const close = make("button", { type: "button", className: "ma-tool", "aria-label": say("Close") }, "×");
    close.addEventListener("click", () => this.hide());
    this.panel.replaceChildren(make("header", {}, make("strong", {}, say("What lies here")), close), make("ul", {}, ...lines));
    this.panel.hidden = false;
  }

  hide() {
    this.panel.hidden = true;
  }
}

function cell(card) {
  const picture = card.thumb ? make("img", { src: card.thumb, alt: "", loading: "lazy" }) : make("span", {}, card.title);
  return make("a", { href: card.href, title: [card.title, card.taken].filter(Boolean).join(" · "), "aria-label": card.title }, picture);
}
