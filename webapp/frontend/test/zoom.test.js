import assert from "node:assert/strict";
import { test } from "node:test";

import { fit, fitScale, pan, zoomTo } from "../js/lib/zoom.js";
import { random } from "./random.js";

const VIEW = { width: 1000, height: 700 };
const PICTURE = { width: 6000, height: 4000 };

test("the whole picture is centred, and small ones are not blown up", () => {
  assert.deepEqual(fit(VIEW, PICTURE), { scale: 1 / 6, x: 0, y: (700 - 4000 / 6) / 2 });
  assert.deepEqual(fit(VIEW, { width: 100, height: 100 }), { scale: 1, x: 450, y: 300 });
});

test("zooming in keeps the picture's point under the pointer", () => {
  const next = random(19);
  for (let round = 0; round < 2000; round += 1) {
    const scale = fitScale(VIEW, PICTURE) * (2 + next() * 4);
    const start = pan(zoomTo(fit(VIEW, PICTURE), scale, { x: 500, y: 350 }, VIEW, PICTURE), -next() * 200, -next() * 200, VIEW, PICTURE);
    const point = { x: next() * 1000, y: next() * 700 };
    const under = { x: (point.x - start.x) / start.scale, y: (point.y - start.y) / start.scale };
    const end = zoomTo(start, start.scale * 1.3, point, VIEW, PICTURE);
    assert.ok(Math.abs((point.x - end.x) / end.scale - under.x) < 1e-6);
    assert.ok(Math.abs((point.y - end.y) / end.scale - under.y) < 1e-6);
  }
});

test("the picture never leaves the window, and zooming out ends with the whole of it", () => {
  const next = random(23);
  let state = fit(VIEW, PICTURE);
  for (let round = 0; round < 3000; round += 1) {
    const point = { x: next() * 1000, y: next() * 700 };
    state = next() < 0.5 ? zoomTo(state, state.scale * (0.5 + next()), point, VIEW, PICTURE) : pan(state, 900 * (next() - 0.5), 900 * (next() - 0.5), VIEW, PICTURE);
    for (const [at, size, view] of [[state.x, 6000, 1000], [state.y, 4000, 700]]) {
      const length = size * state.scale;
      assert.ok(length > view ? at <= 0.001 && at + length >= view - 0.001 : at >= -0.001 && at + length <= view + 0.001);
    }
  }
  assert.deepEqual(zoomTo(state, 0.0001, { x: 1, y: 1 }, VIEW, PICTURE), fit(VIEW, PICTURE));
});
