// A table of numbers with the names of its rows and columns.

import { select } from "d3-selection";

/** @import { Cell, Matrix } from "../types.js" */

/** @typedef {{key: string, text: string, area: string, look: string, share: number}} Part */

const WIDE = 10; // letters of a name that have room

/**
 * Draw all of `figure` into `element`; the styles see to its size.
 *
 * @param {HTMLElement} element
 * @param {Matrix} figure
 */
export function drawMatrix(element, figure) {
  const longest = (/** @type {string[]} */ texts) => Math.max(1, ...texts.map((text) => text.length));
  const words = figure.columns.flatMap((name) => name.split(" "));
  const letters = Math.max(longest(figure.cells.flat().map(({ shown }) => shown.replace(/[.,]/, ""))), 2);
  const table = select(element).selectAll(".cells").data([figure]).join("div");
  table.attr("class", "cells").attr("aria-hidden", "true"); // the element itself has the label
  table.style("--columns", figure.columns.length).style("--letters", letters);
  // Longer names wrap.
  table.style("--least", `${Math.min(longest(words), WIDE) / 2 + 0.6}rem`);
  table.style("--names", `${Math.min(longest(figure.rows), WIDE) / 2 + 0.6}rem`);
  table
    .selectAll("div")
    .data(partsOf(figure), (part) => /** @type {Part} */ (part).key)
    .join("div")
    .attr("class", ({ look }) => look)
    .style("grid-area", ({ area }) => area)
    .style("--share", ({ share }) => share)
    .text(({ text }) => text);
}

/** What stands in the grid, and where: the labels of both sides, then names, then cells. @param {Matrix} figure */
function partsOf({ rows, columns, row_label, column_label, cells }) {
  const part = (/** @type {string} */ look, /** @type {string} */ text, /** @type {string} */ area, share = 0) =>
    /** @type {Part} */ ({ key: `${look.split(" ")[0]} ${area}`, text, area, look, share });
  const cell = (/** @type {Cell} */ { shown, role, share }, /** @type {number} */ i, /** @type {number} */ j) =>
    part(`cell ${role ? `role-${role}` : ""}`, shown, `${i + 3} / ${j + 3}`, share);
  return [
    ...(column_label ? [part("side across", column_label, `1 / 3 / auto / span ${columns.length}`)] : []),
    ...(row_label ? [part("side down", row_label, `3 / 1 / span ${rows.length}`)] : []),
    ...columns.map((name, j) => part("name across", name, `2 / ${j + 3}`)),
    ...rows.map((name, i) => part("name down", name, `${i + 3} / 2`)),
    ...cells.flatMap((row, i) => row.map((each, j) => cell(each, i, j))),
  ];
}
