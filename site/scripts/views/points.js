// The points of a plot: dots with a shape for each role and class, which can be dragged, and added by a click.

import { pointer, select } from "d3-selection";
import { symbol, symbolCircle, symbolDiamond, symbolSquare, symbolTriangle } from "d3-shape";

/** @import { Mark, Point, PointsMark } from "../types.js" */
/** @import { Reach, Scales } from "./plot.js" */

const HIT = 18; // half of what a finger needs, in pixels
const STILL = 4; // pixels that a click may move

/** Each role has a shape as well as a colour. @type {Record<string, import("d3-shape").SymbolType>} */
const SHAPES = { data: symbolCircle, model: symbolDiamond, bias: symbolSquare, gradient: symbolTriangle };

/** And so has each class. */
const CLASSES = [
  { role: "negative", shape: symbol(symbolCircle, 75)() ?? "" },
  { role: "positive", shape: symbol(symbolTriangle, 85)() ?? "" },
];

/** @type {(group: SVGGElement, mark: PointsMark, scales: Scales, reach: Reach) => void} */
export function drawPoints(group, mark, scales, { drag }) {
  const { drag: control, labels, points } = mark;
  const { x, y, px, py } = scales;
  const shape = symbol(SHAPES[mark.role] ?? symbolCircle, mark.hollow ? 200 : 90)() ?? "";
  const classOf = (/** @type {number} */ index) => (labels ? CLASSES[labels[index]] : undefined);
  const look = `${control ? "draggable " : ""}${mark.hollow ? "hollow " : ""}`;
  const dots = select(group).selectAll("g").data(points).join(enterDot);
  dots.attr("transform", ([a, b]) => `translate(${px(a)},${py(b)})`);
  dots.each((_, index, all) => {
    const dot = /** @type {SVGGElement} */ (all[index]);
    const own = classOf(index);
    const dragged = dot.classList.contains("dragged") ? "dragged " : "";
    dot.setAttribute("class", `${look}${dragged}${own ? `role-${own.role}` : ""}`);
    dot.lastElementChild?.setAttribute("d", own?.shape ?? shape);
  });
  // Browsers ignore touch-action on parts of an SVG: without this a finger would scroll the page.
  group.ontouchstart = control ? (event) => event.preventDefault() : null;
  // Where dots lie close together, the nearest one is meant, not the last one drawn.
  group.onpointerdown = !control ? null : (event) => {
    const index = nearest(points, pointer(event, group), scales);
    const dot = /** @type {SVGGElement | undefined} */ (dots.nodes()[index]);
    const [a, b] = points[index] ?? [0, 0];
    if (dot) follow(dot, event, [x(a), y(b)], (at) => drag(control, index, [x.invert(at[0]), y.invert(at[1])]));
  };
}

/**
 * Let a click on an empty place of a plot add a point, wherever there are points that can be dragged.
 *
 * @type {(svg: SVGSVGElement, marks: Mark[], scales: Scales, reach: Reach) => void}
 */
export function followClicks(svg, marks, scales, { add }) {
  const { x, y } = scales;
  const dots = marks.filter((mark) => mark.kind === "points").filter(({ drag }) => drag);
  const drawn = marks.some((mark) => mark.kind === "curve" && mark.draw); // strokes are not clicks
  const [left, right] = x.range();
  const [bottom, top] = y.range();
  let empty = /** @type {Point | null} */ (null); // where the pointer went down, beside all dots
  const down = (/** @type {PointerEvent} */ event) => {
    const at = pointer(event, svg);
    const inside = at[0] >= left && at[0] <= right && at[1] >= top && at[1] <= bottom;
    empty = inside && dots.every(({ points }) => nearest(points, at, scales) < 0) ? at : null;
  };
  const click = (/** @type {MouseEvent} */ event) => {
    const at = pointer(event, svg);
    if (!add || !empty || Math.hypot(at[0] - empty[0], at[1] - empty[1]) > STILL) return;
    for (const control of new Set(dots.map(({ drag }) => drag ?? ""))) add(control, [x.invert(empty[0]), y.invert(empty[1])]);
  };
  if (!add || !dots.length || drawn) select(svg).on(".add", null);
  else select(svg).on("pointerdown.add", down).on("click.add", click);
}

/** The index of the point nearest to a pixel and within reach of it, or -1. */
/** @type {(points: Point[], at: Point, scales: Scales) => number} */
function nearest(points, [left, top], { px, py }) {
  const off = points.map(([a, b]) => Math.hypot(px(a) - left, py(b) - top));
  const least = Math.min(...off);
  return least <= HIT ? off.indexOf(least) : -1;
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
