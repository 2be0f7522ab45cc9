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

function table(palette) {
  const [zero, above, below] = PALETTES[palette]();
  return Array.from({ length: 256 }, (_, level) => {
    if (level === 0) return [255, 0, 255];
    const part = (Math.abs(level - 128) / 127) ** 0.7; // so that weak ones can be seen
    return zero.map((value, k) => value + part * ((level > 128 ? above : below)[k] - value));
  });
}

/** Paint numbers on a canvas, a pixel each. */
export function paint(canvas, levels, width, height, palette) {
  tables[palette] ??= table(palette);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const picture = new ImageData(width, height);
  levels.forEach((level, k) => picture.data.set([...tables[palette][level], 255], 4 * k));
  canvas.getContext("2d").putImageData(picture, 0, 0);
}
