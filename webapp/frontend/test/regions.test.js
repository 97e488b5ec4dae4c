import assert from "node:assert/strict";
import { test } from "node:test";

import { footOf, isInside, parsePoints, regionAt } from "../js/lib/regions.js";

const square = [[0.2, 0.2], [0.6, 0.2], [0.6, 0.6], [0.2, 0.6]];
const tilted = [[0.5, 0.1], [0.9, 0.5], [0.5, 0.9], [0.1, 0.5]];

test("points are pairs of numbers, whatever else stands between them", () => {
  assert.deepEqual(parsePoints("0.1,0.2  0.4,0.5"), [[0.1, 0.2], [0.4, 0.5]]);
  assert.deepEqual(parsePoints("x 1,2,3 0.5,y"), []);
});

test("a point is inside a turned polygon, not merely inside the box around it", () => {
  assert.equal(isInside(tilted, 0.5, 0.5), true);
  assert.equal(isInside(tilted, 0.15, 0.15), false);
  assert.equal(isInside(square, 0.7, 0.4), false);
});

test("of regions over one another the smallest is meant", () => {
  assert.equal(regionAt([{ points: tilted }, { points: square, name: "small" }], 0.5, 0.5).name, "small");
  assert.equal(regionAt([{ points: square }], 0.9, 0.9), null);
});

test("the text hangs under the middle of its region, wherever the picture is", () => {
  assert.deepEqual(footOf(square, { x: 100, y: 50, width: 1000, height: 500 }), { x: 500, y: 350 });
});
