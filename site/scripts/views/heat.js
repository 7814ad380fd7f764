// The heat mark of a plot: a picture beneath all that is SVG, and in the SVG the contour of its edge.

import { contours } from "d3-contour";
import { select } from "d3-selection";
import { paint } from "./shades.js";

/** @import { HeatMark, Mark, Shades } from "../types.js" */
/** @import { Scales } from "./plot.js" */

const STEEP = 100; // shades; where they differ by more, an end that is mixed with one neighbour would bend the edge
const PASSES = { least: 4, most: 20, shared: 300 }; // of smoothing: more, the fewer shades there are

/**
 * Lay a picture of each heat mark under the SVG of a plot.
 *
 * @param {HTMLElement} element
 * @param {Mark[]} marks
 * @param {Scales} scales
 */
export function drawHeat(element, marks, { x, y }) {
  const [left, right] = x.range();
  const [bottom, top] = y.range();
  select(element)
    .selectAll("canvas.shades")
    .data(marks.filter((mark) => mark.kind === "heat"))
    .join((entered) => entered.insert("canvas", "svg").attr("class", "shades").attr("aria-hidden", "true"))
    .style("left", `${left}px`)
    .style("top", `${top}px`)
    .style("width", `${right - left}px`)
    .style("height", `${bottom - top}px`)
    .each((mark, i, all) => paint(/** @type {HTMLCanvasElement} */ (all[i]), mark));
}

/** The contour where the shades pass the edge. @type {(group: SVGGElement, mark: HeatMark, scales: Scales) => void} */
export function drawEdge(group, mark, scales) {
  const ways = mark.edge === null ? [] : [wayOf(mark, mark.edge, scales)];
  const paths = select(group).selectAll("path").data(ways.flatMap((way) => [way, way])).join("path");
  paths.attr("class", (_, i) => (i ? "edge" : "casing")).attr("d", (way) => way);
}

/** @type {(mark: HeatMark, edge: number, scales: Scales) => string} */
function wayOf(mark, edge, { x, y }) {
  const { columns, rows, shades } = mark;
  const [left, right] = x.range();
  const [bottom, top] = y.range();
  const px = (/** @type {number} */ i) => Math.round(10 * (left + (i / columns) * (right - left))) / 10;
  const py = (/** @type {number} */ j) => Math.round(10 * (bottom + (j / rows) * (top - bottom))) / 10;
  const unknown = (/** @type {number} */ i, /** @type {number} */ j) => shades[i + columns * j] === null;
  /** Along the rim, and around what is unknown, the contour closes a region; no edge is there. */
  const closing = (/** @type {number[]} */ a, /** @type {number[]} */ b) => {
    if (outer(a) || outer(b)) return true;
    const [i, j] = [(a[0] + b[0]) / 2 - 0.5, (a[1] + b[1]) / 2 - 0.5]; // a cell's own place is in its middle
    return [Math.floor(i), Math.ceil(i)].some((u) => unknown(u, Math.floor(j)) || unknown(u, Math.ceil(j)));
  };
  const outer = (/** @type {number[]} */ [i, j]) => i === 0 || j === 0 || i === columns || j === rows;
  /** A place beyond the rim, in the direction in which the edge reaches it. */
  const beyond = (/** @type {number[]} */ from, /** @type {number[]} */ to) => to.map((at, i) => at + 2 * (at - from[i]));
  const rings = contours().size([columns, rows]).contour(smooth(mark), edge).coordinates.flat();
  const runs = rings.flatMap((ring) => {
    const found = /** @type {number[][][]} */ ([]);
    let run = /** @type {number[][]} */ ([]);
    for (let i = 1; i < ring.length; i++) {
      if (!closing(ring[i - 1], ring[i])) {
        if (!run.length) found.push((run = [ring[i - 1]]));
        if (run.length === 1 && i > 1 && outer(ring[i - 2])) run.unshift(beyond(ring[i], ring[i - 1]));
        run.push(ring[i]);
      } else if (run.length) {
        if (outer(ring[i])) run.push(beyond(ring[i - 2], ring[i - 1]));
        run = [];
      }
    }
    return found;
  });
  return runs.map((run) => `M${run.map(([i, j]) => `${px(i)},${py(j)}`).join("L")}`).join("");
}

/**
 * Shades are whole numbers: where they hardly differ, a contour of them has steps, which this smooths. What they have
 * of an even slope is put aside meanwhile, so that the rim does not bend it.
 *
 * @param {Shades} shades
 * @returns {number[]}
 */
function smooth({ columns, rows, shades }) {
  const values = Float64Array.from(shades, (shade) => shade ?? NaN);
  let [least, most, across, up] = [Infinity, -Infinity, 0, 0];
  const [middle, centre] = [(columns - 1) / 2, (rows - 1) / 2];
  values.forEach((value, at) => {
    if (Number.isNaN(value)) return;
    least = Math.min(least, value);
    most = Math.max(most, value);
    across += value * ((at % columns) - middle);
    up += value * (Math.floor(at / columns) - centre);
  });
  const squares = (/** @type {number} */ count) => (count * (count * count - 1)) / 12 || 1;
  across /= rows * squares(columns);
  up /= columns * squares(rows);
  const slope = (/** @type {number} */ at) => across * ((at % columns) - middle) + up * (Math.floor(at / columns) - centre);
  values.forEach((value, at) => (values[at] = value - slope(at)));
  const passes = Math.min(Math.max(Math.round(PASSES.shared / (most - least)), PASSES.least), PASSES.most);
  const rim = most - least < STEEP;
  for (let pass = 0; pass < passes; pass++) {
    for (let row = 0; row < rows; row++) soften(values, row * columns, 1, columns, rim);
    for (let column = 0; column < columns; column++) soften(values, column, columns, rows, rim);
  }
  return Array.from(values, (value, at) => value + slope(at));
}

/** Mix each value of a line with its two neighbours, and with `rim` those at its ends with one. */
/** @type {(values: Float64Array, start: number, step: number, count: number, rim: boolean) => void} */
function soften(values, start, step, count, rim) {
  const end = start + step * (count - 1);
  let before = values[start];
  for (let at = start; at <= end; at += step) {
    const here = values[at];
    const inside = at > start && at < end;
    const mixed = (before + 2 * here + (at < end ? values[at + step] : here)) / 4;
    if ((inside || rim) && !Number.isNaN(mixed)) values[at] = mixed; // beside a gap it stays
    before = here;
  }
}
