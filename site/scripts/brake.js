// The page's hand on code that runs: it asks it to stop, and gives it the lines that it reads.

import { calm, interrupt, putLine } from "./shared.js";

/**
 * @param {Worker} worker
 * @param {Int32Array | null} shared
 */
export function openBrake(worker, shared) {
  return {
    shared,
    /** Ask what runs to stop. */
    press() {
      if (shared) interrupt(shared);
      else worker.postMessage({ stop: true });
    },
    /** What runs next shall not be stopped by what was pressed before. */
    release() {
      if (shared) calm(shared);
    },
    /** Give it the line that it waits for. @param {string} line */
    type(line) {
      if (shared) putLine(shared, line);
      else worker.postMessage({ typed: line });
    },
  };
}
