// The one replacement that turns one text into another: what undo takes back, and what leaves the cursor alone.
import assert from "node:assert/strict";
import { test } from "node:test";

const { difference } = await import("../../site/scripts/editor.js");

/** Before and after, and the change as `kept [out -> in] kept`. */
for (const [before, after, change] of [
  ["w = 1", "w = 2.5", "w = [1 -> 2.5]"],
  ["w = 1\nb = 0", "w = 10\nb = 0", "w = 1[ -> 0]\nb = 0"],
  ["(1, 0.85)", "(1, 0.8)", "(1, 0.8[5 -> ])"],
  ["aa", "aaa", "aa[ -> a]"],
  ["", "x", "[ -> x]"],
  ["x", "", "[x -> ]"],
]) {
  test(`${JSON.stringify(before)} to ${JSON.stringify(after)}`, () => {
    const { from, to, insert } = difference(before, after);
    assert.equal(`${before.slice(0, from)}[${before.slice(from, to)} -> ${insert}]${before.slice(to)}`, change);
  });
}

test("the same text needs no change", () => assert.equal(difference("same", "same"), null));
