// A computation as a graph: its steps from left to right, with their values, and derivatives on the way back.

import { select } from "d3-selection";
import { curveBumpX, line as pathOf } from "d3-shape";
import { layOut } from "./layout.js";

/** @import { Graph, Handed, Operation, Point } from "../types.js" */
/** @import { Layout } from "./layout.js" */

/**
 * @typedef {import("d3-selection").Selection<any, any, any, any>} Drawn
 * @typedef {{wide: number, high: number, text: number}} Size Of a box, and of the numbers in it.
 * @typedef {Operation & {x: number, y: number}} Node
 * @typedef {Handed & {way: Point[], tip: Point, at: Point}} Edge With the middle of its local derivative.
 */

const ROW = 78; // from box to box
const PAD = 4; // around the whole
const PILL = { high: 19, y: 31 }; // what holds a derivative, over the lower rim of its box
const HEAD = 9; // the length of an arrow's head
const GAP = { least: 40, most: 130 }; // between columns
const SMALL = { wide: 56, high: 46, text: 12 };
const LARGE = { wide: 72, high: 46, text: 14 };
const LOCAL = 12; // the size of a number on an edge
const FLAT = 24; // an edge that rises less has its number over it, not on it
const LETTER = 0.64; // its width, of the size of a number
const NARROW = ".,/·′ "; // what is half as wide

const pathAlong = pathOf().curve(curveBumpX);

/** What each graph was laid out from; and what was lit in it. @type {WeakMap<Element, {from: string, layout: Layout, lit: string}>} */
const laid = new WeakMap();

/**
 * Draw all of `figure` into `element`, at the element's width; it may scroll sideways, and is as high as it has to be.
 *
 * @param {HTMLElement} element
 * @param {Graph} figure
 */
export function drawGraph(element, figure) {
  const from = JSON.stringify([figure.nodes.map(({ name, column }) => [name, column]), figure.edges.map(({ source, target }) => [source, target])]);
  const before = laid.get(element);
  const layout = before?.from === from ? before.layout : layOut(figure);
  const { columns, rows } = layout;
  element.style.setProperty("--tall", `${Math.ceil(rows * ROW + 2 * PAD)}px`);
  element.style.setProperty("--least", `${columns * SMALL.wide + (columns - 1) * GAP.least + 2 * PAD}px`);
  const svg = frame(element);
  const { clientWidth: width, clientHeight: height } = /** @type {SVGSVGElement} */ (svg.node());
  if (!width || !height) return;
  const gaps = Math.max(columns - 1, 1);
  const pitch = (/** @type {Size} */ { wide }) => Math.min((width - 2 * PAD - wide) / gaps, wide + GAP.most);
  const size = pitch(LARGE) - LARGE.wide >= GAP.least + 12 ? LARGE : SMALL;
  const left = (width - pitch(size) * (columns - 1)) / 2;
  const at = (/** @type {{column: number, y: number}} */ { column, y }) =>
    /** @type {Point} */ ([Math.round(left + column * pitch(size)), Math.round(height / 2 + (y - (rows - 1) / 2) * ROW - 6)]);
  const nodes = figure.nodes.flatMap((node) => {
    const spot = layout.spots.get(node.name);
    return spot ? [{ ...node, x: at(spot)[0], y: at(spot)[1] }] : [];
  });
  svg.attr("viewBox", `0 0 ${width} ${height}`);
  drawEdges(svg, edgesOf(figure, layout, at, size), pitch(size) - size.wide);
  drawNodes(svg, nodes, size);
  const lit = nodes.filter((node) => node.lit);
  const names = lit.map(({ name }) => name).join();
  if (names !== before?.lit) turnTo(element, lit, size);
  laid.set(element, { from, layout, lit: names });
}

/** The parts that stay from one drawing to the next. @type {(element: HTMLElement) => Drawn} */
function frame(element) {
  const there = element.querySelector("svg");
  if (there) return select(there);
  const svg = select(element).append("svg").attr("class", "computation").attr("aria-hidden", "true");
  for (const part of ["ways", "nodes", "locals"]) svg.append("g").attr("class", part);
  return svg;
}

/** Scroll what is lit into sight, where the whole is wider than the screen. */
/** @type {(element: HTMLElement, lit: Node[], size: Size) => void} */
function turnTo(element, lit, { wide }) {
  if (!lit.length || element.scrollWidth <= element.clientWidth) return;
  const [from, to] = [Math.min(...lit.map(({ x }) => x)) - wide, Math.max(...lit.map(({ x }) => x)) + wide];
  if (from >= element.scrollLeft && to <= element.scrollLeft + element.clientWidth) return;
  element.scrollLeft = (from + to - element.clientWidth) / 2;
}

/** Each edge with its way in pixels, and a place on it for its local derivative where nothing else is. */
/** @type {(figure: Graph, layout: Layout, at: (spot: {column: number, y: number}) => Point, size: Size) => Edge[]} */
function edgesOf({ edges }, { ways, spots }, at, size) {
  const half = size.wide / 2;
  const laidOut = ways.map((way) =>
    way.flatMap((spot, i) => {
      const [x, y] = at(spot);
      const [enters, leaves] = /** @type {Point[]} */ ([[x - half, y], [x + half, y]]);
      return i === 0 ? [leaves] : i === way.length - 1 ? [enters] : [enters, leaves];
    }),
  );
  for (const spot of spots.values()) {
    const room = size.high - 18;
    fan(laidOut.filter((_, i) => ways[i].at(-1) === spot).map((way) => way.toReversed()), room, 16);
    fan(laidOut.filter((_, i) => ways[i][0] === spot), room, 12);
  }
  const under = PILL.y + PILL.high / 2 - size.high / 2; // how far a pill hangs below its box
  const taken = [...spots.values()].map(at).map(([x, y]) => [x, y + under / 2, half, (size.high + under) / 2]);
  return edges.map((edge, i) => {
    const tip = /** @type {Point} */ (laidOut[i].at(-1));
    const way = [...laidOut[i].slice(0, -1), /** @type {Point} */ ([tip[0] - HEAD + 1, tip[1]])];
    const wide = (letters(edge.local ?? "") * LOCAL * LETTER) / 2 + 2;
    const places = placesOn(way);
    const free = ([x, y] = [0, 0]) => taken.every(([u, v, w, h]) => Math.abs(x - u) >= w + wide - 2 || Math.abs(y - v) >= h + 8);
    const place = places.find(free) ?? places[0];
    if (edge.local) taken.push([...place, wide, 8]);
    return { ...edge, way, tip, at: place };
  });
}

