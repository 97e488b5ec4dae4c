import assert from "node:assert/strict";
import { test } from "node:test";

import { LIMIT, ScrollMap } from "../js/lib/scroll.js";
import { random } from "./random.js";

const VIEW = 900;

test("short lists scroll as they are", () => {
  const map = new ScrollMap(5000, VIEW);
  assert.equal(map.box, 5000);
  assert.equal(map.toContent(1234), 1234);
  assert.equal(map.follow(0, 0, 400, VIEW), 400);
});

test("a list of 37 million px fits a box of 8 million, and both ends are reached", () => {
  const map = new ScrollMap(37_000_000, VIEW);
  assert.equal(map.box, LIMIT);
  assert.equal(map.toContent(0), 0);
  assert.equal(map.toContent(map.lastScroll), 37_000_000 - VIEW);
});

test("the map there and back is the same place, and never goes backwards", () => {
  const map = new ScrollMap(220_000_000, VIEW);
  const next = random(7);
  let before = -1;
  for (let scroll = 0; scroll <= map.lastScroll; scroll += 997 + next() * 1000) {
    const top = map.toContent(scroll);
    assert.ok(top > before);
    assert.ok(Math.abs(map.toScroll(top) - scroll) < 0.01);
    before = top;
  }
});

test("a wheel moves the content by its own pixels anywhere; only long pulls go by the map", () => {
  const map = new ScrollMap(220_000_000, VIEW);
  const scroll = 3_000_000;
  const top = map.toContent(scroll);
  assert.equal(map.follow(top, scroll, scroll + 120, VIEW), top + 120);
  assert.equal(map.follow(top, scroll, scroll + 50_000, VIEW), map.toContent(scroll + 50_000));
});

test("wheeling with pauses, either way, reaches each end exactly", () => {
  for (const [notch, goal] of [[-700, 0], [700, 12_000_000 - VIEW]]) {
    const map = new ScrollMap(12_000_000, VIEW);
    let top = 6_000_000;
    let scroll = map.toScroll(top);
    for (let i = 0; i < 20_000 && top !== goal; i += 1) {
      const after = Math.min(map.lastScroll, Math.max(0, scroll + notch));
      const moved = map.follow(top, scroll, after, VIEW);
      assert.ok((moved - top) * Math.sign(notch) >= 0, "went the wrong way");
      top = moved;
      scroll = i % 9 === 0 || map.strays(top, after) ? map.toScroll(top) : after;
    }
    assert.equal(top, goal);
  }
});
