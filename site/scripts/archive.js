// All of the reader's work as one file: made, read, and joined with what is in this browser already.

import { allRecords, checkedRecord, isWork, readRecord, versionIn, workIn, writeRecord } from "./records.js";

/** @import { Keep } from "./work.js" */
/** @import { Kept, Version } from "./types.js" */

const VERSION = 1;
const MOST = 10_000_000; // bytes, more than a browser keeps for one site

/**
 * The text of the file. What could not be kept is taken from the page.
 *
 * @param {Keep[]} keeps
 * @returns {string}
 */
export function packed(keeps) {
  const all = allRecords();
  for (const keep of keeps) {
    const unkept = keep.unkept();
    if (unkept) all.set(keep.path, unkept);
  }
  return JSON.stringify({ downhill: "work", version: VERSION, work: Object.fromEntries([...all].sort()) }, null, 1);
}

/**
 * Read such a file, and join what it holds with what is here: of two versions of a block the newer one is shown, and the
 * older one put aside. Either all of it is taken, or nothing. Throws an Error with a sentence on what is wrong.
 *
 * @param {File} file
 * @returns {Promise<number>} For how many blocks there was work in it.
 */
export async function unpack(file) {
  if (file.size > MOST) throw new Error(`${file.name} has more than ${MOST / 1e6} MB, which no file of your work has.`);
  const all = readArchive(file.name, await file.text());
  /** @type {[string, Kept | null][]} */
  const done = [];
  try {
    for (const [path, kept] of all) {
      const here = readRecord(path).kept;
      writeRecord(path, here ? joined(here, kept) : kept);
      done.push([path, here]);
    }
  } catch {
    for (const [path, here] of done.reverse()) writeRecord(path, here);
    throw new Error("This browser does not keep so much, or nothing at all.");
  }
  return all.length;
}

/** @type {(name: string, text: string) => [string, Kept][]} */
export function readArchive(name, text) {
  /** @type {any} */
  let said;
  try {
    said = JSON.parse(text);
  } catch {
    throw new Error(`${name} is not a file of your work: it is not JSON, or only a part of it.`);
  }
  if (said?.downhill !== "work" || typeof said.work !== "object" || !said.work) {
    throw new Error(`${name} is not a file of your work: what Export has made begins with "downhill": "work".`);
  }
  if (said.version !== VERSION) throw new Error(`${name} has version ${said.version}; this page reads version ${VERSION}.`);
  return Object.entries(said.work).map(([path, each]) => {
    const kept = /^[\w-]+\/\w+$/.test(path) && checkedRecord(each);
    if (!kept) throw new Error(`${name} cannot be read where it has the work on ${path.slice(0, 60)}.`);
    return [path, kept];
  });
}

/** Two records of one block as one, in which nothing is lost. @type {(one: Kept, other: Kept) => Kept} */
export function joined(one, other) {
  const [newer, older] = other.at > one.at ? [other, one] : [one, other];
  const said = (/** @type {Version} */ version) => JSON.stringify(workIn(version));
  /** @type {Version[]} */
  const aside = [{ ...versionIn(older), why: "file" }, ...(newer.before ?? []), ...(older.before ?? [])];
  const seen = new Set([said(newer)]);
  const before = aside.filter((version) => isWork(version) && !seen.has(said(version)) && seen.add(said(version)));
  const solved = one.solved ?? other.solved;
  return { ...versionIn(newer), ...(solved && { solved }), ...(before.length ? { before } : {}) };
}
