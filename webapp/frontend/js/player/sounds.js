/** Listening to one of a film's sound tracks in place of the mix: a sound of its own that follows the picture. */
import { make } from "../dom.js";
import { say } from "../words.js";

/** Seconds by which picture and sound may part; less is heard as a hiccup more than it helps. */
const DRIFT = 0.12;

export class Sounds {
  #muted = false;

  /** @param {HTMLMediaElement} media @param {{label: string, src: string}[]} tracks @param {AbortSignal} signal */
  constructor(media, tracks, signal) {
    Object.assign(this, { media, tracks, audio: null });
    if (tracks.length) this.list = this.buildList();
    const on = (name, heard) => media.addEventListener(name, () => this.audio && heard(), { signal });
    for (const name of ["play", "playing", "seeked", "ratechange"]) on(name, () => this.follow());
    for (const name of ["pause", "waiting", "seeking", "ended"]) on(name, () => this.audio.pause());
    on("timeupdate", () => Math.abs(this.audio.currentTime - media.currentTime) > DRIFT && this.follow());
    signal.addEventListener("abort", () => this.audio?.pause());
  }

  buildList() {
    const list = make("select", { className: "ma-choice", "aria-label": say("Sound track"), title: say("Sound track") });
    const labels = [say("All sound tracks together"), ...this.tracks.map(({ label }) => label)];
    list.append(...labels.map((label, number) => make("option", { value: String(number - 1) }, label)));
    list.addEventListener("change", () => this.choose(Number(list.value)));
    return list;
  }

  /** Plays one track with the picture; -1 plays the mix that is in the film. */
  choose(number) {
    this.audio?.pause();
    this.audio = number < 0 ? null : make("audio", { src: this.tracks[number].src, preload: "auto" });
    this.muted = this.#muted;
    if (this.audio) this.follow();
  }

  get muted() {
    return this.#muted;
  }

  /** The picture's own sound is off while a track is heard in its place. */
  set muted(wanted) {
    this.#muted = wanted;
    this.media.muted = wanted || this.audio !== null;
    if (this.audio) this.audio.muted = wanted;
  }

  follow() {
    const { media, audio } = this;
    audio.playbackRate = media.playbackRate;
    if (Math.abs(audio.currentTime - media.currentTime) > DRIFT / 4) audio.currentTime = media.currentTime;
    if (media.paused || media.seeking) audio.pause();
    else audio.play().catch(() => {}); // not loaded yet: the next "timeupdate" tries again
  }
}
