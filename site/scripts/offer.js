// A line below a block's buttons that offers another version of the reader's work in it.

import { button, element } from "./elements.js";

/** @import { Cell } from "./cell.js" */

/** Why a version was put aside: what is said of it, the button that shows it, and the one that does not. */
const OFFERS = {
  lesson: ["This lesson has changed since you wrote here.", "Show mine", "Keep the new one"],
  tab: ["This block was changed in another tab.", "Take that one", "Keep mine"],
  file: ["What you imported and what was here differ. This is the newer of the two.", "Show the older one", "Keep this one"],
  kept: ["The other version can be had back until you change something.", "Show it"],
  reset: ["", "Undo reset"],
};

/**
 * Make a place for offers in a block.
 *
 * @param {Cell} cell
 * @param {() => void} swap Shows the other version.
 * @param {() => void} stay
 * @returns {(why?: string) => void} Offers a version that was put aside for this reason; for none, nothing.
 */
export function openOffer(cell, swap, stay) {
  const place = document.createElement("div");
  place.className = "offer bar";
  place.setAttribute("aria-live", "polite");
  cell.button("reset")?.closest(".bar")?.after(place);
  let offered = "";

  return (why = "") => {
    if (why === offered) return; // buttons that are there stay under the finger
    offered = why;
    const [words = "", ...verbs] = Object.entries(OFFERS).find(([each]) => each === why)?.[1] ?? [];
    const said = words ? [element("span", words)] : [];
    const buttons = verbs.map((verb, i) => button(verb, i ? stay : swap));
    const held = place.contains(document.activeElement);
    place.replaceChildren(...said, ...buttons);
    if (held) (buttons[0] ?? cell.button("reset"))?.focus();
  };
}
