/** Playing forwards and backwards, and stepping: one thing at a time. */
import { nextRate, shuttle } from "../lib/shuttle.js";

/** Chromium mutes and drops frames above this; faster is done by seeking. */
const FASTEST_NATIVE = 8;

export class Transport {
  /** @param {HTMLMediaElement} media @param {import("./clock.js").Clock} clock @param {() => void} changed */
  constructor(media, clock, changed) {
    Object.assign(this, { media, clock, changed, rate: 1, speed: 0, steps: 0, sought: null, going: null });
    media.addEventListener("play", () => this.#follow());
    media.addEventListener("pause", () => this.#follow());
  }

  /** Native controls and the end of the film change what is playing, too. */
  #follow() {
    if (this.speed < 0) return;
    this.speed = this.media.paused ? 0 : this.media.playbackRate;
    this.changed();
  }

  get isMoving() {
    return this.speed !== 0;
  }

  /** Plays at `speed` times real time; negative is backwards, 0 stops. */
  play(speed) {
    cancelAnimationFrame(this.turning);
    this.speed = speed;
    if (speed > 0) {
      this.media.playbackRate = Math.min(FASTEST_NATIVE, speed);
      this.media.play().catch(() => this.play(0)); // refused by the browser, or the source failed: its error event says so
    } else {
      this.media.pause();
      if (speed < 0) this.#reverse();
    }
    this.changed();
  }

  toggle() {
    this.play(this.isMoving ? 0 : this.rate);
  }

  shuttle(key) {
    this.play(shuttle(this.speed, key));
  }

  changeRate(step) {
    this.rate = nextRate(this.rate, step);
    if (this.speed > 0) this.play(this.rate);
    else this.changed();
  }

  /** No browser plays backwards: frames are sought by the clock on the wall, skipping those that come too late. */
  async #reverse() {
    const speed = this.speed;
    await this.arrive();
    if (this.speed !== speed) return;
    const from = this.clock.frame;
    const since = performance.now();
    const turn = async () => {
      if (this.speed !== speed) return;
      const passed = (performance.now() - since) / 1000;
      const frame = from - Math.max(1, Math.round(passed * -speed * this.clock.framesInSecond));
      await this.clock.show(frame);
      if (this.speed !== speed) return;
      if (frame <= 0) this.play(0);
      else this.turning = requestAnimationFrame(turn);
    };
    turn();
  }

  /**
   * Goes `frames` on or back. Every press shows its frame, one after the other; a key held down skips presses
   * that come while a frame is still under way, so that nothing runs on after it is let go.
   */
  async step(frames, isRepeat = false) {
    if (this.isMoving) this.play(0);
    if (isRepeat && this.steps > 0) return;
    this.steps += 1;
    this.queue = this.arrive().then(() => this.clock.show(this.clock.frame + frames));
    await this.queue;
    this.steps -= 1;
    this.changed();
  }

  /** While the strip is pulled: always to the newest place, never a queue of old ones. */
  async seek(frame) {
    this.sought = frame;
    this.going ??= this.#goThere();
    await this.going;
  }

  async #goThere() {
    while (this.sought !== null) {
      const next = this.sought;
      this.sought = null;
      await this.clock.show(next);
      this.changed();
    }
    this.going = null;
  }

  /** Done when the frames that were asked for so far are on screen: what is pressed next means those. */
  async arrive() {
    await Promise.all([this.queue, this.going]);
  }
}
