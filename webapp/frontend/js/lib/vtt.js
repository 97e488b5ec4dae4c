/** WebVTT cues, and the sprite pictures that cues can point at (`sprites.jpg#xywh=0,90,160,90`). */

const CLOCK = /^(?:(\d+):)?(\d\d):(\d\d)[.,](\d{3})$/;

function seconds(text) {
  const match = CLOCK.exec(text);
  if (!match) return null;
  const [, hours = "0", minutes, secs, millis] = match;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(secs) + Number(millis) / 1000;
}

/** @returns {{start: number, end: number, text: string}[]} in the order of the file; blocks that are no cues are left out */
export function parseVtt(source) {
  const blocks = source.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n").split(/\n{2,}/);
  return blocks.map(parseCue).filter(Boolean);
}

function parseCue(block) {
  const lines = block.split("\n").filter((line) => line.trim());
  const at = lines.findIndex((line) => line.includes("-->"));
  if (at < 0) return null;
  const [from, to] = lines[at].split("-->").map((part) => part.trim().split(/\s+/)[0]);
  const start = seconds(from);
  const end = seconds(to);
  if (start === null || end === null) return null;
  return { start, end, text: lines.slice(at + 1).join("\n") };
}

/** Cues whose text is a picture with a rectangle, addresses resolved against `base`. */
export function parseSprites(source, base) {
  return parseVtt(source).flatMap((cue) => {
    const match = /^(.*)#xywh=(\d+),(\d+),(\d+),(\d+)$/.exec(cue.text.trim());
    if (!match) return [];
    const [x, y, width, height] = match.slice(2).map(Number);
    return [{ start: cue.start, end: cue.end, url: new URL(match[1], base).href, x, y, width, height }];
  });
}

/** The last cue that starts at or before `time`, or the first one; null if there is none. */
export function cueAt(cues, time) {
  let low = 0;
  let high = cues.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (cues[middle].start <= time) low = middle;
    else high = middle - 1;
  }
  return cues[low] ?? null;
}
