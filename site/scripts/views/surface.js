// A surface: its contours at once, its relief once it is near the screen, and what a reader can do to it.

import { select } from "d3-selection";
import { boxOf, drawBox, drawContours, drawMarks, fit, tones } from "./contours.js";

/** @import { Point, Surface } from "../types.js" */
/** @import { Colours, Picture, Scene } from "./scene.js" */

/**
 * @typedef {Surface["view"]} Way
 * @typedef {(values: Record<string, number>) => void} Choose
 */

const WAYS = /** @type {[Way, string][]} */ ([["3-D", "3-D"], ["contours", "Contours"], ["top", "From the top"]]);
const MISSING = "This browser cannot draw in three dimensions: WebGL is missing.";
const FAILED = "The 3-D view did not load. Press its button to try again.";
const REACH = 24; // pixels from a point within which it is taken hold of
const STILL = 4; // pixels that a click may move
const TURN = 0.008; // radians for a pixel

/** What a key does: two angles in radians, and how much nearer; no number is back to the start. */
/** @type {Record<string, number[]>} */
const KEYS = {
  ...{ Home: [], "+": [0, 0, 1.15], "=": [0, 0, 1.15], "-": [0, 0, 0.87] }, // = is the key of +
  ...{ ArrowLeft: [-0.12], ArrowRight: [0.12], ArrowUp: [0, 0.08], ArrowDown: [0, -0.08] },
};

const surfaces = /** @type {WeakMap<HTMLElement, Shown>} */ (new WeakMap());
let hints = 0;

/**
 * Draw all of `figure` into `element`, at the element's size, with a switch between its views before it. `choose` is
 * called with the two variables when the reader clicks or drags, if the figure `sets`.
 *
 * @param {HTMLElement} element
 * @param {Surface} figure
 * @param {Choose} choose
 */
export function drawSurface(element, figure, choose) {
  const surface = surfaces.get(element) ?? new Shown(element);
  surfaces.set(element, surface);
  surface.draw(figure, choose);
}

