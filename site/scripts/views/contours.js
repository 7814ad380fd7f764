// What is SVG of a surface: its contours with axes and a key to the colours, the box around a relief, and the marks.

import { axisBottom, axisLeft, axisRight } from "d3-axis";
import { contours } from "d3-contour";
import { scaleLinear } from "d3-scale";
import { select } from "d3-selection";
import { symbol, symbolCircle, symbolDiamond, symbolSquare, symbolTriangle } from "d3-shape";
import { tenths } from "./pixels.js";

/** @import { Axis, Point, Spot, Surface, SurfaceMark } from "../types.js" */
/** @import { ScaleLinear } from "d3-scale" */
/** @import { Selection } from "d3-selection" */

/**
 * @typedef {Selection<any, unknown, any, any>} Part
 * @typedef {[number, number, number]} Place A spot whose height is known.
 * @typedef {{left: number, right: number, top: number, bottom: number}} Box In pixels.
 * @typedef {{at: Point, foot: Point | null, behind: boolean}} Seen A spot in pixels, and the floor below it.
 * @typedef {{front: string, behind: string, end: [Point, Point] | null}} Trace A line's parts, and its last stretch.
 *
 * @typedef {object} View How a surface is seen: where its spots are in pixels, and back.
 * @property {(spot: Spot) => Seen | null} see
 * @property {(spots: Spot[]) => Trace} trace
 * @property {(pixel: Point, height?: number) => Point | null} find The (x, y) at a pixel; beside the surface only
 *   for what is held, at its height.
 */

const MARGIN = { top: 22, right: 72, bottom: 30, left: 44 };
const KEY = 10; // the width of the key to the colours
const HEAD = 9; // the length of an arrow's head
const STEMS = 24; // more points than these stand without a line to the floor

/** Each role has a shape as well as a colour. @type {Record<string, import("d3-shape").SymbolType>} */
const SHAPES = { data: symbolCircle, model: symbolDiamond, bias: symbolSquare, gradient: symbolTriangle };

const LABEL = { width: 7.2, height: 15 }; // of a letter, about

/** What the bands in an SVG were drawn from. @type {WeakMap<Element, unknown[]>} */
const drawn = new WeakMap();
let surfaces = 0;

/** Where the surface lies when it is seen flat. @type {(element: HTMLElement) => Box} */
export function boxOf({ clientWidth: width, clientHeight: height }) {
  return { left: MARGIN.left, right: width - MARGIN.right, top: MARGIN.top, bottom: height - MARGIN.bottom };
}

/**
 * Draw `figure` flat into `element`, at the element's size; without `bands`, only what goes over a picture of it.
 *
 * @param {HTMLElement} element
 * @param {Surface} figure
 * @param {boolean} bands
 * @returns {View}
 */
export function drawContours(element, figure, bands) {
  const width = element.clientWidth;
  const box = boxOf(element);
  const x = scaleLinear(figure.x.domain, [box.left, box.right]);
  const y = scaleLinear(figure.y.domain, [box.bottom, box.top]);
  const svg = frame(element);
  for (const place of ["clipPath rect", ".rim"]) {
    svg.select(place).attr("x", box.left).attr("y", box.top);
    svg.select(place).attr("width", Math.max(0, box.right - box.left)).attr("height", Math.max(0, box.bottom - box.top));
  }
  if (bands) drawBands(svg, figure, x, y);
  drawAxes(svg, figure, x, y);
  drawKey(svg, figure, box);
  // Far outside, the exact place no longer shows, and huge coordinates break some renderers.
  const near = (/** @type {number} */ pixel) => Math.max(-9 * width, Math.min(9 * width, pixel));
  const at = (/** @type {Spot} */ [a, b]) => /** @type {Point} */ ([near(x(a)), near(y(b))]);
  return {
    see: (spot) => ({ at: at(spot), foot: null, behind: false }),
    trace: (spots) => {
      const way = spots.map(at);
      const [from, to] = way.slice(-2);
      return { front: to ? `M${way.join("L")}` : "", behind: "", end: to ? [from, to] : null };
    },
    find: ([px, py], height) => {
      const beside = px < box.left || px > box.right || py < box.top || py > box.bottom;
      return beside && height === undefined ? null : [x.invert(px), y.invert(py)];
    },
  };
}

