// What comes from the worker, taken for what it is said to be (types.js) or not at all: the reader's code has a hand in it.

/** @import { Answer, Message, News } from "./types.js" */

/** @typedef {(value: any) => any} Check Gives the value, put right where it can be; throws Unfit. */

const LONGEST = 30_000_000; // characters of an answer
const MANY = 10_000; // things that are drawn one by one
const PIXELS = 1_000_000; // shades, or places of a surface or a curve

class Unfit extends Error {}

/**
 * News that the page understands; null for anything else.
 *
 * @param {unknown} data
 * @returns {News | null}
 */
export function readNews(data) {
  try {
    return news(data);
  } catch {
    return null;
  }
}

/**
 * What running code says; what cannot be read is told in its place.
 *
 * @param {string} json
 * @returns {Message}
 */
export function readMessage(json) {
  return read(json, message, (why) => ({ stderr: `Something was sent that this page cannot show: ${why}.\n` }));
}

/**
 * An answer; one that cannot be read is an error.
 *
 * @param {string} json
 * @returns {Answer}
 */
export function readAnswer(json) {
  return read(json, answer, (why) => {
    const said = `Its answer cannot be shown here: ${why}.`;
    return { error: { kind: "Python", message: said, text: said } };
  });
}

/**
 * @template Read
 * @param {string} json
 * @param {Check} check
 * @param {(why: string) => Read} unfit
 * @returns {Read}
 */
function read(json, check, unfit) {
  if (json.length > LONGEST) return unfit(`it is ${json.length.toLocaleString("en")} characters long`);
  try {
    return check(JSON.parse(json));
  } catch (error) {
    return unfit(error instanceof Unfit ? error.message : "it is no JSON");
  }
}

// Each check is made of smaller ones, down to texts and numbers.

/** @param {unknown} value */
const words = (value) => (value === null ? "nothing" : Array.isArray(value) ? `a list of ${value.length}` : JSON.stringify(value)?.slice(0, 40));

/** @type {(value: unknown, expected: string) => never} */
function refuse(value, expected) {
  throw new Unfit(`got ${words(value)}, expected ${expected}`);
}

/** @type {Check} */
const text = (value) => (typeof value === "string" ? value : typeof value === "number" ? String(value) : refuse(value, "a text"));
/** @type {Check} */
const real = (value) => (Number.isFinite(value) ? value : refuse(value, "a number"));
/** @type {Check} */
const flag = Boolean;
/** It becomes a part of a class and of the name of a colour. @type {Check} */
const role = (value) => (/^[a-z]{1,20}$/.test(value) ? value : "none");

/** @type {(low: number, high: number) => Check} */
const whole = (low, high) => (value) =>
  Number.isInteger(value) && value >= low && value <= high ? value : refuse(value, `a whole number from ${low} to ${high}`);

/** @type {(...values: string[]) => Check} */
const one = (...values) => (value) => (values.includes(value) ? value : refuse(value, values.join(" or ")));

/** @type {(check: Check) => Check} */
const maybe = (check) => (value) => (value === null || value === undefined ? value : check(value));

/** @type {(check: Check, most?: number, least?: number) => Check} */
const list = (check, most = MANY, least = 0) => (value) => {
  const fits = Array.isArray(value) && value.length >= least && value.length <= most;
  if (!fits) refuse(value, `a list of ${least} to ${most.toLocaleString("en")}`);
  for (let i = 0; i < value.length; i++) value[i] = check(value[i]);
  return value;
};

/** An object; what it has besides is nobody's. @type {(parts: Record<string, Check>) => Check} */
const shape = (parts) => (value) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) refuse(value, "an object");
  for (const [name, check] of Object.entries(parts)) {
    try {
      const checked = check(Object.hasOwn(value, name) ? value[name] : undefined);
      if (checked !== undefined) value[name] = checked;
    } catch (error) {
      throw error instanceof Unfit ? new Unfit(`${name}: ${error.message}`) : error;
    }
  }
  return value;
};

/** One of several shapes, told apart by its kind. @type {(kinds: Record<string, Check>) => Check} */
const kinds = (known) => (value) => {
  const { kind } = shape({ kind: one(...Object.keys(known)) })(value);
  return known[kind](value);
};

/** An object with any names. @type {(check: Check, most?: number) => Check} */
const named = (check, most = 1000) => (value) => {
  const names = Object.keys(shape({})(value));
  if (names.length > most) refuse(names, `at most ${most} names`);
  return shape(Object.fromEntries(names.map((name) => [name, check])))(value);
};

/** A check and then another, of the whole. @type {(check: Check, fits: (value: any) => unknown, expected: string) => Check} */
const also = (check, fits, expected) => (value) => (fits(check(value)) ? value : refuse(value, expected));

// The shapes of types.js.

