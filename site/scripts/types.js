// The shapes that cross between Python and the page, as stage/figure.py and stage/session.py describe them.

/**
 * @typedef {[number, number]} Point
 * @typedef {{kind: "curve", role: string, faint: boolean, label: string, draw?: string | null,
 *   points: [number, number | null][]}} CurveMark
 * @typedef {{kind: "points", role: string, points: Point[], labels?: (0 | 1)[], drag: string | null,
 *   hollow: boolean}} PointsMark Labels are the points' classes.
 * @typedef {{kind: "segments" | "squares", role: string,
 *   segments: [number, number, number, number][]}} SegmentsMark
 * @typedef {{kind: "arrows", role: string, faint: boolean, arrows: [number, number, number, number][]}} ArrowsMark
 * @typedef {{kind: "bars", role: string, faint: boolean, label: string,
 *   bars: [number, number, number, number][]}} BarsMark Each from (x0, x1, y0, y1), the lower ones first.
 * @typedef {{columns: number, rows: number, shades: (number | null)[]}} Shades From 0 to 254, row by row from the
 *   bottom, x fastest.
 * @typedef {{kind: "heat", role: string, edge: number | null} & Shades} HeatMark
 * @typedef {CurveMark | PointsMark | SegmentsMark | ArrowsMark | BarsMark | HeatMark} Mark
 * @typedef {{domain: Point, label: string}} Axis
 * @typedef {{kind: "plot", label: string, x: Axis, y: Axis & {log: boolean}, marks: Mark[], notes: string[]}} Plot
 *
 * @typedef {[number, number, number | null]} Spot A place on a surface and its height.
 * @typedef {{kind: "curve", role: string, faint: boolean, points: Spot[]}
 *   | {kind: "points", role: string, hollow: boolean, points: Spot[]}
 *   | {kind: "arrows", role: string, faint: boolean,
 *     arrows: [number, number, number, number, number | null][]}} SurfaceMark
 * @typedef {Axis & {name: string}} Variable
 * @typedef {{kind: "surface", label: string, x: Variable, y: Variable, z: Axis, columns: number, rows: number,
 *   heights: (number | null)[], levels: number[], edge: number | null, role: string, sets?: boolean,
 *   view: "3-D" | "contours" | "top", marks: SurfaceMark[], notes: string[]}} Surface Heights row by row, x fastest.
 *
 * @typedef {{value: number | null, shown: string | null}} Live
 * @typedef {{name: string} & Live} Parameter
 * @typedef {{name: string, bias: Parameter | null, activation: string} & Live} Neuron
 * @typedef {Parameter & {source: string, target: string}} Weight
 * @typedef {{kind: "diagram", label: string, layers: Neuron[][], weights: Weight[], notes: string[]}} Diagram
 *
 * @typedef {{shown: string, role: string | null, share: number}} Cell
 * @typedef {{kind: "matrix", label: string, rows: string[], columns: string[], row_label: string,
 *   column_label: string, cells: Cell[][], notes: string[]}} Matrix
 *
 * @typedef {{name: string} & Shades} Tile
 * @typedef {{kind: "tiles", label: string, layers: Tile[][], notes: string[]}} Tiles
 *
 * @typedef {{name: string, text: string, column: number, value: string | null, derivative: string | null,
 *   lit: boolean}} Operation
 * @typedef {{source: string, target: string, local: string | null, lit: boolean}} Handed
 * @typedef {{kind: "graph", label: string, nodes: Operation[], edges: Handed[], notes: string[]}} Graph
 *
 * @typedef {Plot | Surface | Diagram | Matrix | Tiles | Graph} Figure
 *
 * @typedef {number[]} Sample A point (x, y), or (x, y, class).
 * @typedef {Record<string, number | string | Sample[]>} Values What the controls say.
 * @typedef {{kind: string, role: string | null, low?: number, high?: number, step?: number, plays?: boolean,
 *   options?: string[], x?: Point, y?: Point, grows?: boolean, classes?: boolean}} Described A control in words.
 * @typedef {{kind: string, message: string, text: string, line?: number, column?: number,
 *   end_column?: number | null, advice?: string}} Trouble
 * @typedef {object} Answer
 * @property {Figure[]} [figures]
 * @property {boolean} [partial] More of the figures is to come.
 * @property {number} [recorded] Steps that can be gone back to.
 * @property {Record<string, string>} [readouts]
 * @property {Values} [values]
 * @property {Record<string, Described>} [controls] Of a demo that the reader's code made.
 * @property {string} [code]
 * @property {string} [value]
 * @property {string} [note] Why a run has no figure.
 * @property {Trouble} [error]
 * @property {number} [stopped] The line at which Stop ended it, or 0.
 * @property {{pass: boolean, says: string}} [verdict]
 *
 * @typedef {{do: "draw" | "more" | "run" | "check" | "look", block: string, values?: Values, source?: string, code?: string,
 *   fresh?: boolean}} Question
 * @typedef {{stdout?: string, stderr?: string, image?: string, asks?: true, stopping?: true}} Message Sent while code
 *   runs. `asks`: it waits for a line; `stopping`: it was stopped, and its answer is on its way.
 *
 * @typedef {{boot: Setup, link: number | null, shared: Int32Array | null, lock: string} | {ahead: string[]}
 *   | {id: number, question: Question} | {stop: true} | {typed: string}} Order From the page to the worker.
 * @typedef {{stage: string, share?: number} | {ready: true, stops: boolean} | {files: string[]} | {ahead: true} | {failed: string}
 *   | {unsound: true} | {broken: string} | {id: number, begun: true} | {id: number, message: string} | {id: number, answer: string}} News
 *   From the worker to the page. `stops`: it can be interrupted; `files`: the addresses of all that came for it;
 *   `ahead`: what the cells import is there; `unsound`: it did not start from the snapshot; `broken`: it cannot go on;
 *   `begun`: nothing is waited for any more.
 *
 * @typedef {object} Work What a reader has made of a block. What is left out is as the block starts.
 * @property {string} [code]
 * @property {string} [ran] The code whose names the figure shows.
 * @property {Values} [values]
 * @property {{pass: boolean, says: string}} [verdict] The last one, while it is shown.
 * @property {number} [hints] How many are open.
 *
 * @typedef {Work & {starter: string, at: number, why?: string, tab?: string}} Version `starter`: the hash of what it came
 *   from; `why` it was put aside; `tab`: the page that it is from.
 * @typedef {Version & {solved?: true, before?: Version[]}} Kept A record: the present version, and those put aside, the
 *   newest first. `solved`: the exercise was, whatever became of its code.
 *
 * @typedef {{page: string, files: string[]}} Keep From the page to the service worker.
 *
 * @typedef {object} Setup What the build tells the page.
 * @property {string} worker
 * @property {string} artist The worker that draws surfaces in three dimensions.
 * @property {string} python The stage and the engine.
 * @property {Record<string, string>} lessons What each lesson of the page shows, in Python.
 * @property {{address: string, bytes: number} | null} snapshot Python's memory after its start, compressed.
 * @property {{address: string, bytes: number}} library The part of the standard library that it starts from without.
 * @property {string} runtime
 * @property {number} bytes That come in besides before Python can start.
 * @property {string[]} packages That the page's lessons import.
 * @property {string[]} ahead Modules besides that the page's cells import.
 * @property {string} course
 * @property {string} offline The service worker.
 * @property {Record<string, string>} roles
 */

export {};
