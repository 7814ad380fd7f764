// The queue before Python: what is dropped, what is kept, and what a stop or a failure leaves. The worker is a stand-in
// here, as only the order of messages counts; the browser tests have the real one.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

/** @type {any[]} */
let workers = [];
globalThis.document = { baseURI: "http://127.0.0.1/line/", hidden: false };
globalThis.window = globalThis;
Object.defineProperty(globalThis, "navigator", { value: { deviceMemory: 8 } });
globalThis.openWorker = () => new StandIn();
class StandIn {
  sent = [];
  constructor() {
    workers.push(this);
  }
  postMessage(message) {
    this.sent.push(message);
  }
  terminate() {
    this.gone = true;
  }
  says(data) {
    this.onmessage({ data });
  }
}

const { openRuntime } = await import("../../site/scripts/runtime.js");

const SETUP = { worker: "w.js", python: "p.json", runtime: "r/", snapshot: { address: "s.bin" }, library: { address: "l.zip" }, lessons: {}, ahead: [] };
const GRACE = 200; // milliseconds, more than code has to notice that it is stopped
const REST = 1000; // milliseconds that a late figure has for it
const IDLE = 1000; // milliseconds, more than the page waits before it makes something ready
let states = [];
let runtime;
const draw = (block, w) => ({ do: "draw", block, values: { w } });
const run = (block) => ({ do: "run", block, values: {}, source: "" });
const asked = () => workers.at(-1).sent.slice(1).map(({ question }) => question);
const ask = (question, options) => runtime.ask(question.block, () => question, options);
const answer = async (value = {}) => {
  workers.at(-1).says({ id: workers.at(-1).sent.at(-1).id, answer: JSON.stringify(value) });
  await null; // the next question goes out when whoever asked has taken this answer in
};

beforeEach((context) => {
  context.mock?.timers.enable({ apis: ["setTimeout"] });
  workers = [];
  states = [];
  runtime = openRuntime({ ...SETUP }, (status) => states.push(status));
  runtime.start();
});

test("of the waiting draws of a block the newest is kept, and one is under way", async () => {
  workers[0].says({ ready: true });
  const outcomes = [1, 2, 3, 4].map((w) => ask(draw("a", w), { key: "draw a" }));
  await answer({ value: "1" });
  await answer({ value: "4" });
  assert.deepEqual(await Promise.all(outcomes), [
    { answer: { value: "1" } },
    { dropped: true },
    { dropped: true },
    { answer: { value: "4" } },
  ]);
  assert.deepEqual(asked(), [draw("a", 1), draw("a", 4)]);
});

test("draws of different blocks do not drop each other, and runs are never dropped", async () => {
  ask(draw("a", 1), { key: "draw a" });
  ask(draw("b", 2), { key: "draw b" });
  ask(run("a"));
  ask(run("a"));
  workers[0].says({ ready: true });
  for (let i = 0; i < 3; i++) await answer();
  assert.deepEqual(asked(), [draw("a", 1), draw("b", 2), run("a"), run("a")]);
});

test("a question is composed when its turn has come, after the answer before it has been taken in", async () => {
  let code = "w = 1, b = 0";
  const write = (name, value) =>
    runtime
      .ask("a", () => ({ do: "draw", block: "a", values: {}, code }))
      .then(() => (code = code.replace(new RegExp(`${name} = \\d`), `${name} = ${value}`)));
  write("w", 5);
  write("b", 7);
  workers[0].says({ ready: true });
  await answer();
  await answer();
  assert.equal(asked()[1].code, "w = 5, b = 0");
  assert.equal(code, "w = 5, b = 7");
});

test("what was asked before Python is ready waits for it", async () => {
  const outcome = ask(draw("a", 1));
  assert.deepEqual(asked(), []);
  workers[0].says({ ready: true });
  await answer({ value: "late" });
  assert.deepEqual(await outcome, { answer: { value: "late" } });
});

test("a stop ends what its block has under way, starts a new worker, and keeps what others wait for", async () => {
  workers[0].says({ ready: true });
  const endless = ask(run("a"));
  const other = ask(draw("b", 1));
  runtime.stop("a");
  assert.deepEqual(await endless, { stopped: true });
  assert.ok(workers[0].gone);
  assert.equal(workers.length, 2);
  workers[1].says({ ready: true });
  assert.deepEqual(asked(), [draw("b", 1)]);
  await answer();
  assert.deepEqual(await other, { answer: {} });
});

