import assert from "node:assert/strict";
import { test } from "node:test";

import { Ranges, Selection } from "../js/lib/selection.js";
import { random } from "./random.js";

test("ranges hold what a plain set holds after any adding and removing", () => {
  const next = random(11);
  const ranges = new Ranges();
  const plain = new Set();
  for (let round = 0; round < 3000; round += 1) {
    const start = Math.floor(next() * 60);
    const end = start + Math.floor(next() * 12);
    const adds = next() < 0.55;
    if (adds) ranges.add(start, end);
    else ranges.remove(start, end);
    for (let i = start; i < end; i += 1) adds ? plain.add(i) : plain.delete(i);
    assert.equal(ranges.count, plain.size);
    for (let i = 0; i < 75; i += 1) assert.equal(ranges.has(i), plain.has(i), `round ${round}, ${i}`);
    let before = -1;
    for (const [from, to] of ranges) {
      assert.ok(from > before && to > from, "sorted, apart, not empty");
      before = to;
    }
  }
});

test("Shift selects from the last toggled one, either way", () => {
  const selection = new Selection(100);
  selection.toggle(10);
  selection.extend(14);
  assert.equal(selection.count, 5);
  selection.extend(7);
  assert.deepEqual([...selection.ranges], [[7, 11]]);
});

test("everything is selected as a rule with exceptions, not as a list", () => {
  const selection = new Selection(48_213);
  selection.selectAll();
  assert.equal(selection.count, 48_213);
  selection.toggle(5);
  assert.equal(selection.has(5), false);
  assert.equal(selection.count, 48_212);
  assert.deepEqual([...selection.ranges], [[5, 6]]);
  selection.clear();
  assert.equal(selection.count, 0);
});
