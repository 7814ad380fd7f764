// A surface in three dimensions: the lit relief by three, and where its places are on the screen, and the other way round.

import { BufferAttribute, BufferGeometry, DoubleSide, Mesh, OrthographicCamera } from "three";
import { Scene as Space, ShaderMaterial, Vector3, WebGLRenderer, setConsoleFunction } from "three";

/** @import { Point, Spot, Surface } from "../types.js" */
/** @import { Box, Place, Seen, Trace } from "./contours.js" */

/**
 * @typedef {[number, number, number]} Cube A place in the box: x and y from -1 to 1, z from 0 to TALL.
 * @typedef {{ramp: number[], ink: number[]}} Colours Red, green and blue from 0 to 1; STOPS of them from low to high.
 * @typedef {object} Picture
 * @property {Surface} figure
 * @property {(height: number) => number} tone From 0 to 1, with a contour line at each step of 1 / `steps`.
 * @property {number} steps
 * @property {Colours} colours
 * @property {Box | null} box What to fill, seen from straight above.
 */

const STOPS = 9;
const TALL = 1.15;
const FAR = 4; // of the camera
const HOME = { turn: -1.05, lift: 0.5, zoom: 1 };
const ROOM = { across: 96, up: 60 }; // pixels for what is written around the box
const SEARCH = 2000; // steps along a ray through the box
const SIGHT = 40; // steps from a place towards the camera
const DRAPED = 1000; // places along a line, about

const VERTEX = `
  attribute float tone;
  uniform float side;
  varying vec3 up;
  varying vec2 place;
  varying float height, shade;
  void main() {
    place = position.xy;
    up = side == 0.0 ? normal : vec3(0.0, 0.0, 1.0);
    height = position.z / ${TALL};
    shade = tone;
    gl_Position = projectionMatrix * viewMatrix * vec4(place, side == 0.0 ? position.z : max(side, 0.0) * ${TALL}, 1.0);
  }`;

const FRAGMENT = `
  uniform float side, edge, steps, pixel;
  uniform vec3 ramp[${STOPS}], ink, sun;
  varying vec3 up;
  varying vec2 place;
  varying float height, shade;
  float line(float off, float change, float width) {
    return 1.0 - smoothstep(width * 0.5 - 0.5, width * 0.5 + 0.5, off / max(change, 1e-7) / pixel);
  }
  void main() {
    vec2 moved = fwidth(place), rim = 1.0 - abs(place);
    float level = shade * steps, steep = fwidth(level), slope = fwidth(height);
    // Cut where the relief really leaves the box, not at the next point of the grid; it goes on flat there.
    if (side == 0.0 ? height > 1.0 || height < 0.0 : side > 0.0 ? height <= 1.0 : height >= 0.0) discard;
    vec3 n = normalize(gl_FrontFacing ? up : -up);
    float at = shade * ${STOPS - 1}.0;
    vec3 colour = mix(ramp[int(at)], ramp[min(int(at) + 1, ${STOPS - 1})], fract(at));
    colour *= mix(0.70, 0.84, 0.5 + 0.5 * n.z) + 0.30 * max(dot(n, sun), 0.0);
    if (!gl_FrontFacing) colour *= 0.85;
    float inner = step(0.5, level) * step(level, steps - 0.5) * (1.0 - smoothstep(0.25, 0.6, steep));
    float drawn = 0.42 * inner * line(abs(fract(level - 0.5) - 0.5), steep, 1.0);
    drawn = max(drawn, 0.4 * max(line(rim.x, moved.x, 2.4), line(rim.y, moved.y, 2.4)));
    if (side == 0.0) drawn = max(drawn, line(abs(height - edge), slope, 3.0));
    gl_FragColor = vec4(mix(colour, ink, drawn), 1.0);
  }`;

const scratch = new Vector3();

export class Scene {
  #geometry = new BufferGeometry();
  #space = new Space();
  #camera = new OrthographicCamera();
  #toCamera = new Vector3();
  #turned = { ...HOME };
  #picture = /** @type {Picture | null} */ (null);
  /** What the relief was made from. @type {unknown[]} */
  #made = [];
  /** Its corners, x, y and z in turn. */
  #grid = { columns: 0, rows: 0, places: new Float32Array() };
  #size = { width: 0, height: 0 };
  #frame = 0;
  lost = false;
  stops = STOPS;

