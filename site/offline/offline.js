// The service worker: keeps what the reader has opened, so that it opens again at once, and without a network.
//
// Files in assets/ and runtime/ are named by their content: one that is kept is never asked for again. A page is asked
// for each time, and comes from here only when the network has no answer; with each page goes the list of the files
// that it came with, and what is on no list is dropped. So a page always has the files of its own build.

/** @typedef {{page: string, files: string[]}} Keep As site/scripts/types.js says. */

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const scope = worker.registration.scope;
const NAMED = new RegExp(`^${scope.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(assets|runtime)/`);
const LIST = `${scope}-/files?of=`;
const PLAIN = "Downhill-Plain"; // as site/scripts/snapshot.js asks
const CACHE = `downhill ${scope}`;
const openCache = () => caches.open(CACHE);

worker.addEventListener("install", (event) => {
  worker.skipWaiting();
  // Where the browser can it takes files from the cache, and asks the network for a page, while this worker starts.
  const { addRoutes } = /** @type {{addRoutes?: (rules: object[]) => void}} */ (/** @type {unknown} */ (event));
  addRoutes?.call(event, [
    { condition: { urlPattern: `${scope}assets/*` }, source: { cacheName: CACHE } },
    { condition: { urlPattern: `${scope}runtime/*` }, source: { cacheName: CACHE } },
    { condition: { urlPattern: `${scope}*`, requestMode: "navigate" }, source: "race-network-and-fetch-handler" },
  ]);
});
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("message", (event) => event.waitUntil(keep(event.data)));
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(scope)) return;
  if (NAMED.test(request.url)) event.respondWith(named(request));
  else if (request.mode === "navigate") event.respondWith(page(request));
});

/** A file that is named by its content. @param {Request} request */
async function named(request) {
  return (await (await openCache()).match(request.url, { ignoreVary: true })) ?? fetch(request);
}

/** A page: the newest that can be had. @param {Request} request */
async function page(request) {
  try {
    return await fetch(request);
  } catch {
    const cache = await openCache();
    return (await cache.match(request.url, { ignoreSearch: true, ignoreVary: true })) ?? absent(await pages(cache));
  }
}

/** Keep a page and the files that it came with; drop what no page needs any more. @param {Keep} kept */
async function keep({ page, files }) {
  const cache = await openCache();
  const have = new Set((await cache.keys()).map(({ url }) => url));
  for (const url of files) if (!have.has(url)) await add(cache, url);
  await cache.add(page); // the files first: a page is never kept without them
  await cache.put(LIST + encodeURIComponent(page), Response.json(files));
  const lists = (await cache.keys()).filter(({ url }) => url.startsWith(LIST));
  const needed = await Promise.all(lists.map(async (list) => (await cache.match(list))?.json()));
  const wanted = new Set(needed.flat());
  for (const { url } of await cache.keys()) if (NAMED.test(url) && !wanted.has(url)) await cache.delete(url);
}

/** Fetch a file into the cache; the snapshot unpacked, as that is what takes time. @type {(cache: Cache, url: string) => Promise<void>} */
async function add(cache, url) {
  if (!url.includes("/assets/snapshot-")) return cache.add(url);
  const { ok, body } = await fetch(url);
  if (!ok || !body) throw new Error(`no answer for ${url}`);
  const plain = body.pipeThrough(new DecompressionStream("gzip"));
  await cache.put(url, new Response(plain, { headers: { [PLAIN]: "gzip" } }));
}

/** The addresses of the pages that are kept. @param {Cache} cache */
async function pages(cache) {
  const urls = (await cache.keys()).map(({ url }) => url);
  return urls.filter((url) => !NAMED.test(url) && !url.startsWith(LIST));
}

/** What is shown in place of a page that is not kept. @param {string[]} urls */
function absent(urls) {
  const links = urls.map((url) => {
    const path = url.slice(scope.length); // a URL holds neither quotes nor angle brackets as they are
    return `<li><a href="./${path}">${path || "the first page"}</a>`;
  });
  const html = `<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>No network</title><base href="${scope}">
<style>:root{color-scheme:light dark;font:1.1rem/1.6 system-ui}body{max-width:36rem;margin:3rem auto;padding:0 1rem}</style>
<h1>No network</h1>
<p>This page has not been opened here before. These have, and they open without a network:</p>
<ul>${links.join("")}</ul>`;
  const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'self'";
  const headers = { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy };
  return new Response(html, { status: 503, headers });
}

export {};
