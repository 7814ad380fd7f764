// A block's form, which is its state: read it, write it, and keep each control's parts in step.

import { clamp, tidy } from "./numbers.js";
import { bindPoints, keepPoint, pointsOf, readPoints, writePoints } from "./points.js";

/** @import { Values } from "./types.js" */

/**
 * What the controls say.
 *
 * @param {HTMLFormElement} form
 * @returns {Values}
 */
export function readControls(form) {
  /** @type {Values} */
  const values = {};
  for (const control of controlsOf(form)) values[control.dataset.control ?? ""] = readControl(control);
  return values;
}

/**
 * What the controls show: as readControls, but for rows that are still to be read, and numbers that are none.
 *
 * @param {HTMLFormElement} form
 * @returns {Values}
 */
export function shownValues(form) {
  /** @type {Values} */
  const values = {};
  for (const control of controlsOf(form)) {
    const value = control.dataset.kind === "points" ? pointsOf(control) : readControl(control);
    if (typeof value !== "number" || Number.isFinite(value)) values[control.dataset.control ?? ""] = value;
  }
  return values;
}

/**
 * Those of `values` that the form's controls can show; they may be from another form, or from a file.
 *
 * @param {HTMLFormElement} form
 * @param {Values} values
 * @returns {Values}
 */
export function fitting(form, values) {
  const controls = [...controlsOf(form)].filter((control) => fits(control, values[control.dataset.control ?? ""]));
  return Object.fromEntries(controls.map(({ dataset: { control = "" } }) => [control, values[control]]));
}

/**
 * Show `values` in the form; controls that are not named keep theirs. A slider stops at its ends; its number field
 * shows the value all the same.
 *
 * @param {HTMLFormElement} form
 * @param {Values} values
 */
export function writeControls(form, values) {
  for (const control of controlsOf(form)) {
    const value = values[control.dataset.control ?? ""];
    const { kind } = control.dataset;
    if (kind === "points" && Array.isArray(value)) writePoints(control, value);
    else if (kind === "choice" && typeof value === "string") selectOf(control).value = value;
    else if (kind !== "points" && kind !== "choice" && typeof value === "number") showNumber(control, value);
  }
}

/**
 * Set sliders as dragging them would; names without a slider are left out.
 *
 * @param {HTMLFormElement} form
 * @param {Record<string, number>} values
 */
export function setSliders(form, values) {
  for (const [name, value] of Object.entries(values)) {
    const range = form.querySelector(`[data-control="${CSS.escape(name)}"] input[type=range]`);
    if (!(range instanceof HTMLInputElement)) continue;
    range.step = "any";
    range.value = String(value);
    range.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/**
 * Show how many steps of a run can be gone back to.
 *
 * @param {HTMLFormElement} form
 * @param {number} recorded
 */
export function writeRecorded(form, recorded) {
  const control = stepsOf(form);
  if (!control) return;
  control.querySelectorAll("input")[0].max = String(recorded);
  showNumber(control, readNumber(control));
}

/**
 * Keep the parts of each control in step while the reader moves one of them. Call it before the form's own listeners.
 *
 * @param {HTMLFormElement} form
 */
export function bindControls(form) {
  for (const control of form.querySelectorAll(NUMBERS)) if (control instanceof HTMLElement) showNumber(control, readNumber(control));
  form.addEventListener("submit", (event) => event.preventDefault());
  bindPoints(form);
  form.addEventListener("input", (event) => {
    const field = event.target;
    if (field instanceof HTMLSelectElement && "speed" in field.dataset) event.stopImmediatePropagation(); // a speed moves nothing
    if (!(field instanceof HTMLInputElement)) return;
    const control = field.closest(NUMBERS);
    if (Number.isNaN(field.valueAsNumber)) {
      event.stopImmediatePropagation(); // an empty field is on its way to a number
    } else if (!(control instanceof HTMLElement)) {
      keepPoint(field);
    } else if (field.type === "range") {
      showNumber(control, snap(field));
    } else {
      showNumber(control, clamp(field), field);
    }
  });
  // What was half typed or out of range is put right when the field is left.
  form.addEventListener("change", (event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (field.type !== "number") return;
    const control = field.closest(NUMBERS);
    if (control instanceof HTMLElement) showNumber(control, readNumber(control));
    else field.value = field.defaultValue;
  });
}

/** The controls that hold one number. */
const NUMBERS = "[data-control]:not([data-kind=points], [data-kind=choice])";

/** @param {HTMLFormElement} form */
const controlsOf = (form) => /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-control]"));

/** @param {HTMLElement} control */
function readControl(control) {
  if (control.dataset.kind === "points") return readPoints(control);
  return control.dataset.kind === "choice" ? selectOf(control).value : readNumber(control);
}

/** @type {(control: HTMLElement, value: Values[string]) => boolean} */
function fits(control, value) {
  if (control.dataset.kind === "choice") return [...selectOf(control).options].some((option) => option.value === value);
  if (control.dataset.kind !== "points") return typeof value === "number";
  const parts = control.querySelector("input[type=radio]") ? 3 : 2;
  return Array.isArray(value) && value.every(({ length }) => length === parts);
}

/** The control that takes steps, if there is one. @param {HTMLFormElement} form */
export const stepsOf = (form) => /** @type {HTMLElement | null} */ (form.querySelector("[data-kind=player], [data-kind=button]"));

/** @param {HTMLElement} control */
const selectOf = (control) => /** @type {HTMLSelectElement} */ (control.querySelector("select"));

/** The value as last shown; the range alone could not hold an exact one. @param {HTMLElement} control */
export const readNumber = (control) => Number(control.dataset.value);

/**
 * Show a control's number in all of its parts, but for the field that it is being typed into.
 *
 * @type {(control: HTMLElement, value: number, typing?: HTMLInputElement) => void}
 */
export function showNumber(control, value, typing) {
  const [range, exact] = control.querySelectorAll("input");
  const output = control.querySelector("output");
  control.dataset.value = String(value);
  // With its step the range would round an exact value; it takes its step back when it is moved itself.
  range.step = onGrid(value, range) ? (range.dataset.step ?? "any") : "any";
  range.value = String(value);
  if (exact !== typing) exact.value = tidy(value);
  if (output) output.value = tidy(value).replace("-", "−");
  const share = (Number(range.value) - Number(range.min)) / (Number(range.max) - Number(range.min) || 1);
  control.style.setProperty("--share", String(share));
}

/** @param {HTMLInputElement} range */
function snap(range) {
  const step = Number(range.dataset.step);
  const low = Number(range.min);
  return Number(tidy(low + Math.round((range.valueAsNumber - low) / step) * step));
}

/** @type {(value: number, range: HTMLInputElement) => boolean} */
function onGrid(value, range) {
  const steps = (value - Number(range.min)) / Number(range.dataset.step);
  return Math.abs(steps - Math.round(steps)) < 1e-6;
}
