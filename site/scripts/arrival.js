// How much of Python has arrived, and which of its files did not.

/** @import { News } from "./types.js" */

/**
 * Report through `report` how much of `total` bytes has come in through fetch, and what does not come in, until `end` is
 * called. A total of 0: nothing is counted, as all of it is in a cache; a response that is passed on untouched lets the
 * browser reuse what it compiled of it. Without the file at the address `spare` Python starts too, if more slowly.
 *
 * @param {number} total
 * @param {(news: News) => void} report
 * @param {string} [spare]
 */
export function watchArrival(total, report, spare) {
  const fetchPlain = self.fetch;
  let loaded = 0;
  let told = 0;

  self.fetch = async (...request) => {
    const response = await fetchPlain(...request).catch((error) => fail(request[0], error.message));
    if (!response.ok) fail(request[0], `the server answered ${response.status}`);
    return response.body && total ? counted(response, request[0]) : response;
  };

  /** @type {(response: Response, request: RequestInfo | URL) => Response} */
  function counted({ body, status, headers }, request) {
    const reader = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (body).getReader();
    const stream = new ReadableStream({
      async pull(controller) {
        const { done, value } = await reader.read().catch((error) => fail(request, error.message));
        if (done) return controller.close();
        loaded += value.length;
        const share = Math.min(loaded / total, 1);
        if (share - told >= 0.01) report({ stage: "Fetching Python", share: (told = share) });
        controller.enqueue(value);
      },
    });
    return new Response(stream, { status, headers });
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
    if (address !== spare) report({ failed });
    throw new Error(failed);
  }

  return {
    fail,
    end() {
      self.fetch = fetchPlain;
    },
  };
}
