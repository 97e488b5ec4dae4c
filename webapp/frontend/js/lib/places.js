/** Cells of the map, as the search has them: 2^level each way over the degrees of the world. */

/** The finest level whose cells are still about `px` wide at this zoom, where the world is 256 px times 2^zoom. */
export const levelAt = (zoom, px = 64) => Math.max(2, Math.min(24, Math.floor(zoom + Math.log2(256 / px))));

/** South, west, north and east of the cell around a point, as addresses write them. */
export function cellAround(latitude, longitude, level) {
  const [wide, high] = [360 / 2 ** level, 180 / 2 ** level];
  const west = Math.floor((longitude + 180) / wide) * wide - 180;
  const south = Math.floor((latitude + 90) / high) * high - 90;
  return written([west, south, west + wide, south + high]);
}

const degrees = (value, least, most) => Math.min(most, Math.max(least, value)).toFixed(7).replace(/\.?0+$/, "") || "0";

/** An extent (west, south, east, north) as addresses write it: south, west, north, east. */
export function written([west, south, east, north]) {
  return [degrees(south, -90, 90), degrees(west, -180, 180), degrees(north, -90, 90), degrees(east, -180, 180)].join(",");
}

/** An address with a parameter added. */
export const withParameter = (address, name, value) => `${address}${address.includes("?") ? "&" : "?"}${name}=${encodeURIComponent(value)}`;

/** How wide a circle is for so many pictures, in px: it grows with the logarithm. */
export const radiusOf = (count) => Math.min(30, 11 + Math.log10(Math.max(1, count)) * 5);

/** A count that fits into a circle: 987, 12k, 3M. */
export const short = (count) => (count < 1000 ? String(count) : count < 1_000_000 ? `${Math.floor(count / 1000)}k` : `${Math.floor(count / 1_000_000)}M`);
