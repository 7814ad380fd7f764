// Where the nodes of a graph go: in their columns, in an order with few crossings, each near those it is joined to.

/** @import { Graph } from "../types.js" */

/**
 * @typedef {object} Spot A node, or where a long edge passes a column.
 * @property {boolean} node
 * @property {number} column
 * @property {number} rank In its column, from the top.
 * @property {number} y In rows, from the middle of the top one.
 * @property {Spot[]} before Joined to it in the column before.
 * @property {Spot[]} after
 *
 * @typedef {{spots: Map<string, Spot>, ways: Spot[][], columns: number, rows: number}} Layout Its ways are those of
 *   the edges, from spot to spot.
 */

const TURNS = 13; // the last one from left to right

/** @param {Graph} graph @returns {Layout} */
export function layOut({ nodes, edges }) {
  const columns = /** @type {Spot[][]} */ (Array.from({ length: 1 + Math.max(0, ...nodes.map(({ column }) => column)) }, () => []));
  const put = (/** @type {number} */ column, node = true) => {
    const spot = /** @type {Spot} */ ({ node, column, rank: columns[column].length, y: 0, before: [], after: [] });
    columns[column].push(spot);
    return spot;
  };
  const spots = new Map(nodes.map(({ name, column }) => [name, put(column)]));
  const ways = edges.map(({ source, target }) => {
    const [from, to] = [source, target].map((name) => /** @type {Spot} */ (spots.get(name)));
    const between = Array.from({ length: Math.max(to.column - from.column - 1, 0) }, (_, i) => put(from.column + 1 + i, false));
    const way = [from, ...between, to];
    for (let i = 1; i < way.length; i++) {
      way[i - 1].after.push(way[i]);
      way[i].before.push(way[i - 1]);
    }
    return way;
  });
  sort(columns);
  for (let turn = 0; turn < TURNS; turn++) {
    for (const column of turn % 2 ? columns.toReversed() : columns) place(column, turn % 2 ? "after" : "before");
  }
  const all = columns.flat();
  const [top, bottom] = [Math.min(...all.map(({ y }) => y)), Math.max(...all.map(({ y }) => y))];
  for (const spot of all) spot.y -= top;
  return { spots, ways, columns: columns.length, rows: all.length ? bottom - top + 1 : 1 };
}

/** Sweep to and fro, each spot to the middle of those it is joined to, and keep the order with the fewest crossings. */
/** @param {Spot[][]} columns */
function sort(columns) {
  let best = columns.map((column) => [...column]);
  let least = crossings(columns);
  for (let turn = 0; turn < TURNS && least; turn++) {
    const side = turn % 2 ? "after" : "before";
    for (const column of turn % 2 ? columns.toReversed() : columns) {
      const wanted = new Map(column.map((spot) => [spot, spot[side].length ? mean(spot[side].map(({ rank }) => rank)) : spot.rank]));
      column.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
      rank(column);
      swap(column, columns);
    }
    const now = crossings(columns);
    if (now < least) [least, best] = [now, columns.map((column) => [...column])];
  }
  columns.forEach((column, i) => {
    column.splice(0, column.length, ...best[i]);
    rank(column);
    column.forEach((spot, j) => (spot.y = j ? column[j - 1].y + apart(column[j - 1], spot) : 0));
    const middle = (column.at(-1)?.y ?? 0) / 2;
    for (const spot of column) spot.y -= middle;
  });
}

/** Exchange neighbours in a column where that saves crossings. @type {(column: Spot[], columns: Spot[][]) => void} */
function swap(column, columns) {
  for (let i = 1; i < column.length; i++) {
    const before = crossings(columns);
    const exchange = () => {
      [column[i - 1], column[i]] = [column[i], column[i - 1]];
      rank(column);
    };
    exchange();
    if (crossings(columns) >= before) exchange();
  }
}

/** @param {Spot[]} column */
const rank = (column) => column.forEach((spot, i) => (spot.rank = i));

/** @param {Spot[][]} columns */
function crossings(columns) {
  let count = 0;
  for (const column of columns) {
    const lines = column.flatMap((spot) => spot.after.map((next) => [spot.rank, next.rank]));
    for (const [i, [a, b]] of lines.entries()) {
      for (const [c, d] of lines.slice(i + 1)) if ((a - c) * (b - d) < 0) count++;
    }
  }
  return count;
}

/**
 * Move the spots of a column to the height of their neighbours, as far as those above and below let them; a long edge
 * goes straight on from one `side`.
 *
 * @type {(column: Spot[], side: "before" | "after") => void}
 */
function place(column, side) {
  const wanted = column.map((spot) => {
    const near = spot.node ? [...spot.before, ...spot.after] : spot[side];
    return near.length ? mean(near.map(({ y }) => y)) : spot.y;
  });
  const down = [...wanted];
  const up = [...wanted];
  for (let i = 1; i < column.length; i++) down[i] = Math.max(down[i], down[i - 1] + apart(column[i - 1], column[i]));
  for (let i = column.length - 2; i >= 0; i--) up[i] = Math.min(up[i], up[i + 1] - apart(column[i], column[i + 1]));
  column.forEach((spot, i) => (spot.y = (down[i] + up[i]) / 2));
}

/** @type {(a: Spot, b: Spot) => number} */
const apart = (a, b) => (a.node && b.node ? 1 : a.node || b.node ? 0.75 : 0.4);

/** @param {number[]} values */
const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
