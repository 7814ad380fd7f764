// Shades of two classes as a picture, coloured as the styles say now.

/** @import { Shades } from "../types.js" */

const SHADES = 255;
const FINE = 4; // pixels along each side of a cell
const STOPS = 9; // colours that are asked of the styles for each class; those between are mixed here
const STRONGEST = 50; // per cent of the class's colour, so that its points stand out from it

/** What each canvas was painted with. @type {WeakMap<Element, {shades: Shades, image: ImageData}>} */
const painted = new WeakMap();
let table = /** @type {Uint32Array | null} */ (null);
let watched = false;

/**
 * Paint the shades onto `canvas`; where there is none it stays clear. A change of theme paints it anew.
 *
 * @param {HTMLCanvasElement} canvas It has the class "shades" and is in the page.
 * @param {Shades} shades
 */
export function paint(canvas, shades) {
  const [width, height] = [shades.columns * FINE, shades.rows * FINE];
  const pen = canvas.getContext("2d");
  if (!pen || !width || !height) return;
  let image = painted.get(canvas)?.image;
  if (image?.width !== width || image.height !== height) {
    [canvas.width, canvas.height] = [width, height];
    image = pen.createImageData(width, height);
  }
  table ??= tableOf(canvas.parentElement ?? document.body);
  fill(new Uint32Array(image.data.buffer), shades, table);
  pen.putImageData(image, 0, 0);
  painted.set(canvas, { shades, image });
  watch();
}

/** Shades between those of the cells, and their colours: colours between colours would be others. */
/** @type {(pixels: Uint32Array, shades: Shades, colours: Uint32Array) => void} */
function fill(pixels, { columns, rows, shades }, colours) {
  const width = columns * FINE;
  const line = new Float64Array(columns);
  for (let v = 0, at = 0; v < rows * FINE; v++) {
    const [low, high, share] = between(rows * FINE - 1 - v, rows); // the first row is the lowest
    for (let i = 0; i < columns; i++) {
      const [one, other] = [shades[low * columns + i], shades[high * columns + i]];
      line[i] = one === null || other === null ? NaN : one + share * (other - one) + 0.5;
    }
    for (let u = 0; u < width; u++, at++) {
      const place = Math.min(Math.max((u + 0.5) / FINE - 0.5, 0), columns - 1);
      const left = Math.floor(place);
      const right = left + 1 < columns ? left + 1 : left;
      const shade = line[left] + (place - left) * (line[right] - line[left]);
      pixels[at] = shade >= 0 ? colours[shade | 0] : 0; // not for NaN
    }
  }
}

/** The two cells that a pixel lies between, and how far it is on its way. @type {(pixel: number, count: number) => number[]} */
function between(pixel, count) {
  const place = Math.min(Math.max((pixel + 0.5) / FINE - 0.5, 0), count - 1);
  const low = Math.floor(place);
  return [low, Math.min(low + 1, count - 1), place - low];
}

/** The colours of all shades, in the order of a picture's bytes. @param {Element} element */
function tableOf(element) {
  const probe = element.appendChild(document.createElement("span"));
  const pen = new OffscreenCanvas(SHADES, 1).getContext("2d", { willReadFrequently: true });
  if (!pen) return new Uint32Array(SHADES);
  const ramp = pen.createLinearGradient(0.5, 0, SHADES - 0.5, 0);
  for (let i = 1 - STOPS; i < STOPS; i++) {
    const at = i / (STOPS - 1);
    const end = at < 0 ? "var(--negative)" : "var(--positive)";
    probe.style.color = `color-mix(in oklab, ${end} ${Math.abs(at) * STRONGEST}%, var(--card))`;
    ramp.addColorStop((at + 1) / 2, getComputedStyle(probe).color);
  }
  probe.remove();
  pen.fillStyle = ramp;
  pen.fillRect(0, 0, SHADES, 1);
  return new Uint32Array(pen.getImageData(0, 0, SHADES, 1).data.buffer);
}

function watch() {
  if (watched) return;
  watched = true;
  new MutationObserver(recolour).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
}

function recolour() {
  table = null;
  for (const canvas of document.querySelectorAll("canvas.shades")) {
    const before = painted.get(canvas);
    if (before) paint(/** @type {HTMLCanvasElement} */ (canvas), before.shades);
  }
}
