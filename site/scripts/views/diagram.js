// A network as a diagram: edges and neurons in SVG, and over them a radio button for each parameter that can be picked.

import { select } from "d3-selection";
import { curveBumpX, line as pathOf } from "d3-shape";

/** @import { Diagram, Neuron, Parameter, Weight } from "../types.js" */

/**
 * @typedef {[number, number]} Place In pixels.
 * @typedef {{x: number, y: number, width: number, height: number, look: string}} Box Around its centre (x, y).
 * @typedef {Neuron & {x: number, y: number, r: number, shift: number}} Node
 * @typedef {{nodes: Node[], pitch: number, r: number}} Layer
 * @typedef {Weight & {way: Place[], box: Box}} Edge
 * @typedef {Parameter & {box: Box, role: string, what: string}} Chip
 * @typedef {import("d3-selection").Selection<any, any, any, any>} Drawn
 */

const LARGEST = 10; // the weight that is drawn thickest
const THICK = 9;
const ONE_LINE = { width: 96, height: 26 }; // chips, with their name and value side by side or one above the other
const TWO_LINES = { width: 54, height: 38 };
const BIAS = 80; // width of the chip under a neuron
const OVER = 8; // by how much a long one may stand out on either side
const TOUCH = 44; // what a finger can hit
const LEAST = 24; // and the least that will do
const CURVE = 18; // what has to be seen of an edge beside its chip

const pathAlong = pathOf().curve(curveBumpX);
const SIGMOID = pathOf()(Array.from({ length: 25 }, (_, i) => glyphPoint(i / 2 - 6)));

let diagrams = 0;

/**
 * Draw all of `figure` into `element`, at the element's size, and radio buttons over it. One of them is always picked;
 * `pick` is called with its name at first and whenever that changes.
 *
 * @param {HTMLElement} element
 * @param {Diagram} figure
 * @param {(name: string) => void} pick
 */
export function drawDiagram(element, figure, pick) {
  element.style.setProperty("--rows", String(Math.max(1, ...figure.layers.map((layer) => layer.length))));
  const { clientWidth: width, clientHeight: height } = element;
  if (!width || !height) return;
  const { edges, nodes, chips } = layOut(figure, width, height);
  const svg = frame(element).attr("viewBox", `0 0 ${width} ${height}`);
  const picks = picksOver(element);
  drawEdges(svg, edges);
  drawNodes(svg, nodes);
  drawChips(picks, chips);
  const radios = [...picks.querySelectorAll("input")];
  const show = () => {
    const name = radios.find((radio) => radio.checked)?.value;
    svg.selectAll(".edge, .neuron").classed("picked", (each) => (each.bias ?? each).name === name);
    return name;
  };
  picks.onchange = () => pick(show() ?? "");
  svg.on("click", (/** @type {{target: any}} */ { target }) => {
    const radio = radios.find((each) => each.value === target.closest("[data-pick]")?.dataset.pick);
    radio?.focus({ preventScroll: true });
    radio?.click();
  });
  if (show() === undefined) radios[0]?.click(); // tells of the change, too
}

/** What stays from one drawing to the next. @type {(element: HTMLElement) => Drawn} */
function frame(element) {
  const there = element.querySelector("svg.network");
  if (there) return select(there);
  const svg = select(element).append("svg").attr("class", "network").attr("aria-hidden", "true");
  svg.append("g").attr("class", "edges");
  svg.append("g").attr("class", "neurons");
  return svg;
}

/** They stand beside the figure, not in it: assistive technology does not look for controls in an image. */
/** @type {(element: HTMLElement) => HTMLFieldSetElement} */
function picksOver(element) {
  const there = element.parentElement?.querySelector("fieldset.picks");
  if (there instanceof HTMLFieldSetElement) return there;
  const picks = document.createElement("fieldset");
  picks.className = "picks";
  picks.dataset.group = `diagram-${++diagrams}-pick`;
  select(picks).append("legend").attr("class", "unseen").text("Which parameter the slider drives");
  element.after(picks);
  return picks;
}

