/** Numbers as the catalogue writes them: 1,204 · 85.3 TB · 1:02:33 · 24.5 MB/s. */

export const count = (value) => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");

/** Bytes in decimal units with three significant digits. */
export function size(bytes) {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let value = bytes;
  let unit = 0;
  while (Number(value.toPrecision(3)) >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit ? Number(value.toPrecision(3)) : Math.round(value)} ${units[unit]}`;
}

export const rate = (bytesPerSecond) => `${size(bytesPerSecond)}/s`;

/** Seconds as 0:07, 2:33 or 1:02:33. */
export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const tail = two(whole % 60);
  return hours ? `${hours}:${two(minutes)}:${tail}` : `${minutes}:${tail}`;
}

/** "{count} selected" with its facts put in; unknown fields stay as they are. */
export const fill = (template, facts = {}) =>
  template.replace(/\{(\w+)\}/g, (field, name) => (name in facts ? String(facts[name]) : field));
