// The page's one Python: a worker, what waits for it, how it is stopped, and the spare one that then takes its place.

import { openBrake } from "./brake.js";
import { keepPage } from "./keep.js";
import { linkSpeed, roomForSpare, sparingly } from "./machine.js";
import { readAnswer, readMessage, readNews } from "./news.js";
import { shareMemory } from "./shared.js";

/** @import { Answer, Message, News, Order, Question, Setup } from "./types.js" */

/**
 * @typedef {object} Job
 * @property {number} id
 * @property {string} key Of the waiting jobs with one key, only the newest is kept.
 * @property {string} block The path of the block that asks.
 * @property {() => Question} compose Called when its turn has come, so that it asks for what is true then.
 * @property {(outcome: Outcome) => void} settle
 * @property {(message: Message) => void} onMessage
 * @property {() => void} onStart
 * @property {number} budget Milliseconds that it may take.
 * @property {"stopped" | "late"} [ended] Why it was told to stop.
 *
 * @typedef {{answer: Answer} | {dropped: true} | {stopped: true, answer?: Answer} | {late: true, answer?: Answer}} Outcome
 *   `dropped`: a newer one took its place; `late`: it was stopped as its time was up. Python may have kept something.
 * @typedef {"loading" | "ready" | "failed" | "stopped"} State
 * @typedef {{state: State, stage: string, share: number | null, slow: boolean}} Status `share` of the bytes, 0..1;
 *   `slow`: no news for long, so that a reader may want to start again.
 * @typedef {{worker: Worker, brake: ReturnType<typeof openBrake>, stops: boolean, ready: boolean, ahead?: "asked" | "there"}} Python
 *   `stops`: it can be interrupted; `ahead`: what the cells import.
 */

const SLOW = 20_000;
const KEEP = 3000; // milliseconds after which a page has all that it comes with
const GRACE = 100; // milliseconds in which what the reader told to stop must have noticed
const REST = 1000; // milliseconds for what it still has to say then, and for a figure that is late
const IDLE = 800; // milliseconds without a new question, after which something may be made ready

/**
 * The page's Python. It answers requests in turn: one is under way, and those that wait are kept over a stop, a
 * failure and a new start.
 *
 * @param {Setup} setup
 * @param {(status: Status) => void} onStatus
 */
