// What draws in three dimensions here.

/** @typedef {HTMLCanvasElement | OffscreenCanvas} Canvas In a page, or in a worker. */
/** @typedef {"card" | "processor" | "nothing"} Drawer A graphics card, or the processor in its place. */

/** Names that are not known are cards. @type {(trial: Canvas) => Drawer} */
export function drawer(trial) {
  const gl = /** @type {WebGL2RenderingContext | null} */ (trial.getContext("webgl2"));
  if (!gl) return "nothing";
  const hidden = gl.getParameter(gl.RENDERER) === "WebKit WebGL" && gl.getExtension("WEBGL_debug_renderer_info");
  const name = gl.getParameter(hidden ? hidden.UNMASKED_RENDERER_WEBGL : gl.RENDERER) ?? "";
  gl.getExtension("WEBGL_lose_context")?.loseContext(); // browsers allow few at a time
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(name) ? "processor" : "card";
}
