// The doors that a browser leaves open in a worker, closed before any code of the reader's runs there (docs/security.md).
//
// The page's Content-Security-Policy keeps that code from other hosts. This keeps it from what is the reader's own in
// this place: what the site has stored in the browser, other pages of the host, and the page's trust in its worker.

/** @import { Setup } from "./types.js" */

/** Names of a worker's global object that lead out of it. */
const DOORS = [
  // The browser's storage. In the cache lie this site's own scripts, which the page would run.
  "caches", "indexedDB", "cookieStore", "localStorage", "sessionStorage", "webkitRequestFileSystem",
  "webkitRequestFileSystemSync", "webkitResolveLocalFileSystemURL", "webkitResolveLocalFileSystemSyncURL",
  // Other pages, and another worker, in which all doors would be open again.
  "BroadcastChannel", "SharedWorker", "Worker", "Notification", "importScripts", "close",
  // The network, beside fetch.
  "EventSource", "FontFace", "WebSocket", "WebSocketStream", "WebTransport", "XMLHttpRequest", "fetchLater", "fonts",
  // The page, which takes what comes as the worker's own words.
  "postMessage",
];

/** What may stay of `navigator`: words about the browser. */
const WORDS = ["constructor", "deviceMemory", "hardwareConcurrency", "language", "languages", "onLine", "platform", "userAgent", "vendor"];

// As they are now: what is looked up later may be the reader's.
const { URL, fetch } = self;
const begins = Function.prototype.call.bind(String.prototype.startsWith);
const { get: href = () => "" } = Object.getOwnPropertyDescriptor(URL.prototype, "href") ?? {};
const addressOf = Function.prototype.call.bind(href);

/**
 * Close them. What can still be fetched are the course's own files, by their addresses.
 *
 * @param {Setup} setup
 */
export function closeDoors({ python, runtime }) {
  const assets = python.slice(0, python.lastIndexOf("/") + 1);
  /** @type {(asked: unknown, options?: {integrity?: string}) => Promise<Response>} */
  const fetchOurs = async (asked, options) => {
    const address = addressOf(new URL(`${asked}`));
    if (!begins(address, assets) && !begins(address, runtime)) throw new TypeError("only the course's own files can be fetched from here");
    // Without a prototype, as the reader's code can give options to all objects that have one.
    return fetch(address, /** @type {RequestInit} */ ({ __proto__: null, integrity: options?.integrity ?? "" }));
  };
  for (const name of DOORS) replace(name, undefined);
  replace("fetch", fetchOurs);
  for (let at = Object.getPrototypeOf(navigator); at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) if (!WORDS.includes(name)) Reflect.deleteProperty(at, name);
  }
  // What the reader's code left to a timer may fail: nobody waits for it, and Python goes on.
  addEventListener("error", (event) => event.preventDefault());
}

/** Put something else in the place of a global name, and of what it was inherited from, for good. */
/** @type {(name: string, instead: unknown) => void} */
function replace(name, instead) {
  for (let at = self; at; at = Object.getPrototypeOf(at)) Reflect.deleteProperty(at, name);
  Object.defineProperty(self, name, { value: instead });
}
