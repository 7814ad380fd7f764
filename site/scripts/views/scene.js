// A surface in three dimensions: how it is turned, which pixel is which place, and its picture, which a worker draws.

import { tenths } from "./pixels.js";
import { STOPS, TALL } from "./shaders.js";
import { openStudio } from "./studio.js";

/** @import { Point, Spot, Surface } from "../types.js" */
/** @import { Box, Place, Seen, Trace } from "./contours.js" */
/** @import { Grid, Sketch } from "./reliefs.js" */
/** @import { Studio } from "./studio.js" */
/** @import { ScaleLinear } from "d3-scale" */

/**
 * @typedef {[number, number, number]} Cube A place in the box: x and y from -1 to 1, z from 0 to TALL.
 * @typedef {{ramp: number[], ink: number[]}} Colours Red, green and blue from 0 to 1; STOPS of them from low to high.
 * @typedef {{figure: Surface, tone: ScaleLinear<number, number>, colours: Colours, box: Box | null}} Picture The tone of
 *   a height is from 0 to 1, with a contour line at each bound of its domain. A box is filled, seen from straight above.
 * @typedef {{drawn: (picture: Picture) => void, changed: () => void}} Hear `drawn`: a picture is on the canvas;
 *   `changed`: the graphics card is lost, or back.
 * @typedef {object} Camera It looks at the middle of the box.
 * @property {Cube} toward Where it is from there, at the distance 1.
 * @property {Cube} right What is to the right on the screen.
 * @property {Cube} top
 * @property {Point} middle Of the box, in pixels.
 * @property {Point} unit The pixels that 1 takes, across and up.
 */

const WIDE = 2.83; // from corner to corner
const FAR = 4; // where a ray through the box begins and ends
const HOME = { turn: -1.05, lift: 0.5, zoom: 1 }; // angles in radians
const ABOVE = { turn: -Math.PI / 2, lift: Math.PI / 2 - 1e-4, zoom: 1 };
const ROOM = { across: 104, up: 60 }; // pixels for what is written around the box
const SEARCH = 2000; // steps along a ray through the box
const SIGHT = 40; // steps from a place towards the camera
const DRAPED = 1000; // places along a line, about

let reliefs = 0;
/** @type {(value: number, low: number, high: number) => number} */
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
/** @type {(one: Cube, other: Cube) => number} */
const dot = ([a, b, c], [x, y, z]) => a * x + b * y + c * z;

/**
 * Put a canvas into `element`; null where the browser cannot draw in three dimensions. Rejects if what draws does not arrive.
 *
 * @param {HTMLElement} element
 * @param {Hear} hear
 * @returns {Promise<Scene | null>}
 */
export async function openScene(element, hear) {
  const studio = await openStudio();
  return studio.drawer === "nothing" ? null : new Scene(element, hear, studio);
}

/** See openScene(). */
export class Scene {
  stops = STOPS;
  #relief = ++reliefs;
  #canvas = document.createElement("canvas");
  #gone = new AbortController();
  #turned = { ...HOME };
  #camera = /** @type {Camera} */ (cameraAt(HOME, [1, 1], [0, 0]));
  #frame = 0;
  #underWay = false; // a picture; one that is wanted meanwhile comes after it
  #wanted = false;
  #picture = /** @type {Picture | null} */ (null);
  #made = /** @type {unknown[]} */ ([]); // what the relief was made from
  #grid = { columns: 0, rows: 0, heights: new Float32Array() };