/**
 * Draw the marks of a surface as `view` sees them; what lies behind the surface is faint.
 *
 * @param {HTMLElement} element
 * @param {SurfaceMark[]} marks
 * @param {View} view
 */
export function drawMarks(element, marks, view) {
  frame(element)
    .select(".marks")
    .selectAll("g.mark")
    .data(marks, (mark, index) => `${index} ${/** @type {SurfaceMark} */ (mark).kind}`) // each kind has parts of its own
    .join("g")
    .attr("class", (mark) => `mark ${mark.kind} role-${mark.role}${"faint" in mark && mark.faint ? " faint" : ""}`)
    .each((mark, i, groups) => {
      const group = select(/** @type {Element} */ (groups[i]));
      if (mark.kind === "points") drawPoints(group, mark, view);
      else if (mark.kind === "curve") drawTraces(group, [view.trace(mark.points)], false);
      else drawTraces(group, mark.arrows.map(([x, y, dx, dy, z]) => view.trace([[x, y, z], [x + dx, y + dy, null]])), true);
    });
}

/**
 * Draw the box around a relief: a floor and two walls behind it, with a rule at each tick, and axes on its outer edges.
 *
 * @param {HTMLElement} element
 * @param {Surface} figure
 * @param {(place: Place) => Point} pixel
 */
export function drawBox(element, { x, y, z }, pixel) {
  const [low, high] = z.domain;
  // Seen from above, what is far is high on the screen.
  const far = (/** @type {number} */ u, /** @type {number} */ v) => pixel([u, v, low])[1];
  const [farX, nearX] = [...x.domain].sort((a, b) => far(a, y.domain[0]) - far(b, y.domain[0]));
  const [farY, nearY] = [...y.domain].sort((a, b) => far(x.domain[0], a) - far(x.domain[0], b));
  const walls = (/** @type {number} */ at) => /** @type {Place[]} */ ([[nearX, farY, at], [farX, farY, at], [farX, nearY, at]]);
  const [left, , right] = walls(low).map((place) => pixel(place)[0]);
  const edges = [
    edge(x, pixel, (at) => [[at, nearY, low], [at, farY, low], [at, farY, high]]),
    edge(y, pixel, (at) => [[nearX, at, low], [farX, at, low], [farX, at, high]]),
    edge(z, pixel, (at) => (left < right ? walls(at) : walls(at).reverse()), true),
  ];
  const svg = frame(element, "back");
  svg.select(".floor").attr("d", `M${[...walls(low), /** @type {Place} */ ([nearX, nearY, low])].map(pixel).join("L")}Z`);
  svg.select(".rules").attr("d", edges.map(({ rules }) => rules).join(""));
  svg.select(".sides").attr("d", edges.map(({ line }) => line).join(""));
  const labels = apart(edges.flatMap(({ name, ticks }) => [name, ...ticks]));
  const names = svg.select(".names").selectAll("text").data(labels).join("text");
  names.attr("class", ({ name }) => (name ? "label" : "tick")).attr("transform", ({ at }) => `translate(${at})`);
  names.filter(({ words }, i, all) => select(all[i]).text() !== words).text(({ words }) => words);
}

/**
 * The tone of a height, from 0 (pale) to 1: one even step from each level to the next, however far apart they are.
 *
 * @param {Surface} figure
 */
export function tones({ z: { domain }, levels }) {
  const [low, high] = domain;
  const bounds = [low, ...levels.filter((level) => level > low && level < high), high];
  return scaleLinear(bounds, bounds.map((_, i) => i / (bounds.length - 1))).clamp(true);
}

/** Have all that is drawn in `element` take its present size. To ask for it between drawings would cost a layout. */
/** @param {HTMLElement} element */
export function fit(element) {
  select(element).selectAll("svg").attr("viewBox", `0 0 ${element.clientWidth} ${element.clientHeight}`);
}

/** The parts that stay from one drawing to the next. @type {(element: HTMLElement, name?: "flat" | "back") => Part} */
function frame(element, name = "flat") {
  const there = select(element).select(`svg.${name}`);
  if (!there.empty()) return there;
  const svg = select(element).append("svg").attr("class", name).attr("aria-hidden", "true");
  if (name === "back") {
    for (const part of ["floor", "rules", "sides"]) svg.append("path").attr("class", part);
    svg.append("g").attr("class", "names");
  } else {
    const clip = `surface-${++surfaces}`;
    svg.append("clipPath").attr("id", clip).append("rect");
    svg.append("g").attr("class", "bands").attr("clip-path", `url(#${clip})`);
    svg.append("rect").attr("class", "rim");
    for (const part of ["axis x", "axis y", "axis key"]) svg.append("g").attr("class", part);
    for (const part of ["x", "y", "z"]) svg.append("text").attr("class", `label ${part}`);
    svg.append("g").attr("class", "marks").attr("clip-path", `url(#${clip})`);
  }
  fit(element);
  return svg;
}

