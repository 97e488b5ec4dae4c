/**
 * <ma-viewer src width height iiif>: a picture to look into, over the server's <img>.
 *
 * `width` and `height` are the original's pixels, so that 100 % means one pixel of the original on one of the screen, whatever
 * the size of `src`. `iiif`, where given, is the IIIF Image address whose tiles are laid over the picture when one zooms past it.
 */
import { register } from "../actions.js";
import { actionButton, make, prefersStill } from "../dom.js";
import { fit, fitScale, pan, wheelFactor, zoomTo } from "../lib/zoom.js";
import { goUp, turn } from "../page/turning.js";
import { say } from "../words.js";
import { layTiles } from "./deep.js";
import { follow } from "./pointers.js";

const STEP = 1.5;
/** Milliseconds after which tiles that could not be had are asked for again. */
const AGAIN = 5000;

export class Viewer extends HTMLElement {
  connectedCallback() {
    this.image = this.querySelector("img");
    if (!this.image) this.append((this.image = make("img", { src: this.getAttribute("src"), alt: "" })));
    this.tabIndex = 0;
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", say("Picture"));
    this.image.draggable = false;
    this.image.addEventListener("load", () => this.measure(), { once: true });
    this.bar = this.buildBar();
    this.classList.add("is-ready");
    this.forget = register(...this.actions());
    this.observer = new ResizeObserver(() => this.measure());
    this.observer.observe(this);
    this.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
    this.addEventListener("dblclick", (event) => this.onDoubleClick(event));
    follow(this, this.image);
    this.measure();
  }

  disconnectedCallback() {
    this.forget?.();
    this.observer?.disconnect();
    this.bar?.remove();
    this.tiles?.remove();
    this.tiles = null;
    this.asked = false;
  }

  buildBar() {
    this.percent = make("output", { className: "ma-percent" });
    const bar = make(
      "div",
      { className: "ma-viewer-bar", role: "toolbar", "aria-label": say("Zoom") },
      actionButton("viewer.out", "zoom-out", "−", say("Zoom out")),
      this.percent,
      actionButton("viewer.in", "zoom-in", "+", say("Zoom in")),
      actionButton("viewer.fit", "maximize", "□", say("Whole picture")),
      make("button", { type: "button", className: "ma-tool", "data-action": "viewer.pixels", title: say("Every pixel (100 %)") }, "100 %"),
    );
    this.append(bar);
    return bar;
  }

  get view() {
    return { width: this.clientWidth, height: this.clientHeight };
  }

  get picture() {
    const size = (name, natural) => Number(this.getAttribute(name)) || natural || 1;
    return { width: size("width", this.image.naturalWidth), height: size("height", this.image.naturalHeight) };
  }

  /** CSS px for a picture pixel when one is shown on one pixel of the screen. */
  get pixels() {
    return 1 / (window.devicePixelRatio || 1);
  }

  get isFitted() {
    return !this.state || this.state.scale <= fitScale(this.view, this.picture) * 1.001;
  }

  /** After the window or the picture became known or changed size. */
  measure() {
    if (!this.clientWidth || !this.clientHeight) return;
    const whole = !this.state || this.fitted;
    this.show(whole ? fit(this.view, this.picture) : pan(this.state, 0, 0, this.view, this.picture));
  }

  show(state, smooth = false) {
    this.state = state;
    this.fitted = this.isFitted;
    const { style, classList } = this.image;
    classList.toggle("is-moving", smooth && !prefersStill());
    style.width = `${this.picture.width}px`;
    style.height = `${this.picture.height}px`;
    style.transform = `translate(${state.x}px, ${state.y}px) scale(${state.scale})`;
    this.classList.toggle("is-zoomed", !this.fitted);
    this.percent.textContent = `${Math.round((state.scale / this.pixels) * 100)} %`;
    this.sharpen(smooth && !prefersStill());
    this.dispatchEvent(new CustomEvent("ma-view", { bubbles: true, detail: this.shown }));
  }

  /** Where the whole picture is, in px of this element; null before it is known. */
  get shown() {
    if (!this.state) return null;
    const { x, y, scale } = this.state;
    return { x, y, width: this.picture.width * scale, height: this.picture.height * scale };
  }

  /** Lays sharp tiles over the picture once it has no more to show by itself. */
  sharpen(smooth) {
    if (this.tiles) return this.tiles.follow(this.state, this.view, this.picture, smooth);
    const address = this.getAttribute("iiif");
    const shown = this.picture.width * this.state.scale * (window.devicePixelRatio || 1);
    if (!address || this.asked || !this.image.naturalWidth || shown <= this.image.naturalWidth * 1.05) return undefined;
    this.asked = true;
    return layTiles(this, address).then(
      (tiles) => this.take(tiles),
      () => setTimeout(() => (this.asked = false), AGAIN),
    );
  }

  take(tiles) {
    if (!this.isConnected) return tiles.remove();
    this.tiles = tiles;
    return tiles.follow(this.state, this.view, this.picture, false);
  }

  get centre() {
    return { x: this.clientWidth / 2, y: this.clientHeight / 2 };
  }

  zoom(scale, point = this.centre, smooth = false) {
    this.show(zoomTo(this.state, scale, point, this.view, this.picture), smooth);
  }

  move(dx, dy) {
    this.show(pan(this.state, dx, dy, this.view, this.picture));
  }

  pointOf(event) {
    const box = this.getBoundingClientRect();
    return { x: event.clientX - box.left - this.clientLeft, y: event.clientY - box.top - this.clientTop };
  }

  onWheel(event) {
    event.preventDefault();
    const pinch = event.ctrlKey ? 4 : 1; // trackpads report a pinch as a fine wheel with Ctrl
    this.zoom(this.state.scale * wheelFactor(event.deltaY * pinch, event.deltaMode), this.pointOf(event));
  }

  onDoubleClick(event) {
    if (!event.target.closest(".ma-viewer-bar")) this.toggle(this.pointOf(event));
  }

  /** Between the whole picture and every pixel of it; a picture that is smaller than the window goes to 200 %. */
  toggle(point = this.centre) {
    if (!this.fitted) return this.show(fit(this.view, this.picture), true);
    const closer = fitScale(this.view, this.picture) < this.pixels * 0.99 ? this.pixels : this.pixels * 2;
    return this.zoom(closer, point, true);
  }

  up() {
    if (this.fitted) goUp();
    else this.show(fit(this.view, this.picture), true);
  }

  actions() {
    const of = (name, label, keys, run) => ({ name, label, keys, run, group: "Picture", scope: this });
    return [
      of("viewer.in", "Zoom in", ["+", "="], () => this.zoom(this.state.scale * STEP, this.centre, true)),
      of("viewer.out", "Zoom out", ["-"], () => this.zoom(this.state.scale / STEP, this.centre, true)),
      of("viewer.fit", "Whole picture", ["0"], () => this.show(fit(this.view, this.picture), true)),
      of("viewer.pixels", "Every pixel (100 %)", [], () => this.zoom(this.pixels, this.centre, true)),
      of("viewer.toggle", "Between whole picture and 100 %", ["z"], () => this.toggle()),
      of("viewer.previous", "Previous item", ["ArrowLeft"], () => turn("prev")),
      of("viewer.next", "Next item", ["ArrowRight"], () => turn("next")),
      of("viewer.up", "Back to the list", ["Escape"], () => this.up()),
    ];
  }
}
