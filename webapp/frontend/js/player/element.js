/**
 * <ma-player src poster fps="30000/1001" start-timecode drop-frame duration sprites peaks analysis>: a player that knows frames,
 * over the server's <video controls> or <audio controls>. Emits `ma-marks` with `{in, out}` (frames or null) when a mark is set.
 */
import { register } from "../actions.js";
import { actionButton, icon, make } from "../dom.js";
import { say } from "../words.js";
import { Clock } from "./clock.js";
import { playerActions } from "./keys.js";
import { nextCut } from "../lib/noticed.js";
import { Marks } from "./marks.js";
import { Sounds } from "./sounds.js";
import { Strip } from "./strip.js";
import { Subtitles } from "./subtitles.js";
import { Transport } from "./transport.js";

/** A film whose format the browser cannot show still runs its clock, with no frames: looked at after this. */
const PROOF_MS = 2500;

export class Player extends HTMLElement {
  connectedCallback() {
    this.media = this.querySelector("video, audio");
    if (!this.media) this.append((this.media = make("video", { src: this.getAttribute("src"), poster: this.getAttribute("poster"), preload: "metadata", playsinline: true })));
    this.life = new AbortController();
    this.isFilm = this.media.tagName === "VIDEO";
    this.clock = new Clock(this.media, { fps: this.getAttribute("fps"), start: this.getAttribute("start-timecode"), drop: this.hasAttribute("drop-frame"), duration: this.getAttribute("duration") });
    this.transport = new Transport(this.media, this.clock, () => this.draw());
    this.marks = new Marks();
    const tracks = [...document.querySelectorAll("audio[data-track]")].map(({ src, dataset }) => ({ src, label: dataset.track }));
    this.sounds = new Sounds(this.media, tracks, this.life.signal);
    this.subtitles = new Subtitles(this.media);
    this.build();
    this.listen();
    const [peaks, sprites, analysis] = ["peaks", "sprites", "analysis"].map((name) => this.getAttribute(name));
    this.strip.load({ peaks, sprites, analysis }, this.life.signal);
    this.draw();
  }

  disconnectedCallback() {
    this.life?.abort();
    this.forget?.();
    this.strip?.stop();
    this.transport?.play(0);
    this.built?.forEach((part) => part.remove());
    if (this.media) this.media.controls = true;
  }

  build() {
    this.media.controls = false;
    this.tabIndex = -1;
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", say("Player"));
    this.strip = new Strip(this);
    this.alert = make("p", { className: "ma-alert", role: "alert", hidden: true });
    this.built = [this.alert, this.strip.element, this.buildBar()];
    this.append(...this.built);
    this.classList.add("is-ready");
    this.classList.toggle("is-sound", !this.isFilm);
  }

  buildBar() {
    this.timecode = make("output", { className: "ma-timecode", "aria-live": "off" });
    this.speed = make("span", { className: "ma-speed" });
    this.span = make("span", { className: "ma-marks" });
    this.playButton = actionButton("player.play", "play", "▶", say("Play or stop"));
    this.soundButton = actionButton("player.mute", "volume-2", "♪", say("Sound on or off"));
    const letters = [["in", "I", "Mark in"], ["out", "O", "Mark out"]].map(([name, letter, label]) =>
      make("button", { type: "button", className: "ma-tool", "data-action": `player.${name}`, "aria-label": say(label), title: say(label) }, letter),
    );
    return make(
      "div",
      { className: "ma-player-bar", role: "toolbar", "aria-label": say("Player") },
      actionButton("player.previous", "step-back", "◁|", say("One frame back")),
      this.playButton,
      actionButton("player.next", "step-forward", "|▷", say("One frame on")),
      this.timecode,
      this.speed,
      make("span", { className: "ma-room" }),
      this.span,
      ...letters,
      this.subtitles.list,
      this.sounds.list,
      this.soundButton,
      this.isFilm ? actionButton("player.full", "maximize", "□", say("Full screen")) : null,
    );
  }

