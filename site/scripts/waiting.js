// How Python waits in this worker: for time, for a line that the reader types, for their Stop. See stage/waiting.py.

/**
 * @typedef {object} Waiting
 * @property {() => unknown} look Whether Stop was pressed.
 * @property {(milliseconds: number) => unknown} sleep Whether Stop was pressed meanwhile.
 * @property {() => unknown} read The line, or undefined after a Stop.
 */

/** Whether Python can wait for a promise here. */
export const SUSPENDS = "Suspending" in WebAssembly && "promising" in WebAssembly;

/**
 * With memory that the page shares (brake.js), Python stands still; what interrupts it is the signal in that memory.
 *
 * @param {Int32Array} shared
 * @param {() => void} ask
 * @returns {Waiting}
 */
export function waitShared(shared, ask) {
  return {
    look: () => false,
    sleep(milliseconds) {
      Atomics.wait(shared, 0, 0, milliseconds);
      return false;
    },
    read() {
      ask();
      Atomics.wait(shared, 1, 0);
      const length = Atomics.exchange(shared, 1, 0) - 1;
      return length < 0 ? undefined : new TextDecoder().decode(new Uint8Array(shared.buffer, 8).slice(0, length));
    },
  };
}

/**
 * With messages from the page, for which Python is suspended.
 *
 * @param {() => void} ask
 * @returns {Waiting & {hear: (order: {stop: true} | {typed: string}) => void, release: () => void}}
 */
export function waitForMessages(ask) {
  const turns = new MessageChannel();
  let stopped = false;
  let wake = (/** @type {string | undefined} */ _line) => {};
  turns.port1.onmessage = () => wake(undefined);
  const woken = () => /** @type {Promise<string | undefined>} */ (new Promise((resolve) => (wake = resolve)));
  return {
    async look() {
      const turn = woken();
      turns.port2.postMessage(0); // behind the messages that wait
      await turn;
      return stopped;
    },
    async sleep(milliseconds) {
      if (stopped) return true;
      const alarm = setTimeout(() => wake(undefined), milliseconds);
      await woken();
      clearTimeout(alarm);
      return stopped;
    },
    read() {
      ask();
      return stopped ? undefined : woken();
    },
    hear(order) {
      if ("stop" in order) stopped = true;
      wake("typed" in order ? order.typed : undefined);
    },
    release: () => (stopped = false),
  };
}
