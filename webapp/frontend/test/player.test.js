import assert from "node:assert/strict";
import { test } from "node:test";

import { columnsOf, readPeaks } from "../js/lib/peaks.js";
import { nextRate, shuttle } from "../js/lib/shuttle.js";
import { cueAt, parseSprites, parseVtt } from "../js/lib/vtt.js";
import { Marks } from "../js/player/marks.js";

test("J and L go faster each time, turn round at once, K stops", () => {
  const after = (keys) => [...keys].reduce(shuttle, 0);
  assert.equal(after("l"), 1);
  assert.equal(after("lll"), 4);
  assert.equal(after("llllllll"), 8);
  assert.equal(after("lllj"), -1);
  assert.equal(after("jjjl"), 1);
  assert.equal(after("jjk"), 0);
});

test("speeds stay within their steps", () => {
  assert.equal(nextRate(1, 1), 1.25);
  assert.equal(nextRate(2, 1), 2);
  assert.equal(nextRate(0.25, -1), 0.25);
});

test("sprite cues are read with their rectangles and found by time", () => {
  const source = "\uFEFFWEBVTT\r\n\r\nNOTE made by hand\r\n\r\n1\r\n00:00.000 --> 00:05.000\r\nsprites.jpg#xywh=0,0,160,90\r\n\r\n01:00:05.000 --> 01:00:10.500 align:start\r\n/media/x.jpg#xywh=160,0,160,90\r\n\r\nbroken --> cue\r\nx";
  const sprites = parseSprites(source, "https://archive.example/assets/7/sprites.vtt");
  assert.deepEqual(sprites[0], { start: 0, end: 5, url: "https://archive.example/assets/7/sprites.jpg", x: 0, y: 0, width: 160, height: 90 });
  assert.equal(sprites[1].url, "https://archive.example/media/x.jpg");
  assert.equal(cueAt(sprites, 3700), sprites[1]);
  assert.equal(cueAt(sprites, -1), sprites[0]);
  assert.equal(cueAt([], 3), null);
  assert.equal(parseVtt(source).length, 2);
});

test("waveforms: the loudest of all channels, never lost when many fall on one pixel", () => {
  const peaks = readPeaks({ bits: 8, channels: 2, data: [-64, 10, -1, 1, 0, 0, -128, 127] });
  assert.deepEqual([...peaks], [0.5, 1]);
  const many = new Float32Array(10_000);
  many[7777] = 0.9;
  assert.equal(Math.max(...columnsOf(many, 320)), many[7777]);
  assert.deepEqual([...columnsOf(Float32Array.of(0.25, 0.5), 4)], [0.25, 0.25, 0.5, 0.5]);
});

test("in and out: both frames belong to the clip, and ends on the wrong side give way", () => {
  const marks = new Marks();
  marks.set("in", 10);
  marks.set("out", 19);
  assert.equal(marks.length, 10);
  marks.set("in", 30);
  assert.deepEqual([marks.in, marks.out, marks.length], [30, null, null]);
});
