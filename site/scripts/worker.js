// Python in a worker of its own: the only file that knows Pyodide.

/** @import { News, Order, Setup } from "./types.js" */

const PATIENCE = 0.04; // seconds for one picture; what is not there by then comes in the next

/** @type {(news: News) => void} */
const report = (news) => self.postMessage(news);

/** @type {any} */
let pyodide;
/** @type {(request: string) => string} */
let handle;
let current = 0;
/** Sources whose imports have been looked at. @type {Set<string>} */
const prepared = new Set();

self.onmessage = async ({ data }) => {
  /** @type {Order} */
  const order = data;
  if ("boot" in order) {
    try {
      await boot(order.boot);
      report({ ready: true });
    } catch (error) {
      report({ failed: sentence(error) });
    }
    return;
  }
  current = order.id;
  await prepare(order.question.source);
  report({ id: order.id, answer: handle(JSON.stringify(order.question)) });
};

// What nobody awaited while Python started.
self.onunhandledrejection = (event) => {
  event.preventDefault();
  if (!handle) report({ failed: sentence(event.reason) });
};

/** @param {Setup} setup */
async function boot(setup) {
  const arrival = watchArrival(setup.bytes);
  report({ stage: "Fetching Python", share: 0 });
  const { loadPyodide } = await import(setup.runtime + "pyodide.mjs");
  const code = fetch(setup.python).then((response) => response.arrayBuffer());
  const { runtime: indexURL, packages } = setup;
  pyodide = await loadPyodide({ indexURL, packages, enableRunUntilComplete: false });
  arrival.end();
  report({ stage: "Opening the lesson" });
  const [site] = pyodide.pyimport("site").getsitepackages();
  pyodide.unpackArchive(await code, "zip", { extractDir: site });
  pyodide.pyimport("importlib").invalidate_caches();
  const session = pyodide
    .pyimport("stage.session")
    .Session(setup.lessons, (/** @type {string} */ message) => report({ id: current, message }), PATIENCE);
  for (const name of packages) pyodide.pyimport(name); // the first figure would have to wait for it
  handle = session.handle;
}

/**
 * Load the packages that a source imports, once. What cannot be had is told as the cell's own stderr; the
 * import then fails in the reader's line.
 *
 * @param {string | undefined} source
 */
async function prepare(source) {
  if (!source || prepared.has(source)) return;
  prepared.add(source);
  /** @type {string[]} */
  const errors = [];
  try {
    await pyodide.loadPackagesFromImports(source, {
      messageCallback: (/** @type {string} */ said) => {
        if (said.startsWith("Loading")) report({ stage: "Fetching the packages that your code imports" });
      },
      errorCallback: (/** @type {string} */ error) => errors.push(error),
    });
  } catch (error) {
    errors.push(sentence(error));
  }
  if (errors.length) {
    prepared.delete(source); // the next Run tries again
    report({ id: current, message: JSON.stringify({ stderr: errors.join("\n") + "\n" }) });
  }
}

/**
 * Report how much of `total` bytes has come in through fetch, and what does not come in, until `end` is called.
 *
 * @param {number} total
 */
function watchArrival(total) {
  const fetchPlain = self.fetch;
  let loaded = 0;
  let told = 0;
  self.fetch = async (...request) => {
    const response = await fetchPlain(...request).catch((error) => fail(request[0], sentence(error)));
    if (!response.ok) fail(request[0], `the server answered ${response.status}`);
    if (!response.body) return response;
    const reader = response.body.getReader();
    const counted = new ReadableStream({
      async pull(controller) {
        const { done, value } = await reader.read().catch((error) => fail(request[0], sentence(error)));
        if (done) return controller.close();
        loaded += value.length;
        const share = Math.min(loaded / total, 1);
        if (share - told >= 0.01) report({ stage: "Fetching Python", share: (told = share) });
        controller.enqueue(value);
      },
    });
    const { status, headers } = response;
    return new Response(counted, { status, headers });
  };
  const start = WebAssembly.instantiateStreaming;
  WebAssembly.instantiateStreaming = (source, imports) =>
    start(source, imports).catch((error) => fail("pyodide.asm.wasm", sentence(error)));
  return {
    end() {
      self.fetch = fetchPlain;
      WebAssembly.instantiateStreaming = start;
    },
  };
}

/**
 * Say which file did not arrive, and why. The page must hear of it here: Pyodide may swallow the error and wait for ever.
 *
 * @param {RequestInfo | URL} request
 * @param {string} why
 * @returns {never}
 */
function fail(request, why) {
  const address = request instanceof Request ? request.url : String(request);
  const failed = `${address.slice(address.lastIndexOf("/") + 1)} did not arrive as it should (${why})`;
  report({ failed });
  throw new Error(failed);
}

/** @param {unknown} error */
function sentence(error) {
  return error instanceof Error ? error.message : String(error);
}
