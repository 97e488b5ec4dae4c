import assert from "node:assert/strict";
import { test } from "node:test";

import { Pending } from "../js/lib/verdicts.js";
import { around, FILTERS, next, tally } from "../js/lib/walk.js";

const verdict = (value, was, more) => ({ id: "a", field: "flag", value, was, ...more });

test("what is decided again before it was sent is sent once, and not at all if it is as it was", () => {
  const pending = new Pending();
  pending.add(verdict("pick", null));
  pending.add(verdict("reject", "pick"));
  pending.add({ id: "b", field: "rating", value: 3, was: null });
  assert.deepEqual(pending.toJSON()[0], verdict("reject", null));
  pending.add(verdict(null, "reject"));
  assert.deepEqual(pending.toJSON(), [{ id: "b", field: "rating", value: 3, was: null }]);
});

test("what may have reached the server stays as it was sent, and what is decided after it follows", () => {
  const pending = new Pending();
  pending.add(verdict("pick", null));
  pending.take(10);
  pending.add(verdict("reject", "pick"));
  assert.deepEqual(pending.toJSON(), [verdict("pick", null), verdict("reject", "pick")]);
  pending.done(1);
  assert.equal(pending.count, 1);
  assert.equal(pending.has("a"), true);
  const later = new Pending(JSON.parse(JSON.stringify(pending)));
  later.add(verdict("pick", "reject"));
  assert.deepEqual(later.take(10), [verdict("reject", "pick"), verdict("pick", "reject")]);
});

test("the way leads past what a filter leaves out", () => {
  const flags = ["reject", null, "reject", "pick", null];
  assert.equal(next(flags, 1, 1, FILTERS.kept), 3);
  assert.equal(next(flags, 1, -1, FILTERS.kept), null);
  assert.equal(next(flags, -1, 1, FILTERS.open), 1);
  assert.deepEqual(around(flags, 3, 2, 2, FILTERS.kept), [1, 3, 4]);
  assert.deepEqual(tally(flags), { pick: 1, reject: 2, open: 2 });
});
