import assert from "node:assert/strict";
import { test } from "node:test";

import { nextLine, passed, whole } from "../js/lib/cuts.js";

const CLIPS = [{ src: "a", begins: 1, ends: 3 }, { src: null, begins: 0, ends: 5 }, { src: "b", begins: 10, ends: 10.5 }];

test("what cannot be played is passed over, and counts in the length", () => {
  assert.equal(nextLine(CLIPS, 0), 0);
  assert.equal(nextLine(CLIPS, 1), 2);
  assert.equal(nextLine(CLIPS, 3), null);
  assert.equal(whole(CLIPS), 7.5);
});

test("the place in the whole is told from the clip and the time in it", () => {
  assert.equal(passed(CLIPS, 0, 2), 1);
  assert.equal(passed(CLIPS, 2, 10.25), 7.25);
  assert.equal(passed(CLIPS, 2, 99), 7.5);
  assert.equal(passed(CLIPS, 0, 0), 0);
});
