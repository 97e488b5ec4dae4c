import assert from "node:assert/strict";
import { test } from "node:test";

import { cellAround, levelAt, radiusOf, short, withParameter, written } from "../js/lib/places.js";
import { random } from "./random.js";

test("the cell around a point holds it, and is as wide as the level says", () => {
  const next = random(3);
  for (let round = 0; round < 500; round += 1) {
    const [latitude, longitude, level] = [next() * 179 - 89.5, next() * 359 - 179.5, 2 + Math.floor(next() * 18)];
    const [south, west, north, east] = cellAround(latitude, longitude, level).split(",").map(Number);
    assert.ok(south <= latitude + 1e-6 && latitude <= north + 1e-6 && west <= longitude + 1e-6 && longitude <= east + 1e-6);
    assert.ok(Math.abs(east - west - 360 / 2 ** level) < 1e-6);
  }
});

test("a box is written as addresses read it, never beyond the world", () => {
  assert.equal(written([-200, -95, 200, 95]), "-90,-180,90,180");
  assert.equal(written([0, 0, 116.25, 37.5]), "0,0,37.5,116.25");
  assert.equal(withParameter("/map?q=x", "bbox", "1,2"), "/map?q=x&bbox=1%2C2");
});

test("circles grow slowly, and their counts stay short", () => {
  assert.deepEqual([1, 999, 1000, 48_213, 4_000_000].map(short), ["1", "999", "1k", "48k", "4M"]);
  assert.ok(radiusOf(1) < radiusOf(100) && radiusOf(100) < radiusOf(10_000) && radiusOf(1e12) <= 30);
  assert.equal(levelAt(10), 12);
});