class Shown {
  #figure = /** @type {Surface | null} */ (null);
  #choose = /** @type {Choose} */ (() => {});
  /** What the reader chose; what shall be on the screen; what is on it. */
  #chosen = /** @type {Way | null} */ (null);
  #next = /** @type {Way} */ ("contours");
  #way = /** @type {Way} */ ("contours");
  #flat = /** @type {ReturnType<typeof drawContours> | null} */ (null);
  #scene = /** @type {Scene | null} */ (null);
  #three = /** @type {"unasked" | "coming" | "missing" | "failed"} */ ("unasked");
  #colours = /** @type {Colours | null} */ (null);
  #near = false;
  #gone = new AbortController();

  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
    const frame = select(element.parentElement);
    this.bar = frame.insert("div", () => element).attr("class", "ways").attr("role", "group").attr("aria-label", "View");
    const buttons = this.bar.selectAll("button").data(WAYS).join("button").attr("type", "button");
    buttons.text(([, words]) => words).on("click", (_, [way]) => {
      this.#chosen = way;
      if (this.#three === "failed") this.#three = "unasked";
      this.#show();
    });
    this.hint = frame.insert("p", () => element.nextElementSibling).attr("class", "hint").attr("id", `surface-hint-${++hints}`);
    element.setAttribute("aria-describedby", this.hint.attr("id"));
    this.#followPointers();
    this.#followKeys();

    const { signal } = this.#gone;
    const near = new IntersectionObserver((entries) => this.#came(entries[entries.length - 1]), { rootMargin: "300px" });
    const theme = new MutationObserver(() => this.#recolour());
    near.observe(element);
    theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#recolour(), { signal });
    signal.onabort = () => [near, theme].forEach((observer) => observer.disconnect());
  }

  /** @type {(figure: Surface, choose: Choose) => void} */
  draw(figure, choose) {
    const old = this.#figure;
    if (old?.role !== figure.role) this.#colours = null;
    // What has not changed keeps its identity, so that the views can tell.
    const heights = old && same(old.heights, figure.heights) ? old.heights : figure.heights;
    const levels = old && same(old.levels, figure.levels) ? old.levels : figure.levels;
    this.#figure = { ...figure, heights, levels };
    this.#choose = choose;
    this.#show();
  }

  #show() {
    const { element } = this;
    const figure = this.#figure;
    if (!figure || !element.clientWidth) return;
    if (this.#near && this.#wanted(figure) !== "contours") this.#prepare();
    this.#next = this.#scene && !this.#scene.lost ? this.#wanted(figure) : "contours";
    fit(element);
    element.style.setProperty("--role", `var(--${figure.role})`);
    element.classList.toggle("sets", Boolean(figure.sets));
    if (this.#next !== "contours" && this.#scene) {
      this.#colours ??= coloursOf(element, this.#scene.stops);
      const box = this.#next === "top" ? boxOf(element) : null;
      this.#scene.draw({ figure, tone: tones(figure), colours: this.#colours, box });
    } else this.#lay(figure);
    this.#tell(figure);
  }

  /** Go over to the next view, and draw all of it that is SVG. @param {Surface} figure */
  #lay(figure) {
    const { element } = this;
    const another = this.#way !== this.#next;
    element.dataset.view = this.#way = this.#next;
    if (this.#way === "3-D" && this.#scene) drawBox(element, figure, this.#scene.pixel);
    else this.#flat = drawContours(element, figure, this.#way === "contours");
    if (this.#view) drawMarks(element, figure.marks, this.#view);
    if (another) this.#tell(figure);
  }

  /** What the reader sees if it can be had. @type {(figure: Surface) => Way} */
  #wanted(figure) {
    return this.#three === "missing" ? "contours" : (this.#chosen ?? figure.view);
  }

  /** The switch and the hint. @param {Surface} figure */
  #tell(figure) {
    const wanted = this.#wanted(figure);
    const turns = this.#way === "3-D";
    const off = (/** @type {Way} */ way) => this.#three === "missing" && way !== "contours";
    const buttons = this.bar.selectAll("button").data(WAYS);
    buttons.attr("aria-pressed", ([way]) => way === wanted).attr("disabled", ([way]) => (off(way) ? "" : null));
    buttons.attr("title", ([way]) => (off(way) ? MISSING : this.#three === "failed" && way === wanted ? FAILED : null));
    const names = `${figure.x.label} and ${figure.y.label}`;
    const sets = turns ? `, a click sets ${names}` : `Click or drag to set ${names}`;
    const hand = (turns ? "Drag turns it" : "") + (figure.sets ? sets : "");
    const keys = turns ? "Arrow keys turn it, + and − zoom, Home goes back" : "";
    this.hint.selectAll("span").data([hand, keys]).join("span").text((words) => words);
    // What does nothing with keys is no stop on the way through the page.
    if (turns) this.element.tabIndex = 0;
    else this.element.removeAttribute("tabindex");
  }

  /** Near the screen, or away from it, or out of the page. @param {IntersectionObserverEntry} entry */
  #came({ isIntersecting }) {
    this.#near = isIntersecting;
    if (this.element.isConnected) return this.#show();
    this.#gone.abort();
    this.#scene?.close();
    surfaces.delete(this.element);
    for (const part of [this.bar, this.hint]) part.remove();
  }

  #recolour() {
    this.#colours = null;
    this.#show();
  }

  /** Load what draws in three dimensions, and find out whether the browser can. */
  async #prepare() {
    if (this.#three !== "unasked") return;
    this.#three = "coming";
    try {
      const { openScene } = await import("./scene.js");
      const hear = { drawn: (/** @type {Picture} */ picture) => this.#drawn(picture), changed: () => this.#show() };
      this.#scene = await openScene(this.element, hear);
      if (!this.#scene) this.#three = "missing";
      if (this.#gone.signal.aborted) return this.#scene?.close();
    } catch {
      this.#three = "failed"; // the contours stay
    }
    this.#show();
  }

  /** A picture of the relief is there; the reader may want another view by now. @param {Picture} picture */
  #drawn({ box }) {
    if (this.#figure && this.#next === (box ? "top" : "3-D")) this.#lay(this.#figure);
  }

  get #view() {
    return this.#way === "3-D" ? this.#scene : this.#flat;
  }

  /** The point that can be dragged. */
  get #spot() {
    const mark = this.#figure?.marks.find(({ kind }) => kind === "points");
    return mark?.kind === "points" ? mark.points[0] : undefined;
  }

  /** What a pointer takes hold of: the way from there to the pixel that it moves, or null. */
  /** @type {(pixel: Point, mouse: boolean) => Point | null} */
  #grip([px, py], mouse) {
    if (!this.#figure?.sets) return null;
    const seen = this.#spot && this.#view?.see(this.#spot);
    const off = seen && /** @type {Point} */ ([seen.at[0] - px, seen.at[1] - py]);
    if (off && Math.hypot(...off) < REACH) return off;
    return mouse && this.#way !== "3-D" && this.#view?.find([px, py]) ? [0, 0] : null;
  }

  /** Choose the place at a pixel; beside the surface, if something is held. */
  /** @type {(pixel: Point, held: boolean) => void} */
  #put(pixel, held) {
    const figure = this.#figure;
    const point = figure?.sets && this.#view?.find(pixel, held ? (this.#spot?.[2] ?? 0) : undefined);
    if (!figure || !point) return;
    const [x, y] = [figure.x, figure.y].map(({ domain: [low, high] }, i) => {
      const digits = Math.max(0, Math.ceil(-Math.log10((high - low) / 500))); // about a pixel
      return Number(Math.min(Math.max(point[i], low), high).toFixed(digits));
    });
    this.#choose({ [figure.x.name]: x, [figure.y.name]: y });
  }

  /** @param {number[]} by */
  #turn(...by) {
    if (this.#way === "3-D") this.#scene?.move(...by);
  }

  #followPointers() {
    const { element } = this;
    const fingers = /** @type {Map<number, Point>} */ (new Map()); // or the mouse, and where they are
    let start = /** @type {Point} */ ([0, 0]);
    let grip = /** @type {Point | null} */ (null);
    let [still, turning] = [false, false];
    const apart = (/** @type {Point} */ [x, y], /** @type {Point} */ [u, v]) => Math.hypot(x - u, y - v);
    const at = (/** @type {{clientX: number, clientY: number}} */ { clientX, clientY }) => {
      const { left, top } = element.getBoundingClientRect();
      return /** @type {Point} */ ([clientX - left, clientY - top]);
    };
    element.onpointerdown = (event) => {
      if (event.button) return;
      start = at(event);
      fingers.set(event.pointerId, start);
      still = fingers.size === 1;
      grip = still ? this.#grip(start, event.pointerType === "mouse") : null;
      element.setPointerCapture(event.pointerId);
      if (grip && !Math.hypot(...grip)) this.#put(start, true);
    };
    element.onpointermove = (event) => {
      const now = at(event);
      const last = fingers.get(event.pointerId);
      element.classList.toggle("reached", Boolean(last ? grip : this.#grip(now, false)));
      if (!last) return;
      fingers.set(event.pointerId, now);
      if (still && apart(now, start) >= STILL) {
        still = false;
        // A finger that goes up or down scrolls the page, as soon as the browser has understood it.
        turning = event.pointerType === "mouse" || Math.abs(now[0] - start[0]) > Math.abs(now[1] - start[1]);
      }
      const other = [...fingers].find(([id]) => id !== event.pointerId);
      if (other) this.#turn(0, 0, apart(now, other[1]) / (apart(last, other[1]) || 1));
      else if (grip) this.#put([now[0] + grip[0], now[1] + grip[1]], true);
      else if (turning) this.#turn((last[0] - now[0]) * TURN, (now[1] - last[1]) * TURN);
    };
    element.onpointerup = element.onpointercancel = (event) => {
      if (still && !grip && event.type === "pointerup") this.#put(start, false);
      fingers.delete(event.pointerId);
      still = turning = false;
    };
    // A finger on the point drags it; anywhere else, up and down scrolls the page.
    element.ontouchstart = (event) => {
      if (event.touches.length === 1 && this.#grip(at(event.touches[0]), false)) event.preventDefault();
    };
  }

  #followKeys() {
    const { element } = this;
    element.onkeydown = (event) => {
      const by = event.ctrlKey || event.metaKey || event.altKey || this.#way !== "3-D" ? null : KEYS[event.key];
      if (by) event.preventDefault();
      if (by) this.#turn(...by);
    };
    element.onwheel = (event) => {
      if (this.#way !== "3-D" || !(event.ctrlKey || document.activeElement === element)) return;
      event.preventDefault();
      this.#turn(0, 0, 1.15 ** (-event.deltaY / 100));
    };
  }
}

/** The colours of a relief, as the styles say them now. @type {(element: HTMLElement, stops: number) => Colours} */
function coloursOf(element, stops) {
  const probe = element.appendChild(document.createElement("span"));
  const paint = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const read = (/** @type {string} */ colour) => {
    probe.style.color = colour;
    if (!paint) return [];
    paint.fillStyle = getComputedStyle(probe).color;
    paint.fillRect(0, 0, 1, 1);
    return [...paint.getImageData(0, 0, 1, 1).data.slice(0, 3)].map((part) => part / 255);
  };
  const shares = Array.from({ length: stops }, (_, i) => (100 * i) / (stops - 1));
  const ramp = shares.flatMap((share) => read(`color-mix(in oklab, var(--high) ${share}%, var(--low))`));
  const ink = read("var(--ink)");
  probe.remove();
  return { ramp, ink };
}

/** @type {(some: unknown[], others: unknown[]) => boolean} */
const same = (some, others) => some.length === others.length && some.every((part, i) => part === others[i]);