const tuple = (/** @type {number} */ count, check = real) => list(check, count, count);
const domain = also(tuple(2), ([low, high]) => low < high && Number.isFinite(high - low), "a range, its lower end first");
const axis = { domain, label: text };
const notes = list(text, 1000);
const live = { value: maybe(real), shown: maybe(text) };
const perhaps = maybe(flag);
const size = whole(1, 2000);
/** @param {any} grid */
const full = ({ columns, rows, shades, heights }) => (shades ?? heights).length === columns * rows;
const shades = { columns: size, rows: size, shades: list(maybe(real), PIXELS) };

const marks = kinds({
  curve: shape({ role, faint: perhaps, label: text, draw: maybe(text), points: list(list(maybe(real), 2, 2), PIXELS) }),
  points: shape({ role, points: list(tuple(2)), labels: maybe(list(real)), drag: maybe(text), hollow: perhaps }),
  segments: shape({ role, segments: list(tuple(4)) }),
  squares: shape({ role, segments: list(tuple(4)) }),
  arrows: shape({ role, faint: perhaps, arrows: list(tuple(4)) }),
  bars: shape({ role, faint: perhaps, label: text, bars: list(tuple(4)) }),
  heat: also(shape({ role, edge: maybe(real), ...shades }), full, "full rows"),
});

const spot = also(list(maybe(real), 3, 3), ([x, y]) => x !== null && y !== null, "a place");
const surfaceMarks = kinds({
  curve: shape({ role, faint: perhaps, points: list(spot, PIXELS) }),
  points: shape({ role, hollow: perhaps, points: list(spot) }),
  arrows: shape({ role, faint: perhaps, arrows: list(list(maybe(real), 5, 5)) }),
});
const surface = shape({
  label: text, notes, role, x: shape({ name: text, ...axis }), y: shape({ name: text, ...axis }), z: shape(axis),
  columns: size, rows: size, heights: list(maybe(real), PIXELS), levels: list(real, 100), edge: maybe(real),
  view: one("3-D", "contours", "top"), marks: list(surfaceMarks, 1000),
});

const neuron = shape({ name: text, activation: text, bias: maybe(shape({ name: text, ...live })), ...live });
const weight = shape({ name: text, source: text, target: text, ...live });
const tile = also(shape({ name: text, ...shades }), full, "full rows");
const cell = shape({ shown: text, role: maybe(role), share: real });
const node = shape({ name: text, text, column: whole(0, 200), value: maybe(text), derivative: maybe(text), lit: flag });
const edge = shape({ source: text, target: text, local: maybe(text), lit: flag });

/** @param {any} graph */
const joined = ({ nodes, edges }) => {
  const columns = new Map(nodes.map((/** @type {any} */ { name, column }) => [name, column]));
  return edges.every((/** @type {any} */ { source, target }) => columns.get(source) < columns.get(target));
};

const height = also(shape({ ...axis, log: flag }), ({ log, domain: [low] }) => !log || low > 0, "a range above 0");
const rows = { rows: list(text, 500), columns: list(text, 500), cells: list(list(cell, 500), 500) };
/** @param {any} table */
const filled = ({ rows, columns, cells }) =>
  rows.length * columns.length <= MANY && cells.length === rows.length && cells.every((/** @type {any[]} */ row) => row.length === columns.length);

const figure = kinds({
  plot: shape({ label: text, notes, x: shape(axis), y: height, marks: list(marks, 1000) }),
  surface: also(surface, full, "full rows"),
  diagram: shape({ label: text, notes, layers: list(list(neuron, 200), 50), weights: list(weight, 2000) }),
  matrix: also(shape({ label: text, notes, row_label: text, column_label: text, ...rows }), filled, `a full table of at most ${MANY} cells`),
  tiles: shape({ label: text, notes, layers: list(list(tile, 100), 50) }),
  graph: also(shape({ label: text, notes, nodes: list(node, 200), edges: list(edge, 400) }), joined, "edges from left to right"),
});

const control = shape({
  kind: one("slider", "choice", "points"), role: maybe(role), low: maybe(real), high: maybe(real), step: maybe(real),
  options: maybe(list(text, 1000)), x: maybe(domain), y: maybe(domain),
});
/** @type {Check} */
const value = (said) => (Array.isArray(said) ? list(list(real, 3, 2))(said) : text(said) === said ? said : real(said));

const trouble = shape({
  kind: text, message: text, text, advice: maybe(text), line: maybe(whole(0, PIXELS)), column: maybe(whole(0, LONGEST)),
  end_column: maybe(whole(0, LONGEST)),
});

const answer = shape({
  figures: maybe(list(figure, 50)), partial: perhaps, recorded: maybe(whole(0, PIXELS)), readouts: maybe(named(text)),
  values: maybe(named(value)), controls: maybe(named(control, 100)), code: maybe(text), value: maybe(text), note: maybe(text),
  error: maybe(trouble), stopped: maybe(whole(0, PIXELS)), verdict: maybe(shape({ pass: flag, says: text })),
});

const message = shape({ stdout: maybe(text), stderr: maybe(text), image: maybe(text) });

const news = shape({
  stage: maybe(text), share: maybe(real), files: maybe(list(text)), failed: maybe(text), broken: maybe(text), id: maybe(real),
  message: maybe(text), answer: maybe(text),
});
