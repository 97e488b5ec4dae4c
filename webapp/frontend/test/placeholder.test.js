import assert from "node:assert/strict";
import { test } from "node:test";

import { pixels } from "../js/lib/placeholder.js";

/** A red house on the right of a green field under a light sky, as the archive fingerprints it. */
const HOUSE = "dJl7fEcYqHl4-YeYh2immHeJeYqPmHWDiohNgA";

const at = (shown, width, x, y) => [...shown.slice((y * width + x) * 4, (y * width + x) * 4 + 3)];

test("a placeholder shows where the picture is light, green and red", () => {
  const shown = pixels(HOUSE, 32, 20);
  const [sky, field, house] = [at(shown, 32, 8, 3), at(shown, 32, 8, 18), at(shown, 32, 24, 9)];
  assert.ok(Math.min(...sky) > 170, `sky ${sky}`);
  assert.ok(field[1] > field[0] + 20 && field[1] > field[2] + 20, `field ${field}`);
  assert.ok(house[0] > house[1] + 60 && house[0] > house[2] + 60, `house ${house}`);
});

test("a placeholder is opaque and of the size that was asked for", () => {
  const shown = pixels(HOUSE, 7, 5);
  assert.equal(shown.length, 7 * 5 * 4);
  assert.ok(shown.every((value, i) => i % 4 !== 3 || value === 255));
});

test("what is no placeholder paints nothing", () => {
  for (const text of ["", "AAAA", HOUSE.slice(0, 20), "§§§", "00".repeat(30)]) assert.equal(pixels(text, 4, 4), null);
});
