// Has the service worker (offline.js) keep the page that is open, once the page has all it needs.

/** @import { Keep } from "./types.js" */

/**
 * Keep this page and its files for a time without network. On the course's own machine (build.py serve) nothing is
 * kept, as other sites may have the same address there tomorrow. Where it cannot be done, the page works as it is.
 *
 * @param {string} script The address of the service worker.
 * @param {string[]} came The addresses of the files that Python came with.
 */
export async function keepPage(script, came) {
  const { serviceWorker } = navigator;
  if (!serviceWorker || window.top !== window || "served" in document.documentElement.dataset) return;
  try {
    await serviceWorker.register(script);
    const { active } = await serviceWorker.ready;
    const files = [...performance.getEntriesByType("resource").map(({ name }) => name), ...came];
    const ours = files.filter((url) => /\/(assets|runtime)\//.test(url.slice(location.origin.length)) && url.startsWith(location.origin));
    /** @type {Keep} */
    const keep = { page: location.href.replace(/[?#].*/, ""), files: [...new Set(ours)] };
    active?.postMessage(keep);
  } catch {
    // blocked, or in a private window
  }
}