test("a stop of what can be interrupted leaves the worker, and gives what it answers", async (context) => {
  workers[0].says({ ready: true, stops: true });
  const endless = ask(run("a"));
  runtime.stop("a");
  assert.deepEqual(workers[0].sent.at(-1), { stop: true });
  workers[0].says({ id: 1, answer: '{"stopped":3}' });
  assert.deepEqual(await endless, { stopped: true, answer: { stopped: 3 } });
  context.mock.timers.tick(5000);
  assert.equal(workers[0].gone, undefined);
});

test("what does not notice that it is stopped is ended soon; what has noticed may say its last", async (context) => {
  workers[0].says({ ready: true, stops: true });
  const deaf = ask(run("a"));
  runtime.stop("a");
  context.mock.timers.tick(GRACE);
  assert.deepEqual(await deaf, { stopped: true });
  assert.ok(workers[0].gone);
  workers[1].says({ ready: true, stops: true });
  const slow = ask(run("a"));
  runtime.stop("a");
  workers[1].says({ id: 2, message: '{"stopping":true}' });
  context.mock.timers.tick(GRACE);
  assert.equal(workers[1].gone, undefined);
  workers[1].says({ id: 2, answer: '{"stopped":0}' });
  assert.deepEqual(await slow, { stopped: true, answer: { stopped: 0 } });
});

test("what was done before it noticed the stop is told with it", async () => {
  workers[0].says({ ready: true, stops: true });
  const quick = ask(run("a"));
  runtime.stop("a");
  workers[0].says({ id: 1, answer: '{"value":"2"}' });
  assert.deepEqual(await quick, { stopped: true, answer: { value: "2" } });
});

test("what has a budget is late after it, counted from where Python begins", async (context) => {
  workers[0].says({ ready: true, stops: true });
  const late = ask(draw("a", 1), { budget: 1000 });
  context.mock.timers.tick(5000); // packages come
  assert.equal("stop" in workers[0].sent.at(-1), false);
  workers[0].says({ id: 1, begun: true });
  context.mock.timers.tick(1000);
  assert.deepEqual(workers[0].sent.at(-1), { stop: true });
  workers[0].says({ id: 1, answer: '{"stopped":2}' });
  assert.deepEqual(await late, { late: true, answer: { stopped: 2 } });
  const endless = ask(draw("a", 2), { budget: 1000 });
  workers[0].says({ id: 2, begun: true });
  context.mock.timers.tick(1000);
  context.mock.timers.tick(GRACE);
  assert.ok(!workers[0].gone); // nobody waits for it as they wait for a Stop
  context.mock.timers.tick(REST);
  assert.deepEqual(await endless, { late: true });
  assert.ok(workers[0].gone);
});

test("what is late can be stopped, at once", async (context) => {
  workers[0].says({ ready: true, stops: true });
  const late = ask(draw("a", 1), { budget: 1000 });
  workers[0].says({ id: 1, begun: true });
  context.mock.timers.tick(1000);
  runtime.stop("a");
  context.mock.timers.tick(GRACE);
  assert.deepEqual(await late, { stopped: true });
  assert.ok(workers[0].gone);
});

test("an interpreter that breaks is told of and started again by itself", async () => {
  workers[0].says({ ready: true, stops: true });
  const lost = ask(run("a"));
  const waits = ask(run("b"));
  workers[0].says({ broken: "The code needed more memory than this browser has." });
  const { answer: told } = await lost;
  assert.match(told.error.message, /more memory .* started again/);
  workers[1].says({ ready: true, stops: true });
  await answer({ value: "kept" });
  assert.deepEqual(await waits, { answer: { value: "kept" } });
});

test("a stop of a block that only waits leaves the worker alone", async () => {
  workers[0].says({ ready: true });
  ask(run("a"));
  const waiting = ask(run("b"));
  runtime.stop("b");
  assert.deepEqual(await waiting, { stopped: true });
  assert.equal(workers.length, 1);
});

