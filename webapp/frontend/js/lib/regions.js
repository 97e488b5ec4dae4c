/** Polygons over a picture, in fractions of it: which one is under a point, and where a picture's point is in a window. */

/** "0.1,0.2 0.4,0.2 …" as [[x, y], …]; what is no pair of numbers is left out. */
export const parsePoints = (text) =>
  text.split(/\s+/).map((pair) => pair.split(",").map(Number)).filter((pair) => pair.length === 2 && pair.every(Number.isFinite));

/** Whether the point lies inside the polygon: a ray to the right crosses its edges an odd number of times. */
export function isInside(points, x, y) {
  let inside = false;
  points.forEach(([ax, ay], index) => {
    const [bx, by] = points[(index + points.length - 1) % points.length];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  });
  return inside;
}

/** Twice the area, unsigned (the shoelace formula). */
export const extent = (points) =>
  Math.abs(points.reduce((sum, [x, y], index) => {
    const [nextX, nextY] = points[(index + 1) % points.length];
    return sum + x * nextY - nextX * y;
  }, 0));

/** The smallest of `regions` ({points}) that holds the point; null if none does. */
export function regionAt(regions, x, y) {
  const held = regions.filter(({ points }) => isInside(points, x, y));
  return held.sort((a, b) => extent(a.points) - extent(b.points))[0] ?? null;
}

/** Where the middle of a polygon's lower edge is, in px of the window that shows the picture in `rect` {x, y, width, height}. */
export function footOf(points, rect) {
  const across = points.map(([x]) => x);
  const middle = (Math.min(...across) + Math.max(...across)) / 2;
  return { x: rect.x + middle * rect.width, y: rect.y + Math.max(...points.map(([, y]) => y)) * rect.height };
}
