// What draws in three dimensions here.

/** @typedef {"card" | "processor" | "nothing"} Drawer A graphics card, or the processor in its place. */

/** @type {Drawer | undefined} */
let found;

/** Found out once, and late, as that takes a while. Names that are not known are cards. @returns {Drawer} */
export function drawer() {
  return (found ??= find());
}

/** @returns {Drawer} */
function find() {
  const gl = document.createElement("canvas").getContext("webgl2");
  if (!gl) return "nothing";
  const hidden = gl.getParameter(gl.RENDERER) === "WebKit WebGL" && gl.getExtension("WEBGL_debug_renderer_info");
  const name = gl.getParameter(hidden ? hidden.UNMASKED_RENDERER_WEBGL : gl.RENDERER) ?? "";
  gl.getExtension("WEBGL_lose_context")?.loseContext(); // browsers allow few at a time
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(name) ? "processor" : "card";
}
