import assert from "node:assert/strict";
import { test } from "node:test";

import { nextCut, readNoticed } from "../js/lib/noticed.js";

test("cuts come in their order, stretches with their kind; what was not noticed is empty", () => {
  const found = readNoticed({ cuts: [{ seconds: 7 }, { seconds: 5, score: 12 }], black: [{ start: 5, end: 7 }], silence: [] });
  assert.deepEqual(found.cuts, [5, 7]);
  assert.deepEqual(found.stretches, [{ name: "black", start: 5, end: 7 }]);
  assert.deepEqual(readNoticed({}), { cuts: [], stretches: [] });
});

test("the next cut is never the one that is on screen", () => {
  assert.equal(nextCut([5, 7], 0, 1), 5);
  assert.equal(nextCut([5, 7], 5, 1), 7);
  assert.equal(nextCut([5, 7], 7, 1), null);
  assert.equal(nextCut([5, 7], 7.01, -1), 5);
  assert.equal(nextCut([5, 7], 5, -1), null);
});
