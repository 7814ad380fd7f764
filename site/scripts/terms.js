// A term of the glossary says what it means to whoever points at it, comes to it by Tab, or taps it.

const WAIT = 150; // ms: a pointer that only passes over shows nothing, and it may cross from a term to its meaning
const GAP = 8; // pixels between a meaning, its term and the edges of the screen

/** @typedef {HTMLAnchorElement | null} Term */

/** Without this, a term is a link to the glossary. @param {Document} page */
export function bindTerms(page) {
  const meanings = /** @type {HTMLElement | null} */ (page.querySelector("[data-meanings]"));
  if (!meanings || !("popover" in meanings)) return;
  meanings.hidden = false;

  // For fingers and mice: keys and screen readers have the term itself, which is the same link.
  const more = Object.assign(page.createElement("a"), { textContent: "In the glossary", tabIndex: -1, ariaHidden: "true" });
  let open = /** @type {Term} */ (null);
  let tapped = /** @type {Term} */ (null);
  let timer = 0;

  /** @param {() => void} act */
  function soon(act) {
    clearTimeout(timer);
    timer = setTimeout(act, WAIT);
  }

  /** @param {HTMLAnchorElement} term */
  function show(term) {
    clearTimeout(timer);
    const meaning = meaningOf(term);
    if (term === open || !meaning) return;
    hide();
    open = term;
    more.href = term.href;
    meaning.append(more);
    meaning.showPopover();
    place(meaning, term);
  }

  function hide() {
    clearTimeout(timer);
    meaningOf(open)?.hidePopover();
    more.remove();
    open = null;
  }

  page.addEventListener("pointerover", ({ target, pointerType }) => {
    const term = termAt(target);
    if (pointerType === "touch") return; // a tap is told by what comes after
    if (term && term !== open) soon(() => show(term));
    else if (term || !open || isMeaning(target) || open === page.activeElement) clearTimeout(timer);
    else soon(hide);
  });
  page.addEventListener("pointerdown", ({ target, pointerType }) => {
    const term = termAt(target);
    tapped = pointerType === "touch" && term !== open ? term : null;
    if (open && term !== open && !isMeaning(target)) hide();
  });
  page.addEventListener("click", (event) => {
    // The first tap shows the meaning, the second leads on, as any link.
    if (tapped && termAt(event.target) === tapped) {
      event.preventDefault();
      show(tapped);
    }
    tapped = null;
  });
  page.addEventListener("focusin", ({ target }) => {
    const term = termAt(target);
    if (term) show(term);
    else if (open && !isMeaning(target)) hide();
  });
  page.addEventListener("keydown", ({ key }) => {
    tapped = null;
    if (key === "Escape") hide();
  });
  for (const gone of ["resize", "pagehide"]) addEventListener(gone, hide);
}

/** @type {(target: EventTarget | null) => Term} */
const termAt = (target) => (target instanceof Element ? target.closest("a.term") : null);

/** @param {EventTarget | null} target */
const isMeaning = (target) => target instanceof Element && Boolean(target.closest(".meaning"));

/** @param {Term} term */
const meaningOf = (term) => term && term.ownerDocument.getElementById(term.getAttribute("aria-describedby") ?? "");

/** Below the term, or above it where there is more room; never over the edge. @type {(meaning: HTMLElement, term: HTMLElement) => void} */
function place(meaning, term) {
  const at = term.getBoundingClientRect();
  const { width, height } = meaning.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  const [above, below] = [at.top - GAP - height, at.bottom + GAP];
  const left = Math.max(GAP, Math.min(at.left, clientWidth - GAP - width));
  const top = below + height <= clientHeight || above < 0 ? below : above;
  meaning.style.left = `${left + scrollX}px`;
  meaning.style.top = `${top + scrollY}px`;
}
