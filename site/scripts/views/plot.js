// A plot as SVG: marks in data units, pixels only here. Drawing it twice changes nothing.

import { axisBottom, axisLeft } from "d3-axis";
import { scaleLinear, scaleLog } from "d3-scale";
import { pointer, select } from "d3-selection";
import { line as pathOf } from "d3-shape";
import { drawBars } from "./bars.js";
import { drawEdge, drawHeat } from "./heat.js";
import { drawPoints, followClicks } from "./points.js";

/** @import { ArrowsMark, BarsMark, CurveMark, Mark, Plot, Point, SegmentsMark } from "../types.js" */
/** @import { Hands } from "./figure.js" */
/** @import { ScaleContinuousNumeric, ScaleLinear } from "d3-scale" */

/**
 * @typedef {Pick<Hands, "drag" | "draw" | "add">} Reach
 * @typedef {(value: number) => number} Scale
 * @typedef {{x: ScaleLinear<number, number>, y: ScaleContinuousNumeric<number, number>, height: number,
 *   px: Scale, py: Scale}} Scales `px` and `py` as x and y, but never so far outside that a renderer breaks.
 * @typedef {{text: string, role: string, anchor: string, x: number, y: number, from: number, to: number}} Label In pixels.
 */

const MARGIN = { top: 22, right: 20, bottom: 30, left: 44 };
const LETTER = 7.5; // the width of a label's letter, about
let plots = 0;
/** What the axes of each plot say: they are many parts, and seldom change. @type {WeakMap<Element, string>} */
const axes = new WeakMap();

/**
 * Draw all of `figure` into `element`, at the element's size.
 *
 * @param {HTMLElement} element
 * @param {Plot} figure
 * @param {Reach} reach
 */
export function drawPlot(element, figure, reach) {
  const { clientWidth: width, clientHeight: height } = element;
  if (!width || !height) return;
  const y = (figure.y.log ? scaleLog : scaleLinear)(figure.y.domain, [height - MARGIN.bottom, MARGIN.top]);
  const left = MARGIN.left + (figure.y.log ? 14 : 0); // for 0.0001
  const x = scaleLinear(figure.x.domain, [left, width - MARGIN.right]);
  const scales = {
    x,
    y,
    height,
    px: (/** @type {number} */ value) => Math.max(-9 * width, Math.min(9 * width, x(value))),
    py: (/** @type {number} */ value) => {
      const at = y(value);
      return Number.isNaN(at) || value <= 0 && figure.y.log ? 9 * height : Math.max(-9 * height, Math.min(9 * height, at));
    },
  };
  const svg = frame(element);
  const node = /** @type {SVGSVGElement} */ (svg.node());
  const shown = JSON.stringify([width, height, figure.x, figure.y]);
  if (axes.get(node) !== shown) drawAxes(svg.attr("viewBox", `0 0 ${width} ${height}`), figure, scales, width);
  axes.set(node, shown);
  drawHeat(element, figure.marks, scales);
  svg
    .select(".marks")
    .selectAll("g.mark")
    .data(figure.marks, kindly)
    .join("g")
    .attr("class", (mark) => `mark ${mark.kind} role-${mark.role}${"faint" in mark && mark.faint ? " faint" : ""}`)
    .each(function (mark) {
      drawMark(/** @type {SVGGElement} */ (this), mark, scales, reach);
    });
  drawLabels(svg, figure, scales);
  const drawn = figure.marks.find((mark) => mark.kind === "curve" && mark.draw);
  followStroke(svg, scales, drawn?.kind === "curve" ? (drawn.draw ?? "") : "", reach);
  followClicks(node, figure.marks, scales, reach);
}

/** What a mark leaves behind serves the next one of its kind only. @type {(mark: unknown, index: number) => string} */
const kindly = (mark, index) => `${index} ${/** @type {Mark} */ (mark).kind}`;

/** The parts that stay from one drawing to the next. @param {HTMLElement} element */
function frame(element) {
  const there = element.querySelector("svg");
  if (there) return select(there);
  const clip = `plot-${++plots}`;
  const svg = select(element).append("svg").attr("aria-hidden", "true"); // the element itself has the label
  svg.append("clipPath").attr("id", clip).append("rect");
  svg.append("g").attr("class", "grid");
  svg.append("g").attr("class", "axis x");
  svg.append("g").attr("class", "axis y");
  svg.append("text").attr("class", "label x");
  svg.append("text").attr("class", "label y");
  svg.append("g").attr("class", "marks").attr("clip-path", `url(#${clip})`);
  svg.append("g").attr("class", "labels");
  return svg;
}

