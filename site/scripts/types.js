// The shapes that cross between Python and the page, as stage/figure.py and stage/session.py describe them.

/**
 * @typedef {[number, number]} Point
 * @typedef {{kind: "curve", role: string, faint: boolean, label: string, draw?: string | null,
 *   points: [number, number | null][]}} CurveMark
 * @typedef {{kind: "points", role: string, points: Point[], drag: string | null,
 *   hollow: boolean}} PointsMark
 * @typedef {{kind: "segments" | "squares", role: string,
 *   segments: [number, number, number, number][]}} SegmentsMark
 * @typedef {{kind: "arrows", role: string, faint: boolean, arrows: [number, number, number, number][]}} ArrowsMark
 * @typedef {CurveMark | PointsMark | SegmentsMark | ArrowsMark} Mark
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
 * @typedef {Plot | Surface | Diagram} Figure
 *
 * @typedef {Record<string, number | Point[]>} Values What the controls say.
 * @typedef {{kind: string, message: string, text: string, line?: number, column?: number,
 *   end_column?: number | null}} Trouble
 * @typedef {object} Answer
 * @property {Figure[]} [figures]
 * @property {boolean} [partial] More of the figures is to come.
 * @property {number} [recorded] Steps that can be gone back to.
 * @property {Record<string, string>} [readouts]
 * @property {Values} [values]
 * @property {string} [code]
 * @property {string} [value]
 * @property {string} [note] Why a run has no figure.
 * @property {Trouble} [error]
 * @property {{pass: boolean, says: string}} [verdict]
 *
 * @typedef {{do: "draw" | "more" | "run" | "check", block: string, values?: Values, source?: string, code?: string,
 *   fresh?: boolean}} Question
 * @typedef {{stdout?: string, stderr?: string, image?: string}} Message Sent while code runs.
 *
 * @typedef {{boot: Setup} | {id: number, question: Question}} Order From the page to the worker.
 * @typedef {{stage: string, share?: number} | {ready: true} | {failed: string}
 *   | {id: number, message: string} | {id: number, answer: string}} News From the worker to the page.
 *
 * @typedef {object} Setup What the build tells the page.
 * @property {string} worker
 * @property {string} python
 * @property {string} runtime
 * @property {number} bytes
 * @property {string} lessons
 * @property {Record<string, string>} roles
 */

export {};
