// A block's form, which is its state: read it, write it, and keep each control's parts in step.

/** @import { Point, Values } from "./types.js" */

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
 * Show `values` in the form; controls that are not named keep theirs. A slider stops at its ends; its number field
 * shows the value all the same.
 *
 * @param {HTMLFormElement} form
 * @param {Values} values
 */
export function writeControls(form, values) {
  for (const control of controlsOf(form)) {
    const value = values[control.dataset.control ?? ""];
    if (Array.isArray(value)) writePoints(control, value);
    else if (value !== undefined) showNumber(control, value);
  }
}

/**
 * Put one point of a points control where it was dragged to, inside its ranges, and say so as typing would.
 *
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {number} index
 * @param {Point} point
 */
export function movePoint(form, name, index, point) {
  const fields = fieldsOf(form.querySelector(`[data-control="${name}"]`), index);
  fields.forEach((field, i) => {
    const step = Number(field.dataset.step);
    const inside = Math.min(Math.max(point[i], Number(field.min)), Number(field.max));
    keep(field, Math.round(inside / step) * step);
    field.value = field.defaultValue;
  });
  fields[0]?.dispatchEvent(new Event("input", { bubbles: true }));
}

/**
 * Keep the parts of each control in step while the reader moves one of them. Call it before the form's own listeners.
 *
 * @param {HTMLFormElement} form
 */
export function bindControls(form) {
  for (const control of controlsOf(form)) if (control.dataset.kind === "slider") showNumber(control, readNumber(control));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", (event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    const control = field.closest("[data-kind=slider]");
    if (Number.isNaN(field.valueAsNumber)) {
      event.stopImmediatePropagation(); // an empty field is on its way to a number
    } else if (!(control instanceof HTMLElement)) {
      keep(field, clamp(field));
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
    const control = field.closest("[data-kind=slider]");
    if (control instanceof HTMLElement) showNumber(control, readNumber(control));
    else field.value = field.defaultValue;
  });
}

/** @param {HTMLFormElement} form */
const controlsOf = (form) => /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-control]"));

/** @param {HTMLElement} control */
const readControl = (control) => (control.dataset.kind === "points" ? readPoints(control) : readNumber(control));

/** The value as last shown; the range alone could not hold an exact one. @param {HTMLElement} control */
const readNumber = (control) => Number(control.dataset.value);

/** @type {(control: HTMLElement, value: number, typing?: HTMLInputElement) => void} */
function showNumber(control, value, typing) {
  const [range, exact] = control.querySelectorAll("input");
  const output = control.querySelector("output");
  control.dataset.value = String(value);
  // With its step the range would round an exact value; it takes its step back when it is moved itself.
  range.step = onGrid(value, range) ? (range.dataset.step ?? "any") : "any";
  range.value = String(value);
  if (exact !== typing) exact.value = tidy(value);
  if (output) output.value = tidy(value).replace("-", "−");
  const share = (Number(range.value) - Number(range.min)) / (Number(range.max) - Number(range.min));
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

/** @param {HTMLInputElement} field */
function clamp(field) {
  return Math.min(Math.max(field.valueAsNumber, Number(field.min)), Number(field.max));
}

/** @type {(control: Element | null, index: number) => HTMLInputElement[]} */
function fieldsOf(control, index) {
  return [...(control?.querySelectorAll(`[data-row="${index}"] input`) ?? [])].filter(
    (field) => field instanceof HTMLInputElement,
  );
}

/** A point's last good number is its field's default, which half-typed text does not touch. */
/** @type {(field: HTMLInputElement, value: number) => void} */
function keep(field, value) {
  field.defaultValue = tidy(value);
}

/** @param {HTMLElement} control */
function readPoints(control) {
  return [...control.querySelectorAll("[data-row]:not([hidden])")].map((row) => {
    const [x, y] = row.querySelectorAll("input");
    return /** @type {Point} */ ([Number(x.defaultValue), Number(y.defaultValue)]);
  });
}

/** @type {(control: HTMLElement, points: Point[]) => void} */
function writePoints(control, points) {
  const rows = [...control.querySelectorAll("[data-row]")];
  const last = rows[rows.length - 1];
  for (const extra of rows.slice(Math.max(points.length, 1))) extra.remove();
  rows[0].toggleAttribute("hidden", !points.length); // it stays, as the pattern of the others
  points.forEach((point, index) => {
    const row = rows[index] ?? last.cloneNode(true);
    if (row instanceof HTMLElement && !row.isConnected) {
      row.dataset.row = String(index);
      last.parentElement?.append(row);
    }
    const name = control.dataset.control;
    fieldsOf(control, index).forEach((field, i) => {
      keep(field, point[i]);
      field.value = field.defaultValue;
      field.name = `${name}[${index}][${i}]`;
      field.setAttribute("aria-label", `${"xy"[i]} of point ${index + 1}`);
    });
  });
}

/** A number as people write it: no 0.30000000000000004. @param {number} value */
function tidy(value) {
  return String(Number(value.toPrecision(12)));
}