/** Where everything goes, in pixels. */
/** @type {(figure: Diagram, width: number, height: number) => {nodes: Node[], edges: Edge[], chips: Chip[]}} */
function layOut(figure, width, height) {
  const layers = figure.layers.filter((neurons) => neurons.length);
  const largest = Math.max(18, Math.min(32, width / 12 - 6));
  const margin = Math.max(largest + 4, 26);
  const apart = (width - 2 * margin) / Math.max(layers.length - 1, 1);
  const middle = height / 2 - (layers.flat().some((neuron) => neuron.bias) ? 11 : 0); // their chips are below
  const laid = layers.map((neurons, i) => {
    const pitch = Math.min((height - 10) / neurons.length, height / 2.4);
    const under = neurons.some((neuron) => neuron.bias) ? ONE_LINE.height : 14;
    const r = Math.max(9, Math.min(largest, (pitch - under - 7) / 2));
    const x = Math.round(margin + i * apart);
    const outwards = i === 0 ? 1 : i === layers.length - 1 ? -1 : 0;
    const nodes = neurons.map((neuron, row) => {
      const y = Math.round(middle + (row - (neurons.length - 1) / 2) * pitch);
      const shift = outwards * Math.max(0, 4.6 * (neuron.shown?.length ?? 0) - margin); // a long number stays in sight
      return { ...neuron, x, y, r, shift };
    });
    return { nodes, pitch, r };
  });
  const nodes = laid.flatMap((layer) => layer.nodes);
  const ways = laid.map((layer, i) => (laid[i + 1] ? layOutEdges(figure.weights, nodes, layer, laid[i + 1]) : []));
  spread(nodes, ways.flat(), "source");
  spread(nodes, ways.flat(), "target");
  const chips = laid.flatMap(({ nodes, pitch }, i) => [
    ...nodes.flatMap((node) => biasChip(node, Math.min(BIAS, apart - 30), pitch, width)),
    ...ways[i].map((edge) => ({ ...edge, role: "weight", what: `weight from ${edge.source} to ${edge.target}` })),
  ]);
  return { nodes, edges: ways.flat(), chips };
}

/**
 * The edges that leave one layer, each led through its chip; chips stand in a column at the layer with more neurons.
 *
 * @type {(weights: Weight[], nodes: Node[], from: Layer, to: Layer) => Edge[]}
 */
function layOutEdges(weights, nodes, from, to) {
  const near = from.nodes.length > to.nodes.length ? "source" : "target";
  const [many, few] = near === "source" ? [from, to] : [to, from];
  const leaving = weights.filter((weight) => from.nodes.some((node) => node.name === weight.source));
  const at = (/** @type {Node} */ node) => leaving.filter((weight) => weight[near] === node.name);
  const most = Math.max(...many.nodes.map((node) => at(node).length), 1);
  const row = Math.min(many.pitch / most, TOUCH);
  const gap = Math.abs(to.nodes[0].x - from.nodes[0].x) - few.r - CURVE;
  // A chip stands beside that of the bias, or above it and so closer.
  const beside = (/** @type {number} */ tall) =>
    many.nodes.some((node) => node.bias) && (most > 1 || tall > 2 * many.r + 2) ? BIAS / 2 + 1 : many.r + 7;
  const look =
    row >= LEAST && gap - beside(ONE_LINE.height) > ONE_LINE.width + CURVE ? "wide"
    : row >= TWO_LINES.height - 2 && gap - beside(TWO_LINES.height) >= TWO_LINES.width ? "tall"
    : "hidden";
  const { width, height: tall } = look === "tall" ? TWO_LINES : ONE_LINE;
  const height = Math.floor(most > 1 ? row : Math.min(row, Math.max(2 * many.r + 2, tall)));
  return leaving.flatMap((weight) => {
    const source = nodes.find((node) => node.name === weight.source);
    const target = nodes.find((node) => node.name === weight.target);
    if (!source || !target) return [];
    const ends = /** @type {Place[]} */ ([[source.x, source.y], [target.x, target.y]]);
    const between = { x: Math.round((source.x + target.x) / 2), y: Math.round((source.y + target.y) / 2) };
    const anchor = near === "source" ? source : target;
    if (look === "hidden" || !many.nodes.includes(anchor)) {
      return [{ ...weight, way: ends, box: { ...between, width, height, look: "hidden" } }];
    }
    const away = (beside(tall) + width / 2) * (near === "source" ? 1 : -1);
    const x = many.nodes.length > 1 ? Math.round(anchor.x + away) : between.x;
    const rank = at(anchor).indexOf(weight) - (at(anchor).length - 1) / 2;
    const y = Math.max(tall / 2, Math.round(anchor.y + rank * row));
    const way = /** @type {Place[]} */ ([ends[0], [x - width / 2, y], [x + width / 2, y], ends[1]]);
    return [{ ...weight, way, box: { x, y, width, height, look } }];
  });
}

