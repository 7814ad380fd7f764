// The reader's work in a block: kept as it happens, brought back when the page opens again, never overwritten unasked.

import { fitting, readNumber, shownValues, stepsOf, writeControls } from "./controls.js";
import { buildForm } from "./forms.js";
import { openOffer } from "./offer.js";
import { hash, isWork, pathOf, readRecord, versionIn, workIn, writeRecord } from "./records.js";

/** @import { Cell } from "./cell.js" */
/** @import { Kept, Values, Version, Work } from "./types.js" */

/** @typedef {ReturnType<typeof keepWork>} Keep */

const PAUSE = 300; // milliseconds from a change to the record of it
const PAGE = hash(`${Date.now()} ${Math.random()}`);

/**
 * Keep the work in all blocks of the page, and say once if that cannot be done.
 *
 * @param {Cell[]} cells
 * @param {Document} page
 */
export function bindWork(cells, page) {
  /** @type {Set<string>} */
  const failing = new Set();
  const place = page.querySelector("[data-unkept]");
  const keeps = cells.map((cell) => keepWork(cell, tell));
  const save = () => keeps.forEach((keep) => keep.save());

  /** @type {(path: string, error: unknown) => void} */
  function tell(path, error) {
    if (error) failing.add(path);
    else failing.delete(path);
    const full = error instanceof DOMException && /quota/i.test(error.name);
    const why = full ? "its storage is full" : "it does not let this page store anything";
    const words = failing.size ? `Your work cannot be kept in this browser: ${why}. Export it before you leave.` : "";
    if (place && Boolean(place.textContent) !== Boolean(words)) place.textContent = words;
  }

  addEventListener("storage", ({ key }) => {
    for (const keep of keeps) if (key === null || pathOf(key) === keep.path) keep.look();
  });
  addEventListener("pagehide", save);
  addEventListener("pageshow", () => keeps.forEach((keep) => keep.look())); // it may come back after long
  page.addEventListener("visibilitychange", () => page.hidden && save());
  return keeps;
}

/**
 * Bring back what is kept of a block, and keep what becomes of it.
 *
 * @param {Cell} cell
 * @param {(path: string, error: unknown) => void} tell Called after each attempt to keep something: null, or why not.
 */
export function keepWork(cell, tell) {
  const { path } = cell;
  const starter = starterOf(cell);
  const offer = openOffer(cell, swap, stay);
  let timer = 0;
  let failing = false;
  /** The record's text as this page last saw it; another text there is from another page. @type {string | null} */
  let known = null;
  /** This page's work in it, as JSON. */
  let saved = "";
  /** @type {true | undefined} */
  let solved;
  /** The versions that are put aside, the newest first. @type {Version[]} */
  let before = [];
  /** What another page made of the block in the meantime. @type {Version | null} */
  let theirs = null;

  /** @returns {Version} */
  const version = () => ({ starter, at: Date.now(), ...workOf(cell) });
  const now = () => JSON.stringify(workOf(cell));
  /** The versions put aside that wait for a decision; the others are offered until the next change. */
  const undecided = () => before.filter(({ why }) => why !== "kept" && why !== "reset");
  /** The versions put aside, but for this page's own. */
  const others = () => before.filter(({ tab }) => tab !== PAGE);
  const show = () => offer(theirs ? "tab" : before[0]?.why);

  function open() {
    const { text, kept } = readRecord(path);
    known = text;
    solved = kept?.solved;
    before = kept?.before ?? [];
    theirs = null;
    const same = kept?.starter === starter;
    if (kept && !same && isWork(kept)) before = [{ ...versionIn(kept), why: "lesson" }, ...before];
    else if (kept) bring(cell, same ? kept : { hints: kept.hints });
    saved = now();
    show();
  }

  /** See what another page may have written. */
  function look() {
    const { text, kept } = readRecord(path);
    if (text === known) return;
    known = text;
    solved ||= kept?.solved;
    before = kept?.before ?? [];
    const there = kept ? versionIn(kept) : { starter, at: Date.now() };
    theirs = JSON.stringify(workIn(there)) === saved ? null : there;
    show();
  }

  function save() {
    clearTimeout(timer);
    timer = 0;
    if (now() === saved) return;
    look();
    if (!theirs) before = undecided();
    write();
  }

  /** Keep the work; where another page has written first, beside what that one wrote. */
  function write() {
    const mine = version();
    if (mine.verdict?.pass) solved = true;
    if (theirs) before = [{ ...mine, why: "tab", tab: PAGE }, ...others()];
    try {
      known = writeRecord(path, record(theirs ?? mine));
      saved = JSON.stringify(workIn(mine));
      failing = false;
      tell(path, null);
    } catch (error) {
      failing = true;
      tell(path, error);
    }
    show();
  }

  /** @param {Version} present @returns {Kept | null} */
  function record(present) {
    const kept = { ...present, ...(solved && { solved }), ...(before.length ? { before } : {}) };
    return isWork(kept) || kept.verdict || kept.hints || kept.solved || kept.before ? kept : null;
  }

  /** Show the version that is offered, and put aside what is there. */
  function swap() {
    const mine = version();
    const [other, ...rest] = theirs ? [theirs, ...others()] : before;
    theirs = null;
    cell.begin();
    bring(cell, other);
    before = isWork(mine) ? [{ ...mine, why: "kept" }, ...rest] : rest;
    write();
  }

  /** Stay with what is there. */
  function stay() {
    const [other, ...rest] = theirs ? [theirs, ...others()] : before;
    theirs = null;
    before = isWork(other) ? [{ ...other, why: "kept" }, ...rest] : rest;
    write();
  }

  cell.changed = (reset) => {
    if (!reset) timer ||= window.setTimeout(save, PAUSE);
    else {
      look();
      before = isWork(reset) ? [{ starter, at: Date.now(), ...reset, why: "reset" }, ...undecided()] : undecided();
      write();
    }
  };
  open();

  return {
    path,
    look,
    save,
    /** The record was changed for this page, too. */
    reopen() {
      if (readRecord(path).text === known) return;
      cell.begin();
      cell.open(0);
      open();
    },
    /** What could not be kept, if it could not. */
    unkept: () => (failing ? record(version()) : null),
  };
}

