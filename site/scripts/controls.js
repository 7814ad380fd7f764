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
 * Set sliders as dragging them would; names without a slider are left out.
 *
 * @param {HTMLFormElement} form
 * @param {Record<string, number>} values
 */
export function setSliders(form, values) {
  for (const [name, value] of Object.entries(values)) {
    const range = controlOf(form, name)?.querySelector("input");
    if (!range || range.type !== "range") continue;
    range.step = "any";
    range.value = String(value);
    tell(range);
  }
}

/**
 * Put one point of a points control where it was dragged to, inside its ranges, and say so as typing would. A slider
 * takes the point's x.
 *
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {number} index
 * @param {Point} point
 */
export function movePoint(form, name, index, point) {
  setSliders(form, { [name]: point[0] });
  const fields = fieldsOf(controlOf(form, name), index);
  fields.forEach((field, i) => {
    const step = Number(field.dataset.step);
    const inside = Math.min(Math.max(point[i], Number(field.min)), Number(field.max));
    keep(field, Math.round(inside / step) * step);
    field.value = field.defaultValue;
  });
  tell(fields[0]);
}

/**
 * Let a stroke of the pointer draw the points of a control anew: those whose x it passes over get its height.
 *
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {Point} from
 * @param {Point} to
 */
export function drawPoints(form, name, from, to) {
  const control = controlOf(form, name);
  if (!control) return;
  const points = readPoints(control);
  const [left, right] = from[0] < to[0] ? [from, to] : [to, from];
  const reach = points.length > 1 ? Math.abs(points[1][0] - points[0][0]) / 2 : 0; // a dot of the pointer moves one point
  points.forEach(([x], index) => {
    if (x < left[0] - reach || x > right[0] + reach) return;
    const share = right[0] > left[0] ? Math.min(Math.max((x - left[0]) / (right[0] - left[0]), 0), 1) : 1;
    const [, field] = fieldsOf(control, index);
    const y = left[1] + share * (right[1] - left[1]);
    keep(field, Math.min(Math.max(Number(y.toFixed(2)), Number(field.min)), Number(field.max)));
    field.value = field.defaultValue;
  });
  tell(fieldsOf(control, 0)[0]);
}

/**
 * Show how many steps of a run can be gone back to.
 *
 * @param {HTMLFormElement} form
 * @param {number} recorded
 */
export function writeRecorded(form, recorded) {
  const control = /** @type {HTMLElement | null} */ (form.querySelector("[data-kind=player], [data-kind=button]"));
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
  for (const control of controlsOf(form)) if (control.dataset.kind !== "points") showNumber(control, readNumber(control));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("click", ({ target }) => {
    if (!(target instanceof HTMLElement) || !target.dataset.preset) return;
    const control = /** @type {HTMLElement} */ (target.closest("[data-control]"));
    writePoints(control, JSON.parse(target.dataset.preset));
    tell(fieldsOf(control, 0)[0]);
  });
  form.addEventListener("input", (event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (!(field instanceof HTMLInputElement)) return event.stopImmediatePropagation(); // a speed moves nothing
    const control = field.closest(NUMBERS);
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
    const control = field.closest(NUMBERS);
    if (control instanceof HTMLElement) showNumber(control, readNumber(control));
    else field.value = field.defaultValue;
  });
}

/** The controls that hold one number. */
const NUMBERS = "[data-control]:not([data-kind=points])";

/** Say that a field was changed, as typing into it would. @param {HTMLInputElement | undefined} field */
const tell = (field) => field?.dispatchEvent(new Event("input", { bubbles: true }));

/** @type {(form: HTMLFormElement, name: string) => HTMLElement | null} */
const controlOf = (form, name) => form.querySelector(`[data-control="${CSS.escape(name)}"]`);

/** @param {HTMLFormElement} form */
const controlsOf = (form) => /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-control]"));

/** @param {HTMLElement} control */
const readControl = (control) => (control.dataset.kind === "points" ? readPoints(control) : readNumber(control));

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
