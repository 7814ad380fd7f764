// A plot as SVG: marks in data units, pixels only here. Drawing it twice changes nothing.

import { axisBottom, axisLeft } from "d3-axis";
import { scaleLinear, scaleLog } from "d3-scale";
import { pointer, select } from "d3-selection";
import { line as pathOf, symbol, symbolCircle, symbolDiamond, symbolSquare, symbolTriangle } from "d3-shape";

/** @import { ArrowsMark, CurveMark, Mark, Plot, Point, PointsMark, SegmentsMark } from "../types.js" */
/** @import { Hands } from "./figure.js" */
/** @import { ScaleContinuousNumeric, ScaleLinear } from "d3-scale" */

/**
 * @typedef {Pick<Hands, "drag" | "draw">} Reach
 * @typedef {{x: ScaleLinear<number, number>, y: ScaleContinuousNumeric<number, number>, height: number,
 *   py: (value: number) => number}} Scales `py` as y, but never so far outside that a renderer breaks.
 */

const MARGIN = { top: 22, right: 20, bottom: 30, left: 44 };
const HIT = 18; // half of what a finger needs, in pixels

/** Each role has a shape as well as a colour. @type {Record<string, import("d3-shape").SymbolType>} */
const SHAPES = { data: symbolCircle, model: symbolDiamond, bias: symbolSquare, gradient: symbolTriangle };

let plots = 0;

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
  const scales = {
    x: scaleLinear(figure.x.domain, [left, width - MARGIN.right]),
    y,
    height,
    py: (/** @type {number} */ value) => {
      const at = y(value);
      return Number.isNaN(at) || value <= 0 && figure.y.log ? 9 * height : Math.max(-9 * height, Math.min(9 * height, at));
    },
  };
  const svg = frame(element).attr("viewBox", `0 0 ${width} ${height}`);
  drawAxes(svg, figure, scales, width);
  svg
    .select("clipPath rect")
    .attr("x", left)
    .attr("y", MARGIN.top)
    .attr("width", width - left - MARGIN.right)
    .attr("height", height - MARGIN.top - MARGIN.bottom);
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
  svg.select(".axis.x").attr("transform", `translate(0,${bottom})`).call(axisBottom(x).ticks(xCount).tickSize(4));
  svg.select(".axis.y").attr("transform", `translate(${left},0)`).call(figure.y.log ? axisLeft(y).ticks(4, "~g").tickSize(4) : axisLeft(y).ticks(yCount).tickSize(4));
  svg.select(".label.x").attr("x", right).attr("y", bottom - 6).text(figure.x.label);
  svg.select(".label.y").attr("x", left).attr("y", top - 8).text(figure.y.label);
}

/** @type {(group: SVGGElement, mark: Mark, scales: Scales, reach: Reach) => void} */
function drawMark(group, mark, scales, reach) {
  if (mark.kind === "curve") drawCurve(group, mark, scales);
  else if (mark.kind === "arrows") drawArrows(group, mark, scales);
  else if (mark.kind === "points") drawPoints(group, mark, scales, reach);
  else drawSegments(group, mark, scales);
}

/** @type {(group: SVGGElement, mark: CurveMark, scales: Scales) => void} */
function drawCurve(group, mark, { x, py }) {
  const path = pathOf()
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

/** @type {(group: SVGGElement, mark: PointsMark, scales: Scales, reach: Reach) => void} */
function drawPoints(group, mark, { x, y, py }, { drag }) {
  const shape = symbol(SHAPES[mark.role] ?? symbolCircle, mark.hollow ? 200 : 90)() ?? "";
  const dots = select(group).selectAll("g").data(mark.points).join(enterDot);
  dots
    .attr("transform", ([a, b]) => `translate(${x(a)},${py(b)})`)
    .classed("draggable", Boolean(mark.drag))
    .classed("hollow", mark.hollow);
  dots.select("path").attr("d", shape);
  const { drag: control } = mark;
  dots.each(function (point, index) {
    const dot = /** @type {SVGGElement} */ (this);
    const start = /** @type {Point} */ ([x(point[0]), y(point[1])]);
    const moved = (/** @type {Point} */ [px, py]) => drag(control ?? "", index, [x.invert(px), y.invert(py)]);
    // Browsers ignore touch-action on parts of an SVG: without this a finger would scroll the page.
    dot.ontouchstart = control ? (event) => event.preventDefault() : null;
    dot.onpointerdown = control ? (event) => follow(dot, event, start, moved) : null;
  });
}

/** The names of curves, each at the last place where its curve is inside the plot, and none upon another. */
/** @type {(svg: any, figure: Plot, scales: Scales) => void} */
function drawLabels(svg, figure, { x, py }) {
  const [bottom, top] = [py(figure.y.domain[0]), py(figure.y.domain[1])];
  /** @type {{text: string, role: string, x: number, y: number, end: boolean}[]} */
  const labels = [];
  for (const mark of figure.marks) {
    if (mark.kind !== "curve" || !mark.label) continue;
    const inside = mark.points.filter(([, b]) => b !== null && py(b) <= bottom && py(b) >= top);
    const last = inside[inside.length - 1];
    if (!last) continue;
    const end = x(last[0]) > (x.range()[0] + x.range()[1]) / 2;
    let at = Math.min(Math.max(py(last[1] ?? 0) - 8, top + 14), bottom - 4);
    while (labels.some((other) => Math.abs(other.y - at) < 16)) at += 16;
    labels.push({ text: mark.label, role: mark.role, x: x(last[0]) + (end ? -4 : 6), y: at, end });
  }
  svg
    .select(".labels")
    .selectAll("text")
    .data(labels)
    .join("text")
    .attr("class", (/** @type {typeof labels[0]} */ label) => `role-${label.role}${label.end ? " end" : ""}`)
    .attr("x", (/** @type {typeof labels[0]} */ label) => label.x)
    .attr("y", (/** @type {typeof labels[0]} */ label) => label.y)
    .text((/** @type {typeof labels[0]} */ label) => label.text);
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

/**
 * Follow a pointer that took hold of a dot, from `start` in pixels, wherever on the dot it took hold.
 *
 * @type {(dot: SVGGElement, down: PointerEvent, start: Point, moved: (at: Point) => void) => void}
 */
function follow(dot, down, start, moved) {
  down.preventDefault();
  dot.setPointerCapture(down.pointerId);
  dot.classList.add("dragged");
  dot.onpointermove = (move) =>
    moved([start[0] + move.clientX - down.clientX, start[1] + move.clientY - down.clientY]);
  dot.onpointerup = dot.onpointercancel = () => {
    dot.classList.remove("dragged");
    dot.onpointermove = dot.onpointerup = dot.onpointercancel = null;
  };
}

/** @param {any} entered */
function enterDot(entered) {
  const dot = entered.append("g");
  dot.append("circle").attr("class", "hit").attr("r", HIT);
  dot.append("path");
  return dot;
}
