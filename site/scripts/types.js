// The shapes that cross between Python and the page, as stage/figure.py and stage/session.py describe them.

/**
 * @typedef {[number, number]} Point
 * @typedef {{kind: "curve", role: string, points: [number, number | null][]}} CurveMark
 * @typedef {{kind: "points", role: string, points: Point[], drag: string | null,
 *   hollow: boolean}} PointsMark
 * @typedef {{kind: "segments", role: string, segments: [number, number, number, number][]}} SegmentsMark
 * @typedef {CurveMark | PointsMark | SegmentsMark} Mark
 * @typedef {{domain: Point, label: string}} Axis
 * @typedef {{kind: "plot", label: string, x: Axis, y: Axis, marks: Mark[], notes: string[]}} Figure
 *
 * @typedef {Record<string, number | Point[]>} Values What the controls say.
 * @typedef {{kind: string, message: string, text: string, line?: number, column?: number,
 *   end_column?: number | null}} Trouble
 * @typedef {object} Answer
 * @property {Figure | null} [figure]
 * @property {Record<string, string>} [readouts]
 * @property {Values} [values]
 * @property {string} [code]
 * @property {string} [value]
 * @property {string} [note] Why a run has no figure.
 * @property {Trouble} [error]
 * @property {{pass: boolean, says: string}} [verdict]
 *
 * @typedef {{do: "draw" | "run" | "check", block: string, values: Values, source?: string, code?: string}} Question
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
