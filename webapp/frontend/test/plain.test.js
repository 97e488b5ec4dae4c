import assert from "node:assert/strict";
import { test } from "node:test";

import { direction, firstTrue, reached, spread, yearsFrom } from "../js/lib/dates.js";
import { count, duration, fill, rate, size } from "../js/lib/format.js";
import { chord, drawn, isTyping } from "../js/lib/keys.js";
import { Rate } from "../js/lib/rate.js";
import { random } from "./random.js";

test("numbers as the catalogue writes them", () => {
  assert.deepEqual([0, 999, 1204, 48213, 1e6].map(count), ["0", "999", "1,204", "48,213", "1,000,000"]);
  assert.deepEqual([0, 999, 1000, 1536, 999_999, 85.34e12, 1e19].map(size), ["0 B", "999 B", "1 kB", "1.54 kB", "1 MB", "85.3 TB", "10000 PB"]);
  assert.equal(rate(24_500_000), "24.5 MB/s");
  assert.deepEqual([0, 7.4, 59.6, 153, 3753, 360_000].map(duration), ["0:00", "0:07", "1:00", "2:33", "1:02:33", "100:00:00"]);
  assert.equal(fill("{count} of {total} {unknown}", { count: 1, total: 2 }), "1 of 2 {unknown}");
});

test("keys are named the same however they come", () => {
  const key = (more) => chord({ ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });
  assert.equal(key({ key: "X" }), "x", "caps lock");
  assert.equal(key({ key: "?", shiftKey: true }), "?");
  assert.equal(key({ key: "k", metaKey: true }), "Ctrl+k");
  assert.equal(key({ key: "ArrowLeft", shiftKey: true }), "Shift+ArrowLeft");
  assert.equal(key({ key: " " }), "Space");
  assert.equal(key({ key: "+", shiftKey: true }), "+");
  assert.deepEqual(["Ctrl+k", "Shift+ArrowLeft", "+"].map(drawn), ["Ctrl+K", "Shift+←", "+"]);
});

test("what is typed, and what an input method takes, is not a command", () => {
  const button = { tagName: "BUTTON" };
  assert.equal(isTyping({ target: { tagName: "INPUT", type: "search" } }), true);
  assert.equal(isTyping({ target: { tagName: "INPUT", type: "checkbox" } }), false);
  assert.equal(isTyping({ target: { tagName: "DIV", isContentEditable: true } }), true);
  assert.equal(isTyping({ target: button, isComposing: true }), true);
  assert.equal(isTyping({ target: button, keyCode: 229 }), true);
  assert.equal(isTyping({ target: button, keyCode: 88 }), false);
});

test("a date is found among a million in a few questions, whichever way the list runs", async () => {
  const next = random(29);
  for (const way of [-1, 1]) {
    const total = 1_000_000;
    const yearAt = (i) => (i >= 999_000 ? null : way < 0 ? 2024 - Math.floor(i / 20_000) : 1974 + Math.floor(i / 20_000));
    for (let round = 0; round < 50; round += 1) {
      const wanted = String(1976 + Math.floor(next() * 48));
      let questions = 0;
      const index = await firstTrue(total, async (positions) => {
        questions += 1;
        return positions.map((at) => reached(yearAt(at) && `${yearAt(at)}-06-01`, wanted, way));
      });
      assert.ok(questions <= 5, `${questions} questions`);
      assert.equal(String(yearAt(index)), wanted);
      assert.notEqual(String(yearAt(index - 1)), wanted);
    }
  }
});

test("any place in any list is found", async () => {
  for (let total = 0; total < 90; total += 1) {
    for (let place = 0; place <= total; place += 1) {
      assert.equal(await firstTrue(total, async (positions) => positions.map((at) => at >= place), 4), place);
    }
  }
});

test("the order of dates is recognised, with unknown and coarse ones among them", () => {
  assert.equal(direction(["2019-02-03", "2019", null, "2018-12", "1987"]), -1);
  assert.equal(direction(["1987", "2019-02-03T10:00"]), 1);
  assert.equal(direction(["2001", "1990", "2005"]), 0);
  assert.deepEqual(yearsFrom([0, 10, 20, 30], ["2019-02", "2019", null, "2017"]), [[2019, 0], [2017, 30]]);
  assert.deepEqual(spread(1_000_000, 3), [0, 500_000, 999_999]);
});

test("speed forgets what is long past, and starts again when work begins anew", () => {
  const speed = new Rate();
  assert.equal(speed.perSecond, null);
  for (let t = 0; t <= 60; t += 1) speed.note(t < 30 ? t * 100 : 3000 + (t - 30) * 10, t);
  assert.ok(Math.abs(speed.perSecond - 10) < 0.01);
  assert.ok(Math.abs(speed.left(4300) - 100) < 0.1);
  speed.note(0, 61);
  assert.equal(speed.left(100), null);
});
