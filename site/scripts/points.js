// The points of a form: moved, drawn, added, taken back, chosen from presets, typed or pasted.

import { element } from "./elements.js";
import { clamp, tidy } from "./numbers.js";

/** @import { Point, Sample, Trouble } from "./types.js" */

const MOST = 500;
const PAUSE = 500; // milliseconds between two drags that are undone one by one

/** What each control's points were before, the newest last, and when. @type {WeakMap<Element, {was: string, at: number}[]>} */
const past = new WeakMap();

/**
 * The points as last shown; or once, after a press of "Use these rows", the text that Python is to read.
 *
 * @param {HTMLElement} control
 * @returns {Sample[] | string}
 */
export function readPoints(control) {
  const { pasted } = control.dataset;
  delete control.dataset.pasted;
  return pasted ?? pointsOf(control);
}

/** @param {HTMLElement} control @returns {Sample[]} */
export const pointsOf = (control) => JSON.parse(control.dataset.points ?? "[]");

/** Show these points. @type {(control: HTMLElement, points: Sample[]) => void} */
export function writePoints(control, points) {
  const said = JSON.stringify(points.map((point) => point.map((part) => Number(tidy(part)))));
  if (said === control.dataset.points) return;
  control.dataset.points = said;
  if (control.querySelector("textarea")) showText(control);
  else showRows(control);
}

/** A point's field has a new number in it. @param {HTMLInputElement} field */
export function keepPoint(field) {
  const control = /** @type {HTMLElement} */ (field.closest("[data-control]"));
  const points = pointsOf(control);
  const row = /** @type {HTMLElement} */ (field.closest("[data-row]"));
  points[Number(row.dataset.row)][[...row.querySelectorAll("input")].indexOf(field)] = clamp(field);
  control.dataset.points = JSON.stringify(points);
  field.defaultValue = tidy(clamp(field)); // what half-typed text gives way to
}

/**
 * Put one point of a points control where it was dragged to, inside its ranges, and say so as typing would.
 *
 * @type {(form: HTMLFormElement, name: string, index: number, point: Point) => void}
 */
export function movePoint(form, name, index, point) {
  change(form, name, (points, control) => {
    points.splice(index, 1, [...inside(control, point), ...points[index].slice(2)]);
    return points;
  }, true);
}

/**
 * Let a stroke of the pointer draw the points of a control anew: those whose x it passes over get its height.
 *
 * @type {(form: HTMLFormElement, name: string, from: Point, to: Point) => void}
 */
export function drawPoints(form, name, from, to) {
  const [left, right] = from[0] < to[0] ? [from, to] : [to, from];
  change(form, name, (points, control) => {
    const reach = points.length > 1 ? Math.abs(points[1][0] - points[0][0]) / 2 : 0; // a dot of the pointer moves one point
    return points.map((point) => {
      const [x] = point;
      if (x < left[0] - reach || x > right[0] + reach) return point;
      const share = right[0] > left[0] ? Math.min(Math.max((x - left[0]) / (right[0] - left[0]), 0), 1) : 1;
      const [, y] = inside(control, [x, left[1] + share * (right[1] - left[1])]);
      return [x, y, ...point.slice(2)];
    });
  }, true);
}

/** Add a point to a control that grows, of the class that is chosen there. @type {(form: HTMLFormElement, name: string, point: Point) => void} */
export function addPoint(form, name, point) {
  change(form, name, (points, control) => {
    if (!control.querySelector("textarea") || points.length >= MOST) return points;
    const chosen = control.querySelector("input[type=radio]:checked");
    const label = chosen instanceof HTMLInputElement ? [Number(chosen.value)] : [];
    return [...points, [...inside(control, point), ...label]];
  });
}

