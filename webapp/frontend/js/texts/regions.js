/**
 * <ma-regions list="#texts-read">: outlines over a picture for the lines in a list, each shown with its text when the pointer,
 * the focus or a finger is on it. Lies over whatever shows the picture beside it, and follows that by its `ma-view` events
 * ({x, y, width, height}: where the whole picture is, in px of the element) and its property `shown` of the same shape.
 */
import { register } from "../actions.js";
import { make } from "../dom.js";
import { footOf, parsePoints, regionAt } from "../lib/regions.js";

const SVG = "http://www.w3.org/2000/svg";
/** A finger that moved further than this, in px, dragged the picture. */
const STILL = 6;
const BESIDE = matchMedia("(min-width: 961px)");

export class Regions extends HTMLElement {
  connectedCallback() {
    this.list = document.querySelector(this.getAttribute("list"));
    this.stage = this.parentElement;
    this.button = document.querySelector('[data-action="regions.toggle"]');
    if (!this.list || !this.stage) return;
    this.life = new AbortController();
    this.draw();
    this.listen();
    this.forget = register({ name: "regions.toggle", label: "Text in the picture", group: "Picture", keys: ["Shift+t"], run: () => this.toggle() });
    if (this.button) this.button.hidden = false;
    const shown = [...this.stage.children].find((one) => one.shown)?.shown;
    if (shown) this.place(shown);
    this.toggle(Boolean(this.list.querySelector(".match, .mend")));
  }

  disconnectedCallback() {
    this.life?.abort();
    this.forget?.();
  }

  draw() {
    this.picture = document.createElementNS(SVG, "svg");
    this.picture.setAttribute("viewBox", "0 0 1 1");
    this.picture.setAttribute("preserveAspectRatio", "none");
    this.picture.setAttribute("aria-hidden", "true"); // the list says the same
    this.regions = [...this.list.querySelectorAll("[data-points]")].map((line) => {
      const shape = document.createElementNS(SVG, "polygon");
      shape.setAttribute("points", line.dataset.points);
      shape.classList.toggle("is-match", line.classList.contains("match"));
      const edge = document.createElementNS(SVG, "path");
      edge.setAttribute("d", `M${line.dataset.points}Z`);
      this.picture.append(edge, shape);
      return { line, shape, edge, points: parsePoints(line.dataset.points) };
    });
    this.label = make("output", { className: "ma-region-text", hidden: true, "aria-hidden": "true" });
    this.replaceChildren(this.picture, this.label);
  }

  listen() {
    const { signal } = this.life;
    this.stage.addEventListener("ma-view", (event) => this.place(event.detail), { signal });
    this.stage.addEventListener("pointerdown", (event) => (this.pressed = event), { signal });
    this.stage.addEventListener("pointermove", (event) => event.pointerType !== "touch" && this.isOn && this.point(event), { signal });
    this.stage.addEventListener("pointerleave", () => this.show(null), { signal });
    this.stage.addEventListener("click", (event) => this.tap(event), { signal });
    const of = (event) => this.regions.find(({ line }) => line.contains(event.target)) ?? null;
    for (const name of ["focusin", "pointerover"]) this.list.addEventListener(name, (event) => this.show(of(event)), { signal });
    for (const name of ["focusout", "pointerleave"]) this.list.addEventListener(name, () => this.show(null), { signal });
  }

  /** Over the picture, wherever it is shown now. */
  place(rect) {
    this.rect = rect;
    const { style } = this.picture;
    style.left = `${rect.x}px`;
    style.top = `${rect.y}px`;
    style.width = `${rect.width}px`;
    style.height = `${rect.height}px`;
    this.show(this.shownRegion ?? null);
  }

  toggle(on = !this.isOn) {
    this.isOn = on;
    this.classList.toggle("is-on", on);
    this.button?.setAttribute("aria-pressed", String(on));
    if (!on) this.show(null);
  }

  under(event) {
    if (!this.rect) return null;
    const box = this.getBoundingClientRect();
    const x = (event.clientX - box.left - this.rect.x) / this.rect.width;
    const y = (event.clientY - box.top - this.rect.y) / this.rect.height;
    return regionAt(this.regions, x, y);
  }

  point(event) {
    this.show(event.buttons || event.target.closest("button, a") ? null : this.under(event));
  }

  /** A tap or click on an outline shows its text and its line in the list. */
  tap(event) {
    const moved = this.pressed && Math.hypot(event.clientX - this.pressed.clientX, event.clientY - this.pressed.clientY) > STILL;
    if (!this.isOn || moved || event.target.closest("button, a")) return;
    const region = this.under(event);
    this.show(region);
    // on a narrow window the list is below: the picture must not scroll away
    if (BESIDE.matches) region?.line.scrollIntoView({ block: "nearest" });
  }

  show(region) {
    this.shownRegion = region;
    for (const { line, shape, edge } of this.regions) {
      for (const part of [line, shape, edge]) part.classList.toggle("is-shown", line === region?.line);
    }
    this.label.hidden = !region || !this.rect;
    if (this.label.hidden) return;
    const words = region.line.querySelector(".words, input[name=text]");
    this.label.textContent = words?.value ?? words?.textContent ?? "";
    this.label.lang = words?.lang ?? "";
    const foot = footOf(region.points, this.rect);
    const half = this.label.offsetWidth / 2;
    const below = foot.y + 8 + this.label.offsetHeight < this.clientHeight;
    this.label.style.left = `${Math.min(Math.max(foot.x - half, 4), Math.max(4, this.clientWidth - 2 * half - 4))}px`;
    this.label.style.top = `${below ? foot.y + 8 : Math.max(4, Math.min(foot.y, this.clientHeight) - this.label.offsetHeight - 8)}px`;
  }
}
