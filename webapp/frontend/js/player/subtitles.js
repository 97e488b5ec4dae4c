/** What is said, under the film: a button and a key turn it on and off, a list chooses where there are several. */
import { make } from "../dom.js";
import { say } from "../words.js";

export class Subtitles {
  /** @param {HTMLMediaElement} media */
  constructor(media) {
    this.tracks = [...media.querySelectorAll("track")].map((element) => element.track);
    this.button = document.querySelector('[data-action="captions.toggle"]');
    this.last = this.preferred();
    if (this.tracks.length > 1) this.list = this.buildList();
    if (this.tracks.length && this.button) this.button.hidden = false;
    this.choose(-1);
  }

  /** The first in the page's language, else the first. */
  preferred() {
    const [language] = document.documentElement.lang.split("-");
    return Math.max(0, this.tracks.findIndex((track) => track.language.split("-")[0] === language));
  }

  buildList() {
    const off = make("option", { value: "-1" }, say("No subtitles"));
    const list = make("select", { className: "ma-choice", "aria-label": say("Captions"), title: say("Captions") }, off);
    list.append(...this.tracks.map((track, number) => make("option", { value: String(number) }, track.label)));
    list.addEventListener("change", () => this.choose(Number(list.value)));
    return list;
  }

  /** Shows one of them; -1 shows none. */
  choose(number) {
    this.shown = number;
    if (number >= 0) this.last = number;
    this.tracks.forEach((track, each) => (track.mode = each === number ? "showing" : "disabled"));
    this.button?.setAttribute("aria-pressed", String(number >= 0));
    if (this.list) this.list.value = String(number);
  }

  toggle() {
    this.choose(this.shown < 0 ? this.last : -1);
  }
}