/** Bring the buttons of a form's points to life. @param {HTMLFormElement} form */
export function bindPoints(form) {
  form.addEventListener("click", ({ target }) => {
    const button = target instanceof HTMLElement && target.closest("button");
    const control = button && button.closest("[data-kind=points]");
    if (!button || !(control instanceof HTMLElement)) return;
    const name = control.dataset.control ?? "";
    const { preset, list: verb } = button.dataset;
    if (preset) change(form, name, () => JSON.parse(preset));
    if (verb === "clear") change(form, name, () => []);
    if (verb === "undo") {
      writePoints(control, JSON.parse(past.get(control)?.pop()?.was ?? "[]"));
      tell(control);
    }
    if (verb === "use") {
      remember(control);
      control.dataset.pasted = control.querySelector("textarea")?.value;
      control.dataset.pasting = "";
      tell(control);
    }
  });
  form.addEventListener("input", (event) => {
    const typed = event.target instanceof HTMLTextAreaElement || (event.target instanceof HTMLInputElement && event.target.type === "radio");
    if (typed) event.stopImmediatePropagation(); // rows are used when they are whole; the class is that of later points
  });
}

/**
 * Say beside the rows that were pasted what is wrong with them, or that nothing is any more; whether it was about them.
 *
 * @param {HTMLFormElement} form
 * @param {Trouble | null} trouble
 */
export function tellPasted(form, trouble) {
  const control = form.querySelector("[data-pasting]");
  if (!(control instanceof HTMLElement)) return false;
  control.querySelector("[role=alert]")?.remove();
  const wrong = trouble?.kind === "ControlError";
  if (!wrong) delete control.dataset.pasting;
  else {
    const said = element("p", trouble.message);
    said.setAttribute("role", "alert");
    said.className = "wrong";
    control.querySelector("textarea")?.after(said);
  }
  return wrong;
}

/**
 * Make other points of those that are there; `dragging` joins the moves of one drag for Undo.
 *
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {(points: Sample[], control: HTMLElement) => Sample[]} made
 */
function change(form, name, made, dragging = false) {
  const control = form.querySelector(`[data-control="${CSS.escape(name)}"][data-kind=points]`);
  if (!(control instanceof HTMLElement)) return;
  const points = made(pointsOf(control), control);
  if (JSON.stringify(points) === control.dataset.points) return;
  remember(control, dragging);
  writePoints(control, points);
  tell(control);
}

/** Keep what is there for Undo. @param {HTMLElement} control */
function remember(control, dragging = false) {
  const before = past.get(control) ?? [];
  const last = before[before.length - 1];
  const at = dragging ? performance.now() : -Infinity;
  if (last && at - last.at < PAUSE) last.at = at;
  else before.push({ was: control.dataset.points ?? "[]", at });
  past.set(control, before.slice(-100));
}

/** Say that the points were moved, as typing would. @param {HTMLElement} control */
function tell(control) {
  control.querySelector("[data-list=undo]")?.toggleAttribute("disabled", !past.get(control)?.length);
  control.dispatchEvent(new Event("input", { bubbles: true }));
}

/** A point on the control's steps and inside its ranges. @type {(control: HTMLElement, point: Point) => number[]} */
function inside(control, point) {
  const { step, x, y } = /** @type {{step: number, x: Point, y: Point}} */ (JSON.parse(control.dataset.ranges ?? "{}"));
  const within = (/** @type {number} */ value, /** @type {Point} */ [low, high]) =>
    Number(tidy(Math.min(Math.max(Math.round(value / step) * step, low), high)));
  return [within(point[0], x), within(point[1], y)];
}

/** @param {HTMLElement} control */
function showText(control) {
  const text = control.querySelector("textarea");
  if (text) text.value = pointsOf(control).map((point) => point.join(", ") + "\n").join("");
}

/** @param {HTMLElement} control */
function showRows(control) {
  const points = pointsOf(control);
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
    /** @type {Element} */ (row).querySelectorAll("input").forEach((field, i) => {
      field.value = field.defaultValue = tidy(point[i]);
      field.name = `${control.dataset.control}[${index}][${i}]`;
      field.setAttribute("aria-label", `${"xy"[i]} of point ${index + 1}`);
    });
  });
}
