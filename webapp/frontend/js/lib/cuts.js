/** Clips one after the other: `{src, begins, ends}` in seconds; what has no `src` cannot be played and is passed over. */

/** The first clip at or behind `index` that can be played; null if there is none. */
export function nextLine(clips, index) {
  for (let at = Math.max(0, index); at < clips.length; at += 1) if (clips[at].src) return at;
  return null;
}

/** Seconds of the whole. */
export const whole = (clips) => clips.reduce((sum, { begins, ends }) => sum + (ends - begins), 0);

/** Seconds of the whole that lie before `time` of the clip at `index`. */
export function passed(clips, index, time) {
  const { begins, ends } = clips[index] ?? { begins: 0, ends: 0 };
  return whole(clips.slice(0, index)) + Math.min(ends - begins, Math.max(0, time - begins));
}
