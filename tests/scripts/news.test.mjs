// What the page takes from its worker: the known shapes, and nothing that could break it, whoever sent it.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const { readAnswer, readMessage, readNews } = await import("../../site/scripts/news.js");

const golden = new URL("../golden/", import.meta.url);
for (const name of readdirSync(golden)) {
  test(`all that ${name} holds is read as it is`, () => {
    const said = JSON.parse(readFileSync(new URL(name, golden), "utf8"));
    for (const answer of answersIn(said)) assert.deepEqual(readAnswer(JSON.stringify(answer)), answer);
  });
}

/** Golden data are answers, one or several. */
function answersIn(said) {
  return "figures" in said ? [said] : Object.values(said).filter((each) => each && typeof each === "object" && "figures" in each);
}

const PLOT = { kind: "plot", label: "", x: { domain: [0, 1], label: "x" }, y: { domain: [0, 1], label: "y", log: false }, marks: [], notes: [] };
const SURFACE = {
  ...{ kind: "surface", label: "", role: "loss", view: "3-D", edge: null, levels: [], marks: [], notes: [] },
  ...{ x: { name: "w", label: "w", domain: [0, 1] }, y: { name: "b", label: "b", domain: [0, 1] }, z: { label: "", domain: [0, 1] } },
  ...{ columns: 2, rows: 2, heights: [1, 2, 3, null] },
};
const GRAPH = {
  ...{ kind: "graph", label: "", notes: [], edges: [{ source: "a", target: "b", local: "1", lit: false }] },
  nodes: ["a", "b"].map((name, column) => ({ name, text: name, column, value: null, derivative: null, lit: false })),
};
const marked = (mark) => ({ ...PLOT, marks: [mark] });
const curve = (more) => marked({ kind: "curve", role: "model", faint: false, label: "", points: [], ...more });
const figures = (...each) => JSON.stringify({ figures: each });

test("a figure of each kind that is whole is read", () => {
  for (const figure of [PLOT, SURFACE, GRAPH, curve({ points: [[0, null], [1, 2]] })]) {
    assert.deepEqual(readAnswer(figures(figure)).figures, [figure]);
  }
});

/** What is wrong with an answer, and a word of the sentence that says so. */
for (const [wrong, json, says] of [
  ["no JSON", "{", "no JSON"],
  ["a number that is none", '{"figures": NaN}', "no JSON"],
  ["a list", "[]", "an object"],
  ["nothing", "null", "an object"],
  ["a text", '"<img src=x onerror=alert(1)>"', "an object"],
  ["figures that are none", '{"figures": 5}', "figures"],
  ["a kind that is unknown", figures({ ...PLOT, kind: "html" }), "kind"],
  ["a kind from the prototype", figures({ ...PLOT, kind: "constructor" }), "kind"],
  ["a mark of unknown kind", figures(marked({ kind: "script", role: "model" })), "marks: kind"],
  ["a range without an end", figures({ ...PLOT, x: { domain: [0], label: "" } }), "domain"],
  ["a range that is turned round", figures({ ...PLOT, x: { domain: [1, 0], label: "" } }), "domain"],
  ["a range beyond all numbers", figures({ ...PLOT, x: { domain: [-1e308, 1e308], label: "" } }), "domain"],
  ["a logarithm of nothing", figures({ ...PLOT, y: { domain: [0, 1], label: "", log: true } }), "above 0"],
  ["an infinite number", figures(curve({ points: [[0, 1]] })).replace("[0,1]]}", "[0,1e999]]}"), "a number"],
  ["a point that is a text", figures(curve({ points: ["0, 1"] })), "points"],
  ["a label that is an object", figures(curve({ label: { html: "<b>" } })), "label"],
  ["more points than can be drawn", figures(marked({ kind: "points", role: "data", points: Array(10_001).fill([0, 0]) })), "10,000"],
  ["heights that do not fill the rows", figures({ ...SURFACE, heights: [1] }), "full rows"],
  ["more columns than there can be", figures({ ...SURFACE, columns: 1e9, rows: 1, heights: [] }), "columns"],
  ["a graph whose edge leads nowhere", figures({ ...GRAPH, edges: [{ ...GRAPH.edges[0], target: "z" }] }), "edges"],
  ["a graph in a circle", figures({ ...GRAPH, edges: [{ ...GRAPH.edges[0], source: "b", target: "a" }] }), "edges"],
  ["a node in a far column", figures({ ...GRAPH, nodes: [{ ...GRAPH.nodes[0], column: 1e9 }] }), "column"],
  ["a control of unknown kind", '{"controls": {"w": {"kind": "x\\"] *"}}}', "kind"],
  ["a sample of one number", '{"values": {"data": [[1]]}}', "values"],
  ["an error on no line", '{"error": {"kind": "E", "message": "", "text": "", "line": 1.5}}', "line"],
  ["a verdict without words", '{"verdict": {"pass": true}}', "says"],
  ["a readout that is a list", '{"readouts": {"loss": []}}', "readouts"],
]) {
  test(`an answer with ${wrong} is an error that says so`, () => {
    const { error } = readAnswer(json);
    assert.equal(error.kind, "Python");
    assert.match(error.message, new RegExp(says));
  });
}

test("an answer without end is not even read", () => {
  const { error } = readAnswer(`"${"x".repeat(30_000_001)}"`);
  assert.match(error.message, /30,000,003 characters/);
});

test("a role becomes a class, so it is a word", () => {
  const [{ marks }] = readAnswer(figures(curve({ role: "model hidden" }), curve({ role: "loss" }))).figures;
  assert.equal(marks[0].role, "none");
});

test("numbers in the place of words are written out", () => {
  assert.equal(readAnswer('{"value": 5}').value, "5");
});

test("a name from the prototype is a name like any other", () => {
  const said = '{"readouts": {"__proto__": "1", "constructor": "2", "toString": "3"}}';
  assert.equal(JSON.stringify(readAnswer(said)), JSON.stringify(JSON.parse(said)));
});

test("what running code sends is text; anything else is told", () => {
  assert.deepEqual(readMessage('{"stdout": "<b>"}'), { stdout: "<b>" });
  for (const json of ["", "5", '{"stdout": {}}', '{"image": []}']) assert.match(readMessage(json).stderr, /cannot show/);
});

test("news that nobody knows is no news", () => {
  for (const data of [null, undefined, 5, "failed", [], { failed: {} }, { files: "x" }, { id: "1", answer: "{}" }, { id: 1, answer: {} }]) {
    assert.equal(readNews(data), null);
  }
  for (const data of [{ stage: "Fetching", share: 0.5 }, { ready: true, stops: true }, { files: ["a"] }, { unsound: true }, { id: 1, answer: "{}" }]) {
    assert.deepEqual(readNews(data), data);
  }
});
