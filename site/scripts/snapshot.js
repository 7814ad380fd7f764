// Python's memory after its start, as site/prepare.mjs packs it: gzip around all pages that are not empty.

/**
 * Ask for the snapshot.
 *
 * @param {string} address
 * @param {boolean} cached Take it from a cache only: nobody knows what it would cost to fetch it.
 */
export function fetchSnapshot(address, cached) {
  return fetch(address, cached ? { cache: "only-if-cached", mode: "same-origin" } : {});
}

/**
 * The memory as it was. The service worker keeps the snapshot without gzip, and says so.
 *
 * @param {Response} snapshot
 */
export async function unpack(snapshot) {
  const packed = snapshot.body && !snapshot.headers.has(PLAIN);
  const plain = packed ? new Response(snapshot.body.pipeThrough(new DecompressionStream("gzip"))) : snapshot;
  return spread(await plain.arrayBuffer());
}

/** The header of a response whose body is not compressed any more. */
const PLAIN = "Downhill-Plain";

/** Put each stretch of memory back in its place. @param {ArrayBuffer} packed */
function spread(packed) {
  const [length, count] = new Uint32Array(packed, 0, 2);
  const edges = new Uint32Array(packed, 8, 2 * count);
  const memory = new Uint8Array(length);
  let at = edges.byteOffset + edges.byteLength;
  for (let i = 0; i < edges.length; i += 2) {
    const size = edges[i + 1] - edges[i];
    memory.set(new Uint8Array(packed, at, size), edges[i]);
    at += size;
  }
  if (at !== packed.byteLength) throw new Error("the snapshot did not arrive whole");
  return memory;
}
