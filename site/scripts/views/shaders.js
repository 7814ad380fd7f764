// What the graphics card does for a surface: places its corners, lights it, and draws lines on it.

export const STOPS = 9; // colours from low to high
export const TALL = 1.15; // the height of the box; its floor is 2 by 2

const PASSED = "varying vec3 up; varying vec2 place; varying float height, shade;";

/** Where each corner is: of the relief (side 0), of the lid where it leaves the box (1), of the floor (-1). */
export const VERTEX = `
  attribute float tone;
  uniform float side;
  ${PASSED}
  void main() {
    place = position.xy;
    up = side == 0.0 ? normal : vec3(0.0, 0.0, 1.0);
    height = position.z / ${TALL};
    shade = tone;
    gl_Position = projectionMatrix * viewMatrix * vec4(place, side == 0.0 ? position.z : max(side, 0.0) * ${TALL}, 1.0);
  }`;

/** The colour of each pixel: lit, with contour lines one pixel wide however near it is. */
export const FRAGMENT = `
  uniform float side, edge, steps, pixel;
  uniform vec3 ramp[${STOPS}], ink, sun;
  ${PASSED}
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
    float drawn = 0.4 * max(line(rim.x, moved.x, 2.4), line(rim.y, moved.y, 2.4));
    drawn = max(drawn, 0.42 * inner * line(abs(fract(level - 0.5) - 0.5), steep, 1.0));
    if (side == 0.0) drawn = max(drawn, line(abs(height - edge), slope, 3.0));
    gl_FragColor = vec4(mix(colour, ink, drawn), 1.0);
  }`;
