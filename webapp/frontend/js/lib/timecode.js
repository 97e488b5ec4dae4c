/**
 * Frames, seconds and timecode, exact: the frame rate is a rational in BigInt and never becomes a float.
 *
 * Drop-frame counting is SMPTE ST 12-1: at a nominal 30 (60) frames a second the numbers 0 and 1 (0 to 3) are left out
 * at the start of every minute but each tenth.
 */
const PRECISION = 1_000_000_000n;
/** Media times come rounded down to a microsecond or a container tick; a millisecond is far below a frame. */
const TOLERANCE = 1_000_000n;

/** "30000/1001", "25" or "29.97" as `{num, den}`; null if it is none of them. */
export function parseRate(text) {
  const match = /^(\d+)(?:\.(\d+))?(?:\/(\d+))?$/.exec(text ?? "");
  if (!match) return null;
  const [, whole, decimals = "", divisor = "1"] = match;
  const num = BigInt(whole + decimals);
  const den = BigInt(divisor) * 10n ** BigInt(decimals.length);
  return num > 0n && den > 0n ? { num, den } : null;
}

/** The whole number of frames that timecode counts in a second. */
export const nominal = (rate) => Number((rate.num + rate.den / 2n) / rate.den);

/** Seconds to the middle of frame `frame`: a place that every player rounds to this frame. */
export function middleOf(frame, { num, den }) {
  return Number(((2n * BigInt(frame) + 1n) * den * PRECISION) / (2n * num)) / Number(PRECISION);
}

/** The frame on screen at `seconds`. */
export function frameAt(seconds, { num, den }) {
  const exact = BigInt(Math.round(Math.max(0, seconds) * 1e6)) * 1000n + TOLERANCE;
  return Number((exact * num) / (den * PRECISION));
}

/** How many frames last `seconds`, rounded to the nearest. */
export function framesIn(seconds, { num, den }) {
  const exact = BigInt(Math.round(Math.max(0, seconds) * 1e6)) * 1000n * num;
  const unit = den * PRECISION;
  return Number((exact + unit / 2n) / unit);
}

const droppedEachMinute = (fps, drop) => (drop ? Math.round(fps / 15) : 0);

/** "10:42:17:08" as a frame number counted from 00:00:00:00; null if no such timecode exists. */
export function parseTimecode(text, rate, drop = false) {
  const match = /^(\d{1,2}):(\d\d):(\d\d)[:;.](\d{2,3})$/.exec(text ?? "");
  if (!match) return null;
  const [hours, minutes, seconds, frames] = match.slice(1).map(Number);
  const fps = nominal(rate);
  const left = droppedEachMinute(fps, drop);
  if (hours > 23 || minutes > 59 || seconds > 59 || frames >= fps) return null;
  if (minutes % 10 && seconds === 0 && frames < left) return null;
  const total = hours * 60 + minutes;
  return (total * 60 + seconds) * fps + frames - left * (total - Math.floor(total / 10));
}

/** The timecode of frame number `frame`; wraps after 24 hours; drop-frame is written with `;`. */
export function formatTimecode(frame, rate, drop = false) {
  const fps = nominal(rate);
  const left = droppedEachMinute(fps, drop);
  const inTen = fps * 600 - left * 9;
  const day = inTen * 144;
  const at = ((frame % day) + day) % day;
  const tens = Math.floor(at / inTen);
  const rest = at % inTen;
  const minutesPassed = rest < fps * 60 ? 0 : 1 + Math.floor((rest - fps * 60) / (fps * 60 - left));
  const count = at + left * (tens * 9 + minutesPassed);
  const two = (value) => String(Math.floor(value)).padStart(2, "0");
  const clock = [count / (fps * 3600), (count / (fps * 60)) % 60, (count / fps) % 60].map(two).join(":");
  return `${clock}${drop ? ";" : ":"}${two(count % fps)}`;
}
