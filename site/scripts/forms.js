// A form for controls that the reader's own code made: each from the page's pattern of its kind.

/** @import { Described } from "./types.js" */

let made = 0;

/** The controls that each form holds, described. @type {WeakMap<HTMLFormElement, string>} */
const held = new WeakMap();

/**
 * Let `form` hold these controls and no others; if it does, they stay, and so does the reader's hold of them. `block`
 * has the patterns.
 *
 * @param {HTMLElement} block
 * @param {HTMLFormElement} form
 * @param {Record<string, Described>} controls
 */
export function buildForm(block, form, controls) {
  const described = JSON.stringify(controls);
  if (held.get(form) === described) return;
  held.set(form, described);
  const fields = Object.entries(controls).map(([name, control]) => {
    const pattern = block.querySelector(`template[data-pattern="${patternOf(control)}"]`);
    const copy = pattern instanceof HTMLTemplateElement && pattern.content.firstElementChild?.cloneNode(true);
    return copy instanceof HTMLElement ? filled(copy, name, control) : "";
  });
  form.replaceChildren(...fields);
  form.hidden = !fields.length;
}

/** @param {Described} control */
const patternOf = ({ kind, grows, classes }) => (grows ? `${kind} ${classes ? "classes" : "grows"}` : kind);

/** @type {(element: HTMLElement, name: string, control: Described) => HTMLElement} */
function filled(element, name, control) {
  const id = `made-${++made}`;
  element.dataset.control = name;
  element.className = element.className.replace(/role-\w+/, `role-${control.role ?? "none"}`);
  element.classList.toggle("long", name.length > 4);
  for (const symbol of element.querySelectorAll("label[for], .symbol")) symbol.textContent = name;
  for (const field of element.querySelectorAll("label[for], output")) field.setAttribute("for", id);
  const field = element.querySelector("select, input[type=range]");
  // A field of a form is also a property of it, and would hide one of the form's own, such as querySelector.
  if (field) setAll(field, { id, name, ...(name in HTMLFormElement.prototype ? { form: "" } : {}) });
  if (control.kind === "slider") fillSlider(element, name, control);
  if (control.kind === "choice") for (const option of control.options ?? []) element.querySelector("select")?.add(new Option(option));
  if (control.kind === "points") {
    const rows = `one point in each row: x, y${control.classes ? ", class" : ""}`;
    const text = element.querySelector("textarea");
    if (text) setAll(text, { "aria-label": `${name}, ${rows}` });
    const hint = element.querySelector("details .advice");
    if (hint) hint.textContent = `${rows}. x from ${control.x?.join(" to ")}, y from ${control.y?.join(" to ")}.`;
    element.dataset.ranges = JSON.stringify({ x: control.x, y: control.y, step: control.step });
    for (const radio of element.querySelectorAll("input[type=radio]")) radio.setAttribute("name", `${id}-class`);
    element.querySelectorAll("input[type=number]").forEach((field, i) => {
      const [low, high] = (i ? control.y : control.x) ?? [0, 1];
      setAll(field, { min: low, max: high, "data-step": control.step });
    });
  }
  return element;
}

/** @type {(element: HTMLElement, name: string, control: Described) => void} */
function fillSlider(element, name, control) {
  const [range, exact] = element.querySelectorAll("input");
  setAll(range, { min: control.low, max: control.high, "data-step": control.step });
  setAll(exact, { "aria-label": `${name}, exact value`, min: control.low, max: control.high, step: control.step });
  const play = element.querySelector("[data-play]");
  if (control.plays) play?.setAttribute("aria-label", `Play ${name}`);
  else play?.remove();
}

/** @type {(element: Element, attributes: Record<string, unknown>) => void} */
function setAll(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}
