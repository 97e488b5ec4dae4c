/** <ma-pane>: one picture of the culling screen. It keeps its zoom when the picture changes, and moves in step with others. */
import { make } from "../dom.js";
import { pan } from "../lib/zoom.js";
import { Viewer } from "../viewer/element.js";

export class Pane extends Viewer {
  actions() {
    return [];
  }

  buildBar() {
    this.percent = make("output", { className: "ma-percent" });
    this.signs = make("span", { className: "signs" });
    const bar = make("div", { className: "ma-pane-bar" }, this.signs, this.percent);
    this.append(bar);
    return bar;
  }

  /** Shows a picture; `shareNow` tells the part of it to look at (see `share`), null for all of it: asked again when it has come. */
  display(card, shareNow) {
    if (this.card === card) return;
    this.card = card;
    this.tiles?.remove();
    this.tiles = null;
    this.asked = false;
    for (const name of ["width", "height", "iiif"]) this.setAttribute(name, card[name] ?? "");
    this.image.addEventListener("load", () => this.card === card && this.#arrange(shareNow()), { once: true });
    this.image.src = card.large ?? card.thumb ?? "";
    this.image.alt = card.title;
    this.image.hidden = !this.image.getAttribute("src");
    if (card.width) this.#arrange(shareNow());
  }

  #arrange(share) {
    this.isArranging = true; // what is shown meanwhile is nobody's wish: the other panes do not follow
    this.state = null;
    this.measure();
    if (share) this.follow(share);
    this.isArranging = false;
  }

  /** What is seen: the middle of the window in fractions of the picture, and the scale; null for all of it. */
  get share() {
    if (!this.state || this.fitted) return null;
    const { width, height } = this.picture;
    const { scale, x, y } = this.state;
    return { scale, x: (this.view.width / 2 - x) / (width * scale), y: (this.view.height / 2 - y) / (height * scale) };
  }

  /** Looks at the same part of its own picture. */
  follow({ scale, x, y }) {
    const { width, height } = this.picture;
    const wanted = { scale, x: this.view.width / 2 - x * width * scale, y: this.view.height / 2 - y * height * scale };
    this.show(pan(wanted, 0, 0, this.view, this.picture));
  }
}
