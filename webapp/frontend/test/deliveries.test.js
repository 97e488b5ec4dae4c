import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { isLitter, resumed, rowsInView, Totals } from "../js/lib/deliveries.js";
import { hex, sampled } from "../js/lib/digests.js";

const file = { path: "DCIM/IMG_1.JPG", size: 100, modified: 5 };

test("a file that was chosen again goes on where it stopped, one that changed is new", () => {
  const served = { size: 100, modified: 5, finished: false, came: 40, href: "/uploads/files/1", left_out: false };
  assert.deepEqual(resumed(file, served), { state: "waiting", came: 40, href: "/uploads/files/1" });
  assert.equal(resumed(file, { ...served, finished: true, came: 100 }).state, "arrived");
  assert.equal(resumed(file, { ...served, left_out: true }).state, "there");
  assert.equal(resumed(file, { ...served, modified: 6 }), null);
  assert.equal(resumed(file, { ...served, size: 99 }), null);
  assert.equal(resumed(file, undefined), null);
});

test("sums follow what becomes of each file", () => {
  const totals = new Totals();
  const entries = [1, 2].map((number) => ({ size: number * 100, came: 0, state: "waiting" }));
  entries.forEach((entry) => totals.add(entry));
  totals.state(entries[0], "sending");
  totals.progress(entries[0], 50);
  assert.deepEqual([totals.bytes, totals.came, totals.isOver], [300, 50, false]);
  totals.state(entries[0], "arrived");
  totals.state(entries[1], "there");
  assert.deepEqual([totals.came, totals.settled, totals.isOver], [300, 2, true]);
});

test("hidden and system files are told from others", () => {
  const paths = ["DCIM/.DS_Store", ".Trashes/1.jpg", "a/@eaDir/x.jpg", "Thumbs.db"];
  assert.deepEqual(paths.filter(isLitter), paths);
  assert.equal(isLitter("DCIM/100CANON/IMG_1.JPG"), false);
});

test("few rows are drawn of many", () => {
  assert.deepEqual(rowsInView(0, 360, 36, 10_000), [0, 16]);
  assert.deepEqual(rowsInView(359_640, 360, 36, 10_000), [9984, 10_000]);
});

test("the fingerprint is made of the stretches that the archive takes", () => {
  const data = Buffer.alloc(200_000, 7);
  const digest = createHash("sha256").update(String(data.length));
  for (const [start, end] of sampled(data.length)) digest.update(data.subarray(start, end));
  assert.equal(hex(digest.digest()).length, 64);
  assert.deepEqual(sampled(10), [[0, 10]]);
  assert.deepEqual(sampled(70_000), [[0, 65_536], [65_536, 70_000]]);
  assert.deepEqual(sampled(200_000), [[0, 65_536], [134_464, 200_000]]);
});
