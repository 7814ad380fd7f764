// Any figure: hands it to the view of its kind.

import { drawDiagram } from "./diagram.js";
import { drawPlot } from "./plot.js";
import { drawSurface } from "./surface.js";

/** @import { Figure, Point } from "../types.js" */

/**
 * What a reader can do to a figure, all of which moves controls.
 *
 * @typedef {object} Hands
 * @property {(control: string, index: number, point: Point) => void} drag A point was dragged.
 * @property {(control: string, from: Point, to: Point) => void} draw The pointer drew a stroke.
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
  else drawDiagram(element, figure, hands.pick);
}
