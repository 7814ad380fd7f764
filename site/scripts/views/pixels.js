// Places on the screen.

/** A place in pixels, as finely as a screen shows it. @param {number} pixel */
export function tenths(pixel) {
  return Math.round(pixel * 10) / 10;
}
