/**
 * <ma-cut list="#id" label>: plays the clips of a list one after the other, as the rough cut that they are.
 *
 * A line is `<li data-src data-begins data-ends>` (seconds). Two players take turns: while one plays, the other stands
 * ready at the beginning of the next clip, so that there is no hole between them. The order is read anew at every clip.
 */
import { register } from "../actions.js";
import { actionButton, make } from "../dom.js";
import { nextLine, passed, whole } from "../lib/cuts.js";
import { formatTimecode, framesIn, parseRate } from "../lib/timecode.js";
import { say } from "../words.js";

export class Cut extends HTMLElement {
  connectedCallback() {
    if (this.forget) return;
    this.lines = document.querySelector(this.getAttribute("list"));
    this.hidden = false;
    this.tabIndex = -1;
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", this.getAttribute("label"));
    this.rate = parseRate(this.getAttribute("fps")) ?? parseRate("25");
    this.players = [0, 1].map(() => make("video", { playsinline: true, preload: "auto" }));
    this.turn = 0;
    this.at = 0;
    this.build();
    this.listen();
    this.ready(this.at);
  }

  disconnectedCallback() {
    this.forget?.();
    this.forget = null;
    cancelAnimationFrame(this.watching);
    for (const player of this.players) player.pause();
  }

  build() {
    this.said = make("output", { className: "ma-timecode", "aria-live": "off" });
    this.share = make("progress", { max: "1", value: "0", "aria-label": say("Progress") });
    const bar = make("div", { className: "ma-player-bar", role: "toolbar", "aria-label": say("Player") },
      actionButton("cut.previous", "skip-back", "|◁", say("Previous clip")),
      actionButton("cut.play", "play", "▶", say("Play or stop")),
      actionButton("cut.next", "skip-forward", "▷|", say("Next clip")),
      this.said,
    );
    this.replaceChildren(make("div", { className: "cut-stage" }, ...this.players), this.share, bar);
  }

  listen() {
    const of = (name, label, keys, run) => ({ name: `cut.${name}`, label, keys, run, group: "Player", scope: this });
    this.forget = register(
      of("play", "Play or stop", ["Space", "l", "k"], () => this.toggle()),
      of("next", "Next clip", ["ArrowRight"], () => this.go(this.at + 1)),
      of("previous", "Previous clip", ["ArrowLeft"], () => this.go(this.at - 1)),
      of("first", "First", ["Home"], () => this.go(0)),
    );
    this.lines.addEventListener("click", (event) => {
      const link = event.target.closest("[data-play]");
      const line = link?.closest("li");
      if (!line?.dataset.src) return;
      event.preventDefault();
      this.go(this.all.indexOf(line), true);
    });
  }

  get all() {
    return [...this.lines.children];
  }

  get clips() {
    return this.all.map(({ dataset }) => ({ src: dataset.src ?? null, begins: Number(dataset.begins), ends: Number(dataset.ends) }));
  }

  get player() {
    return this.players[this.turn];
  }

  /** The clip at `index` on the player whose turn it is, the next one on the other. */
  ready(index) {
    const { clips } = this;
    const at = nextLine(clips, index);
    if (at === null) return false;
    this.at = at;
    this.load(this.player, clips[at]);
    const next = nextLine(clips, at + 1);
    if (next !== null) this.load(this.players[1 - this.turn], clips[next]);
    this.show();
    return true;
  }

  load(player, { src, begins }) {
    if (player.getAttribute("src") !== src) player.setAttribute("src", src);
    if (Math.abs(player.currentTime - begins) > 0.001) player.currentTime = begins;
  }

  show() {
    for (const player of this.players) player.classList.toggle("is-shown", player === this.player);
    this.all.forEach((line, index) => line.toggleAttribute("data-now", index === this.at));
    this.tell();
  }

  tell() {
    const { clips } = this;
    const sum = whole(clips);
    const done = passed(clips, this.at, this.player.currentTime);
    this.share.value = sum ? done / sum : 0;
    this.said.textContent = `${this.clock(done)} / ${this.clock(sum)} · ${this.at + 1}/${clips.length}`;
  }

  clock(seconds) {
    return formatTimecode(framesIn(seconds, this.rate), this.rate);
  }

  toggle() {
    if (!this.player.paused) return this.stop();
    const { ends } = this.clips[this.at];
    if (this.player.currentTime >= ends - 0.01) this.ready(0);
    return this.play();
  }

  stop() {
    cancelAnimationFrame(this.watching);
    this.player.pause();
  }

  play() {
    this.player.play().catch(() => this.stop());
    this.watch();
  }

  /** Looks at every picture that is drawn whether the clip is over. */
  watch() {
    cancelAnimationFrame(this.watching);
    this.watching = requestAnimationFrame(() => {
      this.tell();
      if (this.player.currentTime >= this.clips[this.at].ends - 0.02 || this.player.ended) this.turnOver();
      else this.watch();
    });
  }

  turnOver() {
    const next = nextLine(this.clips, this.at + 1);
    this.player.pause();
    if (next === null) return this.tell();
    this.turn = 1 - this.turn;
    this.ready(next);
    return this.play();
  }

  go(index, plays = !this.player.paused) {
    this.stop();
    if (!this.ready(Math.max(0, Math.min(this.all.length - 1, index)))) return;
    if (plays) this.play();
  }
}
