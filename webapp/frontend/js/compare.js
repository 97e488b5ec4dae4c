/**
 * <ma-compare label>: two figures, the earlier and the later picture of one place, laid over each other under a slider.
 * What moves it is a range input, so that keys, pointers and screen readers can; one may also drag in the picture.
 * Without this script both stand side by side.
 */
import { make } from "./dom.js";

const MIDDLE = 50;

export class Compare extends HTMLElement {
  connectedCallback() {
    const [then, now] = this.querySelectorAll("figure img");
    if (!then || !now || this.pictures) return;
    this.range = make("input", { type: "range", min: "0", max: "100", step: "1", value: String(MIDDLE), "aria-label": this.getAttribute("label") });
    this.pictures = make("div", { className: "pictures" }, now, then, make("span", { className: "line" }));
    then.classList.add("before");
    for (const picture of [then, now]) picture.draggable = false;
    this.prepend(this.pictures, this.range);
    this.classList.add("sliding");
    this.range.addEventListener("input", () => this.show(Number(this.range.value)));
    this.pictures.addEventListener("pointerdown", (event) => this.drag(event));
    this.pictures.addEventListener("pointermove", (event) => event.buttons && this.drag(event));
    this.show(MIDDLE);
  }

  drag(event) {
    if (event.type === "pointerdown") this.pictures.setPointerCapture(event.pointerId);
    const { left, width } = this.pictures.getBoundingClientRect();
    this.range.value = String(Math.round(((event.clientX - left) / width) * 100));
    this.show(Number(this.range.value));
  }

  show(share) {
    this.style.setProperty("--share", `${share}%`);
  }
}

customElements.define("ma-compare", Compare);
