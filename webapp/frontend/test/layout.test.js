import assert from "node:assert/strict";
import { test } from "node:test";

import { cellsOf, headOf, justify, neighbour, rowAt, rowHeight, rowOf, rowsToShow } from "../js/lib/layout.js";
import { random } from "./random.js";

const SHAPE = { width: 1280, target: 220, gap: 2 };

function pictures(total, next) {
  return Float32Array.from({ length: total }, () => [1.5, 0.667, 1.78, 1, 6][Math.floor(next() * 5)]);
}

test("a million items are laid out in less than 100 ms of CPU", () => {
  const ratios = pictures(1_000_000, random(1));
  const times = Array.from({ length: 6 }, () => {
    const begun = process.cpuUsage();
    const rows = justify(ratios, SHAPE);
    assert.equal(rows.starts[rows.count], 1_000_000);
    return process.cpuUsage(begun).user / 1000;
  });
  assert.ok(Math.min(...times) < 100, `took ${times}`);
});

test("every row but the last fills the width exactly, with equal gaps and heights near the target", () => {
  const next = random(2);
  for (let round = 0; round < 40; round += 1) {
    const shape = { width: 300 + Math.floor(next() * 2500), target: 80 + Math.floor(next() * 200), gap: 2 };
    const rows = justify(pictures(500, next), shape);
    let seen = 0;
    for (let row = 0; row < rows.count; row += 1) {
      const cells = cellsOf(rows, row);
      cells.forEach((cell, i) => {
        assert.equal(cell.index, seen++);
        assert.ok(cell.width > 0);
        if (i) assert.equal(cell.left, cells[i - 1].left + cells[i - 1].width + 2);
      });
      const last = cells.at(-1);
      if (row < rows.count - 1) {
        assert.equal(last.left + last.width, shape.width);
        const height = rowHeight(rows, row);
        assert.ok(height > shape.target * 0.3 && height < shape.target * 2.2, `${height} for ${shape.target}`);
      }
    }
    assert.equal(seen, 500);
  }
});

test("laying out anew from an item gives the same rows as laying out everything", () => {
  const next = random(3);
  for (let round = 0; round < 30; round += 1) {
    const ratios = pictures(1000, next);
    const before = justify(ratios, SHAPE);
    const from = Math.floor(next() * 1000);
    for (let i = from; i < 1000; i += 1) ratios[i] = next() < 0.5 ? 1.5 : 0.75;
    const patched = justify(ratios, SHAPE, before, from);
    const whole = justify(ratios, SHAPE);
    assert.equal(patched.count, whole.count);
    assert.equal(patched.height, whole.height);
    assert.deepEqual(patched.starts.slice(0, whole.count + 1), whole.starts.slice(0, whole.count + 1));
  }
});

test("rows are found by item and by height", () => {
  const rows = justify(pictures(5000, random(4)), SHAPE);
  for (let row = 0; row < rows.count; row += 1) {
    assert.equal(rowOf(rows, rows.starts[row]), row);
    assert.equal(rowOf(rows, rows.starts[row + 1] - 1), row);
    assert.equal(rowAt(rows, rows.tops[row]), row);
  }
  assert.equal(rowAt(rows, 1e12), rows.count - 1);
  assert.equal(rowAt(rows, -5), 0);
});

test("arrows go to the cell above and below, and stop at the edges", () => {
  const rows = justify(Float32Array.from({ length: 100 }, () => 1.5), SHAPE);
  const perRow = rows.starts[1];
  assert.equal(neighbour(rows, 0, "down"), perRow);
  assert.equal(neighbour(rows, perRow + 1, "up"), 1);
  assert.equal(neighbour(rows, 0, "up"), 0);
  assert.equal(neighbour(rows, 0, "left"), 0);
  assert.equal(neighbour(rows, 99, "right"), 99);
  assert.equal(neighbour(rows, 99, "down"), 99);
});

test("never more cells than allowed, and always the first row in view", () => {
  const next = random(5);
  const rows = justify(Float32Array.from({ length: 50_000 }, () => 0.4), { width: 3000, target: 60, gap: 2 });
  for (let round = 0; round < 500; round += 1) {
    const top = next() * rows.height;
    const [first, end] = rowsToShow(rows, top, 1200, 1200, 600, 300);
    assert.ok(rows.starts[end] - rows.starts[first] <= 300);
    assert.ok(rows.tops[first] <= top && end > first);
  }
});

test("no items, one item", () => {
  assert.equal(justify(new Float32Array(0), SHAPE).height, 0);
  assert.deepEqual(rowsToShow(justify(new Float32Array(0), SHAPE), 0, 800, 800, 0, 300), [0, 0]);
  const one = justify(Float32Array.of(1.5), SHAPE);
  assert.deepEqual(cellsOf(one, 0), [{ index: 0, left: 0, width: 330 }]);
});

test("a group begins a row of its own under its heading, however the list is laid out", () => {
  const ratios = Float32Array.from({ length: 40 }, (_, i) => 0.7 + (i % 5) * 0.3);
  const shape = { width: 1000, target: 200, gap: 2, breaks: [0, 3, 17, 18], heading: 40 };
  for (const lines of [false, true]) {
    const rows = justify(ratios, { ...shape, lines });
    for (const start of shape.breaks) {
      const row = rowOf(rows, start);
      assert.equal(rows.starts[row], start);
      assert.equal(headOf(rows, row), 40);
      const before = row ? rows.tops[row - 1] + rowHeight(rows, row - 1) + 2 : 0;
      assert.equal(rows.tops[row], before + 40);
    }
    // laid out again from the middle, it is the same
    const whole = [...rows.tops.slice(0, rows.count + 1)];
    const again = justify(ratios, { ...shape, lines }, justify(ratios, { ...shape, lines, breaks: [0, 3] }), 17);
    assert.deepEqual([...again.tops.slice(0, again.count + 1)], whole);
  }
});