/** @type {(svg: Part, figure: Surface, x: ScaleLinear<number, number>, y: ScaleLinear<number, number>) => void} */
function drawBands(svg, figure, x, y) {
  const { columns, rows, heights, levels, edge } = figure;
  const from = [heights, levels, edge, columns, ...figure.z.domain, ...x.range(), ...y.range()];
  if (drawn.get(svg.node())?.every((part, i) => part === from[i])) return;
  drawn.set(svg.node(), from);
  const lines = contours().size([columns, rows]);
  // In a contour's coordinates the first height is at 0.5. Where there is none it is taken as lower than any.
  const px = scaleLinear([0.5, columns - 0.5], x.range());
  const py = scaleLinear([0.5, rows - 0.5], y.range());
  const path = (/** @type {number} */ level) => {
    const rings = lines.contour(/** @type {number[]} */ (heights), level).coordinates.flat();
    return rings.map((ring) => `M${ring.map(([i, j]) => `${tenths(px(i))},${tenths(py(j))}`).join("L")}Z`).join("");
  };
  const bounds = tones(figure).domain();
  const bands = [-Number.MAX_VALUE, ...bounds.slice(1, -1)].map(path);
  svg
    .select(".bands")
    .selectAll("path")
    .data(edge === null ? bands : [...bands, path(edge)])
    .join("path")
    .attr("class", (_, i) => (i < bands.length ? "band" : "edge"))
    .style("--tone", (_, i) => (i + 0.5) / bands.length)
    .attr("d", (way) => way);
}

/** @type {(svg: Part, figure: Surface, x: ScaleLinear<number, number>, y: ScaleLinear<number, number>) => void} */
function drawAxes(svg, figure, x, y) {
  const [left, right] = x.range();
  const [bottom, top] = y.range();
  const across = axisBottom(x).ticks(Math.max(2, Math.min(10, (right - left) / 50))).tickSize(4);
  const up = axisLeft(y).ticks(Math.max(2, Math.min(10, (bottom - top) / 40))).tickSize(4);
  svg.select(".axis.x").attr("transform", `translate(0,${bottom})`).call(/** @type {any} */ (across));
  svg.select(".axis.y").attr("transform", `translate(${left},0)`).call(/** @type {any} */ (up));
  svg.select(".label.x").attr("x", right + 18).attr("y", bottom + 18).text(figure.x.label);
  svg.select(".label.y").attr("x", left).attr("y", top - 8).text(figure.y.label);
}

/** The colours from low to high, with heights beside them. @type {(svg: Part, figure: Surface, box: Box) => void} */
function drawKey(svg, figure, { right, top, bottom }) {
  const left = right + 12;
  const at = tones(figure);
  const bounds = at.domain();
  at.range(at.range().map((share) => bottom + share * (top - bottom)));
  const ticks = at.ticks(5).filter((tick, i, all) => !i || at(all[i - 1]) - at(tick) >= 12);
  const key = svg.select(".key").attr("transform", `translate(${left + KEY},0)`);
  const many = bounds.length - 1;
  const parts = key.selectAll("rect").data(bounds.slice(1)).join("rect").attr("class", "band").attr("x", -KEY).attr("width", KEY);
  parts.style("--tone", (_, i) => (i + 0.5) / many).attr("y", (high) => at(high)).attr("height", (bottom - top) / many);
  key.call(/** @type {any} */ (axisRight(at).tickValues(ticks).tickFormat(written(figure.z)).tickSize(3)));
  svg.select(".label.z").attr("x", left).attr("y", top - 8).text(figure.z.label);
}

/** How the numbers of an axis are written: 200,000 is 200k. @param {Pick<Axis, "domain">} axis */
function written({ domain }) {
  const large = Math.max(...domain.map(Math.abs)) >= 1e5;
  return scaleLinear(domain, domain).tickFormat(5, large ? "~s" : undefined);
}

