// Any figure: hands it to the view of its kind.

import { drawDiagram } from "./diagram.js";
import { drawGraph } from "./graph.js";
import { drawMatrix } from "./matrix.js";
import { drawPlot } from "./plot.js";
import { drawSurface } from "./surface.js";
import { drawTiles } from "./tiles.js";

/** @import { Figure, Point } from "../types.js" */

/**
 * What a reader can do to a figure, all of which moves controls.
 *
 * @typedef {object} Hands
 * @property {(control: string, index: number, point: Point) => void} drag A point was dragged.
 * @property {(control: string, from: Point, to: Point) => void} draw The pointer drew a stroke.
 * @property {(control: string, point: Point) => void} [add] An empty place was clicked in a plot with points to drag.
 * @property {(values: Record<string, number>) => void} set A place was chosen.
 * @property {(control: string) => void} pick A parameter was picked.
 */

/**
 * Draw all of `figure` into `element`, at the element's size. Drawing it twice changes nothing.
 *
 * @param {HTMLElement} element
 * @param {Figure} figure
 * @param {Hands} hands
 */
export function drawFigure(element, figure, hands) {
  if (figure.kind === "plot") drawPlot(element, figure, hands);
  else if (figure.kind === "surface") drawSurface(element, figure, hands.set);
  else if (figure.kind === "diagram") drawDiagram(element, figure, hands.pick);
  else if (figure.kind === "tiles") drawTiles(element, figure);
  else {
    if (figure.kind === "matrix") drawMatrix(element, figure);
    else drawGraph(element, figure);
    // What scrolls sideways has to be reached with keys, too.
    if (element.scrollWidth > element.clientWidth) element.tabIndex = 0;
    else element.removeAttribute("tabindex");
  }
}
