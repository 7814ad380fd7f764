// A surface: its contours at once, its relief once it is near the screen, and the reader's ways to turn it and to set it.

import { drawBox, drawContours, drawMarks, tones } from "./contours.js";

/** @import { Point, Surface } from "../types.js" */
/** @import { Colours, Scene } from "./scene.js" */

/**
 * @typedef {Surface["view"]} Way
 * @typedef {(values: Record<string, number>) => void} Choose
 */

/** @type {Record<Way, string>} */
const WAYS = { "3-D": "3-D", contours: "Contours", top: "From the top" };
const REACH = 24; // pixels from a point within which it is taken hold of
const STILL = 4; // pixels that a click may move
const TURN = 0.008; // radians for a pixel
const ZOOM = 1.15;

/** What a key does: two angles in radians, and how much nearer. @type {Record<string, number[]>} */
const KEYS = {
  Home: [],
  ArrowLeft: [-0.12, 0, 1],
  ArrowRight: [0.12, 0, 1],
  ArrowUp: [0, 0.08, 1],
  ArrowDown: [0, -0.08, 1],
  "+": [0, 0, ZOOM],
  "=": [0, 0, ZOOM], // the key of +, without Shift
  "-": [0, 0, 1 / ZOOM],
};

/** @type {WeakMap<HTMLElement, Shown>} */
const surfaces = new WeakMap();
/** @type {boolean | undefined} */
let able;
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
  /** @type {Surface | null} */
  #figure = null;
  /** @type {Choose} */
  #choose = () => {};
  /** What the reader chose. @type {Way | null} */
  #chosen = null;
  /** What is on the screen. @type {Way} */
  #way = "contours";
  #flat = /** @type {ReturnType<typeof drawContours> | null} */ (null);
  #scene = /** @type {Scene | null} */ (null);
  /** @type {"unasked" | "coming" | "missing" | "failed"} */
  #three = "unasked";
  #colours = /** @type {Colours | null} */ (null);
  #near = false;
  #closed = new AbortController();

  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
    this.bar = document.createElement("div");
    this.bar.className = "ways";
    this.bar.role = "group";
    this.bar.ariaLabel = "View";
    this.bar.append(...Object.entries(WAYS).map(([way, words]) => this.#button(/** @type {Way} */ (way), words)));
    this.hint = document.createElement("p");
    this.hint.className = "hint";
    this.hint.id = `surface-hint-${++hints}`;
    this.hint.append(document.createElement("span"), document.createElement("span"));
    element.before(this.bar);
    element.after(this.hint);
    element.setAttribute("aria-describedby", this.hint.id);
    this.#listen();
    // It is told of an element that has left the page, too.
    const near = new IntersectionObserver((entries) => this.#came(entries[entries.length - 1]), { rootMargin: "300px" });
    const theme = new MutationObserver(() => this.#recolour());
    near.observe(element);
    theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    const { signal } = this.#closed;
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
    element.style.setProperty("--role", `var(--${figure.role})`);
    const wanted = this.#three === "missing" ? "contours" : (this.#chosen ?? figure.view);
    if (wanted !== "contours" && this.#near) this.#load();
    this.#way = this.#scene && !this.#scene.lost ? wanted : "contours";
    element.dataset.view = this.#way;
    element.classList.toggle("sets", Boolean(figure.sets));
    if (this.#way !== "3-D") {
      this.#flat = drawContours(element, figure, this.#way === "contours");
      drawMarks(element, figure.marks, this.#flat);
    }
    if (this.#way !== "contours" && this.#scene) {
      this.#colours ??= coloursOf(element, this.#scene.stops);
      const box = this.#way === "top" ? (this.#flat?.box ?? null) : null;
      const tone = tones(figure);
      this.#scene.draw({ figure, tone, steps: tone.domain().length - 1, colours: this.#colours, box });
    }
    this.#tell(figure, wanted);
  }

  /** The switch and the hint. @type {(figure: Surface, wanted: Way) => void} */
  #tell(figure, wanted) {
    const missing = this.#three === "missing";
    for (const button of this.bar.querySelectorAll("button")) {
      button.ariaPressed = String(button.value === wanted);
      button.disabled = missing && button.value !== "contours";
      button.title = button.disabled ? "This browser cannot draw in three dimensions: WebGL is missing." : "";
    }
    if (this.#three === "failed") this.bar.title = "The 3-D view did not load; press its button to try again."
    const names = `${figure.x.label} and ${figure.y.label}`;
    const sets = this.#way === "3-D" ? `, a click sets ${names}` : `Click or drag to set ${names}`;
    const [hand, keys] = this.hint.children;
    hand.textContent = (this.#way === "3-D" ? "Drag turns it" : "") + (figure.sets ? sets : "");
    keys.textContent = this.#way === "3-D" ? "Arrow keys turn it, + and − zoom, Home goes back" : "";
    // What does nothing with keys is no stop on the way through the page.
    if (this.#way === "3-D") this.element.tabIndex = 0;
    else this.element.removeAttribute("tabindex");
  }

  /** @type {(way: Way, words: string) => HTMLButtonElement} */
  #button(way, words) {
    const button = document.createElement("button");
    button.type = "button";
    button.value = way;
    button.textContent = words;
    button.onclick = () => {
      this.#chosen = way;
      if (this.#three === "failed") this.#three = "unasked";
      this.#show();
    };
    return button;
  }

  /** Near the screen, or away from it, or out of the page. @param {IntersectionObserverEntry} entry */
  #came({ isIntersecting }) {
    this.#near = isIntersecting;
    if (!this.element.isConnected) this.#close();
    else if (isIntersecting) this.#show();
  }

  async #load() {
    if (this.#three !== "unasked") return;
    if (!canDraw()) {
      this.#three = "missing";
      this.#show();
      return;
    }
    this.#three = "coming";
    try {
      const { Scene } = await import("./scene.js");
      if (this.#closed.signal.aborted) return;
      const drawn = () => this.#drawn();
      this.#scene = new Scene(this.element, { drawn, changed: () => this.#show() });
    } catch {
      this.#three = "failed"; // the contours stay
    }
    this.#show();
  }
  /** What goes around and over the relief. */
  #drawn() {
    const [figure, scene] = [this.#figure, this.#scene];
    if (!figure || !scene || this.#way !== "3-D") return;
    drawBox(this.element, figure, (place) => scene.pixel(place));
    drawMarks(this.element, figure.marks, scene);
  }

  #recolour() {
    this.#colours = null;
    this.#show();
  }

  #close() {
    this.#closed.abort();
    this.#scene?.close();
    surfaces.delete(this.element);
    this.bar.remove();
    this.hint.remove();
  }

  /** What the reader has taken hold of, as the way from there to the pixel that stands for it. */
  /** @type {(pixel: Point, mouse: boolean) => Point | null} */
  #grip([px, py], mouse) {
    if (!this.#figure?.sets) return null;
    const spot = this.#spot;
    const seen = spot && this.#view?.see(spot);
    const off = seen && /** @type {Point} */ ([seen.at[0] - px, seen.at[1] - py]);
    if (off && Math.hypot(...off) < REACH) return off;
    return mouse && this.#way !== "3-D" && this.#view?.find([px, py]) ? [0, 0] : null;
  }

  get #view() {
    return this.#way === "3-D" ? this.#scene : this.#flat;
  }

  /** The point that can be dragged. */
  get #spot() {
    const mark = this.#figure?.marks.find(({ kind }) => kind === "points");
    return mark?.kind === "points" ? mark.points[0] : undefined;
  }

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

  #listen() {
    const { element } = this;
    /** Where each finger, or the mouse, is. @type {Map<number, Point>} */
    const fingers = new Map();
    /** @type {Point} */
    let start = [0, 0];
    /** @type {Point | null} */
    let grip = null;
    let still = false;
    let turning = false;
    const at = (/** @type {{clientX: number, clientY: number}} */ { clientX, clientY }) => {
      const { left, top } = element.getBoundingClientRect();
      return /** @type {Point} */ ([clientX - left, clientY - top]);
    };
    const apart = (/** @type {Point} */ [x, y], /** @type {Point} */ [u, v]) => Math.hypot(x - u, y - v);

    element.onpointerdown = (event) => {
      if (event.button) return;
      start = at(event);
      fingers.set(event.pointerId, start);
      still = fingers.size === 1;
      grip = still ? this.#grip(start, event.pointerType === "mouse") : null;
      element.setPointerCapture(event.pointerId);
      if (grip && !apart(grip, [0, 0])) this.#put(start, true);
    };
    element.onpointermove = (event) => {
      const now = at(event);
      const last = fingers.get(event.pointerId);
      element.classList.toggle("reached", last ? Boolean(grip) : Boolean(this.#grip(now, false)));
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
    element.onwheel = (event) => {
      if (this.#way !== "3-D" || !(event.ctrlKey || document.activeElement === element)) return;
      event.preventDefault();
      this.#turn(0, 0, ZOOM ** (-event.deltaY / 100));
    };
    element.onkeydown = (event) => {
      const key = event.ctrlKey || event.metaKey || event.altKey || this.#way !== "3-D" ? null : KEYS[event.key];
      if (!key) return;
      event.preventDefault();
      this.#scene?.move(...key);
    };
  }

  /** @type {(around: number, over: number, nearer?: number) => void} */
  #turn(...by) {
    if (this.#way === "3-D") this.#scene?.move(...by);
  }
}

/** Whether there is WebGL. Found out once, and late: it can take a while. */
function canDraw() {
  able ??= Boolean(document.createElement("canvas").getContext("webgl2"));
  return able;
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