/** Let edges that meet at a neuron end side by side, in the order in which they come. */
/** @type {(nodes: Node[], edges: Edge[], side: "source" | "target") => void} */
function spread(nodes, edges, side) {
  for (const node of nodes) {
    const ways = edges.filter((edge) => edge[side] === node.name).map(({ way }) => way);
    const met = side === "source" ? ways : ways.map((way) => way.toReversed());
    met.sort((a, b) => a[1][1] - b[1][1]);
    const step = Math.min(THICK + 1, (1.5 * node.r) / met.length);
    met.forEach(([end], i) => (end[1] += (i - (met.length - 1) / 2) * step));
  }
}

/** @type {(node: Node, width: number, pitch: number, end: number) => Chip[]} */
function biasChip({ name, x, y, r, bias }, width, pitch, end) {
  const height = Math.floor(Math.max(LEAST, Math.min(TOUCH, pitch - 2 * r - 4)));
  const half = width / 2 + OVER;
  const inside = { x: Math.max(half, Math.min(end - half, x)), y: Math.round(y + r + 1 + height / 2) };
  const box = { ...inside, width, height, look: "under" };
  return bias ? [{ ...bias, box, role: "bias", what: `bias of ${name}` }] : [];
}

/** @type {(svg: Drawn, edges: Edge[]) => void} */
function drawEdges(svg, edges) {
  svg
    .select(".edges")
    .selectAll("g")
    .data(edges, nameOf)
    .join((entered) => enter(entered, "edge", "path", "halo", "line", "hit"))
    .attr("data-name", nameOf)
    .attr("data-pick", nameOf)
    .each((edge, i, all) => {
      const value = edge.value ?? 0;
      const thick = 1 + (THICK - 1) * Math.min(Math.abs(value) / LARGEST, 1);
      const drawn = select(all[i]).attr("data-sign", value > 0 ? "+" : value < 0 ? "−" : "0");
      drawn.selectAll("path").attr("d", pathAlong(edge.way));
      drawn.select(".halo").attr("stroke-width", thick + 8);
      drawn.select(".line").attr("stroke-width", thick);
      drawn.select(".line").attr("stroke-dasharray", value < 0 ? `${4 + 0.8 * thick} ${3 + 0.4 * thick}` : null);
    });
}

/** @type {(svg: Drawn, nodes: Node[]) => void} */
function drawNodes(svg, nodes) {
  svg
    .select(".neurons")
    .selectAll(".neuron")
    .data(nodes, nameOf)
    .join(enterNode)
    .attr("data-name", nameOf)
    .attr("data-activation", (node) => node.activation)
    .attr("data-pick", (node) => node.bias?.name ?? null)
    .attr("transform", ({ x, y }) => `translate(${x},${y})`)
    .each((node, i, all) => drawNode(select(all[i]), node));
}

/** @type {(entered: any, kind: string, tag: string, ...parts: string[]) => Drawn} */
function enter(entered, kind, tag, ...parts) {
  const group = entered.append("g").attr("class", kind);
  for (const part of parts) group.append(tag).attr("class", part);
  return group;
}

