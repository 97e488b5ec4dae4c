/** What is digested of a file, and how a digest is written. */
const SAMPLE = 64 << 10;

export const hex = (bytes) => Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");

/** The stretches [start, end) of a file of `size` bytes that its fingerprint is made of, after the size itself. */
export function sampled(size) {
  if (size <= SAMPLE) return [[0, size]];
  const last = Math.max(SAMPLE, size - SAMPLE);
  return [[0, SAMPLE], [last, size]];
}
