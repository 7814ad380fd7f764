// A demo: its form and its figure, joined to the page's Python. Cells and exercises build on it (cell.js).

import * as controls from "./controls.js";
import { button } from "./elements.js";
import { buildForm } from "./forms.js";
import { fitFrames, renewed } from "./frames.js";
import { soon } from "./machine.js";
import { showTrouble } from "./output.js";
import { openPlayer } from "./player.js";
import { addPoint, drawPoints, movePoint, tellPasted } from "./points.js";
import { drawFigure } from "./views/figure.js";

/** @import { Answer, Figure, Message, Question, Trouble, Values } from "./types.js" */
/** @import { Hands } from "./views/figure.js" */
/** @import { openRuntime } from "./runtime.js" */

/**
 * @typedef {"waiting" | "ready" | "running" | "done" | "error" | "stopped"} State
 * @typedef {ReturnType<typeof openRuntime>} Runtime
 */

const SLOW = 300; // milliseconds after which a figure that is not there yet can be stopped
const BUDGET = 1000; // milliseconds for what nobody asked to run: a figure, after a slider has moved

export class Block {
  /** @type {Figure[]} */
  #figures = [];
  /** The newest answer that is not on the screen yet. @type {Answer | null} */
  #undrawn = null;
  #drawSoon = soon(() => this.#drawLast());
  #resets = 0;
  /** The controls that were moved since the last question was composed. @type {Set<string>} */
  #touched = new Set();
  /** How long a figure may take, until the reader lets it run. */
  #budget = BUDGET;
  /** The code must run anew, whatever Python remembers of it. */
  fresh = false;
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
    this.startValues = this.start.values ?? controls.readControls(this.form);
    /** @type {Hands} */
    this.hands = {
      drag: (control, index, point) => {
        controls.setSliders(this.form, { [control]: point[0] });
        movePoint(this.form, control, index, point);
      },
      draw: (control, from, to) => drawPoints(this.form, control, from, to),
      add: (control, point) => addPoint(this.form, control, point),
      set: (values) => controls.setSliders(this.form, values),
      pick: (control) => this.#pick(control),
    };
    /** Whether a place on the surface can be chosen: its two variables have sliders. */
    this.sets = (/** @type {Figure} */ figure) => {
      const named = (/** @type {string} */ name) => this.form.querySelector(`[data-control="${CSS.escape(name)}"]`);
      return figure.kind === "surface" && Boolean(named(figure.x.name) && named(figure.y.name));
    };

    controls.bindControls(this.form);
    this.player = openPlayer(this.form, (control) => {
      this.#touched.add(control);
      return this.draw(Infinity); // the reader pressed a button for it
    });
    this.form.addEventListener("input", ({ target }) => {
      const control = target instanceof Element && target.closest("[data-control]");
      if (control instanceof HTMLElement) this.#touched.add(control.dataset.control ?? "");
      this.draw();
    });
    element.addEventListener("click", (event) => {
      const pressed = event.target instanceof Element && event.target.closest("button[data-do]");
      if (pressed instanceof HTMLButtonElement) this.press(pressed.dataset.do ?? "");
    });
    this.show(this.start);
    const sizes = new ResizeObserver(() => this.#drawFigures());
    for (const place of this.#places) sizes.observe(/** @type {HTMLElement} */ (place.parentElement));
  }

  /** @param {string} selector */
  find(selector) {
    return /** @type {HTMLElement} */ (this.element.querySelector(selector));
  }

  /** @param {string} verb */
  button(verb) {
    return /** @type {HTMLButtonElement | null} */ (this.element.querySelector(`button[data-do="${verb}"]`));
  }

  /** Where the figures go; a cell may have none. @returns {HTMLElement[]} */
  get #places() {
    return [...this.element.querySelectorAll("[data-figure]")].filter((place) => place instanceof HTMLElement);
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
    this.player.pause();
    this.runtime.stop(this.path);
    this.#undrawn = null;
    this.#touched.clear();
    this.tighten();
    this.fresh = true;
    this.trouble(null);
    controls.writeControls(this.form, this.startValues);
    controls.writeRecorded(this.form, 0);
    this.show(this.start);
    this.state = this.ready ? "ready" : "waiting";
  }

  /** What to ask for when the controls have moved. @returns {Question} */
  question() {
    return { do: "draw", block: this.path, ...this.compose() };
  }

  /** What every question says: the controls as they are now. */
  compose() {
    this.#touched.clear();
    const { fresh } = this;
    this.fresh = false;
    return { values: controls.readControls(this.form), ...(fresh ? { fresh } : {}) };
  }

  /**
   * The controls have moved: ask for the figure; one answer is drawn a frame, the last of those that wait.
   *
   * @param {number} [budget] Milliseconds.
   * @returns {Promise<Answer | null>}
   */
  draw(budget = this.#budget) {
    return this.#ask(`draw ${this.path}`, () => this.question(), { budget });
  }

