// What is kept of a block, what is put aside, and which of two pages may write. The block is a stand-in here, as only
// its work counts; the browser tests have the real one.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

class Element {
  children = [];
  setAttribute() {}
  addEventListener(kind, heard) {
    this[kind] = heard;
  }
  contains() {
    return false;
  }
  replaceChildren(...children) {
    this.children = children;
  }
}
let stored = {};
let full = (key) => false;
globalThis.localStorage = new Proxy(
  {
    getItem: (key) => stored[key] ?? null,
    removeItem: (key) => delete stored[key],
    setItem(key, text) {
      if (full(key)) throw new DOMException("full", "QuotaExceededError");
      stored[key] = text;
    },
  },
  { ownKeys: () => Object.keys(stored), getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }) },
);
globalThis.window = globalThis;
globalThis.document = { createElement: () => new Element() };

const { keepWork } = await import("../../site/scripts/work.js");
const { checkedRecord, hash, readRecord, writeRecord, allRecords, forgetAll } = await import("../../site/scripts/records.js");
const { joined, packed, readArchive, unpack } = await import("../../site/scripts/archive.js");

const KEY = "downhill/work/line/a";
const form = { querySelector: () => null, querySelectorAll: () => [] };
let told;

/** A page with one block in it, which starts with the code "start". */
function page(starter = "start", keeper = keepWork) {
  const cell = {
    path: "line/a", starter, form, code: starter, ran: starter, starting: {}, begun: {}, wanted: null, hints: 0, ready: false,
    start: {},
    button: () => ({ closest: () => ({ after: (place) => (cell.place = place) }), focus() {} }),
    write: (code) => (cell.code = code),
    open: (hints) => (cell.hints = hints),
    judge: (verdict) => (cell.verdict = verdict),
    begin: () => Object.assign(cell, { code: starter, ran: starter, verdict: undefined }),
  };
  const keep = keeper(cell, (path, error) => told.push(error && error.name));
  return {
    cell,
    keep,
    types(code) {
      cell.code = code;
      keep.save();
    },
    resets() {
      const { code, ran, verdict } = cell;
      cell.begin();
      cell.changed({ ...(code !== starter && { code }), ...(ran !== starter && { ran }), verdict });
    },
    offered: () => cell.place.children.map((child) => child.textContent),
    press: (words) => cell.place.children.find((child) => child.textContent === words).click(),
  };
}
const record = () => JSON.parse(stored[KEY] ?? "null");
const sees = (other) => other.keep.look(); // what the browser tells the other pages of

beforeEach(() => {
  stored = {};
  full = () => false;
  told = [];
});

test("what was typed is there when the page opens again, and what equals the start is not kept", () => {
  const first = page();
  first.keep.save();
  assert.deepEqual(stored, {});
  first.types("mine");
  assert.equal(page().cell.code, "mine");
  first.types("start");
  assert.deepEqual(stored, {});
});

test("code that ran is kept apart from code that was only typed", () => {
  const first = page();
  first.cell.ran = "ran";
  first.types("typed");
  const { cell } = page();
  assert.deepEqual([cell.ran, cell.code], ["ran", "typed"]);
});

test("a pass is remembered, whatever becomes of the code", () => {
  const first = page();
  first.cell.verdict = { pass: true, says: "Right." };
  first.types("solution");
  assert.deepEqual(page().cell.verdict, { pass: true, says: "Right." });
  first.cell.verdict = undefined;
  first.types("start");
  assert.equal(record().solved, true);
  assert.equal(record().code, undefined);
});

test("after a change of the lesson the new starter is shown, and mine is offered until one of them is chosen", () => {
  page().types("mine");
  const changed = page("new");
  assert.equal(changed.cell.code, "new");
  assert.deepEqual(changed.offered(), ["This lesson has changed since you wrote here.", "Show mine", "Keep the new one"]);
  assert.equal(record().code, "mine", "nothing is written unasked");
  changed.types("newer");
  const again = page("new");
  assert.equal(again.cell.code, "newer");
  again.press("Show mine");
  assert.equal(again.cell.code, "mine");
  assert.deepEqual(again.offered().slice(1), ["Show it"]);
  again.press("Show it");
  assert.equal(page("new").cell.code, "newer");
});

test("who keeps the new starter can have theirs back until they write", () => {
  page().types("mine");
  page("new").press("Keep the new one");
  const later = page("new");
  assert.deepEqual(later.offered().slice(1), ["Show it"]);
  later.press("Show it");
  assert.equal(later.cell.code, "mine");
  later.types("mine, mended");
  assert.deepEqual(later.offered(), []);
  assert.equal(record().before, undefined);
});

