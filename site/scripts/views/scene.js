// A surface in three dimensions: the lit relief by three, and which pixel is which place.

import { BufferAttribute, BufferGeometry, DoubleSide, Mesh, OrthographicCamera } from "three";
import { Scene as Space, ShaderMaterial, Vector3, WebGLRenderer, setConsoleFunction } from "three";
import { drawer } from "./card.js";
import { tenths } from "./pixels.js";
import { FRAGMENT, STOPS, TALL, VERTEX } from "./shaders.js";

/** @import { Point, Spot, Surface } from "../types.js" */
/** @import { Box, Place, Seen, Trace } from "./contours.js" */
/** @import { ScaleLinear } from "d3-scale" */

/**
 * @typedef {[number, number, number]} Cube A place in the box: x and y from -1 to 1, z from 0 to TALL.
 * @typedef {{ramp: number[], ink: number[]}} Colours Red, green and blue from 0 to 1; STOPS of them from low to high.
 * @typedef {{figure: Surface, tone: ScaleLinear<number, number>, colours: Colours, box: Box | null}} Picture The tone of
 *   a height is from 0 to 1, with a contour line at each bound of its domain. A box is filled, seen from straight above.
 */

const WIDE = 2.83; // from corner to corner
const FAR = 4; // of the camera
const HOME = { turn: -1.05, lift: 0.5, zoom: 1 }; // angles in radians
const ABOVE = { turn: -Math.PI / 2, lift: Math.PI / 2 - 1e-4, zoom: 1 };
const ROOM = { across: 104, up: 60 }; // pixels for what is written around the box
const SEARCH = 2000; // steps along a ray through the box
const SIGHT = 40; // steps from a place towards the camera
const DRAPED = 1000; // places along a line, about

const scratch = new Vector3();
/** @type {(value: number, low: number, high: number) => number} */
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

export class Scene {
  stops = STOPS;
  lost = false;
  #geometry = new BufferGeometry();
  #space = new Space();
  #camera = new OrthographicCamera(-1, 1, 1, -1, 0, 2 * FAR);
  #toCamera = new Vector3();
  #turned = { ...HOME };
  #size = { width: 0, height: 0 };
  #frame = 0;
  #picture = /** @type {Picture | null} */ (null);
  #made = /** @type {unknown[]} */ ([]); // what the relief was made from
  #grid = { columns: 0, rows: 0, places: /** @type {ArrayLike<number>} */ ([]) }; // its corners, x, y and z in turn

  /**
   * Put a canvas into `element`. `drawn` is called after each picture, `changed` when the graphics card is lost or back.
   * @param {HTMLElement} element
   * @param {{drawn: () => void, changed: (lost: boolean) => void}} hear
   */
  constructor(element, { drawn, changed }) {
    this.element = element;
    this.drawn = drawn;
    const canvas = element.appendChild(document.createElement("canvas"));
    // Three tells the console of each context that is lost and comes back; the page copes with both.
    setConsoleFunction((type, message, ...more) => type === "log" || console[type](message, ...more));
    // Where the processor does the graphics card's work, each pixel counts.
    const card = drawer() === "card";
    this.finest = card ? 2 : 1;
    this.renderer = new WebGLRenderer({ canvas, alpha: true, antialias: card, powerPreference: "low-power" });
    this.renderer.sortObjects = false; // it would measure the relief, which can have holes
    /** @type {Record<string, {value?: any}>} */
    this.uniforms = { ramp: {}, ink: {}, edge: {}, steps: {}, pixel: {}, sun: { value: new Vector3() } };
    for (const side of [0, 1, -1]) {
      const uniforms = { ...this.uniforms, side: { value: side } };
      const look = new ShaderMaterial({ vertexShader: VERTEX, fragmentShader: FRAGMENT, uniforms, side: DoubleSide });
      this.#space.add(Object.assign(new Mesh(this.#geometry, look), { frustumCulled: false }));
    }
    canvas.addEventListener("webglcontextlost", () => changed((this.lost = true)));
    canvas.addEventListener("webglcontextrestored", () => changed((this.lost = false)));
  }

  /** Show a picture, in the next frame. @param {Picture} picture */
  draw(picture) {
    this.#picture = picture;
    this.#frame ||= requestAnimationFrame(() => this.#render());
  }