/** @type {(svg: any, figure: Plot, scales: Scales, width: number) => void} */
function drawAxes(svg, figure, { x, y, height }, width) {
  const xCount = Math.max(2, Math.min(10, width / 60));
  const yCount = Math.max(2, Math.min(10, height / 45));
  const [left, right] = x.range();
  const [bottom, top] = y.range();
  const rules = [
    ...x.ticks(xCount).map((at) => ({ zero: at === 0, x1: x(at), x2: x(at), y1: bottom, y2: top })),
    ...y.ticks(figure.y.log ? 4 : yCount).map((at) => ({ zero: at === 0, x1: left, x2: right, y1: y(at), y2: y(at) })),
  ];
  svg
    .select(".grid")
    .selectAll("line")
    .data(rules)
    .join("line")
    .attr("class", (/** @type {typeof rules[0]} */ rule) => (rule.zero ? "zero" : null))
    .attr("x1", (/** @type {typeof rules[0]} */ rule) => rule.x1)
    .attr("x2", (/** @type {typeof rules[0]} */ rule) => rule.x2)
    .attr("y1", (/** @type {typeof rules[0]} */ rule) => rule.y1)
    .attr("y2", (/** @type {typeof rules[0]} */ rule) => rule.y2);
  svg
    .select("clipPath rect")
    .attr("x", left)
    .attr("y", top)
    .attr("width", Math.max(0, right - left))
    .attr("height", Math.max(0, bottom - top));
  svg.select(".axis.x").attr("transform", `translate(0,${bottom})`).call(axisBottom(x).ticks(xCount).tickSize(4));
  svg.select(".axis.y").attr("transform", `translate(${left},0)`).call(figure.y.log ? axisLeft(y).ticks(4, "~g").tickSize(4) : axisLeft(y).ticks(yCount).tickSize(4));
  svg.select(".label.x").attr("x", right).attr("y", bottom - 6).text(figure.x.label);
  svg.select(".label.y").attr("x", Math.max(left, 4 * figure.y.label.length + 2)).attr("y", top - 8).text(figure.y.label);
}

/** @type {(group: SVGGElement, mark: Mark, scales: Scales, reach: Reach) => void} */
function drawMark(group, mark, scales, reach) {
  if (mark.kind === "curve") drawCurve(group, mark, scales);
  else if (mark.kind === "arrows") drawArrows(group, mark, scales);
  else if (mark.kind === "points") drawPoints(group, mark, scales, reach);
  else if (mark.kind === "bars") drawBars(group, mark, scales);
  else if (mark.kind === "heat") drawEdge(group, mark, scales);
  else drawSegments(group, mark, scales);
}

/** @type {(group: SVGGElement, mark: CurveMark, scales: Scales) => void} */
function drawCurve(group, mark, { x, py }) {
  const path = pathOf()
    .digits(1)
    .defined((point) => point[1] !== null)
    .x((point) => x(point[0]))
    .y((point) => py(point[1]));
  const points = /** @type {[number, number][]} */ (mark.points);
  select(group).selectAll("path").data([points]).join("path").attr("d", path);
}

/** Residuals, or squares on them: as wide as they are high, in pixels. */
/** @type {(group: SVGGElement, mark: SegmentsMark, scales: Scales) => void} */
function drawSegments(group, mark, { x, py }) {
  const square = mark.kind === "squares";
  const drawn = select(group).selectAll(square ? "rect" : "line").data(mark.segments).join(square ? "rect" : "line");
  if (!square) {
    drawn
      .attr("x1", ([x1]) => x(x1))
      .attr("y1", ([, y1]) => py(y1))
      .attr("x2", ([, , x2]) => x(x2))
      .attr("y2", ([, , , y2]) => py(y2));
    return;
  }
  const side = (/** @type {number[]} */ [, y1, , y2]) => Math.abs(py(y2) - py(y1));
  drawn
    .attr("x", (segment) => x(segment[0]) - (segment[3] > segment[1] ? 0 : side(segment)))
    .attr("y", ([, y1, , y2]) => Math.min(py(y1), py(y2)))
    .attr("width", side)
    .attr("height", side);
}