test("a reset can be undone, after a reload too, until something is changed", () => {
  const first = page();
  first.cell.ran = "ran";
  first.types("mine");
  first.resets();
  assert.deepEqual(first.offered(), ["Undo reset"]);
  const second = page();
  second.press("Undo reset");
  assert.deepEqual([second.cell.code, second.cell.ran], ["mine", "ran"]);
  assert.deepEqual(second.offered(), []);
  second.resets();
  second.types("other");
  assert.deepEqual(second.offered(), []);
});

test("a reset of what is as it starts offers nothing", () => {
  const first = page();
  first.resets();
  assert.deepEqual(first.offered(), []);
  assert.deepEqual(stored, {});
});

test("of two pages the later one does not overwrite the other, and both versions are there after both are closed", async () => {
  const [one, other] = [page(), await otherPage()];
  one.types("one");
  other.types("other");
  assert.equal(record().code, "one");
  assert.equal(record().before[0].code, "other");
  assert.deepEqual(other.offered(), ["This block was changed in another tab.", "Take that one", "Keep mine"]);
  other.types("other, longer");
  assert.deepEqual(record().before.map(({ code }) => code), ["other, longer"]);
  const later = page();
  assert.equal(later.cell.code, "one");
  later.press("Take that one");
  assert.equal(later.cell.code, "other, longer");
});

test("a page says at once that another one has written, and takes that version if it is told to", async () => {
  const [one, other] = [page(), await otherPage()];
  one.types("one");
  sees(other);
  other.press("Take that one");
  assert.equal(other.cell.code, "one");
  assert.deepEqual(other.offered(), []);
  other.types("one, and more");
  sees(one);
  one.press("Keep mine");
  assert.equal(record().code, "one");
  sees(other);
  assert.equal(other.offered()[0], "This block was changed in another tab.");
  assert.equal(other.cell.code, "one, and more");
});

test("pages that show the same do not trouble each other", async () => {
  const one = page();
  one.types("one");
  const other = await otherPage();
  one.cell.ran = "one";
  one.types("one");
  sees(other);
  other.press("Take that one");
  sees(one);
  assert.deepEqual([one.offered(), other.offered().slice(1)], [["The other version can be had back until you change something.", "Show it"], ["Show it"]]);
});

test("what cannot be kept is told, is still in the page, and is kept when there is room again", () => {
  full = () => true;
  const first = page();
  first.types("mine");
  assert.deepEqual(told, ["QuotaExceededError"]);
  assert.equal(first.keep.unkept().code, "mine");
  first.resets();
  first.press("Undo reset");
  assert.equal(first.cell.code, "mine");
  full = () => false;
  first.keep.save();
  assert.equal(record().code, "mine");
  assert.equal(first.keep.unkept(), null);
});

for (const text of [
  "", "{", "null", "7", "[]", '"text"', "{}", '{"starter":"s"}', '{"starter":"s","at":"now"}', '{"starter":"s","at":1e999}',
  '{"starter":1,"at":1}', '{"starter":"s","at":1,"code":7}', '{"starter":"s","at":1,"ran":{}}', '{"starter":"s","at":1,"values":[1]}',
  '{"starter":"s","at":1,"values":{"w":null}}', '{"starter":"s","at":1,"values":{"w":[[1]]}}', '{"starter":"s","at":1,"values":{"w":[["1",2]]}}',
  '{"starter":"s","at":1,"verdict":true}', '{"starter":"s","at":1,"verdict":{"pass":1,"says":"x"}}', '{"starter":"s","at":1,"hints":"all"}',
  '{"starter":"s","at":1,"solved":"yes"}', '{"starter":"s","at":1,"before":{}}', '{"starter":"s","at":1,"before":[null]}',
  '{"starter":"s","at":1,"why":"constructor"}',
]) {
  test(`a record that cannot be read is put aside: ${text.slice(0, 60)}`, () => {
    stored[KEY] = text;
    const first = page();
    assert.equal(first.cell.code, "start");
    assert.deepEqual(stored, { [`${KEY}/unreadable`]: text });
    first.types("mine");
    assert.equal(stored[`${KEY}/unreadable`], text);
    assert.deepEqual([...allRecords().keys()], ["line/a"]);
  });
}

test("a second record that cannot be read does not take the place of the first", () => {
  for (const text of ["first", "second", "second"]) {
    stored[KEY] = text;
    page();
  }
  assert.deepEqual(Object.values(stored).sort(), ["first", "second"]);
});