/** @param {any} entered */
function enterNode(entered) {
  const neuron = enter(entered, "neuron", "circle", "hit", "body", "level");
  const glyph = neuron.append("g").attr("class", "glyph");
  glyph.append("path").attr("d", SIGMOID);
  glyph.append("circle").attr("class", "spot");
  const name = neuron.append("text").attr("class", "name");
  name.append("tspan").text((node) => symbolOf(node.name)[0]);
  name.append("tspan").attr("class", "sub").attr("dy", "0.3em").text((node) => symbolOf(node.name)[1]);
  neuron.append("text").attr("class", "value");
  return neuron;
}

/** A neuron with an activation has its glyph and its value inside; a plain one its name, and its value outside. */
/** @type {(neuron: Drawn, node: Node) => void} */
function drawNode(neuron, { value, shown, bias, activation, r, shift }) {
  const live = value !== null;
  const both = live && r > 17; // there is room for both
  const level = Math.max(0, Math.min(1, value ?? 0));
  const unit = r * 0.09; // of the glyph
  const [x, y] = glyphPoint(Math.log(level / (1 - level)));
  neuron.selectAll(".body, .level").attr("r", r);
  neuron.select(".hit").attr("r", r + 6);
  neuron.select(".level").style("opacity", activation ? level / 2 : 0);
  neuron.select(".name").attr("y", r * 0.25).style("font-size", `${Math.min(22, r)}px`);
  neuron.select(".glyph").attr("display", both || !live ? null : "none");
  neuron.select(".glyph").attr("transform", `translate(0,${both ? -r * 0.34 : 0}) scale(${unit})`);
  neuron.select(".spot").attr("display", live ? null : "none").attr("r", 2.8 / unit).attr("cx", x).attr("cy", y);
  const words = neuron.select(".value").text((activation && value?.toFixed(2)) || (shown ?? "")); // little room inside
  words.style("font-size", activation ? `${Math.min(13, 6 + r / 4)}px` : "");
  if (activation) words.attr("x", 0).attr("y", r * (both ? 0.65 : 0.27));
  else words.attr("x", shift).attr("y", bias ? -r - 6 : r + 15);
}

/** @type {(picks: HTMLFieldSetElement, chips: Chip[]) => void} */
function drawChips(picks, chips) {
  /** @type {Drawn} */ (select(picks).selectAll("label"))
    .data(chips, nameOf)
    .join((entered) => enterChip(entered, picks.dataset.group ?? ""))
    .attr("class", ({ box, role }) => `pick ${box.look} role-${role}`)
    .style("left", ({ box }) => `${box.x - box.width / 2}px`)
    .style("top", ({ box }) => `${box.y - Math.floor(box.height / 2)}px`)
    .style("width", ({ box }) => `${box.width}px`)
    .style("height", ({ box }) => `${box.height}px`)
    .each(({ name, shown, what }, i, all) => {
      select(all[i]).select("input").attr("aria-label", `${name} = ${shown}, ${what}`);
      select(all[i]).select(".number").text(shown);
    });
}

/** @type {(entered: any, group: string) => Drawn} */
function enterChip(entered, group) {
  const label = entered.append("label");
  label.append("input").attr("type", "radio").attr("name", group).attr("value", nameOf);
  const chip = label.append("span").attr("class", "chip");
  const symbol = chip.append("span").attr("class", "symbol");
  symbol.append("i").text((/** @type {Chip} */ { name }) => symbolOf(name)[0]);
  symbol.append("sub").text((/** @type {Chip} */ { name }) => symbolOf(name)[1]);
  chip.append("span").attr("class", "is").text("=");
  chip.append("span").attr("class", "number");
  return label;
}

/** @type {(named: any) => string} */
const nameOf = ({ name }) => name;

/** A name as a letter and what stands below it: wi1 is w with i1. Other words stay whole. */
/** @type {(name: string) => string[]} */
function symbolOf(name) {
  return /^(\p{L})_?(\p{L}?\d+)$/u.exec(name)?.slice(1) ?? [name, ""];
}

/** A place on the little sigmoid inside a neuron, 12 wide and 7 high. @type {(sum: number) => Place} */
function glyphPoint(sum) {
  const inside = Math.max(-6, Math.min(6, sum));
  return [inside, 3.5 - 7 / (1 + Math.exp(-inside))];
}