  /**
   * @param {HTMLElement} element
   * @param {Hear} hear
   * @param {Studio} studio
   */
  constructor(element, { drawn, changed }, studio) {
    this.element = element;
    this.drawn = drawn;
    this.studio = studio;
    // One graphics card's picture after another is handed over as it is, without a copy.
    this.screen = this.#canvas.getContext("bitmaprenderer");
    element.append(this.#canvas);
    studio.events.addEventListener("lost", changed, { signal: this.#gone.signal });
  }

  get lost() {
    return this.studio.lost;
  }

  /** Show a picture, in the next frame or when the one under way is there. @param {Picture} picture */
  draw(picture) {
    this.#picture = picture;
    this.#wanted = true;
    if (!this.#underWay) this.#frame ||= requestAnimationFrame(() => this.#render());
  }

  /** Turn by two angles and come nearer, or go back. @type {(around?: number, over?: number, nearer?: number) => void} */
  move(around, over = 0, nearer = 1) {
    const { turn, lift, zoom } = around === undefined ? HOME : this.#turned;
    this.#turned = { turn: turn + (around ?? 0), lift: clamp(lift + over, 0.15, 1.5), zoom: clamp(zoom * nearer, 0.7, 5) };
    if (this.#picture) this.draw(this.#picture);
  }

  close() {
    this.#gone.abort();
    cancelAnimationFrame(this.#frame);
    this.studio.close(this.#relief);
    this.#canvas.remove();
  }

  /** Where a place is, in pixels. @param {Place} place */
  pixel = (place) => this.#project(this.#cube(place));

  /** @type {(spot: Spot) => Seen | null} */
  see([x, y, z]) {
    const cube = this.#cube([x, y, z ?? 0]);
    if (z === null || Math.abs(cube[0]) > 1 || Math.abs(cube[1]) > 1) return null;
    return { at: this.#project(cube), foot: this.#project([cube[0], cube[1], 0]), behind: this.#hidden(cube) };
  }

  /** @type {(spots: Spot[]) => Trace} */
  trace(spots) {
    const parts = { front: "", behind: "" };
    let end = /** @type {Trace["end"]} */ (null);
    let last = /** @type {{at: Point, behind: boolean} | null} */ (null);
    let pen = "";
    this.#along(spots).forEach((cube, i, all) => {
      const at = cube && this.#project(cube);
      // Thousands of places may lie on one pixel, where a descent has come to rest.
      if (at && last && i + 1 < all.length && Math.hypot(at[0] - last.at[0], at[1] - last.at[1]) < 1) return;
      const now = at && { at, behind: this.#hidden(cube) };
      const next = now && last ? (now.behind || last.behind ? "behind" : "front") : "";
      if (now && last && next) parts[next] += `${pen === next ? "" : `M${last.at}`}L${now.at}`;
      end = now && last && [last.at, now.at];
      [last, pen] = [now, next];
    });
    return { ...parts, end };
  }

  /** @type {(pixel: Point, height?: number) => Point | null} */
  find([px, py], height) {
    const { toward, right, top, middle, unit } = this.#camera;
    const [a, b] = [(px - middle[0]) / unit[0], (middle[1] - py) / unit[1]];
    const [from, to] = [FAR, -FAR].map((off) => {
      return toward.map((part, i) => (i === 2 ? TALL / 2 : 0) + a * right[i] + b * top[i] + off * part);
    });
    const at = (/** @type {number} */ share) => from.map((part, i) => part + share * (to[i] - part));
    let share = 0;
    const below = ([x, y, z] = at(share)) => z <= this.#heightAt(x, y);
    while (share <= 1 && !below()) share += 1 / SEARCH;
    if (share > 1 && height !== undefined) share = (this.#cube([0, 0, height])[2] - from[2]) / (to[2] - from[2]);
    if (share > 1 || !this.#picture) return null;
    const { x, y } = this.#picture.figure;
    const [u, v] = [x, y].map(({ domain: [low, high] }, i) => low + ((at(share)[i] + 1) / 2) * (high - low));
    return [u, v];
  }

  async #render() {
    this.#frame = 0;
    this.#wanted = false;
    const picture = this.#picture;
    const { clientWidth: width, clientHeight: height } = this.element;
    if (!picture || this.lost || !width || !height) return;
    this.#underWay = true;
    const bitmap = await this.studio.draw(this.#relief, this.#sketch(picture, width, height));
    this.#underWay = false;
    if (this.#gone.signal.aborted) return;
    if (bitmap) {
      for (const side of /** @type {const} */ (["width", "height"])) {
        if (this.#canvas[side] !== bitmap[side]) this.#canvas[side] = bitmap[side];
      }
      this.screen?.transferFromImageBitmap(bitmap);
      this.drawn(picture);
    }
    if (this.#wanted) this.draw(this.#picture ?? picture);
  }

  /** What the worker must know of it. @type {(picture: Picture, width: number, height: number) => Sketch} */
  #sketch(picture, width, height) {
    const { figure, tone, colours, box } = picture;
    const [low, high] = figure.z.domain;
    const edge = figure.edge === null ? -9 : (figure.edge - low) / (high - low);
    const { turn } = box ? ABOVE : this.#turned;
    // The light comes over the reader's left shoulder.
    const light = [Math.cos(turn - 0.9), Math.sin(turn - 0.9), 0.9];
    const sun = /** @type {Cube} */ (light.map((part) => part / Math.hypot(...light)));
    const { toward, middle, unit } = (this.#camera = this.#aim(box, width, height));
    const [[x, y], [across, up]] = [middle, unit];
    return {
      ...{ width, height, pixel: Math.min(devicePixelRatio, this.studio.drawer === "card" ? 2 : 1) },
      look: { ...colours, edge, steps: tone.domain().length - 1, sun },
      sides: { left: -x / across, right: (width - x) / across, top: y / up, bottom: (y - height) / up },
      toward,
      grid: this.#make(picture),
    };
  }

  /** @type {(box: Box | null, width: number, height: number) => Camera} */
  #aim(box, width, height) {
    if (box) {
      const { left, right, top, bottom } = box;
      return cameraAt(ABOVE, [(right - left) / 2, (bottom - top) / 2], [(left + right) / 2, (top + bottom) / 2]);
    }
    const { lift, zoom } = this.#turned;
    const seen = WIDE * Math.sin(lift) + TALL * Math.cos(lift);
    const unit = zoom * Math.max(30, Math.min((width - ROOM.across) / WIDE, (height - ROOM.up) / seen));
    return cameraAt(this.#turned, [unit, unit], [width / 2, height / 2]);
  }

  /** The relief, if it is another than the last one. @type {(picture: Picture) => Grid | undefined} */
  #make({ figure: { heights, levels, columns, rows, z }, tone }) {
    const from = [heights, levels, columns, ...z.domain];
    if (from.every((part, i) => part === this.#made[i])) return;
    this.#made = from;
    const [low, high] = z.domain;
    // However huge one is: just enough to leave the box.
    const tall = heights.map((height) => (height === null ? NaN : TALL * clamp((height - low) / (high - low), -1, 2)));
    this.#grid = { columns, rows, heights: Float32Array.from(tall) };
    return { ...this.#grid, tones: Float32Array.from(heights, (height) => tone(height ?? low)) };
  }

  /** @type {(place: Place) => Cube} */
  #cube(place) {
    const { x, y, z } = /** @type {Picture} */ (this.#picture).figure;
    const [u, v, w] = [x, y, z].map(({ domain: [low, high] }, i) => (place[i] - low) / (high - low));
    return [2 * u - 1, 2 * v - 1, TALL * clamp(w, 0, 1)];
  }

  /** @type {(cube: Cube) => Point} */
  #project(cube) {
    const { right, top, middle, unit } = this.#camera;
    const off = /** @type {Cube} */ ([cube[0], cube[1], cube[2] - TALL / 2]);
    return [tenths(middle[0] + unit[0] * dot(right, off)), tenths(middle[1] - unit[1] * dot(top, off))];
  }

  /** How high the relief is, or NaN. @type {(x: number, y: number) => number} */
  #heightAt(x, y) {
    const { columns, rows, heights } = this.#grid;
    const u = ((x + 1) / 2) * (columns - 1);
    const v = ((y + 1) / 2) * (rows - 1);
    if (!(u >= 0 && v >= 0 && u <= columns - 1 && v <= rows - 1)) return NaN;
    const i = Math.min(Math.floor(u), columns - 2);
    const j = Math.min(Math.floor(v), rows - 2);
    const a = i + j * columns;
    const c = a + columns;
    const near = heights[a] + (u - i) * (heights[a + 1] - heights[a]);
    const far = heights[c] + (u - i) * (heights[c + 1] - heights[c]);
    return clamp(near + (v - j) * (far - near), 0, TALL);
  }

  /** Whether the relief is between a place on it and the camera. @param {Cube} cube */
  #hidden([x, y, z]) {
    const [dx, dy, dz] = this.#camera.toward;
    const end = Math.min((TALL - z) / dz, 3);
    for (let way = 0.03; way < end; way += end / SIGHT) {
      if (this.#heightAt(x + dx * way, y + dy * way) > z + 0.01 + dz * way) return true;
    }
    return false;
  }

  /** Places along a line, as far above the relief as its spots; null in gaps. @type {(spots: Spot[]) => (Cube | null)[]} */
  #along(spots) {
    const steps = Math.ceil(Math.min(40, DRAPED / spots.length));
    const marks = spots.map(([x, y, z]) => {
      const [u, v, w] = this.#cube([x, y, z ?? 0]);
      return [u, v, z === null ? 0 : w - this.#heightAt(u, v)];
    });
    return Array.from({ length: steps * (spots.length - 1) + 1 }, (_, k) => {
      const one = marks[Math.floor(k / steps)];
      const next = marks[Math.ceil(k / steps)];
      const [x, y, off] = one.map((part, i) => part + ((k % steps) / steps) * (next[i] - part));
      const z = this.#heightAt(x, y) + off;
      return Number.isNaN(z) ? null : [x, y, z];
    });
  }
}

/** @type {(turned: {turn: number, lift: number}, unit: Point, middle: Point) => Camera} */
function cameraAt({ turn, lift }, unit, middle) {
  const [east, north, rise, reach] = [Math.cos(turn), Math.sin(turn), Math.sin(lift), Math.cos(lift)];
  return {
    toward: [east * reach, north * reach, rise],
    right: [-north, east, 0],
    top: [-east * rise, -north * rise, reach],
    middle,
    unit,
  };
}
