/**
 * The frames of one medium: which one is on screen, going to another, its timecode.
 *
 * Browsers seek to times, not frames: frame n is asked for in its middle and confirmed by the frame the browser says it
 * showed (`requestVideoFrameCallback`; where that is missing, by the end of the seek).
 */
import { formatTimecode, frameAt, framesIn, middleOf, parseRate, parseTimecode } from "../lib/timecode.js";

const USUAL = parseRate("25");
/** A frame that never comes (a broken place in the file, sound that outlasts the picture) must not stop the keys for good. */
const LONGEST_MS = 4000;
const LONGEST_AFTER_SEEK_MS = 700;

export class Clock {
  #onFrame = [];

  /** @param {HTMLMediaElement} media @param {{fps, start, drop, duration}} facts as in the element's attributes */
  constructor(media, { fps, start, drop, duration }) {
    this.media = media;
    this.rate = parseRate(fps) ?? USUAL;
    this.drop = drop;
    this.start = parseTimecode(start, this.rate, drop) ?? 0;
    this.given = Number(duration) || 0;
    this.shown = null;
    this.watches = typeof media.requestVideoFrameCallback === "function";
    if (this.watches) this.#watch();
  }

  #watch() {
    this.media.requestVideoFrameCallback((_now, { mediaTime }) => {
      this.shown = frameAt(mediaTime, this.rate);
      for (const heard of this.#onFrame) heard(this.shown);
      this.#watch();
    });
  }

  onFrame(heard) {
    this.#onFrame.push(heard);
  }

  get duration() {
    return Number.isFinite(this.media.duration) && this.media.duration > 0 ? this.media.duration : this.given;
  }

  /** The number of the last frame. */
  get last() {
    return Math.max(0, framesIn(this.duration, this.rate) - 1);
  }

  /** The frame on screen. */
  get frame() {
    return this.shown ?? frameAt(this.media.currentTime, this.rate);
  }

  bounded(frame) {
    return Math.min(this.last, Math.max(0, frame));
  }

  /** Goes to `frame`; done when it is on screen. */
  async show(frame) {
    const wanted = this.bounded(frame);
    if (wanted === this.frame && !this.media.seeking) return;
    const there = this.#arrival(wanted);
    this.media.currentTime = middleOf(wanted, this.rate);
    await there;
    this.shown = this.watches ? this.shown : wanted;
  }

  #arrival(wanted) {
    return new Promise((done) => {
      const finish = () => {
        this.#onFrame = this.#onFrame.filter((each) => each !== heard);
        this.media.removeEventListener("seeked", onSeeked);
        clearTimeout(timer);
        done();
      };
      const heard = (frame) => frame === wanted && finish();
      let timer = setTimeout(finish, LONGEST_MS);
      const onSeeked = () => {
        clearTimeout(timer);
        timer = setTimeout(finish, this.watches ? LONGEST_AFTER_SEEK_MS : 0);
      };
      this.#onFrame.push(heard);
      this.media.addEventListener("seeked", onSeeked);
    });
  }

  /** Source timecode of a frame of this medium. */
  timecode(frame = this.frame) {
    return formatTimecode(this.start + frame, this.rate, this.drop);
  }

  secondsOf(frame) {
    return middleOf(frame, this.rate);
  }

  frameAt(seconds) {
    return this.bounded(frameAt(seconds, this.rate));
  }

  get framesInSecond() {
    return framesIn(1, this.rate);
  }
}
