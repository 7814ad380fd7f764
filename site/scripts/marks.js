// The moments of a page that performance is measured between, each marked the first time it comes.

/** @param {"first-figure" | "runtime-ready" | "first-run"} name */
export function markFirst(name) {
  if (!performance.getEntriesByName(name).length) performance.mark(name);
}