/** Let ways that meet at a node end side by side, in the order in which they come. */
/** @type {(ways: Point[][], room: number, most: number) => void} */
function fan(ways, room, most) {
  const step = Math.min(most, room / Math.max(ways.length - 1, 1));
  ways.sort((a, b) => a[1][1] - b[1][1]).forEach((way, i) => (way[0][1] += (i - (ways.length - 1) / 2) * step));
}

/** Where on a way a number may stand: at the middle of its first stretch, else somewhat before or after. */
/** @param {Point[]} way */
function placesOn(way) {
  const stretches = way.slice(1).map((to, i) => [way[i], to]).filter((_, i) => i % 2 === 0);
  return stretches.flatMap(([[x0, y0], [x1, y1]]) =>
    [0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68].map((t) => {
      const [a, b, c, d] = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t ** 3];
      const over = Math.abs(y1 - y0) < FLAT ? 10 : 0;
      return /** @type {Point} */ ([a * x0 + ((b + c) * (x0 + x1)) / 2 + d * x1, (a + b) * y0 + (c + d) * y1 - over]);
    }),
  );
}

/** @type {(svg: Drawn, edges: Edge[], gap: number) => void} */
function drawEdges(svg, edges, gap) {
  const drawn = svg.select(".ways").selectAll("g").data(edges).join((entered) => {
    const group = entered.append("g");
    for (const part of ["line", "head"]) group.append("path").attr("class", part);
    return group;
  });
  drawn.attr("class", (edge) => `way${edge.lit ? " current" : ""}`);
  drawn.attr("data-source", (edge) => edge.source).attr("data-target", (edge) => edge.target);
  drawn.select(".line").attr("d", (edge) => pathAlong(edge.way));
  drawn.select(".head").attr("d", ({ tip: [x, y] }) => `M${x},${y}l${-HEAD},${-HEAD / 2}v${HEAD}z`);
  const locals = svg.select(".locals").selectAll("text").data(edges.filter((edge) => edge.local)).join("text");
  locals.attr("class", (edge) => (edge.lit ? "current" : null));
  locals.attr("x", (edge) => edge.at[0]).attr("y", (edge) => edge.at[1]);
  locals.style("font-size", (edge) => `${fitted(edge.local ?? "", LOCAL, gap - 2)}px`).text((edge) => edge.local);
}

/** @type {(svg: Drawn, nodes: Node[], size: Size) => void} */
function drawNodes(svg, nodes, { wide, high, text }) {
  const drawn = svg.select(".nodes").selectAll("g").data(nodes, (/** @type {any} */ node) => node.name).join((entered) => {
    const group = entered.append("g");
    group.append("rect").attr("class", "box").attr("rx", 9);
    for (const part of ["name", "value"]) group.append("text").attr("class", part);
    group.append("rect").attr("class", "pill").attr("rx", PILL.high / 2);
    group.append("text").attr("class", "derivative");
    return group;
  });
  drawn.attr("class", (node) => `node${node.lit ? " current" : ""}`).attr("data-name", (node) => node.name);
  drawn.attr("transform", ({ x, y }) => `translate(${x},${y})`);
  drawn.select(".box").attr("x", -wide / 2).attr("y", -high / 2).attr("width", wide).attr("height", high);
  drawn.select(".name").attr("y", (node) => (node.value === null ? 0 : -9));
  drawn.select(".name").classed("sign", (node) => !/\p{L}/u.test(node.text)).text((node) => node.text);
  drawn.select(".name").style("font-size", (node) => `${fitted(node.text, text + (/\p{L}/u.test(node.text) ? 4 : 7), wide - 8)}px`);
  drawn.select(".value").attr("y", 9);
  drawn.select(".value").style("font-size", (node) => `${fitted(node.value ?? "", text, wide - 8)}px`).text((node) => node.value);
  drawn.select(".pill").attr("x", 3 - wide / 2).attr("y", PILL.y - PILL.high / 2).attr("width", wide - 6).attr("height", PILL.high);
  for (const part of [".pill", ".derivative"]) drawn.select(part).attr("display", (node) => (node.derivative === null ? "none" : null));
  drawn.select(".derivative").attr("y", PILL.y);
  drawn.select(".derivative").style("font-size", (node) => `${fitted(node.derivative ?? "", text, wide - 18)}px`).text((node) => node.derivative);
}

/** The size at which a text fits into so many pixels. @type {(text: string, size: number, room: number) => number} */
const fitted = (text, size, room) => Math.max(7, Math.min(size, room / (LETTER * letters(text))));

/** How many digits a text is as wide as. @param {string} text */
const letters = (text) => Math.max(1, [...text].reduce((sum, letter) => sum + (NARROW.includes(letter) ? 0.5 : 1), 0));
