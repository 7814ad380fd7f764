// What Matplotlib drew: shown in the colours of the theme, and saved as PNG or SVG.

import { button, download } from "./elements.js";

const TOKENS = ["ink", "faint", "rule", "grid", "card", "model", "data", "weight", "bias", "loss", "gradient"];
const SHARP = 3; // pixels of a saved PNG for each pixel of the page

/** The SVG of each image, as it was drawn: in the light theme. @type {WeakMap<Element, string>} */
const drawn = new WeakMap();
let watched = false;

/**
 * Add what was drawn to `place`.
 *
 * @param {HTMLElement} place
 * @param {string} svg
 */
export function showDrawn(place, svg) {
  const figure = place.appendChild(document.createElement("figure"));
  figure.className = "drawn";
  const image = figure.appendChild(document.createElement("img")); // nothing inside the SVG can run there
  image.alt = "The figure that your code drew";
  drawn.set(image, svg);
  recolour(image);
  const bar = figure.appendChild(document.createElement("figcaption"));
  bar.append(button("Save as PNG", () => savePng(svg)), button("Save as SVG", () => download(toBlob(svg), "figure.svg")));
  if (watched) return;
  watched = true;
  const all = () => document.querySelectorAll(".drawn > img").forEach((each) => recolour(/** @type {HTMLImageElement} */ (each)));
  new MutationObserver(all).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", all);
}

/** Forget what `place` shows. @param {HTMLElement} place */
export function releaseDrawn(place) {
  for (const image of place.querySelectorAll("img")) URL.revokeObjectURL(image.src);
}

/** Show the figure with the colours of the page: each token's light colour in the SVG becomes what it is now. */
/** @param {HTMLImageElement} image */
function recolour(image) {
  const svg = drawn.get(image) ?? "";
  const now = colours("");
  const light = colours("light");
  const changes = new Map(light.map((colour, i) => [colour, now[i]]));
  changes.set("#000000", now[0]); // black is ink
  const themed = svg.replace(/#[0-9a-f]{6}\b/g, (colour) => changes.get(colour) ?? colour);
  URL.revokeObjectURL(image.src);
  image.src = URL.createObjectURL(toBlob(themed));
}

/** The tokens' colours in hexadecimals, in a theme, "" for that of the page. @param {string} theme */
function colours(theme) {
  const probe = document.body.appendChild(document.createElement("span"));
  probe.style.colorScheme = theme;
  const found = TOKENS.map((token) => {
    probe.style.color = `var(--${token})`;
    const parts = getComputedStyle(probe).color.match(/\d+/g) ?? [];
    return "#" + parts.slice(0, 3).map((part) => Number(part).toString(16).padStart(2, "0")).join("");
  });
  probe.remove();
  return found;
}

/** A picture on white, as documents want it. @param {string} svg */
async function savePng(svg) {
  const image = new Image();
  image.src = URL.createObjectURL(toBlob(svg));
  await image.decode();
  const canvas = new OffscreenCanvas(image.naturalWidth * SHARP, image.naturalHeight * SHARP);
  const pen = canvas.getContext("2d");
  if (!pen) return;
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(image.src);
  download(await canvas.convertToBlob(), "figure.png");
}

/** @param {string} svg */
const toBlob = (svg) => new Blob([svg], { type: "image/svg+xml" });
