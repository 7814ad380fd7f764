// How Pyodide starts: from a snapshot of its memory where that is the faster way, else in the ordinary way.

import { watchArrival } from "./arrival.js";
import { fetchSnapshot, unpack } from "./snapshot.js";

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
  const { runtime: indexURL, packages, library } = setup;
  const quick = link === null || link >= PAYS;
  const wanted = quick ? setup.snapshot : null;
  const total = setup.bytes + (wanted ?? library).bytes;
  const arrival = watchArrival(link === null ? 0 : total, report, wanted?.address);
  const compiled = compileEarly(`${indexURL}pyodide.asm.wasm`, arrival.fail);
  const code = fetchSources(setup.python);
  const lessons = new Map(Object.entries(setup.lessons).map(([slug, path]) => [slug, once(() => fetchSources(path))]));
  if (lessons.size === 1) for (const get of lessons.values()) get().catch(() => {}); // told to whoever asks for it
  const snapshot = wanted && fetchSnapshot(wanted.address, link === null).catch(() => null); // Python starts without it, too
  // Both at once, and before the snapshot is unpacked, which would keep them waiting.
  const [{ loadPyodide }, { default: create }] = await Promise.all([import(`${indexURL}pyodide.mjs`), import(`${indexURL}pyodide.asm.mjs`)]);
  const came = await snapshot;
  const memory = came && unpack(came);
  // Python boots from a part of its library; what else there is of it comes after the first figures.
  const part = memory || packages.length ? {} : { stdLibURL: library.address };
  const trampoline = keepTrampoline(create);
  const options = { indexURL, packages, enableRunUntilComplete: false, createPyodideModule: trampoline.create, ...part };
  const pyodide = await loadPyodide(memory ? { ...options, _loadSnapshot: memory } : options);
  trampoline.restore();
  arrival.end();
  compiled.end();
  report({ stage: "Opening the lesson" });
  const [site] = pyodide.pyimport("site").getsitepackages();
  writeSources(pyodide, site, await code);
  if (memory) wake(pyodide);
  return {
    pyodide,
    async openLesson(slug) {
      const get = lessons.get(slug);
      if (get) writeSources(pyodide, site, await get());
      lessons.delete(slug);
    },
    complete: once(async () => {
      if (part.stdLibURL) await completeLibrary(pyodide, `${indexURL}python_stdlib.zip`);
    }),
  };
}

/**
 * Compile Pyodide while its other files come: it would ask for that only when it has read them. Its own request is
 * answered with what is compiled already.
 *
 * @type {(address: string, fail: (address: string, why: string) => never) => {end: () => void}}
 */
function compileEarly(address, fail) {
  const { fetch, WebAssembly: wasm } = self;
  const { instantiateStreaming } = wasm;
  const compiled = wasm.compileStreaming(fetch(address));
  compiled.catch(() => {}); // told by whoever waits for it
  self.fetch = (request, ...more) => (String(request) === address ? Promise.resolve(new Response()) : fetch(request, ...more));
  wasm.instantiateStreaming = async (_, imports) => {
    const module = await compiled.catch((error) => fail(address, error.message));
    return { module, instance: await wasm.instantiate(module, imports) };
  };
  return {
    end() {
      wasm.instantiateStreaming = instantiateStreaming;
    },
  };
}

/**
 * Python calls much of itself by way of a function that this browser made for it, or by way of JavaScript where the browser
 * could not: that is slower, and code that is called so cannot wait for promises. Which of them is noted in the memory, so
 * that a snapshot brings what was true where it was made.
 *
 * @param {(settings: object) => Promise<any>} create
 */
function keepTrampoline(create) {
  /** @type {any} */
  let module;
  let own = 0;
  const place = () => (module.__PyRuntime + module.HEAP32[module.__PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET / 4]) / 4;
  return {
    /** @param {object} settings */
    async create(settings) {
      module = await create(settings);
      own = module.HEAP32[place()];
      return module;
    },
    restore() {
      module.HEAP32[place()] = own;
    },
  };
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
async function fetchSources(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`the server answered ${response.status} for ${address}`);
  return response.json();
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
 * @template Made
 * @param {() => Promise<Made>} task
 */
function once(task) {
  /** @type {Promise<Made> | null} */
  let done = null;
  return () => (done ??= task().catch((error) => {
    done = null;
    throw error;
  }));
}
