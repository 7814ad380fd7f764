// Bars of a plot.

import { select } from "d3-selection";

/** @import { BarsMark } from "../types.js" */
/** @import { Scales } from "./plot.js" */

/** @type {(group: SVGGElement, mark: BarsMark, scales: Scales) => void} */
export function drawBars(group, mark, { px, py }) {
  select(group)
    .selectAll("rect")
    .data(mark.bars)
    .join("rect")
    .attr("x", ([x0]) => px(x0))
    .attr("y", ([, , , y1]) => py(y1))
    .attr("width", ([x0, x1]) => Math.max(px(x1) - px(x0), 0))
    .attr("height", ([, , y0, y1]) => Math.max(py(y0) - py(y1), 0));
}