  /** @type {(key: string, compose: () => Question, limits: {budget: number, patience?: number}) => Promise<Answer | null>} */
  async #ask(key, compose, { budget, patience = SLOW }) {
    const reset = this.#resets;
    const slow = setTimeout(() => this.stoppable(true), patience);
    if (!patience) this.stoppable(true);
    const onMessage = (/** @type {Message} */ message) => this.heard(message);
    const outcome = await this.runtime.ask(this.path, compose, { key, onMessage, budget });
    clearTimeout(slow);
    this.stoppable(false);
    if (reset !== this.#resets) return null;
    if ("stopped" in outcome || "late" in outcome) {
      this.#drawLast(); // in the next frame it would look as if Python had come back
      if (outcome.answer) this.answered(outcome.answer);
      if (outcome.answer?.figures) this.show(outcome.answer);
      if ("late" in outcome) this.#late();
      else this.stopped();
      return null;
    }
    if (!("answer" in outcome)) return null;
    this.answered(outcome.answer);
    this.#undrawn = outcome.answer;
    this.#drawSoon(); // when the next question has been asked, so that Python works meanwhile
    return outcome.answer;
  }

  /** There was not time for all of the figures: ask for the rest, after whatever else waits. */
  more() {
    const question = () => /** @type {Question} */ ({ do: "more", block: this.path });
    this.#ask(`more ${this.path}`, question, { budget: this.#budget, patience: 0 });
  }

  /** A figure took longer than anybody should wait for what they have not asked for. */
  #late() {
    this.note("The figure took longer than a second, so it was stopped. ");
    this.find("[data-notes]")?.append(button("Let it run", () => this.#letRun()));
  }

  /** Draw it, however long it takes; until the code runs again, or all is reset. */
  #letRun() {
    this.#budget = Infinity;
    this.note(this.figureNotes);
    this.draw();
  }

  /** What takes long may not run without being asked for again. */
  tighten() {
    this.#budget = BUDGET;
  }

  /** An answer has come, and will be drawn soon. @param {Answer} answer */
  answered(answer) {
    this.#write(answer); // before the next question, which would else repeat old values
    if (answer.partial && answer.stopped === undefined) this.more();
  }

  /** Show in the form what an answer says, but for what was moved since it was asked for. @param {Answer} answer */
  #write(answer) {
    const values = Object.entries(answer.values ?? {}).filter(([name]) => !this.#touched.has(name));
    if (answer.recorded !== undefined) controls.writeRecorded(this.form, answer.recorded);
    controls.writeControls(this.form, Object.fromEntries(values));
  }

  /** Code says something while it runs for a figure. @param {Message} _message */
  heard(_message) {}

  #drawLast() {
    const answer = this.#undrawn;
    this.#undrawn = null;
    if (!answer) return;
    this.show(answer);
    this.trouble(answer.error ?? null);
    if (!answer.error && this.state === "stopped") this.recovered();
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
    if (answer.controls) buildForm(this.element, this.form, answer.controls);
    this.#write(answer);
    if (answer.figures?.length || answer.controls) {
      this.#figures = answer.figures ?? [];
      this.#drawFigures();
      this.note(this.figureNotes);
    }
    if (answer.note) this.note(answer.note);
    for (const [name, text] of Object.entries(answer.readouts ?? {})) {
      const output = this.element.querySelector(`.readouts output[name="${CSS.escape(name)}"]`);
      if (output) output.textContent = text; // changed code may show other numbers
    }
  }

  /** What could not be shown in the figure that is there. */
  get figureNotes() {
    return this.#figures.flatMap((figure) => figure.notes).join(" ");
  }

  /** @param {string} words */
  note(words) {
    const notes = this.element.querySelector("[data-notes]");
    if (notes) notes.textContent = words;
  }

  #drawFigures() {
    const list = this.element.querySelector(".figures");
    const count = this.#figures.length;
    if (!(list instanceof HTMLElement) || (!count && !this.start.controls)) return;
    fitFrames(list, count);
    this.#places.forEach((place, i) => {
      const figure = this.#figures[i];
      const element = place.classList.contains(figure.kind) ? place : renewed(place, figure.kind);
      element.setAttribute("aria-label", figure.label);
      drawFigure(element, figure.kind === "surface" ? { ...figure, sets: this.sets(figure) } : figure, this.hands);
    });
  }

  /** Show the slider of the parameter that was picked on a diagram, and of no other. @param {string} picked */
  #pick(picked) {
    for (const figure of this.#figures) {
      if (figure.kind !== "diagram") continue;
      const biases = figure.layers.flat().map((neuron) => neuron.bias?.name);
      for (const name of [...figure.weights.map((weight) => weight.name), ...biases]) {
        if (name) this.form.querySelector(`[data-control="${CSS.escape(name)}"]`)?.toggleAttribute("hidden", name !== picked);
      }
    }
  }

  /** Show an error, or none; the last good figure stays. @param {Trouble | null} trouble */
  trouble(trouble) {
    showTrouble(this.find("[data-trouble]"), tellPasted(this.form, trouble) ? null : trouble);
  }
}
