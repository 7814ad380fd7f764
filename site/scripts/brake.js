// The page's hand on code that runs: it asks it to stop, and gives it the lines that it reads.

const ROOM = 60_000; // bytes of a line

/**
 * What both sides see of memory that a page and its worker share: the signal that Pyodide looks at, then 1 more than the
 * bytes of a line that was typed (or -1: there will be none), then the line. None where the host does not isolate the page.
 *
 * @returns {Int32Array | null}
 */
export function shareMemory() {
  return globalThis.crossOriginIsolated && "SharedArrayBuffer" in globalThis ? new Int32Array(new SharedArrayBuffer(8 + ROOM)) : null;
}

const INTERRUPT = 2; // the number of the signal that Ctrl+C sends

/**
 * @param {Worker} worker
 * @param {Int32Array | null} shared
 */
export function openBrake(worker, shared) {
  /** @type {(cell: number, value: number) => void} */
  const set = (cell, value) => {
    if (!shared) return;
    Atomics.store(shared, cell, value);
    Atomics.notify(shared, cell);
  };
  return {
    shared,
    /** Ask what runs to stop. */
    press() {
      if (!shared) return worker.postMessage({ stop: true });
      set(0, INTERRUPT);
      set(1, -1);
    },
    /** What runs next shall not be stopped by what was pressed before. */
    release() {
      set(0, 0);
      set(1, 0);
    },
    /** Give it the line that it waits for. @param {string} line */
    type(line) {
      if (!shared) return worker.postMessage({ typed: line });
      const bytes = new TextEncoder().encode(line).slice(0, ROOM);
      new Uint8Array(shared.buffer, 8).set(bytes);
      set(1, bytes.length + 1);
    },
  };
}
