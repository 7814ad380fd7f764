// How Pyodide starts: from a snapshot of its memory where that is the faster way, else in the ordinary way.

import { watchArrival } from "./arrival.js";

/** @import { News, Setup } from "./types.js" */

/**
 * @typedef {object} Python
 * @property {any} pyodide
 * @property {(slug: string) => Promise<void>} openLesson Puts what a lesson shows where Python finds it, once.
 * @property {() => Promise<void>} complete Resolves when the whole of the standard library is there.
 */

const PAYS = 25; // megabits a second from which the snapshot's bytes cost less time than they save
const LIBRARY = "/lib/python314.zip";

/**
 * Start Pyodide, with the course's Python in it.
 *
 * @param {Setup} setup
 * @param {number | null} link How fast the page itself came, in megabits a second; null if from a cache.
 * @param {(news: News) => void} report
 * @returns {Promise<Python>}
 */
export async function boot(setup, link, report) {
  report({ stage: "Fetching Python", share: 0 });
  const { runtime: indexURL, library, bytes } = setup;
  const quick = link === null || link >= PAYS;
  const arrival = watchArrival(link === null ? 0 : quick ? bytes.quick : bytes.ordinary, report, setup.snapshot);
  const code = fetchSources(setup.python);
  const slugs = Object.keys(setup.lessons);
  const opened = openSources(setup.lessons);
  if (slugs.length === 1) opened.fetch(slugs[0]);
  const [{ loadPyodide }, snapshot] = await Promise.all([
    import(indexURL + "pyodide.mjs"),
    quick && setup.snapshot ? fetchSnapshot(setup.snapshot, link).catch(() => null) : null,
  ]);
  const options = { indexURL, packages: setup.packages, enableRunUntilComplete: false };
  // Python boots from a part of its library; what else there is of it comes after the first figures.
  const part = !snapshot && !setup.packages.length && library ? { stdLibURL: library } : {};
  const pyodide = await loadPyodide({ ...options, ...(snapshot ? { _loadSnapshot: unpack(snapshot) } : part) });
  arrival.end();
  report({ stage: "Opening the lesson" });
  const [site] = pyodide.pyimport("site").getsitepackages();
  writeSources(pyodide, site, await code);
  if (snapshot) wake(pyodide);
  return {
    pyodide,
    openLesson: (slug) => opened.open(slug, (sources) => writeSources(pyodide, site, sources)),
    complete: once(async () => {
      if (part.stdLibURL) await completeLibrary(pyodide, `${indexURL}python_stdlib.zip`);
    }),
  };
}

/**
 * The snapshot as it comes. One that nobody knows the cost of is taken from a cache only.
 *
 * @type {(address: string, link: number | null) => Promise<ReadableStream<BufferSource> | null>}
 */
async function fetchSnapshot(address, link) {
  const response = await fetch(address, link === null ? { cache: "only-if-cached", mode: "same-origin" } : {});
  return response.ok ? response.body : null;
}

/** @param {ReadableStream<BufferSource>} packed */
async function unpack(packed) {
  return new Uint8Array(await new Response(packed.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
}

/** What an ordinary start does and a restored memory has not done. @param {any} pyodide */
function wake(pyodide) {
  checkLibrary(pyodide.FS.readFile(LIBRARY)); // it has read nothing of it yet
  pyodide.pyimport("random").seed(); // whoever starts from one snapshot must not draw the same numbers
}

/** Put the whole standard library in the place of its part. @type {(pyodide: any, address: string) => Promise<void>} */
async function completeLibrary(pyodide, address) {
  const response = await fetch(address);
  const library = new Uint8Array(response.ok ? await response.arrayBuffer() : []);
  checkLibrary(library);
  pyodide.FS.writeFile(LIBRARY, library);
  pyodide.pyimport("importlib").invalidate_caches();
}

/** A zip that is whole ends in its table of contents. @param {Uint8Array} library */
function checkLibrary(library) {
  if (String.fromCharCode(...library.slice(-22, -18)) !== "PK\x05\x06")
    throw new Error("python_stdlib.zip did not arrive as it should");
}

/** @type {(address: string) => Promise<Record<string, string>>} */
const fetchSources = (address) => fetch(address).then((response) => response.json());

/** The lessons' sources, each fetched and written once. @param {Record<string, string>} addresses */
function openSources(addresses) {
  /** @type {Record<string, Promise<Record<string, string>>>} */
  const fetched = {};
  /** @type {Set<string>} */
  const written = new Set();
  const get = (/** @type {string} */ slug) => (fetched[slug] ??= fetchSources(addresses[slug]));
  return {
    fetch: (/** @type {string} */ slug) => void get(slug).catch(() => delete fetched[slug]),
    /** @type {(slug: string, write: (sources: Record<string, string>) => void) => Promise<void>} */
    async open(slug, write) {
      if (written.has(slug) || !(slug in addresses)) return;
      write(await get(slug));
      written.add(slug);
    },
  };
}

/** @type {(pyodide: any, folder: string, sources: Record<string, string>) => void} */
function writeSources(pyodide, folder, sources) {
  for (const [path, source] of Object.entries(sources)) {
    const file = `${folder}/${path}`;
    pyodide.FS.mkdirTree(file.slice(0, file.lastIndexOf("/")));
    pyodide.FS.writeFile(file, source);
  }
  pyodide.pyimport("importlib").invalidate_caches();
}

/**
 * A task that is done once; one that failed is tried again by the next who asks.
 *
 * @param {() => Promise<void>} task
 */
function once(task) {
  /** @type {Promise<void> | null} */
  let done = null;
  return () => (done ??= task().catch((error) => {
    done = null;
    throw error;
  }));
}