/** @typedef {{words: string, at: Point, wide: number, name: boolean}} Label Centred at `at`. */

/**
 * An axis of the box, along the first places of its rules, with its labels beyond them.
 *
 * @type {(axis: Axis, pixel: (place: Place) => Point, rule: (at: number) => Place[], upright?: boolean) =>
 *   {line: string, rules: string, ticks: Label[], name: Label}}
 */
function edge({ domain, label }, pixel, rule, upright = false) {
  const steps = scaleLinear(domain, domain).ticks(5);
  const words = written({ domain });
  const out = (/** @type {number} */ at, /** @type {number} */ off, /** @type {number} */ wide) => {
    const [[x, y], inner] = rule(at).map(pixel);
    const [u, v] = upright ? [x + 1, y] : inner;
    const length = Math.hypot(x - u, y - v) || 1;
    const [dx, dy] = [(x - u) / length, (y - v) / length];
    return /** @type {Point} */ ([x + dx * (off + Math.abs(dx) * wide), y + dy * (off + Math.abs(dy) * 4)]);
  };
  const ticks = steps.map((at) => {
    const wide = words(at).length * LABEL.width;
    return { words: words(at), at: out(at, 12, wide / 2), wide, name: false };
  });
  const [low, high] = domain;
  const wide = label.length * LABEL.width;
  const [x, y] = upright ? out(high, 0, 0) : out((low + high) / 2, 30, wide / 2 + Math.max(...ticks.map((tick) => tick.wide)));
  const ends = [low, high].map((at) => out(at, 0, 0));
  return {
    line: `M${ends.join("L")}` + steps.map((at) => `M${out(at, 0, 0)}L${out(at, 4, 0)}`).join(""),
    rules: steps.map((at) => `M${rule(at).map(pixel).join("L")}`).join(""),
    ticks,
    name: { words: label, at: [x, upright ? y - 18 : y], wide, name: true },
  };
}

/** Those labels that do not run into one before them. @param {Label[]} labels */
function apart(labels) {
  return labels.reduce((kept, label) => {
    const clash = kept.some(({ at: [x, y], wide }) => {
      return Math.abs(x - label.at[0]) < (wide + label.wide) / 2 + 2 && Math.abs(y - label.at[1]) < LABEL.height - 2;
    });
    return clash ? kept : [...kept, label];
  }, /** @type {Label[]} */ ([]));
}

/** Lines, or arrows, over a casing that keeps them readable. @type {(group: Part, traces: Trace[], heads: boolean) => void} */
function drawTraces(group, traces, heads) {
  const front = traces.map((trace) => trace.front + (heads && trace.end ? headOf(...trace.end) : "")).join("");
  const behind = traces.map((trace) => trace.behind).join("");
  const parts = [["casing", front], ["behind", behind], ["front", front]];
  const paths = group.selectAll("path").data(parts).join("path");
  paths.attr("class", ([name]) => name).attr("d", ([, way]) => way);
}

/** @type {(from: Point, tip: Point) => string} */
function headOf([x0, y0], [x, y]) {
  const length = Math.hypot(x - x0, y - y0);
  if (!length) return "";
  const [dx, dy] = [(HEAD * (x - x0)) / length, (HEAD * (y - y0)) / length];
  return `M${[x - dx - dy / 2, y - dy + dx / 2]}L${[x, y]}L${[x - dx + dy / 2, y - dy - dx / 2]}`;
}

/** @type {(group: Part, mark: SurfaceMark & {kind: "points"}, view: View) => void} */
function drawPoints(group, mark, view) {
  const seen = mark.points.flatMap((spot) => view.see(spot) ?? []);
  const shape = symbol(SHAPES[mark.role] ?? symbolCircle, mark.hollow ? 200 : 90)();
  const dots = group.selectAll("g").data(seen).join((entered) => {
    const dot = entered.append("g");
    for (const part of ["stem", "dot"]) dot.append("path").attr("class", part);
    return dot;
  });
  dots.attr("class", ({ behind }) => `${mark.hollow ? "hollow" : ""}${behind ? " behind" : ""}`);
  dots.select(".stem").attr("d", ({ at, foot }) => (foot && seen.length <= STEMS ? `M${at}L${foot}m-3,0h6` : null));
  dots.select(".dot").attr("d", shape).attr("transform", ({ at }) => `translate(${at})`);
}