  /** Turn by two angles and come nearer, or go back. @type {(around?: number, over?: number, nearer?: number) => void} */
  move(around, over = 0, nearer = 1) {
    const { turn, lift, zoom } = around === undefined ? HOME : this.#turned;
    this.#turned = { turn: turn + (around ?? 0), lift: clamp(lift + over, 0.15, 1.5), zoom: clamp(zoom * nearer, 0.7, 5) };
    if (this.#picture) this.draw(this.#picture);
  }

  close() {
    cancelAnimationFrame(this.#frame);
    this.#geometry.dispose();
    this.renderer.dispose();
    this.renderer.domElement.remove();
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
    const [from, to] = [-1, 1].map((depth) => {
      const [x, y] = [(2 * px) / this.#size.width - 1, 1 - (2 * py) / this.#size.height];
      return scratch.set(x, y, depth).unproject(this.#camera).toArray();
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

  #render() {
    this.#frame = 0;
    const { clientWidth: width, clientHeight: height } = this.element;
    if (!this.#picture || this.lost || !width || !height) return;
    this.#size = { width, height };
    const { figure, tone, colours } = this.#picture;
    const [canvas, pixel] = [this.renderer.domElement, Math.min(devicePixelRatio, this.finest)];
    if (canvas.width !== Math.floor(width * pixel) || canvas.height !== Math.floor(height * pixel)) {
      this.renderer.setPixelRatio(pixel);
      this.renderer.setSize(width, height, false);
    }
    const [low, high] = figure.z.domain;
    const edge = figure.edge === null ? -9 : (figure.edge - low) / (high - low);
    const told = Object.entries({ ...colours, edge, steps: tone.domain().length - 1, pixel });
    for (const [name, value] of told) this.uniforms[name].value = value;
    this.#aim(this.#picture, width, height);
    this.#make(this.#picture);
    this.renderer.render(this.#space, this.#camera);
    this.drawn();
  }

  /** @type {(picture: Picture, width: number, height: number) => void} */
  #aim({ box }, width, height) {
    const { turn, lift, zoom } = box ? ABOVE : this.#turned;
    const seen = WIDE * Math.sin(lift) + TALL * Math.cos(lift);
    const unit = zoom * Math.max(30, Math.min((width - ROOM.across) / WIDE, (height - ROOM.up) / seen));
    // The pixels that 1 takes, and where 0 is.
    const [across, up] = box ? [(box.right - box.left) / 2, (box.bottom - box.top) / 2] : [unit, unit];
    const [x, y] = box ? [(box.left + box.right) / 2, (box.top + box.bottom) / 2] : [width / 2, height / 2];
    const sides = { left: -x / across, right: (width - x) / across, top: y / up, bottom: (y - height) / up };
    const camera = Object.assign(this.#camera, sides);
    this.#toCamera.set(Math.cos(turn) * Math.cos(lift), Math.sin(turn) * Math.cos(lift), Math.sin(lift));
    camera.up.set(0, 0, 1);
    camera.position.copy(this.#toCamera).multiplyScalar(FAR).z += TALL / 2;
    camera.lookAt(0, 0, TALL / 2);
    camera.updateProjectionMatrix();
    // The light comes over the reader's left shoulder.
    this.uniforms.sun.value.set(Math.cos(turn - 0.9), Math.sin(turn - 0.9), 0.9).normalize();
  }

  /** Make the relief, unless it is there: a corner for each height, two triangles in each cell. @param {Picture} picture */
  #make({ figure: { heights, levels, columns, rows, z }, tone }) {
    const from = [heights, levels, columns, ...z.domain];
    if (from.every((part, i) => part === this.#made[i])) return;
    this.#made = from;
    const count = columns * rows;
    const geometry = this.#geometry;
    if (this.#grid.columns !== columns || this.#grid.rows !== rows) {
      geometry.dispose();
      geometry.setAttribute("position", new BufferAttribute(new Float32Array(3 * count), 3));
      geometry.setAttribute("tone", new BufferAttribute(new Float32Array(count), 1));
      geometry.setIndex(new BufferAttribute(new Uint32Array(6 * (columns - 1) * (rows - 1)), 1));
      geometry.deleteAttribute("normal");
    }
    const { position, tone: tones } = geometry.attributes;
    const [low, high] = z.domain;
    heights.forEach((height, i) => {
      const [x, y] = [(2 * (i % columns)) / (columns - 1) - 1, (2 * Math.floor(i / columns)) / (rows - 1) - 1];
      // However huge it is: just enough to leave the box.
      position.setXYZ(i, x, y, height === null ? NaN : TALL * clamp((height - low) / (high - low), -1, 2));
      tones.setX(i, tone(height ?? low));
    });
    this.#grid = { columns, rows, places: position.array };
    const { array: corners } = geometry.index ?? position;
    let used = 0;
    for (let a = 0; a < count - columns; a++) {
      const [b, c, d] = [a + 1, a + columns, a + columns + 1];
      const across = Math.abs(position.getZ(a) - position.getZ(d)) - Math.abs(position.getZ(b) - position.getZ(c));
      if (b % columns === 0 || Number.isNaN(across)) continue; // the row's end, or a hole
      // Cut along the flatter diagonal, which is the way of a ridge or a valley.
      corners.set(across <= 0 ? [a, b, d, a, d, c] : [a, b, c, b, d, c], used);
      used += 6;
    }
    corners.fill(0, used);
    geometry.computeVertexNormals();
    for (const attribute of [position, tones, geometry.index]) if (attribute) attribute.needsUpdate = true;
  }

  /** @type {(place: Place) => Cube} */
  #cube(place) {
    const { x, y, z } = /** @type {Picture} */ (this.#picture).figure;
    const [u, v, w] = [x, y, z].map(({ domain: [low, high] }, i) => (place[i] - low) / (high - low));
    return [2 * u - 1, 2 * v - 1, TALL * clamp(w, 0, 1)];
  }

  /** @type {(cube: Cube) => Point} */
  #project(cube) {
    const { x, y } = scratch.set(...cube).project(this.#camera);
    return [tenths(((x + 1) / 2) * this.#size.width), tenths(((1 - y) / 2) * this.#size.height)];
  }

  /** How high the relief is, or NaN. @type {(x: number, y: number) => number} */
  #heightAt(x, y) {
    const { columns, rows, places } = this.#grid;
    const u = ((x + 1) / 2) * (columns - 1);
    const v = ((y + 1) / 2) * (rows - 1);
    if (!(u >= 0 && v >= 0 && u <= columns - 1 && v <= rows - 1)) return NaN;
    const i = Math.min(Math.floor(u), columns - 2);
    const j = Math.min(Math.floor(v), rows - 2);
    const a = 3 * (i + j * columns) + 2;
    const c = a + 3 * columns;
    const near = places[a] + (u - i) * (places[a + 3] - places[a]);
    const far = places[c] + (u - i) * (places[c + 3] - places[c]);
    return clamp(near + (v - j) * (far - near), 0, TALL);
  }

  /** Whether the relief is between a place on it and the camera. @param {Cube} cube */
  #hidden([x, y, z]) {
    const { x: dx, y: dy, z: dz } = this.#toCamera;
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
