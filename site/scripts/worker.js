// Python in a worker of its own: what the page asks, and what Python answers.

import { boot } from "./boot.js";
import { closeDoors } from "./doors.js";
import { SUSPENDS, waitForMessages, waitShared } from "./waiting.js";

/** @import { News, Order, Question, Setup } from "./types.js" */
/** @import { Python } from "./boot.js" */

const PATIENCE = 0.04; // seconds for one picture; what is not there by then comes in the next
const HASTE = 0.01; // the same for the first picture after a run
const WARM = 2; // figures after which Python draws the reader's about as fast as any
const FULL = 2 ** 30; // bytes of memory, of which Python gives none back as long as it lives

const { postMessage } = self; // nobody else's, once the doors are closed
/** @type {(news: News) => void} */
const report = (news) => postMessage(news);

/** @type {Python} */
let python;
/** @type {(request: string) => string | Promise<string>} */
let handle;
let current = 0;
/** In which Python finds the signal to stop. @type {Int32Array | null} */
let shared = null;
/** How Python hears from the page where the two share no memory. @type {ReturnType<typeof waitForMessages> | null} */
let messages = null;
/** Sources whose imports have been looked at. @type {Set<string>} */
const prepared = new Set();

self.addEventListener("message", async ({ data }) => {
  /** @type {Order} */
  const order = data;
  if ("boot" in order) {
    if (python) return; // once: the reader's code can call this, too
    await hold(order.lock);
    await start(order.boot, order.link, order.shared);
  } else if ("ahead" in order) await loadAhead(order.ahead);
  else if ("question" in order) {
    current = order.id;
    messages?.release();
    try {
      const said = await answer(order.question);
      if (isFull(said)) throw new Error("no memory left");
      report({ id: order.id, answer: said });
    } catch (error) {
      report(isInterrupt(error) ? { id: order.id, answer: '{"stopped": 0}' } : { broken: cause(sentence(error)) });
    }
  } else messages?.hear(order);
});

/** Hold a lock for as long as this worker lives: the page hears when it is gone. @type {(lock: string) => Promise<void>} */
const hold = (lock) => new Promise((held) => {
  if (!navigator.locks) held();
  navigator.locks?.request(lock, () => (held(), new Promise(() => {}))).catch(() => held());
});

// What nobody awaited while Python started.
self.onunhandledrejection = (event) => {
  event.preventDefault();
  if (!handle) fail(event.reason);
};

/** Python did not start. From a snapshot it may be the snapshot's fault, which a new worker can do without. */
let quick = false;

/** @param {unknown} error */
const fail = (error) => report(quick ? { unsound: true } : { failed: sentence(error) });

/** @type {(setup: Setup, link: number | null, shared: Int32Array | null) => Promise<void>} */
async function start(setup, link, shared) {
  quick = setup.snapshot !== null;
  try {
    python = await boot(setup, link, report);
    closeDoors(setup);
    const session = python.pyodide
      .pyimport("stage.session")
      .Session(setup.course, (/** @type {string} */ message) => report({ id: current, message }), PATIENCE, HASTE);
    for (const name of setup.packages) python.pyodide.pyimport(name); // the first figure would have to wait for it
    handle = session.handle;
    const stops = waitWith(shared);
    report({ ready: true, stops });
    await python.complete().catch(() => {}); // whoever needs it asks again
    report({ files: performance.getEntriesByType("resource").map(({ name }) => name) });
  } catch (error) {
    fail(error);
  }
}

/** Let Python wait, and be stopped, by the best means that there are. @param {Int32Array | null} memory */
function waitWith(memory) {
  shared = memory;
  const { open_page } = python.pyodide.pyimport("stage.waiting");
  const ask = () => report({ id: current, message: JSON.stringify({ asks: true }) });
  if (shared) {
    python.pyodide.setInterruptBuffer(shared);
    open_page(waitShared(shared, ask));
  } else if (SUSPENDS) {
    messages = waitForMessages(ask);
    open_page(messages, python.pyodide.pyimport("pyodide.ffi").run_sync);
    const { callPromising } = /** @type {any} */ (handle);
    handle = callPromising.bind(handle);
  } else open_page();
  return Boolean(shared || messages);
}

