import assert from "node:assert/strict";
import { test } from "node:test";

import { secondsOf } from "../js/player/clips.js";

test("a frame's beginning is an exact fraction of seconds", () => {
  assert.equal(secondsOf(30, "30000/1001"), "30030/30000");
  assert.equal(secondsOf(50, "25"), "50/25");
  assert.equal(secondsOf(0, "24000/1001"), "0/24000");
});
