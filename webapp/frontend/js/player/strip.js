/**
 * The strip under the picture: waveform, played part, marks, cuts, and what is black, standing or silent; a preview where
 * the pointer is; pull to go there.
 */
import { make } from "../dom.js";
import { readNoticed } from "../lib/noticed.js";
import { columnsOf, readPeaks } from "../lib/peaks.js";
import { cueAt, parseSprites } from "../lib/vtt.js";
import { say } from "../words.js";

export class Strip {
  /** @param {import("./element.js").Player} player */
  constructor(player) {
    this.player = player;
    this.peaks = new Float32Array(0);
    this.sprites = [];
    this.noticed = { cuts: [], stretches: [] };
    this.canvas = make("canvas", { className: "ma-wave" });
    this.picture = make("div", { className: "ma-sprite" });
    this.when = make("span", { className: "ma-when" });
    this.preview = make("div", { className: "ma-preview", hidden: true }, this.picture, this.when);
    this.element = make("div", { className: "ma-strip", role: "slider", tabIndex: 0, "aria-label": say("Position"), "aria-valuemin": "0" }, this.canvas, this.preview);
    this.element.addEventListener("pointerdown", (event) => this.#begin(event));
    this.element.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel"]) this.element.addEventListener(name, () => (this.pulling = false));
    this.element.addEventListener("pointerleave", () => (this.preview.hidden = true));
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.element);
  }

  /** Fetches what there is to show; the strip works without any of it. */
  async load({ peaks, sprites, analysis }, signal) {
    const fetched = async (address) => {
      const answer = await fetch(address, { signal });
      if (!answer.ok) throw new Error(`${answer.status} ${address}`);
      return answer;
    };
    const wave = async () => peaks && (this.peaks = readPeaks(await (await fetched(peaks)).json()));
    const pictures = async () => {
      if (!sprites) return;
      this.sprites = parseSprites(await (await fetched(sprites)).text(), new URL(sprites, location.href));
    };
    const events = async () => analysis && (this.noticed = readNoticed(await (await fetched(analysis)).json()));
    const results = await Promise.allSettled([wave(), pictures(), events()]);
    if (signal.aborted) return;
    for (const { reason } of results) if (reason) console.warn(`the strip goes without: ${reason.message}`);
    this.resize();
  }

  resize() {
    const scale = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(this.element.clientWidth * scale);
    this.canvas.height = Math.round(this.element.clientHeight * scale);
    this.columns = columnsOf(this.peaks, this.canvas.width);
    this.draw();
  }

  frameAt(event) {
    const box = this.element.getBoundingClientRect();
    const part = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    return { frame: Math.round(part * this.player.clock.last), x: part * box.width, width: box.width };
  }

  #begin(event) {
    if (event.button !== 0) return;
    this.element.setPointerCapture(event.pointerId);
    this.pulling = true;
    this.#move(event);
  }

  #move(event) {
    const at = this.frameAt(event);
    this.#show(at);
    if (this.pulling) this.player.transport.seek(at.frame);
  }

  #show({ frame, x, width }) {
    const { clock } = this.player;
    const sprite = cueAt(this.sprites, clock.secondsOf(frame));
    this.when.textContent = clock.timecode(frame);
    this.picture.hidden = !sprite;
    if (sprite) {
      Object.assign(this.picture.style, { width: `${sprite.width}px`, height: `${sprite.height}px`, backgroundImage: `url(${JSON.stringify(sprite.url)})`, backgroundPosition: `-${sprite.x}px -${sprite.y}px` });
    }
    const half = (sprite?.width ?? 100) / 2;
    this.preview.style.left = `${Math.min(width - half, Math.max(half, x))}px`;
    this.preview.hidden = false;
  }

  draw() {
    const { clock, marks } = this.player;
    const context = this.canvas.getContext("2d");
    const { width, height } = this.canvas;
    const at = (frame) => (clock.last > 0 ? (frame / clock.last) * width : 0);
    const colours = getComputedStyle(this.element);
    const colour = (name, otherwise) => colours.getPropertyValue(name).trim() || otherwise;
    context.clearRect(0, 0, width, height);
    this.#drawMarks(context, at, colour("--accent", "#c8452d"));
    this.#drawStretches(context, colour);
    this.#drawWave(context, at(clock.frame), colour("--text", "#ddd"), colour("--muted", "#888"));
    this.#drawCuts(context, colour("--cut", "#7fb2e5"));
    context.fillStyle = colour("--accent", "#c8452d");
    context.fillRect(Math.round(at(clock.frame)) - 1, 0, 2, height);
    if (marks.isEmpty) return;
    for (const frame of [marks.in, marks.out]) if (frame !== null) context.fillRect(Math.round(at(frame)) - 1, 0, 3, height / 4);
  }

  #drawMarks(context, at, colour) {
    const { marks, clock } = this.player;
    if (marks.isEmpty) return;
    const from = at(marks.in ?? 0);
    context.globalAlpha = 0.25;
    context.fillStyle = colour;
    context.fillRect(from, 0, at(marks.out ?? clock.last) - from, this.canvas.height);
    context.globalAlpha = 1;
  }

  #x(seconds) {
    return (Math.min(1, seconds / (this.player.clock.duration || 1))) * this.canvas.width;
  }

  /** Each kind a bar of its own at the lower edge. */
  #drawStretches(context, colour) {
    const lane = Math.max(3, Math.round(this.canvas.height / 16));
    const lanes = { silence: 0, freeze: 1, black: 2 };
    for (const { name, start, end } of this.noticed.stretches) {
      context.fillStyle = colour(`--${name}`, "#999");
      const from = this.#x(start);
      context.fillRect(from, this.canvas.height - (lanes[name] + 1) * lane, Math.max(2, this.#x(end) - from), lane - 1);
    }
  }

  #drawCuts(context, colour) {
    context.fillStyle = colour;
    for (const cut of this.noticed.cuts) context.fillRect(Math.round(this.#x(cut)), 0, 1, this.canvas.height / 6);
  }

  #drawWave(context, played, bright, dim) {
    const { height } = this.canvas;
    if (!this.peaks.length) {
      context.fillStyle = bright;
      context.globalAlpha = 0.3;
      context.fillRect(0, height / 2 - 1, this.canvas.width, 2);
      context.globalAlpha = 1;
      return;
    }
    for (let x = 0; x < this.columns.length; x += 1) {
      const length = Math.max(1, this.columns[x] * height * 0.9);
      context.fillStyle = x < played ? bright : dim;
      context.fillRect(x, (height - length) / 2, 1, length);
    }
  }

  /** For assistive technology. */
  tell() {
    const { clock } = this.player;
    this.element.setAttribute("aria-valuemax", String(clock.last));
    this.element.setAttribute("aria-valuenow", String(clock.frame));
    this.element.setAttribute("aria-valuetext", clock.timecode());
  }

  stop() {
    this.observer.disconnect();
  }
}
