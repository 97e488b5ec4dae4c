/** Speeds as on an editing program's J, K and L, and on `,` and `.`. */
const FASTEST = 8;
const RATES = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2];

/** The speed after key "j", "k" or "l" at `speed`; negative is backwards. */
export function shuttle(speed, key) {
  if (key === "k") return 0;
  const way = key === "l" ? 1 : -1;
  if (speed * way <= 0) return way;
  return way * Math.min(FASTEST, Math.max(1, Math.abs(speed) * 2));
}

/** The next slower (-1) or faster (+1) normal playing speed. */
export function nextRate(rate, step) {
  const nearest = RATES.reduce((best, each, i) => (Math.abs(each - rate) < Math.abs(RATES[best] - rate) ? i : best), 0);
  return RATES[Math.min(RATES.length - 1, Math.max(0, nearest + step))];
}
