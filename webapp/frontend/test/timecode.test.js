import assert from "node:assert/strict";
import { test } from "node:test";

import { formatTimecode, frameAt, framesIn, middleOf, nominal, parseRate, parseTimecode } from "../js/lib/timecode.js";
import { random } from "./random.js";

const RATES = ["24000/1001", "24", "25", "30000/1001", "30", "50", "60000/1001", "60"].map(parseRate);

test("drop-frame timecode of every frame of 24 hours comes back as the same frame", () => {
  const rate = parseRate("30000/1001");
  const day = 17982 * 144;
  let before = "";
  for (let frame = 0; frame < day; frame += 1) {
    const text = formatTimecode(frame, rate, true);
    if (parseTimecode(text, rate, true) !== frame) assert.fail(`${frame} is written ${text}`);
    if (text <= before) assert.fail(`${text} follows ${before}`);
    before = text;
  }
  assert.equal(before, "23:59:59;29");
  assert.equal(formatTimecode(day, rate, true), "00:00:00;00");
});

test("known drop-frame numbers (SMPTE ST 12-1)", () => {
  const rate = parseRate("30000/1001");
  assert.equal(formatTimecode(1799, rate, true), "00:00:59;29");
  assert.equal(formatTimecode(1800, rate, true), "00:01:00;02");
  assert.equal(formatTimecode(17982, rate, true), "00:10:00;00");
  assert.equal(formatTimecode(107892, rate, true), "01:00:00;00");
  assert.equal(formatTimecode(3600, parseRate("60000/1001"), true), "00:01:00;04");
  assert.equal(parseTimecode("00:01:00;00", rate, true), null, "a number that is left out");
});

test("every other rate: timecode there and back", () => {
  const next = random(13);
  for (const rate of RATES) {
    for (let round = 0; round < 2000; round += 1) {
      const frame = Math.floor(next() * nominal(rate) * 86_400);
      assert.equal(parseTimecode(formatTimecode(frame, rate), rate), frame);
    }
  }
  assert.equal(formatTimecode(parseTimecode("10:42:17:08", parseRate("25")), parseRate("25")), "10:42:17:08");
});

test("the middle of a frame is in that frame, for hours of film at every rate", () => {
  const next = random(17);
  for (const rate of RATES) {
    for (let round = 0; round < 3000; round += 1) {
      const frame = Math.floor(next() * 2_000_000);
      const start = (frame * Number(rate.den)) / Number(rate.num);
      assert.equal(frameAt(middleOf(frame, rate), rate), frame);
      assert.equal(frameAt(Math.floor(start * 1e6) / 1e6, rate), frame, "a presentation time cut to microseconds");
    }
  }
});

test("lengths and rates as files state them", () => {
  assert.equal(framesIn(1, parseRate("30000/1001")), 30);
  assert.equal(framesIn(100.1, parseRate("30000/1001")), 3000);
  assert.deepEqual(parseRate("29.97"), { num: 2997n, den: 100n });
  for (const wrong of ["", null, "x", "0", "1/0", "-25"]) assert.equal(parseRate(wrong), null);
  for (const wrong of ["", null, "1:2:3", "25:00:00:00", "00:60:00:00", "00:00:00:25"]) {
    assert.equal(parseTimecode(wrong, parseRate("25")), null);
  }
});
