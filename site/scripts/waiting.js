// How Python waits in this worker: for time, for a line that the reader types, for their Stop. See stage/waiting.py.

import { rest, takeLine } from "./shared.js";

/** Whether Python can wait for a promise here. */
export const SUSPENDS = "Suspending" in WebAssembly && "promising" in WebAssembly;

/**
 * With memory that the page shares, Python stands still; what interrupts it is the signal in that memory.
 *
 * @param {Int32Array} shared
 * @param {() => void} ask
 */
export function waitShared(shared, ask) {
  return {
    sleep: (/** @type {number} */ milliseconds) => rest(shared, milliseconds),
    read() {
      ask();
      return takeLine(shared);
    },
  };
}

/**
 * With messages from the page, for which Python is suspended.
 *
 * @param {() => void} ask
 */
export function waitForMessages(ask) {
  const turns = new MessageChannel();
  let stopped = false;
  let wake = (/** @type {string | undefined} */ _line) => {};
  turns.port1.onmessage = () => wake(undefined);
  const woken = () => /** @type {Promise<string | undefined>} */ (new Promise((resolve) => (wake = resolve)));
  return {
    /** Whether Stop was pressed. */
    async look() {
      const turn = woken();
      turns.port2.postMessage(0); // behind the messages that wait
      await turn;
      return stopped;
    },
    /** Whether Stop was pressed meanwhile. @param {number} milliseconds */
    async sleep(milliseconds) {
      if (stopped) return true;
      const alarm = setTimeout(() => wake(undefined), milliseconds);
      await woken();
      clearTimeout(alarm);
      return stopped;
    },
    /** The line, or undefined after a Stop. @returns {Promise<string | undefined> | undefined} */
    read() {
      ask();
      return stopped ? undefined : woken();
    },
    /** @param {{stop: true} | {typed: string}} order */
    hear(order) {
      if ("stop" in order) stopped = true;
      wake("typed" in order ? order.typed : undefined);
    },
    release: () => (stopped = false),
  };
}