  listen() {
    const { signal } = this.life;
    this.forget = register(...playerActions(this));
    this.clock.onFrame(() => this.draw());
    for (const name of ["timeupdate", "seeked", "loadedmetadata", "volumechange", "ratechange"]) {
      this.media.addEventListener(name, () => this.draw(), { signal });
    }
    this.media.addEventListener("error", () => this.warn(), { signal });
    this.media.addEventListener("play", () => this.prove(), { signal });
    if (this.isFilm) this.media.addEventListener("click", () => this.transport.toggle(), { signal });
    document.addEventListener("keydown", (event) => event.key.toLowerCase() === "k" && (this.holdsStop = true), { signal });
    document.addEventListener("keyup", (event) => event.key.toLowerCase() === "k" && (this.holdsStop = false), { signal });
  }

  /** J and L shuttle; with K held down they step. */
  shuttle(key, event) {
    if (this.holdsStop) this.transport.step(key === "l" ? 1 : -1, event?.repeat);
    else if (!event?.repeat) this.transport.shuttle(key);
  }

  draw() {
    const { clock, transport } = this;
    this.timecode.textContent = clock.timecode();
    const speed = transport.isMoving ? transport.speed : transport.rate;
    this.speed.textContent = `${speed.toFixed(Number.isInteger(speed * 10) ? 1 : 2).replace("-", "−")}×`;
    this.classList.toggle("is-playing", transport.isMoving);
    this.setIcon(this.playButton, transport.isMoving ? "pause" : "play");
    this.setIcon(this.soundButton, this.sounds.muted ? "volume-x" : "volume-2");
    this.drawMarks();
    this.strip.draw();
    this.strip.tell();
  }

  setIcon(button, name) {
    if (button.dataset.icon === name) return;
    button.dataset.icon = name;
    const drawn = icon(name);
    if (drawn) button.replaceChildren(drawn);
  }

  drawMarks() {
    const { marks, clock } = this;
    const shown = (frame) => (frame === null ? "–" : clock.timecode(frame));
    const length = marks.length === null ? "" : say("{frames} frames", { frames: marks.length });
    this.span.textContent = marks.isEmpty ? "" : `I ${shown(marks.in)}  O ${shown(marks.out)}  ${length}`;
  }

  async mark(end) {
    await this.transport.arrive();
    this.marks.set(end, this.clock.frame);
    this.tellMarks();
  }

  clearMarks() {
    this.marks.clear();
    this.tellMarks();
  }

  tellMarks() {
    this.draw();
    const detail = { in: this.marks.in, out: this.marks.out, fps: this.getAttribute("fps") };
    this.dispatchEvent(new CustomEvent("ma-marks", { bubbles: true, detail }));
  }

  toggleSound() {
    this.sounds.muted = !this.sounds.muted;
  }

  get hasCuts() {
    return this.strip.noticed.cuts.length > 0;
  }

  /** To the nearest cut before (-1) or behind (1), or to the film's own end. */
  goToCut(way) {
    const { clock, strip, transport } = this;
    const cut = nextCut(strip.noticed.cuts, clock.secondsOf(clock.frame), way, 0.5 / clock.framesInSecond + 0.001);
    return transport.seek(cut === null ? (way > 0 ? clock.last : 0) : clock.frameAt(cut + 0.001));
  }

  toggleFull() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.requestFullscreen?.().catch(() => {}); // a browser may refuse; nothing is lost
  }

  prove() {
    clearTimeout(this.proving);
    if (!this.isFilm || !this.media.getVideoPlaybackQuality) return;
    this.proving = setTimeout(() => {
      const frames = this.media.getVideoPlaybackQuality().totalVideoFrames;
      if (!this.media.paused && this.media.currentTime > 1 && frames === 0) this.warn();
    }, PROOF_MS);
  }

  warn() {
    this.alert.hidden = false;
    this.alert.textContent = say("This browser cannot play this file. The original is kept unharmed; download it or ask for a new preview.");
  }
}
