// A plot as SVG: marks in data units, pixels only here. Drawing it twice changes nothing.

import { axisBottom, axisLeft } from "d3-axis";
import { scaleLinear } from "d3-scale";
import { select } from "d3-selection";
import { line as pathOf, symbol, symbolCircle, symbolDiamond, symbolSquare, symbolTriangle } from "d3-shape";

/** @import { Figure, Mark, Point } from "../types.js" */
/** @import { ScaleLinear } from "d3-scale" */

/**
 * @typedef {(control: string, index: number, point: Point) => void} Drag
 * @typedef {{x: ScaleLinear<number, number>, y: ScaleLinear<number, number>, height: number}} Scales
 */

const MARGIN = { top: 22, right: 14, bottom: 30, left: 38 };
const HIT = 18; // half of what a finger needs, in pixels

/** Each role has a shape as well as a colour. @type {Record<string, import("d3-shape").SymbolType>} */
const SHAPES = { data: symbolCircle, model: symbolDiamond, bias: symbolSquare, gradient: symbolTriangle };

let plots = 0;

/**
 * Draw all of `figure` into `element`, at the element's size.
 *
 * @param {HTMLElement} element
 * @param {Figure} figure
 * @param {Drag} drag
 */
export function drawPlot(element, figure, drag) {
  const { clientWidth: width, clientHeight: height } = element;
  if (!width || !height) return;
  const scales = {
    x: scaleLinear(figure.x.domain, [MARGIN.left, width - MARGIN.right]),
    y: scaleLinear(figure.y.domain, [height - MARGIN.bottom, MARGIN.top]),
    height,
  };
  const svg = frame(element).attr("viewBox", `0 0 ${width} ${height}`);
  drawAxes(svg, figure, scales, width);
  svg
    .select("clipPath rect")
    .attr("x", MARGIN.left)
    .attr("y", MARGIN.top)
    .attr("width", width - MARGIN.left - MARGIN.right)
    .attr("height", height - MARGIN.top - MARGIN.bottom);
  svg
    .select(".marks")
    .selectAll("g.mark")
    .data(figure.marks)
    .join("g")
    .attr("class", (mark) => `mark ${mark.kind} role-${mark.role}`)
    .each(function (mark) {
      drawMark(/** @type {SVGGElement} */ (this), mark, scales, drag);
    });
}

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
  return svg;
}

/** @type {(svg: any, figure: Figure, scales: Scales, width: number) => void} */
function drawAxes(svg, figure, { x, y, height }, width) {
  const xCount = Math.max(2, Math.min(10, width / 60));
  const yCount = Math.max(2, Math.min(10, height / 45));
  const [left, right] = x.range();
  const [bottom, top] = y.range();
  const rules = [
    ...x.ticks(xCount).map((at) => ({ zero: at === 0, x1: x(at), x2: x(at), y1: bottom, y2: top })),
    ...y.ticks(yCount).map((at) => ({ zero: at === 0, x1: left, x2: right, y1: y(at), y2: y(at) })),
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
  svg.select(".axis.y").attr("transform", `translate(${left},0)`).call(axisLeft(y).ticks(yCount).tickSize(4));
  svg.select(".label.x").attr("x", right).attr("y", bottom - 6).text(figure.x.label);
  svg.select(".label.y").attr("x", left).attr("y", top - 8).text(figure.y.label);
}

/** @type {(group: SVGGElement, mark: Mark, scales: Scales, drag: Drag) => void} */
function drawMark(group, mark, scales, drag) {
  const { x, y, height } = scales;
  // Far outside the plot the exact place no longer shows, and huge coordinates break some renderers.
  const py = (/** @type {number} */ value) => Math.max(-9 * height, Math.min(9 * height, y(value)));
  if (mark.kind === "curve") {
    const path = pathOf()
      .defined((point) => point[1] !== null)
      .x((point) => x(point[0]))
      .y((point) => py(point[1]));
    const points = /** @type {[number, number][]} */ (mark.points);
    select(group).selectAll("path").data([points]).join("path").attr("d", path);
  } else if (mark.kind === "segments") {
    select(group)
      .selectAll("line")
      .data(mark.segments)
      .join("line")
      .attr("x1", ([x1]) => x(x1))
      .attr("y1", ([, y1]) => py(y1))
      .attr("x2", ([, , x2]) => x(x2))
      .attr("y2", ([, , , y2]) => py(y2));
  } else {
    const shape = symbol(SHAPES[mark.role] ?? symbolCircle, mark.hollow ? 200 : 90)() ?? "";
    const dots = select(group).selectAll("g").data(mark.points).join(enterDot);
    dots.attr("transform", ([a, b]) => `translate(${x(a)},${py(b)})`).classed("draggable", Boolean(mark.drag)).classed("hollow", mark.hollow);
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
