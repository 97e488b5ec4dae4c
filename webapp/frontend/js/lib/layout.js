/**
 * Justified rows: every row fills the width, heights stay near a target, the order is kept.
 *
 * One greedy pass over typed arrays; a million items take tens of milliseconds. Only row starts and tops are kept,
 * the cells of a row are computed when the row is shown.
 */

/** Ratios (width / height) outside these would make slivers or one-picture rows; such cells are cropped instead. */
const NARROWEST = 0.4;
const WIDEST = 4;

const bounded = (ratio) => (ratio > NARROWEST ? (ratio < WIDEST ? ratio : WIDEST) : NARROWEST);

/** The first place in sorted `breaks` that is not below `index`. */
function breakFrom(breaks, index) {
  let low = 0;
  let high = breaks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (breaks[middle] < index) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether a group begins with item `index`: its row stands under a heading. */
const begins = (rows, index) => Boolean(rows.breaks?.length) && rows.breaks[breakFrom(rows.breaks, index)] === index;

/** The px of the heading over a row; 0 where it has none. */
export const headOf = (rows, row) => (row < rows.count && begins(rows, rows.starts[row]) ? rows.heading : 0);

/**
 * Lay out `ratios` in rows of `width` px.
 *
 * With `previous`, rows that end before item `from` are taken over unchanged; `previous` must not be used afterwards.
 *
 * @param {Float32Array} ratios width / height of each item
 * @param {{width: number, target: number, gap: number, breaks?: number[], heading?: number, lines?: boolean}} shape pixels;
 *   a new row with room for a `heading` begins at each of the sorted `breaks`; with `lines` every item is a row
 * @returns rows: `count`, `height` (px), `starts[row]` (first item), `tops[row]` (px), both with one entry more than rows
 */
export function justify(ratios, shape, previous = null, from = 0) {
  const { width, target, gap, breaks = [], heading = 0, lines = false } = shape;
  const total = ratios.length;
  const kept = previous ? Math.max(0, rowOf(previous, from)) : 0;
  const starts = previous ? previous.starts : new Uint32Array(total + 1);
  const tops = previous ? previous.tops : new Float64Array(total + 1);
  let row = kept;
  let index = kept ? starts[kept] : 0;
  let top = kept ? tops[kept] - headOf(previous, kept) : 0;
  let next = breakFrom(breaks, index);
  while (index < total) {
    if (breaks[next] === index) {
      top += heading;
      next += 1;
    }
    const [end, height] = lines ? [index + 1, target] : fill(ratios, index, breaks[next] ?? total, width, target, gap);
    starts[row] = index;
    tops[row] = top;
    row += 1;
    top += height + gap;
    index = end;
  }
  starts[row] = total;
  tops[row] = top;
  return { ...shape, breaks, heading, lines, ratios, starts, tops, count: row, height: Math.max(0, top - gap) };
}

/** Where the row that begins at `start` ends, at `limit` at the latest, and its height. */
function fill(ratios, start, limit, width, target, gap) {
  let sum = 0;
  let end = start;
  let last = 0;
  while (end < limit && sum * target + gap * (end - start - 1) < width) {
    last = bounded(ratios[end]);
    sum += last;
    end += 1;
  }
  const count = end - start;
  if (sum * target + gap * (count - 1) < width) return [end, target]; // the last row of the list or of a group is left ragged
  const within = (width - gap * (count - 1)) / sum;
  if (count > 1) {
    const without = (width - gap * (count - 2)) / (sum - last);
    if (without - target < target - within) return [end - 1, Math.max(1, Math.round(without))];
  }
  return [end, Math.max(1, Math.round(within))];
}

/** The greatest `i` in [0, count) with `sorted[i] <= value`, or 0. */
function lastNotAbove(sorted, count, value) {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (sorted[middle] <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The row that shows item `index`. */
export const rowOf = (rows, index) => lastNotAbove(rows.starts, rows.count, index);

/** The row at `y` px from the top. */
export const rowAt = (rows, y) => lastNotAbove(rows.tops, rows.count, y);

export const rowHeight = (rows, row) => rows.tops[row + 1] - rows.tops[row] - rows.gap - headOf(rows, row + 1);

/**
 * The cells of a row, edges on whole pixels so that every gap is the same.
 *
 * @returns {{index: number, left: number, width: number}[]}
 */
export function cellsOf(rows, row) {
  const { ratios, width, gap, target } = rows;
  const first = rows.starts[row];
  if (rows.lines) return [{ index: first, left: 0, width }];
  const count = rows.starts[row + 1] - first;
  let sum = 0;
  for (let i = 0; i < count; i += 1) sum += bounded(ratios[first + i]);
  const gaps = gap * (count - 1);
  const ragged = (row === rows.count - 1 || begins(rows, rows.starts[row + 1])) && sum * target + gaps < width;
  const span = ragged ? sum * target : width - gaps;
  const cells = [];
  let passed = 0;
  for (let i = 0; i < count; i += 1) {
    const left = Math.round((span * passed) / sum) + i * gap;
    passed += bounded(ratios[first + i]);
    const right = Math.round((span * passed) / sum) + i * gap;
    cells.push({ index: first + i, left, width: right - left });
  }
  return cells;
}

/** The item that arrow key `direction` leads to from `index`; the same item at an edge. */
export function neighbour(rows, index, direction) {
  const total = rows.ratios.length;
  if (direction === "left") return Math.max(0, index - 1);
  if (direction === "right") return Math.min(total - 1, index + 1);
  const row = rowOf(rows, index);
  const next = row + (direction === "down" ? 1 : -1);
  if (next < 0 || next >= rows.count) return index;
  const own = cellsOf(rows, row)[index - rows.starts[row]];
  const centre = own.left + own.width / 2;
  return nearest(cellsOf(rows, next), centre).index;
}

function nearest(cells, x) {
  const distance = (cell) => Math.abs(cell.left + cell.width / 2 - x);
  return cells.reduce((best, cell) => (distance(cell) < distance(best) ? cell : best));
}

/**
 * Rows to have in the document: those in view, then whole rows before and after, up to `most` cells.
 *
 * @returns {[number, number]} first row and the row after the last
 */
export function rowsToShow(rows, top, view, ahead, behind, most) {
  if (!rows.count) return [0, 0];
  const cells = (from, to) => rows.starts[to] - rows.starts[from];
  let first = rowAt(rows, top);
  let end = Math.min(rows.count, rowAt(rows, top + view) + 1);
  while (end > first + 1 && cells(first, end) > most) end -= 1;
  while (end < rows.count && rows.tops[end] < top + view + ahead && cells(first, end + 1) <= most) end += 1;
  while (first > 0 && rows.tops[first] > top - behind && cells(first - 1, end) <= most) first -= 1;
  return [first, end];
}
