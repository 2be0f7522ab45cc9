// Paints numbers as pictures, a pixel each.

import { colour, onScheme } from "./page.js";

// Colours of the bytes that the network sends: 128 is zero, 255 and 1 the largest, 0 is NaN.
const PALETTES = {
  image: () => [[0, 0, 0], [255, 255, 255], [255, 255, 255]],
  map: () => [colour("--card"), colour("--text"), colour("--against")],
  evidence: () => [colour("--card"), colour("--for"), colour("--against")],
};
let tables = {};
onScheme(() => (tables = {}));

/** The colour of each byte, as the four bytes red, green, blue, opacity. */
function table(palette) {
  const [zero, above, below] = PALETTES[palette]();
  const rgba = new Uint8Array(4 * 256).fill(255);
  for (let level = 0; level < 256; level += 1) {
    const part = (Math.abs(level - 128) / 127) ** 0.7; // so that weak ones can be seen
    const far = level > 128 ? above : below;
    rgba.set(level ? zero.map((value, k) => value + part * (far[k] - value)) : [255, 0, 255], 4 * level);
  }
  return new Uint32Array(rgba.buffer);
}

/** Paint numbers on a canvas, a pixel each. */
export function paint(canvas, levels, width, height, palette) {
  const colours = (tables[palette] ??= table(palette));
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const picture = new ImageData(width, height);
  const pixels = new Uint32Array(picture.data.buffer);
  for (let k = 0; k < pixels.length; k += 1) pixels[k] = colours[levels[k]];
  canvas.getContext("2d").putImageData(picture, 0, 0);
}