export function openRuntime(setup, onStatus) {
  /** @type {Python | null} */
  let python = null;
  /** Takes the place of the other when that is ended. @type {Python | null} */
  let spare = null;
  /** @type {Job[]} */
  let waiting = [];
  /** @type {Job | null} */
  let underWay = null;
  /** @type {State} */
  let state = "loading";
  let ids = 0;
  let patience = 0;
  let idle = 0;
  let loadingPackages = false;
  let ran = false;
  /** Until what is under way is told to stop, or ended. */
  let deadline = 0;

  /** @type {(next: State, stage: string, share?: number | null, slow?: boolean) => void} */
  function tell(next, stage, share = null, slow = false) {
    state = next;
    onStatus({ state, stage, share, slow });
  }

  /** @returns {Python} */
  function launch() {
    const worker = window.firstWorker ?? window.openWorker(setup.worker);
    window.firstWorker = undefined;
    const brake = openBrake(worker, shareMemory());
    const lock = `python ${Math.random()} ${Date.now()}`; // which the worker holds as long as it lives
    /** @type {Python} */
    const launched = { worker, brake, stops: false, ready: false };
    /** @param {News} news */
    const hears = (news) => {
      if ("ahead" in news) {
        launched.ahead = "there";
        rest();
      } else if (launched === spare) hearSpare(news);
      else if (launched === python) hear(news); // late words of one that is gone mean nothing
    };
    const ended = (/** @type {string} */ why) =>
      hears(launched.ready ? { broken: `Python could not go on (${why}).` } : { failed: why });
    worker.onmessage = ({ data }) => {
      const news = readNews(data);
      if (news) hears(news);
      if (news && "ready" in news) navigator.locks?.request(lock, () => ended("the browser ended it"));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      ended(event.message || `${setup.worker} could not be loaded`);
    };
    post(launched, { boot: absolute(setup), link: linkSpeed(), shared: brake.shared, lock });
    return launched;
  }

  function start() {
    python?.worker.terminate();
    python = spare ?? launch();
    spare = null;
    if (python.ready) return ready();
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

  function ready() {
    clearTimeout(patience);
    if (python) python.ready = true;
    tell("ready", "Python is ready");
    next();
  }

  /** @param {Exclude<News, {ahead: true}>} news */
  function hear(news) {
    if ("stage" in news) {
      tell(state, news.stage, news.share ?? null);
      if (state === "loading") beSlow();
      else loadingPackages = true;
    } else if ("ready" in news) {
      if (python) python.stops = news.stops;
      ready();
    } else if ("files" in news) {
      const { snapshot } = setup; // which a slow link did not bring: the next visit can have it
      const more = snapshot && !sparingly() ? [full(snapshot.address)] : [];
      setTimeout(keepPage, KEEP, setup.offline, [...news.files, ...more]);
    } else if ("unsound" in news) {
      if (state === "ready") return; // it did start
      setup.snapshot = null;
      start();
    } else if ("failed" in news) {
      fail(news.failed);
    } else if ("broken" in news) {
      const message = `${news.broken} Python has been started again; your code is as you left it.`;
      end({ answer: { error: { kind: "Python broke", message, text: message } } });
      start();
    } else if (underWay && news.id === underWay.id) {
      if ("begun" in news) {
        if (underWay.budget < Infinity) deadline = window.setTimeout(interrupt, underWay.budget, "late");
        return;
      }
      if ("message" in news) {
        const message = readMessage(news.message);
        if (message.stopping) wait(REST);
        else underWay.onMessage(message);
        return;
      }
      const answer = readAnswer(news.answer);
      const { ended } = underWay;
      const stopped = ended === "stopped" || (answer.stopped !== undefined && ended !== "late");
      end(stopped ? { stopped, answer } : answer.stopped === undefined ? { answer } : { late: true, answer });
      if (loadingPackages) tell(state, "Python is ready");
      loadingPackages = false;
      queueMicrotask(next); // after whoever asked has taken the answer in
    }
  }

  /** @param {News} news */
  function hearSpare(news) {
    if (!spare) return;
    if ("ready" in news) {
      spare.ready = true;
      spare.stops = news.stops;
      rest();
    } else if ("failed" in news || "unsound" in news || "broken" in news) {
      spare.worker.terminate();
      spare = null;
    }
  }

  /** @param {string} reason */
  function fail(reason) {
    clearTimeout(patience);
    python?.worker.terminate();
    python = null;
    tell("failed", reason);
    end({ answer: { error: { kind: "Python stopped", message: reason, text: reason } } });
  }

  /** What is under way has come to its end. @param {Outcome} outcome */
  function end(outcome) {
    clearTimeout(deadline);
    const ended = underWay;
    underWay = null;
    python?.brake.release(); // what comes next is not what was meant
    ended?.settle(outcome);
  }

  /** Stop what is under way: politely, so that Python keeps what it knows, or else with all of it. */
  /** @param {"stopped" | "late"} why */
  function interrupt(why) {
    if (!underWay || !python) return;
    underWay.ended = why;
    if (!python.stops) return replace();
    python.brake.press();
    wait(why === "late" ? REST : GRACE);
  }

  /** @param {number} patience */
  function wait(patience) {
    clearTimeout(deadline);
    deadline = window.setTimeout(replace, patience);
  }

  /** End what is under way by ending its worker, and take another one. */
  function replace() {
    const why = underWay?.ended;
    tell("stopped", "Stopped");
    end(why === "late" ? { late: true } : { stopped: true });
    start();
  }

  function next() {
    rest();
    if (state !== "ready" || underWay || !python) return;
    const job = waiting.shift();
    if (!job) return;
    underWay = job;
    job.onStart();
    const question = job.compose();
    ran ||= question.do === "run" || question.do === "check";
    post(python, { id: job.id, question });
  }

  /**
   * Once nothing new is asked for a while, make ready what may be wanted later, one thing after the other. Another
   * Python is wanted by those who run code, which may not let itself be stopped.
   */
  function rest() {
    clearTimeout(idle);
    idle = window.setTimeout(() => {
      const both = [python, spare];
      if (state !== "ready" || document.hidden || both.some((each) => each?.ahead === "asked")) return;
      const unprepared = (underWay ? [spare] : both).find((each) => each?.ready && !each.ahead);
      if (unprepared && setup.ahead.length && !sparingly()) {
        unprepared.ahead = "asked";
        post(unprepared, { ahead: setup.ahead });
      } else if (!spare && (underWay ? underWay.budget === Infinity : ran) && roomForSpare()) spare = launch();
    }, IDLE);
  }

  return {
    /** Start Python, or start it again after a failure or a long wait. */
    start,

    /**
     * @param {string} block
     * @param {() => Question} compose
     * @param {{key?: string, onMessage?: (message: Message) => void, onStart?: () => void, budget?: number}} [options]
     * @returns {Promise<Outcome>}
     */
    ask(block, compose, { key, onMessage = () => {}, onStart = () => {}, budget = Infinity } = {}) {
      return new Promise((settle) => {
        const id = ++ids;
        const job = { id, key: key ?? `only ${id}`, block, compose, settle, onMessage, onStart, budget };
        const older = waiting.findIndex((other) => other.key === job.key);
        if (older < 0) waiting.push(job);
        else waiting.splice(older, 1, job)[0].settle({ dropped: true });
        next();
      });
    },

    /** Take back what `block` waits for, and stop what it has under way. @param {string} block */
    stop(block) {
      const mine = waiting.filter((job) => job.block === block);
      waiting = waiting.filter((job) => job.block !== block);
      for (const job of mine) job.settle({ stopped: true });
      if (underWay?.block === block && underWay.ended !== "stopped") interrupt("stopped");
    },

    /** Give what is under way the line that it asked for. @param {string} line */
    type: (line) => python?.brake.type(line),
  };
}

/** @type {(python: Python, order: Order) => void} */
const post = ({ worker }, order) => worker.postMessage(order);

/** @param {string} path */
const full = (path) => new URL(path, document.baseURI).href;

/**
 * @param {Setup} setup
 * @returns {Setup}
 */
function absolute(setup) {
  const { python, runtime, snapshot, library } = setup;
  return {
    ...setup,
    python: full(python),
    runtime: full(runtime),
    snapshot: snapshot && { ...snapshot, address: full(snapshot.address) },
    library: { ...library, address: full(library.address) },
    lessons: Object.fromEntries(Object.entries(setup.lessons).map(([slug, path]) => [slug, full(path)])),
  };
}
