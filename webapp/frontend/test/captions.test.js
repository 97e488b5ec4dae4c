import assert from "node:assert/strict";
import { test } from "node:test";

import { replaced, wordAt } from "../js/lib/listing.js";
import { isBlock, parse, written } from "../js/lib/tsv.js";
import { random } from "./random.js";

test("a block from a spreadsheet is read cell by cell, with quotes, tabs and line breaks inside", () => {
  assert.deepEqual(parse("题名\t说明\r\n解放路\t\"两行\n说明\"\r\n"), [["题名", "说明"], ["解放路", "两行\n说明"]]);
  assert.deepEqual(parse('"a ""b"" c"\t\t'), [['a "b" c', "", ""]]);
  assert.deepEqual(parse('12" pipe\tx'), [['12" pipe', "x"]]);
  assert.deepEqual(parse('"unfinished\tx\ny'), [['"unfinished', "x"], ["y"]]);
  assert.equal(isBlock("one line\n"), false);
  assert.equal(isBlock("a\tb"), true);
});

test("what is written as a block is read back as it was", () => {
  const next = random(5);
  const letters = ['"', "\t", "\n", "字", "a", " "];
  for (let round = 0; round < 500; round += 1) {
    const cell = () => Array.from({ length: Math.floor(next() * 6) }, () => letters[Math.floor(next() * letters.length)]).join("");
    const rows = Array.from({ length: 1 + Math.floor(next() * 3) }, () => ["x", cell(), "y"]);
    assert.deepEqual(parse(written(rows)), rows);
  }
});

test("the word around the caret of a list is what is offered for, and what is replaced", () => {
  const text = "开工、夜 、雪";
  assert.deepEqual(wordAt(text, 4), { start: 3, typed: "夜" });
  assert.deepEqual(replaced(text, 4, "夜景"), { text: "开工、夜景、雪", caret: 5 });
  assert.deepEqual(wordAt("开工；", 3), { start: 3, typed: "" });
});