test("where an unreadable record cannot be put aside it is not overwritten", () => {
  stored[KEY] = "unreadable";
  full = () => true;
  page().types("mine");
  assert.deepEqual([stored, told], [{ [KEY]: "unreadable" }, ["QuotaExceededError"]]);
});

test("what is read is checked part for part, and nothing else is taken over", () => {
  const version = { starter: "s", at: 1, code: "c", ran: "r", values: { b: 1, a: "x", data: [[1, 2, 0]] }, hints: 2 };
  const said = { ...version, solved: true, before: [{ ...version, why: "tab", tab: "t" }] };
  assert.deepEqual(checkedRecord({ ...said, other: 1 }), said);
});

test("to forget takes away all of it, and nothing of others", () => {
  Object.assign(stored, { [KEY]: "x", "downhill/work/line/b/unreadable": "x", theme: "dark" });
  forgetAll();
  assert.deepEqual(stored, { theme: "dark" });
});

test("records come back as they were written", () => {
  const kept = { starter: "s", at: 1, code: "\u0000 <b>é😀\r\n" };
  writeRecord("line/a", kept);
  assert.deepEqual(readRecord("line/a").kept, kept);
  writeRecord("line/a", null);
  assert.equal(readRecord("line/a").kept, null);
});

test("texts that differ have other hashes", () => {
  const texts = ["", "a", "b", "ab", "ba", "w = 1", "w = 2", "w = 1 "];
  assert.equal(new Set(texts.map(hash)).size, texts.length);
});

const older = { starter: "s", at: 1, code: "older" };
const newer = { starter: "s", at: 2, code: "newer" };
for (const [name, pair] of [["what is here", [newer, older]], ["what comes", [older, newer]]]) {
  test(`of two records the newer is shown and the older put aside: ${name} is newer`, () => {
    assert.deepEqual(joined(...pair), { ...newer, before: [{ ...older, why: "file" }] });
  });
}

test("joined records lose nothing, and say nothing twice", () => {
  const one = { ...newer, before: [{ ...older, why: "lesson" }, { starter: "s", at: 0, code: "first", why: "tab" }] };
  const other = { ...older, solved: true, before: [{ ...newer, why: "kept" }] };
  const all = joined(one, other);
  assert.deepEqual([all.code, all.solved, all.before.map(({ code }) => code)], ["newer", true, ["older", "first"]]);
  assert.deepEqual(joined(newer, newer), newer);
});

const archive = (work, more = {}) => JSON.stringify({ downhill: "work", version: 1, work, ...more });
for (const [text, says] of [
  ["{", /it is not JSON/],
  ["[]", /not a file of your work/],
  ["null", /not a file of your work/],
  ['{"work": {}}', /not a file of your work/],
  [archive(null), /not a file of your work/],
  [archive({}, { version: 2 }), /has version 2; this page reads version 1/],
  [archive({ "line/a": older, "line/b": {} }), /cannot be read where it has the work on line\/b/],
  [archive({ "../a": older }), /the work on \.\.\/a/],
  [archive({ "line/a/unreadable": older }), /the work on line\/a\/unreadable/],
]) {
  test(`a file that is not one of work is told why: ${text.slice(0, 50)}`, () => assert.throws(() => readArchive("x.json", text), says));
}

test("a file of work is read whole", () => {
  assert.deepEqual(readArchive("x.json", archive({ "line/a": older })), [["line/a", older]]);
});

const file = (text, size = text.length) => ({ name: "x.json", size, text: async () => text });

test("what is taken away as a file comes back from it, with what could not be kept", async () => {
  page().types("mine");
  full = () => true;
  const first = page();
  first.types("mine, longer");
  const text = packed([first.keep]);
  full = () => false;
  stored = {};
  assert.equal(await unpack(file(text)), 1);
  assert.equal(page().cell.code, "mine, longer");
});

test("a file that does not fit is not taken in part", async () => {
  page().types("mine");
  const before = { ...stored };
  full = (key) => key.endsWith("b");
  const text = archive({ "line/0": older, "line/a": { ...older, at: Date.now() + 1000 }, "line/b": older });
  await assert.rejects(unpack(file(text)), /does not keep so much/);
  assert.deepEqual(stored, before);
});

test("a file that is far too large is not even read", () =>
  assert.rejects(unpack({ name: "x.json", size: 2e7 }), /x\.json has more than 10 MB/));

/** A page of another tab: the same scripts, loaded anew. */
async function otherPage() {
  const { keepWork: keeper } = await import("../../site/scripts/work.js?other");
  return page("start", keeper);
}