/** @type {(group: SVGGElement, mark: ArrowsMark, scales: Scales) => void} */
function drawArrows(group, mark, { x, py }) {
  const shape = (/** @type {[number, number, number, number]} */ [a, b, dx, dy]) => {
    const [x1, y1, x2, y2] = [x(a), py(b), x(a + dx), py(b + dy)];
    const turn = Math.atan2(y2 - y1, x2 - x1);
    const head = Math.min(9, Math.hypot(x2 - x1, y2 - y1) / 2);
    const wing = (/** @type {number} */ by) =>
      `M${x2},${y2}L${x2 - head * Math.cos(turn + by)},${y2 - head * Math.sin(turn + by)}`;
    return `M${x1},${y1}L${x2},${y2}${wing(0.5)}${wing(-0.5)}`;
  };
  select(group).selectAll("path").data(mark.arrows).join("path").attr("d", shape);
}

/** The names of curves and bars, each at its own place inside the plot, and none upon another. */
/** @type {(svg: any, figure: Plot, scales: Scales) => void} */
function drawLabels(svg, figure, scales) {
  /** @type {Label[]} */
  const labels = [];
  const wanted = figure.marks.map((mark) => (mark.kind === "curve" ? curveLabel(mark, scales) : mark.kind === "bars" ? barsLabel(mark, scales) : null));
  // From the top: where two would stand upon each other, the one whose mark is lower gives way downwards.
  for (const label of wanted.filter((each) => each !== null).sort((a, b) => a.y - b.y)) {
    const clash = (/** @type {Label} */ other) => Math.abs(other.y - label.y) < 16 && other.from < label.to && other.to > label.from;
    while (labels.some(clash)) label.y += 16;
    labels.push(label);
  }
  const texts = svg.select(".labels").selectAll("text").data(labels).join("text");
  texts
    .attr("class", (/** @type {Label} */ { role, anchor }) => `role-${role} ${anchor}`)
    .attr("x", (/** @type {Label} */ label) => label.x)
    .attr("y", (/** @type {Label} */ label) => label.y)
    .text((/** @type {Label} */ label) => label.text);
}

/** At the last place where the curve is inside the plot. @type {(mark: CurveMark, scales: Scales) => Label | null} */
function curveLabel({ label, role, points }, { x, y, py }) {
  const [bottom, top] = y.range();
  const inside = points.filter(([, b]) => b !== null && py(b) <= bottom && py(b) >= top);
  const last = inside[inside.length - 1];
  if (!label || !last) return null;
  const at = Math.min(Math.max(py(last[1] ?? 0) - 8, top + 14), bottom - 4);
  const end = x(last[0]) > (x.range()[0] + x.range()[1]) / 2;
  return labelled(label, role, end ? "end" : "start", x(last[0]) + (end ? -4 : 6), at);
}

/** Over the highest bar. @type {(mark: BarsMark, scales: Scales) => Label | null} */
function barsLabel({ label, role, bars }, { x, y, py }) {
  const [left, right] = x.range();
  const seen = bars.filter(([x0, x1]) => x(x1) > left && x(x0) < right);
  if (!label || !seen.length) return null;
  const [x0, x1, , y1] = seen.reduce((most, bar) => (bar[3] > most[3] ? bar : most));
  const half = (label.length * LETTER) / 2;
  const middle = Math.max(left + half, Math.min(right - half, x((x0 + x1) / 2)));
  return labelled(label, role, "middle", middle, Math.max(py(y1) - 6, y.range()[1] + 14));
}

/** @type {(text: string, role: string, anchor: "start" | "middle" | "end", x: number, y: number) => Label} */
function labelled(text, role, anchor, x, y) {
  const wide = text.length * LETTER;
  const from = x - (anchor === "end" ? wide : anchor === "middle" ? wide / 2 : 0);
  return { text, role, anchor, x, y, from, to: from + wide };
}

/** Where a curve can be drawn by the pointer, follow it from stroke to stroke. */
/** @type {(svg: any, scales: Scales, control: string, reach: Reach) => void} */
function followStroke(svg, { x, y }, control, { draw }) {
  const node = /** @type {SVGSVGElement} */ (svg.node());
  node.classList.toggle("drawable", Boolean(control));
  const at = (/** @type {PointerEvent} */ event) => {
    const [px, py] = pointer(event, node);
    return /** @type {Point} */ ([x.invert(px), y.invert(py)]);
  };
  node.ontouchstart = control ? (event) => event.preventDefault() : null;
  if (!control) node.onpointerdown = null;
  else if (!node.onpointerdown)
    node.onpointerdown = (down) => {
      down.preventDefault();
      node.setPointerCapture(down.pointerId);
      let from = at(down);
      draw(control, from, from);
      node.onpointermove = (move) => {
        const to = at(move);
        draw(control, from, to);
        from = to;
      };
      node.onpointerup = node.onpointercancel = () => {
        node.onpointermove = node.onpointerup = node.onpointercancel = null;
      };
    };
}
