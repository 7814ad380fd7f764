// The memory that a page and its worker share, where the host isolates the page: how one side speaks and the other hears.
//
// First the signal that Pyodide looks at. Then 1 more than the bytes of a line that was typed, or -1 if there will be
// none. Then the line.

const [SIGNAL, LENGTH, LINE] = [0, 1, 2]; // where, in four bytes each
const INTERRUPT = 2; // the number of the signal that Ctrl+C sends
const ROOM = 60_000; // bytes of a line

/** @returns {Int32Array | null} */
export function shareMemory() {
  const isolated = globalThis.crossOriginIsolated && "SharedArrayBuffer" in globalThis;
  return isolated ? new Int32Array(new SharedArrayBuffer(4 * LINE + ROOM)) : null;
}

/** The page: end what runs, what sleeps, and what waits for a line. @param {Int32Array} shared */
export function interrupt(shared) {
  set(shared, SIGNAL, INTERRUPT);
  set(shared, LENGTH, -1);
}

/** The page: what runs next is not meant. @param {Int32Array} shared */
export function calm(shared) {
  set(shared, SIGNAL, 0);
  set(shared, LENGTH, 0);
}

/** The page: here is the line. @type {(shared: Int32Array, line: string) => void} */
export function putLine(shared, line) {
  const bytes = new TextEncoder().encode(line).slice(0, ROOM);
  new Uint8Array(shared.buffer, 4 * LINE).set(bytes);
  set(shared, LENGTH, bytes.length + 1);
}

/** The worker: stand still until there is a line; undefined after an interrupt. @param {Int32Array} shared */
export function takeLine(shared) {
  Atomics.wait(shared, LENGTH, 0);
  const length = Atomics.exchange(shared, LENGTH, 0) - 1;
  return length < 0 ? undefined : new TextDecoder().decode(new Uint8Array(shared.buffer, 4 * LINE).slice(0, length));
}

/** The worker: stand still, but for an interrupt. @type {(shared: Int32Array, milliseconds: number) => void} */
export function rest(shared, milliseconds) {
  Atomics.wait(shared, SIGNAL, 0, milliseconds);
}

/** @type {(shared: Int32Array, place: number, value: number) => void} */
function set(shared, place, value) {
  Atomics.store(shared, place, value);
  Atomics.notify(shared, place);
}