test("a failure is told with its reason, and a new start answers what waited", async () => {
  const outcome = ask(run("a"));
  workers[0].says({ failed: "pyodide.asm.wasm could not be fetched" });
  assert.equal(states.at(-1).state, "failed");
  assert.match(states.at(-1).stage, /pyodide\.asm\.wasm/);
  runtime.start();
  assert.equal(states.at(-1).state, "loading");
  workers[1].says({ ready: true });
  await answer({ value: "kept" });
  assert.deepEqual(await outcome, { answer: { value: "kept" } });
});

test("messages reach the block whose code is running, and late ones of an ended run nobody", async () => {
  const heard = [];
  workers[0].says({ ready: true });
  ask(run("a"), { onMessage: (message) => heard.push(message) });
  const { id } = workers[0].sent.at(-1);
  workers[0].says({ id, message: '{"stdout":"one"}' });
  await answer();
  workers[0].says({ id, message: '{"stdout":"two"}' });
  assert.deepEqual(heard, [{ stdout: "one" }]);
});

test("after a long silence the reader hears of it, and may start again", (context) => {
  context.mock.timers.tick(20_001);
  assert.equal(states.at(-1).slow, true);
  assert.equal(states.at(-1).state, "loading");
  workers[0].says({ stage: "Fetching Python", share: 0.5 });
  assert.equal(states.at(-1).slow, false);
});

test("after a run a spare worker is started in a quiet moment, and a stop leaves the page with that", async (context) => {
  workers[0].says({ ready: true });
  context.mock.timers.tick(IDLE);
  assert.equal(workers.length, 1); // who only reads has one Python
  ask(run("a"));
  await answer();
  context.mock.timers.tick(IDLE);
  assert.equal(workers.length, 2);
  workers[1].says({ ready: true });
  const endless = ask(run("a"));
  const { onmessage } = workers[0];
  assert.equal(workers[0].sent.at(-1).question.block, "a");
  runtime.stop("a");
  assert.deepEqual(await endless, { stopped: true });
  assert.ok(workers[0].gone);
  assert.equal(workers.length, 2);
  assert.deepEqual(
    states.slice(-2).map(({ state }) => state),
    ["stopped", "ready"],
  );
  const next = ask(run("a"));
  onmessage({ data: { id: 2, answer: "{}" } }); // a late word of the one that is gone
  await answer({ value: "2" });
  assert.deepEqual(await next, { answer: { value: "2" } });
});

test("while something is under way, nothing is made ready in that worker, and a spare one only if it takes long", async (context) => {
  runtime = openRuntime({ ...SETUP, ahead: ["numpy"] }, (status) => states.push(status));
  runtime.start();
  const [, first] = workers;
  first.says({ ready: true });
  ask(run("a"));
  context.mock.timers.tick(IDLE / 2);
  assert.equal(workers.length, 2);
  context.mock.timers.tick(IDLE / 2);
  const spare = workers[2];
  spare.says({ ready: true });
  context.mock.timers.tick(IDLE);
  assert.deepEqual(spare.sent.slice(1), [{ ahead: ["numpy"] }]);
  assert.ok(!first.sent.some((order) => "ahead" in order));
});

test("what the cells import is loaded ahead, once in each worker and in one after the other", (context) => {
  runtime = openRuntime({ ...SETUP, ahead: ["numpy"] }, (status) => states.push(status));
  runtime.start();
  const [, first] = workers;
  const idle = () => {
    for (let i = 0; i < 5; i++) context.mock.timers.tick(IDLE);
  };
  first.says({ ready: true });
  idle();
  assert.equal(workers.length, 2); // a spare one would take from it what it needs
  first.says({ ahead: true });
  ask(run("a"));
  first.says({ id: 1, answer: "{}" });
  idle();
  const spare = workers.at(-1);
  spare.says({ ready: true });
  idle();
  for (const each of [first, spare]) assert.deepEqual(each.sent[1], { ahead: ["numpy"] });
});

test("a Python that does not start from its snapshot is started without it", () => {
  assert.equal(workers[0].sent[0].boot.snapshot.address, "http://127.0.0.1/line/s.bin");
  workers[0].says({ unsound: true });
  assert.ok(workers[0].gone);
  assert.equal(workers[1].sent[0].boot.snapshot, null);
  workers[1].says({ ready: true });
  assert.equal(states.at(-1).state, "ready");
});
