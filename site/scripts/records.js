// The reader's work in this browser's storage: one record for each block, under the block's path.

/** @import { Kept, Values, Version, Work } from "./types.js" */

const PREFIX = "downhill/work/";
const ASIDE = "/unreadable";
const REASONS = [undefined, "lesson", "tab", "file", "kept", "reset"]; // why a version was put aside

/** @param {string} path */
export const keyOf = (path) => PREFIX + path;

/** The path of the block whose record has this key; none: it is something else's. @param {string | null} key */
export function pathOf(key) {
  return key?.startsWith(PREFIX) && !key.includes(ASIDE) ? key.slice(PREFIX.length) : null;
}

/** A short name for a text, by cyrb53. @param {string} text */
export function hash(text) {
  let [one, other] = [0xdeadbeef, 0x41c6ce57];
  for (let i = 0; i < text.length; i++) {
    one = Math.imul(one ^ text.charCodeAt(i), 2654435761);
    other = Math.imul(other ^ text.charCodeAt(i), 1597334677);
  }
  one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(other ^ (other >>> 13), 3266489909);
  other = Math.imul(other ^ (other >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909);
  return (4294967296 * (2097151 & other) + (one >>> 0)).toString(36);
}

/**
 * The record of a block, and its text. What is there and cannot be read is put aside under a key of its own.
 *
 * @param {string} path
 * @returns {{text: string | null, kept: Kept | null}}
 */
export function readRecord(path) {
  try {
    putAside(path);
  } catch {
    // there is no room; it stays where it is
  }
  const text = storedText(keyOf(path));
  return { text, kept: text === null ? null : parseRecord(text) };
}

/**
 * Keep a record, or take it away; the text that is there then. Throws where the browser does not let it.
 *
 * @param {string} path
 * @param {Kept | null} kept
 */
export function writeRecord(path, kept) {
  putAside(path);
  const text = kept && JSON.stringify(kept);
  if (text === null) localStorage.removeItem(keyOf(path));
  else localStorage.setItem(keyOf(path), text);
  return text;
}

/** Put aside a record that cannot be read, beside what was put there earlier. @param {string} path */
function putAside(path) {
  const key = keyOf(path);
  const text = storedText(key);
  if (text === null || parseRecord(text)) return;
  const free = [null, text].includes(storedText(key + ASIDE));
  localStorage.setItem(free ? key + ASIDE : `${key}${ASIDE}-${hash(text)}`, text);
  localStorage.removeItem(key);
}

/** All records that can be read, by their paths. @returns {Map<string, Kept>} */
export function allRecords() {
  /** @type {Map<string, Kept>} */
  const all = new Map();
  for (const key of ourKeys()) {
    const path = pathOf(key);
    const kept = path && parseRecord(storedText(key) ?? "");
    if (kept) all.set(path, kept);
  }
  return all;
}

/** Take away all that was kept, what could not be read too. */
export function forgetAll() {
  for (const key of ourKeys()) localStorage.removeItem(key);
}

function ourKeys() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  } catch {
    return []; // storage is blocked
  }
}

/** @param {string} key */
function storedText(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage is blocked
  }
}

/** @param {string} text @returns {Kept | null} */
export function parseRecord(text) {
  try {
    return checkedRecord(JSON.parse(text));
  } catch {
    return null;
  }
}

/** `said` if it is a record, with nothing else in it; else null. @param {any} said @returns {Kept | null} */
export function checkedRecord(said) {
  const { solved, before = [] } = said ?? {};
  const version = checkedVersion(said);
  const earlier = Array.isArray(before) ? before.map(checkedVersion) : [null];
  if (!version || earlier.includes(null) || ![undefined, true].includes(solved)) return null;
  return { ...version, ...present({ solved, before: earlier.length ? earlier : undefined }) };
}

/** @param {any} said @returns {Version | null} */
function checkedVersion(said) {
  const { starter, at, why, tab, verdict, hints } = said ?? {};
  const fits =
    isText(starter) && Number.isFinite(at) && [tab, said.code, said.ran].every(isTextOrNone) &&
    REASONS.includes(why) && areValues(said.values) &&
    (verdict === undefined || (typeof verdict?.pass === "boolean" && isText(verdict.says))) &&
    (hints === undefined || Number.isFinite(hints));
  return fits ? { starter, at, ...present({ why, tab }), ...workIn(said) } : null;
}

/** The present version of a record. @param {Version} kept @returns {Version} */
export const versionIn = ({ starter, at, ...kept }) => ({ starter, at, ...workIn(kept) });

/**
 * The work in a record, always in the same order, so that equal work has equal JSON.
 *
 * @param {Work} said
 * @returns {Work}
 */
export function workIn({ code, ran, values, verdict, hints }) {
  const sorted = values && Object.fromEntries(Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1)));
  return present({ code, ran, values: sorted, verdict: verdict && { pass: verdict.pass, says: verdict.says }, hints });
}

/** Whether there is something in it to go back to. @param {Work} work */
export const isWork = ({ code, ran, values }) => [code, ran, values].some((part) => part !== undefined);

/** Without what is undefined. @template {object} T @param {T} parts @returns {any} */
const present = (parts) => Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined));

/** @param {unknown} said */
const isText = (said) => typeof said === "string";

/** @param {unknown} said */
const isTextOrNone = (said) => said === undefined || isText(said);

/** @param {any} said @returns {said is Values | undefined} */
function areValues(said) {
  if (said === undefined) return true;
  if (typeof said !== "object" || said === null || Array.isArray(said)) return false;
  const isSample = (/** @type {unknown} */ each) => Array.isArray(each) && [2, 3].includes(each.length) && each.every(Number.isFinite);
  return Object.values(said).every((value) => isText(value) || Number.isFinite(value) || (Array.isArray(value) && value.every(isSample)));
}