/** What the reader has made of a block. @param {Cell} cell @returns {Work} */
export function workOf(cell) {
  const { code, ran, starter, verdict, hints } = cell;
  const changed = (/** @type {string} */ text) => (text === starter ? undefined : text);
  return workIn({ code: changed(code), ran: changed(ran), values: movedValues(cell), verdict, hints: hints || undefined });
}

/** The controls' values if one was moved; of a run that has gone some steps, those that it began with. @param {Cell} cell */
function movedValues({ form, wanted, begun, starting }) {
  const shown = shownValues(form);
  const steps = stepsOf(form)?.dataset.control ?? "";
  const values = wanted ?? (shown[steps] ? { ...begun, [steps]: shown[steps] } : shown);
  const moved = Object.keys(values).some((name) => JSON.stringify(values[name]) !== JSON.stringify(starting[name]));
  return moved ? values : undefined;
}

/** Show this work in a block that is as it starts. Nothing runs for it that would print. @type {(cell: Cell, work: Work) => void} */
function bring(cell, { code, ran, values, verdict, hints = 0 }) {
  cell.write(code ?? cell.starter);
  cell.ran = ran ?? cell.starter;
  cell.open(hints);
  cell.judge(verdict);
  if (!values && ran === undefined) return;
  if (cell.start.controls && ran !== undefined) buildForm(cell.element, cell.form, {}); // until Python says which that code makes
  const wanted = (cell.wanted = shownOrToCome(cell.form, values ?? {}));
  cell.begun = { ...wanted, [stepsOf(cell.form)?.dataset.control ?? ""]: 0 };
  writeControls(cell.form, fitting(cell.form, cell.begun));
  const draw = () => redraw(cell, wanted);
  if (cell.ready) draw();
  else cell.whenReady = draw;
}

/** All that the form will show of `values`: those that fit, and those whose controls may still come. */
/** @type {(form: HTMLFormElement, values: Values) => Values} */
function shownOrToCome(form, values) {
  const [there, fit] = [shownValues(form), fitting(form, values)];
  const kept = Object.entries(values).filter(([name]) => Object.hasOwn(fit, name) || !Object.hasOwn(there, name));
  return { ...there, ...Object.fromEntries(kept) };
}

/** Ask for the figure of what is brought back, first where its run began, then on to the step where it was. @type {(cell: Cell, wanted: Values) => void} */
async function redraw(cell, wanted) {
  if (cell.wanted !== wanted) return; // something was moved since
  const steps = stepsOf(cell.form);
  const aim = Number(wanted[steps?.dataset.control ?? ""] ?? 0);
  let at = -1;
  let answer = await cell.draw();
  while (steps && answer && !answer.error && cell.wanted === wanted && at < readNumber(steps) && readNumber(steps) < aim) {
    at = readNumber(steps);
    answer = await cell.draw();
  }
  if (answer && cell.wanted === wanted) cell.wanted = null; // else it took too long, and is still to come
  cell.changed();
}

/** A hash of what the work in a block comes from: its code and its controls. @param {Cell} cell */
function starterOf({ starter, form }) {
  const controls = /** @type {HTMLElement[]} */ ([...form.querySelectorAll("[data-control]")]);
  const described = controls.map(({ dataset: { control, kind, most, ranges } }, i) => {
    const [range] = kind === "slider" ? controls[i].querySelectorAll("input") : [];
    const options = kind === "choice" ? [...controls[i].querySelectorAll("option")].map((option) => option.value) : [];
    return [control, kind, most, ranges, range?.min, range?.max, range?.dataset.step, ...options];
  });
  return hash(JSON.stringify([starter, described]));
}
