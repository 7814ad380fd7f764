// The gallery: one exhibit at a time, turned by buttons, by its list, by the arrow keys, and by the address.

/** @param {Document} page */
export function bindGallery(page) {
  const list = /** @type {HTMLSelectElement} */ (page.querySelector("select[data-shown]"));
  if (!list) return;
  const exhibits = /** @type {NodeListOf<HTMLElement>} */ (page.querySelectorAll("[data-exhibit]"));
  const paths = [...exhibits].map((exhibit) => exhibit.dataset.exhibit ?? "");

  /** @param {number} index */
  function show(index) {
    const at = (index + paths.length) % paths.length;
    exhibits.forEach((exhibit, i) => exhibit.toggleAttribute("hidden", i !== at));
    list.value = paths[at];
    history.replaceState(null, "", `#${paths[at]}`);
  }
  const turn = (/** @type {number} */ by) => show(paths.indexOf(list.value) + by);
  // Compared as the browser writes it: what somebody else wrote into a link may not be decodable.
  const address = () => Math.max(paths.map((path) => `#${encodeURI(path)}`).indexOf(location.hash), 0);

  list.addEventListener("change", () => turn(0));
  for (const button of page.querySelectorAll("[data-turn]")) {
    if (button instanceof HTMLElement) button.addEventListener("click", () => turn(Number(button.dataset.turn)));
  }
  page.addEventListener("keydown", (event) => {
    const free = event.target === page.body || (event.target instanceof Element && event.target.closest(".turner button, a"));
    if (!free || event.altKey || event.ctrlKey || event.metaKey) return; // elsewhere arrows move sliders and cursors
    if (event.key === "ArrowRight") turn(1);
    if (event.key === "ArrowLeft") turn(-1);
  });
  addEventListener("hashchange", () => show(address()));
  show(address());
}
