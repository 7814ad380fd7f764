// A demo: its form and its figure, joined to the page's Python. Cells and exercises build on it (cell.js).

import { bindControls, movePoint, readControls, writeControls } from "./controls.js";
import { showTrouble } from "./output.js";
import { drawPlot } from "./views/plot.js";

/** @import { Answer, Figure, Question, Trouble, Values } from "./types.js" */
/** @import { openRuntime } from "./runtime.js" */

/**
 * @typedef {"waiting" | "ready" | "running" | "done" | "error" | "stopped"} State
 * @typedef {ReturnType<typeof openRuntime>} Runtime
 */

const SLOW = 300; // milliseconds after which a figure that is not there yet can be stopped

export class Block {
  /** @type {Figure | null} */
  #figure = null;
  /** The newest answer that is not on the screen yet. @type {Answer | null} */
  #undrawn = null;
  #resets = 0;
  ready = false;

  /**
   * Bring a block to life. Its first figure is drawn at once, from what the page holds.
   *
   * @param {HTMLElement} element
   * @param {Runtime} runtime
   */
  constructor(element, runtime) {
    this.element = element;
    this.runtime = runtime;
    this.path = element.dataset.path ?? "";
    this.form = /** @type {HTMLFormElement} */ (this.find("form"));
    /** @type {Answer} */
    this.start = JSON.parse(this.find("[data-start]").textContent ?? "{}");
    /** @type {Values} */
    this.startValues = this.start.values ?? readControls(this.form);

    bindControls(this.form);
    this.form.addEventListener("input", () => this.draw());
    element.addEventListener("click", (event) => {
      const pressed = event.target instanceof Element && event.target.closest("button[data-do]");
      if (pressed instanceof HTMLButtonElement) this.press(pressed.dataset.do ?? "");
    });
    this.show(this.start);
    const place = this.#place;
    if (place) new ResizeObserver(() => this.#drawFigure()).observe(place);
  }

  /** @param {string} selector */
  find(selector) {
    return /** @type {HTMLElement} */ (this.element.querySelector(selector));
  }

  /** @param {string} verb */
  button(verb) {
    return /** @type {HTMLButtonElement | null} */ (this.element.querySelector(`button[data-do="${verb}"]`));
  }

  /** Where the figure goes; a cell may have none. @returns {HTMLElement | null} */
  get #place() {
    return this.element.querySelector("[data-figure]");
  }

  get state() {
    return /** @type {State} */ (this.element.dataset.state);
  }

  /** Set it after what it tells of is on the screen. */
  set state(next) {
    this.element.dataset.state = next;
  }

  /** Python is there, or gone. @param {boolean} ready */
  python(ready) {
    this.ready = ready;
    if (ready && this.state === "waiting") this.state = "ready";
  }

  /** Do what a button is for. @param {string} verb */
  press(verb) {
    if (verb === "reset") this.reset();
    if (verb === "stop") this.runtime.stop(this.path);
  }

  reset() {
    this.#resets++;
    this.runtime.stop(this.path);
    this.#undrawn = null;
    this.trouble(null);
    writeControls(this.form, this.startValues);
    this.show(this.start);
    this.state = this.ready ? "ready" : "waiting";
  }

  /** What to ask for when the controls have moved. @returns {Question} */
  question() {
    return { do: "draw", block: this.path, values: readControls(this.form) };
  }

  /** The controls have moved: ask for the figure; of the answers that come within one frame, draw the last. */
  async draw() {
    const reset = this.#resets;
    const slow = setTimeout(() => this.stoppable(true), SLOW);
    const outcome = await this.runtime.ask(this.path, () => this.question(), { key: `draw ${this.path}` });
    clearTimeout(slow);
    this.stoppable(false);
    if (reset !== this.#resets) return;
    if ("stopped" in outcome) this.stopped();
    if (!("answer" in outcome)) return;
    this.answered(outcome.answer);
    if (!this.#undrawn) requestAnimationFrame(() => this.#drawLast());
    this.#undrawn = outcome.answer;
  }

  /** An answer has come, and will be drawn in the next frame. @param {Answer} _answer */
  answered(_answer) {}

  #drawLast() {
    const answer = this.#undrawn;
    this.#undrawn = null;
    if (!answer) return;
    if (answer.error) this.trouble(answer.error);
    else {
      this.show(answer);
      this.trouble(null);
      if (this.state === "stopped") this.recovered();
    }
  }

  /** What was under way has been ended. */
  stopped() {
    this.state = "stopped";
  }

  /** A figure has come again after a stop. */
  recovered() {
    this.state = "ready";
  }

  /** A figure is slow, or no longer. @param {boolean} able */
  stoppable(able) {
    const stop = this.button("stop");
    if (stop) stop.hidden = !able;
  }

  /** Show what an answer holds; what it does not hold stays. @param {Answer} answer */
  show(answer) {
    if (answer.values) writeControls(this.form, answer.values);
    if (answer.figure) {
      this.#figure = answer.figure;
      this.#drawFigure();
      this.#place?.setAttribute("aria-label", answer.figure.label);
      this.note(this.figureNotes);
    }
    if (answer.note) this.note(answer.note);
    for (const [name, text] of Object.entries(answer.readouts ?? {})) {
      this.find(`output[name="${CSS.escape(name)}"]`).textContent = text;
    }
  }

  /** What could not be shown in the figure that is there. */
  get figureNotes() {
    return this.#figure?.notes.join(" ") ?? "";
  }

  /** @param {string} words */
  note(words) {
    const notes = this.element.querySelector("[data-notes]");
    if (notes) notes.textContent = words;
  }

  #drawFigure() {
    if (!this.#place || !this.#figure) return;
    drawPlot(this.#place, this.#figure, (control, index, point) => movePoint(this.form, control, index, point));
  }

  /** Show an error, or none; the last good figure stays. @param {Trouble | null} trouble */
  trouble(trouble) {
    showTrouble(this.find("[data-trouble]"), trouble);
  }
}
