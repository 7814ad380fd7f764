// Small pictures in columns, a column for each layer of a network, with lines from each layer to the next.

import { select } from "d3-selection";
import { paint } from "./shades.js";

/** @import { Tile, Tiles } from "../types.js" */

/** @typedef {Tile & {x: number, y: number}} Placed With the centre of its picture, in pixels. */

const LARGEST = 116;
const NAME = 18; // the height of a tile's name, above its picture
const GAP = 8; // between a picture and the next tile's name
const APART = 26; // what has to be seen of the lines between two columns
const SMALL = 22; // pictures below this have no room for names
const MANY = 400; // more lines than these would be a grey area

/**
 * Draw all of `figure` into `element`, at the element's size.
 *
 * @param {HTMLElement} element
 * @param {Tiles} figure
 */
export function drawTiles(element, figure) {
  const layers = figure.layers.filter((tiles) => tiles.length);
  const most = Math.max(1, ...layers.map((tiles) => tiles.length));
  element.style.setProperty("--rows", String(most));
  const { clientWidth: width, clientHeight: height } = element;
  if (!width || !height) return;
  const pitch = Math.min(height / most, LARGEST + NAME + GAP);
  const room = Math.min((width - APART * (layers.length - 1)) / Math.max(layers.length, 1), LARGEST);
  const named = pitch - NAME - GAP >= SMALL;
  const size = Math.floor(Math.max(Math.min(room, pitch - GAP - (named ? NAME : 0)), 6));
  const apart = layers.length > 1 ? Math.min((width - size) / (layers.length - 1), 2.6 * size + APART) : 0;
  const placed = layers.map((tiles, i) =>
    tiles.map((tile, j) => ({
      ...tile,
      x: width / 2 + (i - (layers.length - 1) / 2) * apart,
      y: height / 2 + (j - (tiles.length - 1) / 2) * pitch + (named ? NAME / 2 : 0),
    })),
  );
  drawLines(element, placed, size, named);
  select(element)
    .selectAll("canvas.shades")
    .data(placed.flat())
    .join("canvas")
    .attr("class", "shades")
    .attr("aria-hidden", "true")
    .style("left", ({ x }) => `${Math.round(x - size / 2)}px`)
    .style("top", ({ y }) => `${Math.round(y - size / 2)}px`)
    .style("width", `${size}px`)
    .style("height", `${size}px`)
    .each((tile, i, all) => paint(/** @type {HTMLCanvasElement} */ (all[i]), tile));
}

/** What is SVG: the lines behind the pictures, and the names. */
/** @type {(element: HTMLElement, layers: Placed[][], size: number, named: boolean) => void} */
function drawLines(element, layers, size, named) {
  const { clientWidth: width, clientHeight: height } = element;
  const half = size / 2;
  const lines = layers.slice(1).flatMap((to, i) =>
    layers[i].flatMap((a) => to.map((b) => `M${a.x + half},${a.y}C${(a.x + b.x) / 2},${a.y} ${(a.x + b.x) / 2},${b.y} ${b.x - half},${b.y}`)),
  );
  const svg = select(element).selectAll("svg").data([layers]).join("svg");
  svg.attr("aria-hidden", "true").attr("viewBox", `0 0 ${width} ${height}`);
  svg.selectAll("path").data([lines.length > MANY ? [] : lines]).join("path").attr("class", "lines").attr("d", (all) => all.join(""));
  svg
    .selectAll("text")
    .data(named ? layers.flat() : [])
    .join("text")
    .attr("x", ({ x }) => x)
    .attr("y", ({ y }) => y - half - 5)
    .text(({ name }) => name);
}
