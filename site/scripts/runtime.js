// The page's one Python: a worker, what waits for it, and how it is stopped and started again.

/** @import { Answer, Message, News, Question, Setup } from "./types.js" */

/**
 * @typedef {object} Job
 * @property {number} id
 * @property {string} key Of the waiting jobs with one key, only the newest is kept.
 * @property {string} block The path of the block that asks.
 * @property {() => Question} compose Called when its turn has come, so that it asks for what is true then.
 * @property {(outcome: Outcome) => void} settle
 * @property {(message: Message) => void} onMessage
 * @property {() => void} onStart
 *
 * @typedef {{answer: Answer} | {dropped: true} | {stopped: true}} Outcome `dropped`: a newer one took its place.
 * @typedef {"loading" | "ready" | "failed" | "stopped"} State
 * @typedef {{state: State, stage: string, share: number | null, slow: boolean}} Status `share` of the bytes, 0..1;
 *   `slow`: no news for long, so that a reader may want to start again.
 */

const SLOW = 20_000;

/**
 * The page's Python. It answers requests in turn: one is under way, and those that wait are kept over a stop, a
 * failure and a new start.
 *
 * @param {Setup} setup
 * @param {(status: Status) => void} onStatus
 */
export function openRuntime(setup, onStatus) {
  /** @type {Worker | null} */
  let worker = null;
  /** @type {Job[]} */
  let waiting = [];
  /** @type {Job | null} */
  let underWay = null;
  /** @type {State} */
  let state = "loading";
  let ids = 0;
  let patience = 0;
  let loadingPackages = false;

  /** @type {(next: State, stage: string, share?: number | null, slow?: boolean) => void} */
  function tell(next, stage, share = null, slow = false) {
    state = next;
    onStatus({ state, stage, share, slow });
  }

  function start() {
    worker?.terminate();
    worker = openWorker(setup.worker);
    worker.onmessage = ({ data }) => hear(data);
    worker.onerror = (event) => {
      event.preventDefault();
      fail(event.message || `${setup.worker} could not be loaded`);
    };
    worker.postMessage({ boot: absolute(setup) });
    tell("loading", "Starting Python");
    beSlow();
  }

  /** After a while without news, say so and let the reader try again. */
  function beSlow() {
    clearTimeout(patience);
    patience = window.setTimeout(() => {
      tell("loading", "This takes long. It goes on by itself; you can also start it again.", null, true);
    }, SLOW);
  }

  /** @param {News} news */
  function hear(news) {
    if ("stage" in news) {
      tell(state, news.stage, news.share ?? null);
      if (state === "loading") beSlow();
      else loadingPackages = true;
    } else if ("ready" in news) {
      clearTimeout(patience);
      tell("ready", "Python is ready");
      next();
    } else if ("failed" in news) {
      fail(news.failed);
    } else if (underWay && news.id === underWay.id) {
      if ("message" in news) {
        underWay.onMessage(JSON.parse(news.message));
        return;
      }
      const { settle } = underWay;
      underWay = null;
      settle({ answer: JSON.parse(news.answer) });
      if (loadingPackages) tell(state, "Python is ready");
      loadingPackages = false;
      queueMicrotask(next); // after whoever asked has taken the answer in
    }
  }

  /** @param {string} reason */
  function fail(reason) {
    clearTimeout(patience);
    worker?.terminate();
    worker = null;
    const lost = underWay;
    underWay = null;
    tell("failed", reason);
    const error = { kind: "Python stopped", message: reason, text: reason };
    lost?.settle({ answer: { error } });
  }

  function next() {
    if (state !== "ready" || underWay || !worker) return;
    const job = waiting.shift();
    if (!job) return;
    underWay = job;
    job.onStart();
    worker.postMessage({ id: job.id, question: job.compose() });
  }

  return {
    /** Start Python, or start it again after a failure or a long wait. */
    start,

    /**
     * @param {string} block
     * @param {() => Question} compose
     * @param {{key?: string, onMessage?: (message: Message) => void, onStart?: () => void}} [options]
     * @returns {Promise<Outcome>}
     */
    ask(block, compose, { key, onMessage = () => {}, onStart = () => {} } = {}) {
      return new Promise((settle) => {
        const id = ++ids;
        const job = { id, key: key ?? `only ${id}`, block, compose, settle, onMessage, onStart };
        const older = waiting.findIndex((other) => other.key === job.key);
        if (older < 0) waiting.push(job);
        else waiting.splice(older, 1, job)[0].settle({ dropped: true });
        next();
      });
    },

    /**
     * Take back what `block` waits for, and end what it has under way: the worker goes, and a new one comes.
     *
     * @param {string} block
     */
    stop(block) {
      const mine = waiting.filter((job) => job.block === block);
      waiting = waiting.filter((job) => job.block !== block);
      for (const job of mine) job.settle({ stopped: true });
      if (underWay?.block !== block) return;
      const { settle } = underWay;
      underWay = null;
      tell("stopped", "Stopped");
      settle({ stopped: true });
      start();
    },
  };
}

/**
 * A worker that lives under the page's own Content-Security-Policy on every host. A worker from a file takes its
 * policy from that file's response headers, which a static host may not send; one from a blob takes the page's.
 *
 * @param {string} address
 */
function openWorker(address) {
  const script = `import ${JSON.stringify(new URL(address, document.baseURI).href)};`;
  const blob = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  return new Worker(blob, { type: "module" });
}

/**
 * @param {Setup} setup
 * @returns {Setup}
 */
function absolute(setup) {
  const full = (/** @type {string} */ path) => new URL(path, document.baseURI).href;
  return { ...setup, python: full(setup.python), runtime: full(setup.runtime) };
}
