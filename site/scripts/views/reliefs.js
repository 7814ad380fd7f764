// Draws reliefs with three, on one canvas for all of a page.

import { BufferAttribute, BufferGeometry, DoubleSide, Mesh, OrthographicCamera, Scene, ShaderMaterial } from "three";
import { WebGLRenderer, setConsoleFunction } from "three";
import { FRAGMENT, TALL, VERTEX } from "./shaders.js";

/** @import { Canvas } from "./card.js" */

/**
 * @typedef {[number, number, number]} Vector
 * @typedef {{columns: number, rows: number, heights: Float32Array, tones: Float32Array}} Grid Heights from 0 to TALL, or
 *   a little beyond, NaN in holes; tones from 0 to 1. Row by row from the first, which is the lowest, x fastest.
 * @typedef {{left: number, right: number, top: number, bottom: number}} Sides Of what the camera sees, from its middle.
 * @typedef {{ramp: number[], ink: number[], edge: number, steps: number, sun: Vector}} Look As the shaders want it.
 * @typedef {object} Sketch One picture of a relief.
 * @property {number} width In pixels of the page.
 * @property {number} height
 * @property {number} pixel Pixels of the screen for each of them.
 * @property {Look} look
 * @property {Sides} sides
 * @property {Vector} toward Where the camera is from the middle of the box, at the distance 1.
 * @property {Grid} [grid] If it is another than the last time.
 */

const FAR = 4; // of the camera

/**
 * @param {Canvas} canvas
 * @param {boolean} card Whether a graphics card draws; where the processor does its work, each pixel counts.
 * @param {(lost: boolean) => void} lose Called when the card is lost, and when it is back.
 */
export function openReliefs(canvas, card, lose) {
  // Three tells the console of each context that is lost and comes back; the page copes with both.
  setConsoleFunction((type, message, ...more) => type === "log" || console[type](message, ...more));
  const renderer = new WebGLRenderer({ canvas, alpha: true, antialias: card, powerPreference: "low-power" });
  renderer.sortObjects = false; // it would measure the relief, which can have holes
  let lost = false;
  canvas.addEventListener("webglcontextlost", () => lose((lost = true)));
  canvas.addEventListener("webglcontextrestored", () => lose((lost = false)));

  const space = new Scene();
  const camera = new OrthographicCamera(-1, 1, 1, -1, 0, 2 * FAR);
  camera.up.set(0, 0, 1);
  /** @type {Record<string, {value?: any}>} */
  const uniforms = { ramp: {}, ink: {}, edge: {}, steps: {}, sun: {}, pixel: {} };
  const meshes = [0, 1, -1].map((side) => {
    const own = { ...uniforms, side: { value: side } };
    const look = new ShaderMaterial({ vertexShader: VERTEX, fragmentShader: FRAGMENT, uniforms: own, side: DoubleSide });
    return Object.assign(new Mesh(undefined, look), { frustumCulled: false });
  });
  space.add(...meshes);
  /** @type {Map<number, BufferGeometry>} */
  const reliefs = new Map();

  /** @param {Sketch} sketch */
  function aim({ width, height, pixel, look, sides, toward }) {
    if (canvas.width !== Math.floor(width * pixel) || canvas.height !== Math.floor(height * pixel)) {
      renderer.setPixelRatio(pixel);
      renderer.setSize(width, height, false);
    }
    for (const [name, value] of Object.entries({ ...look, pixel })) uniforms[name].value = value;
    Object.assign(camera, sides);
    camera.position.set(...toward).multiplyScalar(FAR).z += TALL / 2;
    camera.lookAt(0, 0, TALL / 2);
    camera.updateProjectionMatrix();
  }

  return {
    /** Draw a relief, each of which has a number; false if the card is lost. @type {(relief: number, sketch: Sketch) => boolean} */
    draw(relief, sketch) {
      const geometry = reliefs.get(relief) ?? new BufferGeometry();
      reliefs.set(relief, geometry);
      if (sketch.grid) make(geometry, sketch.grid);
      if (lost) return false;
      aim(sketch);
      for (const mesh of meshes) mesh.geometry = geometry;
      renderer.render(space, camera);
      return true;
    },

    /** @param {number} relief */
    close(relief) {
      reliefs.get(relief)?.dispose();
      reliefs.delete(relief);
    },
  };
}

/** A corner for each height, two triangles in each cell. @type {(geometry: BufferGeometry, grid: Grid) => void} */
function make(geometry, { columns, rows, heights, tones }) {
  const count = columns * rows;
  if (geometry.attributes.tone?.count !== count || geometry.userData.columns !== columns) {
    geometry.dispose();
    geometry.setAttribute("position", new BufferAttribute(new Float32Array(3 * count), 3));
    geometry.setAttribute("tone", new BufferAttribute(new Float32Array(count), 1));
    geometry.setIndex(new BufferAttribute(new Uint32Array(6 * (columns - 1) * (rows - 1)), 1));
    geometry.deleteAttribute("normal");
    geometry.userData.columns = columns;
  }
  const { position, tone } = geometry.attributes;
  heights.forEach((height, i) => {
    position.setXYZ(i, (2 * (i % columns)) / (columns - 1) - 1, (2 * Math.floor(i / columns)) / (rows - 1) - 1, height);
    tone.setX(i, tones[i]);
  });
  const { array: corners } = geometry.index ?? position;
  let used = 0;
  for (let a = 0; a < count - columns; a++) {
    const [b, c, d] = [a + 1, a + columns, a + columns + 1];
    const across = Math.abs(heights[a] - heights[d]) - Math.abs(heights[b] - heights[c]);
    if (b % columns === 0 || Number.isNaN(across)) continue; // the row's end, or a hole
    // Cut along the flatter diagonal, which is the way of a ridge or a valley.
    corners.set(across <= 0 ? [a, b, d, a, d, c] : [a, b, c, b, d, c], used);
    used += 6;
  }
  corners.fill(0, used);
  geometry.computeVertexNormals();
  for (const attribute of [position, tone, geometry.index]) if (attribute) attribute.needsUpdate = true;
}
