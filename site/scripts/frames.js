// The places that figures are drawn in.

/** As many frames as changed code draws figures. @type {(list: HTMLElement, count: number) => void} */
export function fitFrames(list, count) {
  while (list.children.length < count) list.append(newFrame());
  while (list.children.length > count) list.lastElementChild?.remove();
  list.dataset.count = String(count);
}

/** A frame with an empty place in it, of no kind yet. */
function newFrame() {
  const frame = document.createElement("div");
  frame.className = "frame";
  const place = frame.appendChild(document.createElement("div"));
  place.dataset.figure = "";
  place.setAttribute("role", "img");
  return frame;
}

/**
 * An empty place for a figure of another kind, which changed code may draw; what the last one put beside it goes.
 *
 * @type {(place: HTMLElement, kind: string) => HTMLElement}
 */
export function renewed(place, kind) {
  const fresh = /** @type {HTMLElement} */ (place.cloneNode(false));
  fresh.className = `figure ${kind}`;
  for (const name of ["style", "tabindex", "aria-describedby", "data-view"]) fresh.removeAttribute(name);
  place.parentElement?.replaceChildren(fresh);
  return fresh;
}