/** What Python says to a question; it says so too if the lesson itself cannot be had. @param {Question} question */
async function answer(question) {
  try {
    await python.openLesson(question.block.split("/")[0]);
  } catch (error) {
    const message = `the lesson did not arrive (${sentence(error)}); try again`;
    return JSON.stringify({ error: { kind: "Python", message, text: message } });
  }
  if (question.do !== "look") await prepare(question.source);
  report({ id: current, begun: true });
  return handle(JSON.stringify(question));
}

/**
 * Load and import what a source imports, once. What cannot be had is told as the cell's own stderr; the import then
 * fails in the reader's line.
 *
 * @param {string | undefined} source
 */
async function prepare(source) {
  if (!source || !/\bimport\b/.test(source) || prepared.has(source)) return;
  const { pyodide } = python;
  prepared.add(source);
  /** @type {string[]} */
  const errors = [];
  try {
    await python.complete();
    await pyodide.loadPackagesFromImports(source, {
      messageCallback: (/** @type {string} */ said) => {
        if (said.startsWith("Loading")) report({ stage: "Fetching the packages that your code imports" });
      },
      errorCallback: (/** @type {string} */ error) => errors.push(error),
    });
    whole(() => pyodide.pyimport("stage.imports").import_packages(source));
  } catch (error) {
    errors.push(sentence(error));
  }
  if (errors.length) {
    prepared.delete(source); // the next Run tries again
    report({ id: current, message: JSON.stringify({ stderr: errors.join("\n") + "\n" }) });
  }
}

/**
 * Load and import what the page's cells import, in steps between which a question may come in.
 *
 * @param {string[]} modules
 */
async function loadAhead(modules) {
  const { pyodide } = python;
  const turn = () => new Promise((resolve) => setTimeout(resolve));
  try {
    await python.complete();
    await pyodide.loadPackage([...new Set(modules.map((name) => name.split(".")[0]))], { messageCallback() {} });
    for (const name of modules) {
      await turn();
      whole(() => pyodide.pyimport(name));
    }
    const figures = modules.some((name) => name.startsWith("matplotlib")) ? WARM : 0;
    for (let drawn = 0; drawn < figures; drawn++) {
      await turn();
      whole(() => pyodide.pyimport("stage.backend").warm_up());
    }
  } catch {
    // The cell that needs it tries again, and says what is wrong.
  }
  report({ ahead: true });
}

/**
 * Do what must not be stopped in the middle: half of NumPy or Matplotlib can neither be used nor imported again. The page
 * takes another Python if this lasts.
 *
 * @param {() => void} task
 */
function whole(task) {
  python.pyodide.setInterruptBuffer(undefined);
  try {
    task();
  } finally {
    if (shared) python.pyodide.setInterruptBuffer(shared);
  }
}

/** Whether Python ran out of memory, and has taken much of it. @param {string} said */
const isFull = (said) => said.includes('"kind": "MemoryError"') && python.pyodide._module.HEAP8.length > FULL;

/** Stop may come between two lines of our own, too. @param {unknown} error */
const isInterrupt = (error) => error instanceof Error && "type" in error && error.type === "KeyboardInterrupt";

/** Why the interpreter could not go on; Python tells all other errors by itself. @param {string} said */
function cause(said) {
  if (/call stack|recursion/i.test(said)) return "The code called itself more deeply than this browser can follow.";
  if (/memory|allocation/i.test(said)) return "The code needed more memory than this browser has.";
  return `Python could not go on (${said.split("\n")[0].slice(0, 200)}).`;
}

/** @param {unknown} error */
function sentence(error) {
  return error instanceof Error ? error.message : String(error);
}
