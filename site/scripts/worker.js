// Python in a worker of its own: what the page asks, and what Python answers.

import { boot } from "./boot.js";
import { closeDoors } from "./doors.js";

/** @import { News, Order, Question, Setup } from "./types.js" */
/** @import { Python } from "./boot.js" */

const PATIENCE = 0.04; // seconds for one picture; what is not there by then comes in the next
const HASTE = 0.01; // the same for the first picture after a run

const { postMessage } = self; // nobody else's, once the doors are closed
/** @type {(news: News) => void} */
const report = (news) => postMessage(news);

/** @type {Python} */
let python;
/** @type {(request: string) => string} */
let handle;
let current = 0;
/** Sources whose imports have been looked at. @type {Set<string>} */
const prepared = new Set();

self.onmessage = async ({ data }) => {
  /** @type {Order} */
  const order = data;
  if ("boot" in order) await start(order.boot, order.link);
  else if ("ahead" in order) await loadAhead(order.ahead);
  else {
    const { question } = order;
    current = order.id;
    report({ id: order.id, answer: await answer(question) });
  }
};

// What nobody awaited while Python started.
self.onunhandledrejection = (event) => {
  event.preventDefault();
  if (!handle) fail(event.reason);
};

/** Python did not start. From a snapshot it may be the snapshot's fault, which a new worker can do without. */
let quick = false;

/** @param {unknown} error */
const fail = (error) => report(quick ? { unsound: true } : { failed: sentence(error) });

/** @type {(setup: Setup, link: number | null) => Promise<void>} */
async function start(setup, link) {
  quick = setup.snapshot !== null;
  try {
    python = await boot(setup, link, report);
    closeDoors(setup);
    const session = python.pyodide
      .pyimport("stage.session")
      .Session(setup.course, (/** @type {string} */ message) => report({ id: current, message }), PATIENCE, HASTE);
    for (const name of setup.packages) python.pyodide.pyimport(name); // the first figure would have to wait for it
    handle = session.handle;
    report({ ready: performance.getEntriesByType("resource").map(({ name }) => name) });
    python.complete().catch(() => {}); // whoever needs it asks again
  } catch (error) {
    fail(error);
  }
}

/** What Python says to a question; it says so too if the lesson itself cannot be had. @param {Question} question */
async function answer(question) {
  try {
    await python.openLesson(question.block.split("/")[0]);
  } catch (error) {
    const message = `the lesson did not arrive (${sentence(error)}); try again`;
    return JSON.stringify({ error: { kind: "Python", message, text: message } });
  }
  await prepare(question.source);
  return handle(JSON.stringify(question));
}

/**
 * Load what a source imports, once. What cannot be had is told as the cell's own stderr; the import then fails in the
 * reader's line.
 *
 * @param {string | undefined} source
 */
async function prepare(source) {
  if (!source || !/\bimport\b/.test(source) || prepared.has(source)) return;
  prepared.add(source);
  /** @type {string[]} */
  const errors = [];
  try {
    await python.complete();
    await python.pyodide.loadPackagesFromImports(source, {
      messageCallback: (/** @type {string} */ said) => {
        if (said.startsWith("Loading")) report({ stage: "Fetching the packages that your code imports" });
      },
      errorCallback: (/** @type {string} */ error) => errors.push(error),
    });
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
      pyodide.pyimport(name);
    }
    await turn();
    if (modules.some((name) => name.startsWith("matplotlib"))) pyodide.pyimport("stage.backend").warm_up();
  } catch {
    // The cell that needs it tries again, and says what is wrong.
  }
}

/** @param {unknown} error */
function sentence(error) {
  return error instanceof Error ? error.message : String(error);
}
