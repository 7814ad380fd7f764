// What the reader's machine and link can bear, as far as a browser tells.

const ENOUGH = 20_000; // bytes of a response from which its time tells of the link
const BROAD = 5; // megabits a second from which something may be loaded that may never be used
const MEMORY = 4; // gigabytes from which there is room for a second Python

/** How fast the page's own files came, in megabits a second; null if they came from a cache. */
export function linkSpeed() {
  const came = /** @type {PerformanceResourceTiming[]} */ (performance.getEntriesByType("resource"));
  const speeds = came
    .filter(({ transferSize }) => transferSize > ENOUGH)
    .map(({ transferSize, responseStart, responseEnd }) => (8e-3 * transferSize) / Math.max(responseEnd - responseStart, 0.1));
  return speeds.length ? Math.max(...speeds) : null;
}

/** Whether only what is needed should be loaded: the reader asked for that, or has a slow link. */
export function sparingly() {
  const { connection } = /** @type {{connection?: {saveData?: boolean}}} */ (navigator);
  return Boolean(connection?.saveData) || (linkSpeed() ?? BROAD) < BROAD;
}

/** Whether there is memory for a second Python. Phones that do not say so have little to spare. */
export function roomForSpare() {
  const { deviceMemory } = /** @type {{deviceMemory?: number}} */ (navigator);
  return (deviceMemory ?? (matchMedia("(pointer: coarse)").matches ? 0 : MEMORY)) >= MEMORY;
}

/**
 * A task that is done as soon as there is time, and once a frame at the most, however often it is asked for.
 *
 * @param {() => void} task
 */
export function soon(task) {
  let [due, again] = [false, false];
  const ask = () => {
    if (due) return void (again = true);
    due = true;
    setTimeout(() => {
      task();
      requestAnimationFrame(() => {
        due = false;
        if (again) ask();
        again = false;
      });
    });
  };
  return ask;
}

/** Do a task when the machine has nothing more pressing to do. @param {() => void} task */
export function whenIdle(task) {
  if ("requestIdleCallback" in globalThis) requestIdleCallback(task, { timeout: 500 });
  else setTimeout(task, 50); // Safari
}