  /**
   * Put a canvas into `element`. `drawn` is called after each picture; `changed` when the graphics card is lost, or back.
   *
   * @param {HTMLElement} element
   * @param {{drawn: () => void, changed: () => void}} hear
   */
  constructor(element, { drawn, changed }) {
    this.element = element;
    this.drawn = drawn;
    const canvas = element.appendChild(document.createElement("canvas"));
    canvas.setAttribute("aria-hidden", "true");
    // Three tells the console of each context that is lost and comes back; the page copes with both.
    setConsoleFunction((type, message, ...more) => type === "log" || console[type](message, ...more));
    this.renderer = new WebGLRenderer({ canvas, alpha: true, antialias: true, powerPreference: "low-power" });
    /** @type {Record<string, {value?: any}>} */
    this.uniforms = { ramp: {}, ink: {}, edge: {}, steps: {}, pixel: {}, sun: { value: new Vector3() } };
    for (const side of [0, 1, -1]) {
      const uniforms = { ...this.uniforms, side: { value: side } };
      const look = { vertexShader: VERTEX, fragmentShader: FRAGMENT, uniforms, side: DoubleSide };
      const mesh = new Mesh(this.#geometry, new ShaderMaterial(look));
      mesh.frustumCulled = false;
      this.#space.add(mesh);
    }
    for (const event of ["webglcontextlost", "webglcontextrestored"]) {
      canvas.addEventListener(event, () => {
        this.lost = event === "webglcontextlost";
        changed();
      });
    }
  }

  /** Show a picture, in the next frame. @param {Picture} picture */
  draw(picture) {
    this.#picture = picture;
    this.#frame ||= requestAnimationFrame(() => this.#render());
  }

  /** Turn it by two angles, and come nearer by a factor; without them, go back. */
  /** @type {(around?: number, over?: number, nearer?: number) => void} */
  move(around, over = 0, nearer = 1) {
    const { turn, lift, zoom } = around === undefined ? HOME : this.#turned;
    const limit = (/** @type {number} */ value, /** @type {number} */ low, /** @type {number} */ high) => Math.min(Math.max(value, low), high);
    this.#turned = { turn: turn + (around ?? 0), lift: limit(lift + over, 0.1, 1.5), zoom: limit(zoom * nearer, 0.7, 5) };
    if (this.#picture) this.draw(this.#picture);
  }

  /** Give the graphics card back. */
  close() {
    cancelAnimationFrame(this.#frame);
    this.#geometry.dispose();
    this.renderer.dispose();
    this.renderer.domElement.remove();
  }

  /** Where a place is, in pixels. @type {(place: Place) => Point} */
  pixel(place) {
    return this.#project(this.#cube(place));
  }

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
    for (const cube of this.#along(spots)) {
      const now = cube && { at: this.#project(cube), behind: this.#hidden(cube) };
      const next = now && last ? (now.behind || last.behind ? "behind" : "front") : "";
      if (now && last && next) parts[next] += `${pen === next ? "" : `M${last.at}`}L${now.at}`;
      end = now && last && [last.at, now.at];
      [last, pen] = [now, next];
    }
    return { ...parts, end };
  }

  /** @type {(pixel: Point, height?: number) => Point | null} */
  find([px, py], height) {
    const [from, to] = [-1, 1].map((depth) => {
      const { x, y, z } = scratch.set((2 * px) / this.#size.width - 1, 1 - (2 * py) / this.#size.height, depth).unproject(this.#camera);
      return /** @type {Cube} */ ([x, y, z]);
    });
    const at = (/** @type {number} */ share) => from.map((part, i) => part + share * (to[i] - part));
    let share = 0;
    const below = ([x, y, z] = at(share)) => z <= this.#heightAt(x, y);
    while (share <= 1 && !below()) share += 1 / SEARCH;
    if (share > 1 && height !== undefined) share = (this.#cube([0, 0, height])[2] - from[2]) / (to[2] - from[2]);
    if (share > 1 || !this.#picture) return null;
    const { x, y } = this.#picture.figure;
    const [u, v] = at(share).map((part) => (part + 1) / 2);
    return [x.domain[0] + u * (x.domain[1] - x.domain[0]), y.domain[0] + v * (y.domain[1] - y.domain[0])];
  }

  #render() {
    this.#frame = 0;
    const { clientWidth: width, clientHeight: height } = this.element;
    if (!this.#picture || this.lost || !width || !height) return;
    this.#size = { width, height };
    const { figure, colours, steps } = this.#picture;
    const pixel = Math.min(devicePixelRatio, 2);
    const { domElement: canvas } = this.renderer;
    if (canvas.width !== Math.floor(width * pixel) || canvas.height !== Math.floor(height * pixel)) {
      this.renderer.setPixelRatio(pixel);
      this.renderer.setSize(width, height, false);
    }
    const [low, high] = figure.z.domain;
    const edge = figure.edge === null ? -9 : (figure.edge - low) / (high - low);
    for (const [name, value] of Object.entries({ ...colours, edge, steps, pixel })) this.uniforms[name].value = value;
    this.#aim(this.#size);
    this.#make(this.#picture);
    this.renderer.render(this.#space, this.#camera);
    this.drawn();
  }

  /** @type {(size: {width: number, height: number}) => void} */
  #aim({ width, height }) {
    const box = this.#picture?.box;
    const { turn, lift, zoom } = box ? { turn: -Math.PI / 2, lift: Math.PI / 2, zoom: 1 } : this.#turned;
    const camera = this.#camera;
    if (box) {
      // Its sides are at -1 and 1.
      const [across, up] = [(box.right - box.left) / 2, (box.bottom - box.top) / 2];
      const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
      Object.assign(camera, { left: -x / across, right: (width - x) / across, top: y / up, bottom: (y - height) / up });
    } else {
      const unit = zoom * Math.max(30, Math.min((width - ROOM.across) / 2.83, (height - ROOM.up) / 2.4));
      const [x, y] = [width / 2 / unit, height / 2 / unit];
      Object.assign(camera, { left: -x, right: x, top: y, bottom: -y });
    }
    Object.assign(camera, { near: 0, far: 2 * FAR });
    this.#toCamera.set(Math.cos(turn) * Math.cos(lift), Math.sin(turn) * Math.cos(lift), Math.sin(lift));
    camera.up.set(0, box ? 1 : 0, box ? 0 : 1);
    camera.position.copy(this.#toCamera).multiplyScalar(FAR).z += TALL / 2;
    camera.lookAt(0, 0, TALL / 2);
    camera.updateProjectionMatrix();
    camera.updateMatrixWorld();
    // The light comes over the reader's left shoulder.
    this.uniforms.sun.value.set(Math.cos(turn - 0.9), Math.sin(turn - 0.9), 0.9).normalize();
  }

  /** Make the relief, unless it is there: corners where heights are, and two triangles between four of them. */
  /** @param {Picture} picture */
  #make({ figure: { heights, levels, columns, rows, z }, tone }) {
    const from = [heights, levels, columns, ...z.domain];
    if (from.every((part, i) => part === this.#made[i])) return;
    this.#made = from;
    const count = columns * rows;
    const geometry = this.#geometry;
    if (geometry.attributes.tone?.count !== count) {
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
      position.setXYZ(i, x, y, height === null ? NaN : TALL * Math.min(Math.max((height - low) / (high - low), -1), 2));
      tones.setX(i, height === null ? 0 : tone(height));
    });
    this.#grid = { columns, rows, places: /** @type {Float32Array} */ (position.array) };
    const { array: corners } = geometry.index ?? position;
    let used = 0;
    for (let a = 0; a < count - columns; a++) {
      const [b, c, d] = [a + 1, a + columns, a + columns + 1];
      if (b % columns === 0 || [a, b, c, d].some((i) => heights[i] === null)) continue;
      // Cut along the flatter diagonal, which is the way of a ridge or a valley.
      const along = Math.abs(position.getZ(a) - position.getZ(d)) <= Math.abs(position.getZ(b) - position.getZ(c));
      corners.set(along ? [a, b, d, a, d, c] : [a, b, c, b, d, c], used);
      used += 6;
    }
    geometry.setDrawRange(0, used);
    geometry.computeVertexNormals();
    for (const attribute of [position, tones, geometry.index]) if (attribute) attribute.needsUpdate = true;
  }

  /** @type {(place: Place) => Cube} */
  #cube(place) {
    const { x, y, z } = /** @type {Picture} */ (this.#picture).figure;
    const [u, v, w] = [x, y, z].map(({ domain: [low, high] }, i) => (place[i] - low) / (high - low));
    return [2 * u - 1, 2 * v - 1, TALL * Math.min(Math.max(w, 0), 1)];
  }

  /** @type {(cube: Cube) => Point} */
  #project(cube) {
    const { x, y } = scratch.set(...cube).project(this.#camera);
    return [((x + 1) / 2) * this.#size.width, ((1 - y) / 2) * this.#size.height];
  }

  /** How high the relief is, or NaN. @type {(x: number, y: number) => number} */
  #heightAt(x, y) {
    const { columns, rows } = this.#grid;
    const u = ((x + 1) / 2) * (columns - 1);
    const v = ((y + 1) / 2) * (rows - 1);
    if (!(u >= 0 && v >= 0 && u <= columns - 1 && v <= rows - 1)) return NaN;
    const i = Math.min(Math.floor(u), columns - 2);
    const j = Math.min(Math.floor(v), rows - 2);
    const { places } = this.#grid;
    const a = 3 * (i + j * columns) + 2;
    const c = a + 3 * columns;
    const near = places[a] + (u - i) * (places[a + 3] - places[a]);
    const far = places[c] + (u - i) * (places[c + 3] - places[c]);
    return Math.min(Math.max(near + (v - j) * (far - near), 0), TALL);
  }

  /** Whether the relief is between a place on it and the camera. @param {Cube} cube */
  #hidden([x, y, z]) {
    const { x: dx, y: dy, z: dz } = this.#toCamera;
    const end = Math.min((TALL - z) / dz, 3);
    for (let i = 1; i <= SIGHT; i++) {
      const way = 0.03 + (end * i) / SIGHT;
      if (this.#heightAt(x + dx * way, y + dy * way) > z + 0.01 + dz * way) return true;
    }
    return false;
  }

  /** Places along a line of spots, as high above the relief as the spots at its ends; null where it has a gap. */
  /** @type {(spots: Spot[]) => (Cube | null)[]} */
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
