// Point at a symbol in a formula, and its slider and its curve light up; point at a slider, and its symbols do.

/** @param {Document} page */
export function bindLights(page) {
  /** @param {Event} event */
  function light({ target }) {
    for (const lit of page.querySelectorAll(".lit")) lit.classList.remove("lit");
    const pointed = target instanceof Element && target.closest(".formula [class*='role-'], [data-control]");
    if (pointed instanceof HTMLElement) for (const element of [pointed, ...related(page, pointed)]) element.classList.add("lit");
  }
  // A tap on a phone comes as pointerover too.
  for (const kind of ["pointerover", "focusin"]) page.addEventListener(kind, light, { passive: true });
}

/**
 * What stands for the same thing: sliders and symbols of the same name (of the same role, where no slider has the
 * name), and the marks of that role.
 *
 * @type {(page: Document, pointed: HTMLElement) => Element[]}
 */
function related(page, pointed) {
  const role = roleOf(pointed);
  const own = role && role !== "none" ? [...page.querySelectorAll(`.role-${role}`)] : [];
  const name = nameOf(pointed);
  const named = own.filter((element) => element instanceof HTMLElement && nameOf(element) === name);
  const sliders = own.filter((element) => element.matches("[data-control]"));
  const symbols = named.some((element) => element.matches("[data-control]")) ? named : [...named, ...sliders];
  return [...symbols, ...own.filter((element) => element.matches(".mark"))];
}

/** @param {Element} element */
const roleOf = (element) => [...element.classList].find((name) => name.startsWith("role-"))?.slice("role-".length);

/** The name of a control, or of a symbol as typeset: w with a small 1 is w1. @param {HTMLElement} element */
const nameOf = (element) => element.dataset.control ?? (element.textContent ?? "").replace(/[^\w]/g, "");
